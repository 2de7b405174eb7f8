"""Where an output could go: what a request to export it to each place would be told now. Nothing is kept of it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, cast

from msgspec.structs import replace

from exchange.bonded.facts import EgressRequested
from exchange.bonded.leaving import asked_about
from exchange.bonded.reasons import Reason
from exchange.bonded.routes import routes
from exchange.bonded.state import Bonded, Ruleset
from exchange.bonded.values import Party, Purpose
from exchange.fence import Outcome
from exchange.fence import Ruleset as Rules
from exchange.fence.decision import codes_of
from exchange.kernel.bases import Cause


class Exit(NamedTuple):
    """What a request would be told, for the purpose that the fence likes best of those asked for.

    Shape: `admitted` also where a ruling of the counter lets a REVIEW pass; `codes` begin with those that decide.
    """

    destination: str
    purpose: str
    outcome: Outcome
    admitted: bool
    codes: tuple[str, ...]
    obligations: tuple[str, ...]
    missing: tuple[str, ...]


class Asked(NamedTuple):
    """What is asked. Shape: `recipient_id` None is somebody of whom nothing is said but that it is in that place."""

    output_id: str
    destinations: Sequence[str]
    purposes: Sequence[str]
    recipient_id: str | None = None


def exits(bonded: Bonded, asked: Asked, ruleset: Rules, at: int) -> Iterator[Exit]:
    """Place by place, over the shortest line there, with what the exporter let out this year counted."""
    in_force = [Ruleset(ruleset.version, ruleset.digest, 0)]
    cause = Cause("bonded", bonded.partition, 0, "", "", at)
    ways = routes(bonded)
    for place in asked.destinations:
        receiver = _somebody(place) if asked.recipient_id is None else bonded.parties[asked.recipient_id]
        asking = replace(
            bonded, rulesets=in_force, parties={**bonded.parties, receiver.participant_id: receiver}
        )
        yield min(
            (
                _told(
                    asking, _request(asking, asked.output_id, receiver, place, purpose, ways), ruleset, cause
                )
                for purpose in asked.purposes
            ),
            key=lambda each: (not each.admitted, each.outcome),
        )


def _told(bonded: Bonded, requested: EgressRequested, ruleset: Rules, cause: Cause) -> Exit:
    answer = asked_about(bonded, requested, cause, {ruleset.digest: ruleset})
    said = answer.fact
    waits = any(bonded.consignments[name].phase == "in_review" for name in requested.consignment_ids)
    return Exit(
        destination=requested.destination,
        purpose=requested.purpose,
        outcome=Outcome(said.outcome),
        admitted=answer.admitted and not waits,
        codes=(Reason.CONSIGNMENT_NOT_ADMITTED.value,) if answer.admitted and waits else codes_of(said),
        obligations=said.obligations,
        missing=said.missing,
    )


def _request(
    bonded: Bonded,
    output_id: str,
    receiver: Party,
    place: str,
    purpose: str,
    ways: Mapping[str, tuple[str, ...]],
) -> EgressRequested:
    output = bonded.outputs[output_id]
    return EgressRequested(
        egress_id="X-none",
        kind="export",
        zone_id=output.zone_id,
        processor_id=output.processor_id,
        recipient_id=receiver.participant_id,
        destination=place,
        output_ids=(output_id,),
        items=(),
        consignment_ids=bonded.job_runs[output.job_run_id].started.consignment_ids,
        parts=(),
        size_bytes=output.made.size_bytes,
        link_ids=ways.get(place, ()),
        purpose=cast(Purpose, purpose),
        transaction_type="none",
        remote_access_from=(),
        foreign_authority_request=False,
    )


def _somebody(place: str) -> Party:
    """A participant of whom nothing is said but its place."""
    name = f"somebody-in-{place}"
    return Party(participant_id=name, place=place, roles=(), beneficial_owner=name, public_key=b"")
