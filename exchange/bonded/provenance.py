"""Outputs that are product versions on sale: what is behind them is stated, and stated anew when it changes.

A market has its own fence, and asks it about every sale; what it cannot know of bonded data it is told from here.
"""

from collections.abc import Sequence
from typing import NamedTuple

from exchange.bonded.commands import OfferOutput
from exchange.bonded.crossing import balance_state, behind_it, received_under
from exchange.bonded.facts import OutputOffered, ProvenancesRestated
from exchange.bonded.fencing import Rulesets, ruleset_that_holds
from exchange.bonded.parties import not_one_of
from exchange.bonded.persons.counting import persons_of
from exchange.bonded.reasons import Reason
from exchange.bonded.routes import routes
from exchange.bonded.state import Bonded, Consignment
from exchange.bonded.taint import carried_by_run
from exchange.bonded.traits import is_foreign, merged, persons
from exchange.kernel.bases import Cause, Fact
from exchange.kernel.protocol import Refused
from exchange.kernel.provenance import Behind, Provenance, Route
from exchange.kernel.refusals import refused
from exchange.kernel.unions import distinct

RESTATED_MAX = 2
"""Outputs stated anew in one step: each may have the routes of all return lists behind it."""


def offer(bonded: Bonded, command: OfferOutput, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Say of an output which product version it is, and of the version what is behind it."""
    if refusal := _unfit(bonded, command, cause):
        return (refusal,)
    mainland = ruleset_that_holds(bonded, cause.at, rulesets).terms.places.mainland
    said = _Said(command.product_id, command.version, cause.actor, command.foreign_authority_request)
    return (OutputOffered(provenance=_stated(bonded, command.output_id, said, mainland)),)


def restate(bonded: Bonded, cause: Cause, rulesets: Rulesets) -> Fact:
    """What is behind the first of those that have to be looked at."""
    mainland = ruleset_that_holds(bonded, cause.at, rulesets).terms.places.mainland
    seen = tuple(bonded.work.restate[:RESTATED_MAX])
    before = [bonded.on_sale[name] for name in seen]
    now = [
        _stated(
            bonded,
            each.output_id,
            _Said(each.product_id, each.version, each.seller_id, each.foreign_authority_request),
            mainland,
        )
        for each in before
    ]
    changed = tuple(each for each, was in zip(now, before, strict=True) if each != was)
    return ProvenancesRestated(seen=seen, changed=changed)


class _Said(NamedTuple):
    """What its seller says of it: which version it is, and whether an authority abroad asks for it."""

    product_id: str
    version: str
    seller_id: str
    asked_abroad: bool


def _unfit(bonded: Bonded, command: OfferOutput, cause: Cause) -> Refused | None:
    name, version = command.output_id, f"{command.product_id}/{command.version}"
    output = bonded.outputs.get(name)
    if output is None:
        return refused(command, Reason.OUTPUT_UNKNOWN, name, "no such output was made here")
    if refusal := not_one_of(bonded, command, cause, name, output.processor_id):
        return refusal
    if output.phase != "there":
        return refused(command, Reason.OUTPUT_DESTROYED, name, f"it is {output.phase}")
    if output.made.kind == "intermediate":
        return refused(command, Reason.OUTPUT_INTERMEDIATE, name, f"{output.made.reference} is intermediate")
    if (there := bonded.on_sale.get(name)) is not None:
        detail = f"it is {there.product_id}/{there.version}"
        return refused(command, Reason.OUTPUT_OFFERED, name, detail)
    if (other := bonded.output_of.get(f"{cause.actor} {version}")) is not None:
        return refused(command, Reason.VERSION_OFFERED, version, f"{other} is that version")
    return None


def _stated(bonded: Bonded, output_id: str, said: _Said, mainland: frozenset[str]) -> Provenance:
    """All that the zone knows of an output that matters to whoever sells it."""
    run = bonded.job_runs[bonded.outputs[output_id].job_run_id]
    consignments = [bonded.consignments[name] for name in run.started.consignment_ids]
    behind = behind_it(bonded, (*run.started.consignment_ids, *run.source_ids))
    carried = carried_by_run(bonded, run.started.job_run_id)
    data = merged(behind, carried.important)
    domestic = [each for each in behind if each.carried.domestic_pi] if carried.domestic_pi else []
    ways = routes(bonded)
    places = sorted({place for each in consignments for place in each.proposed.return_list} & ways.keys())
    splitting = [each.proposed.group_splitting for each in consignments]
    return Provenance(
        output_id=output_id,
        product_id=said.product_id,
        version=said.version,
        seller_id=said.seller_id,
        origins=carried.origins,
        domestic_pi=carried.domestic_pi,
        important=carried.important,
        separable=carried.separable,
        complete=carried.complete,
        category=data.category,
        importance_basis=data.importance_basis,
        contains_pi=data.contains_pi,
        anonymisation=data.anonymisation,
        eu_special_category=data.eu_special_category,
        eu_art9_condition=data.eu_art9_condition,
        us_class=data.us_class,
        us_persons_12m=data.us_persons_12m,
        us_government_related=data.us_government_related,
        domestic_persons=distinct(map(persons, domestic)),
        sensitive_persons=distinct(persons(each, sensitive=True) for each in domestic),
        foreign_persons=distinct(persons(each) for each in behind if is_foreign(each.carried, mainland)),
        received_under=received_under(bonded, consignments, run.source_ids),
        group_splitting=next((each for each in ("confirmed", "suspected") if each in splitting), "none"),
        foreign_authority_request=said.asked_abroad,
        consignments=tuple(map(_behind, consignments)),
        routes=tuple(Route(place=place, link_ids=ways[place]) for place in places),
        publicly_available_in=data.publicly_available_in,
        zone_id=bonded.outputs[output_id].zone_id,
        persons=persons_of(behind, carried.domestic_pi),
    )


def _behind(consignment: Consignment) -> Behind:
    proposed = consignment.proposed
    return Behind(
        consignment_id=proposed.consignment_id,
        return_list=proposed.return_list,
        retention_until=proposed.retention_until,
        balance_state=None if consignment.phase == "in_review" else balance_state(consignment),
        fence_broken=consignment.fence_broken > 0,
    )
