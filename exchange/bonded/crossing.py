"""The crossings of bonded data, built from what its partition knows: into the zone, inside, and out again.

One hop for each consignment behind what moves, since each has its own return list, last day and balance; what the data
is and carries is said of all of it in every hop. A job and a transfer stay inside the zone: the fence is asked by the
kind `job`, a job in the name of whoever handed the data over, on whose safeguards it came in.
"""

from collections.abc import Sequence
from datetime import date
from typing import Literal, NamedTuple

from msgspec.structs import replace

from exchange.bonded.bought.binding import binding
from exchange.bonded.persons.numbers import numbers, unions_of
from exchange.bonded.persons.splitting import splitting
from exchange.bonded.state import Bonded, Consignment
from exchange.bonded.surroundings import BONDED_PLACE
from exchange.bonded.taint import together
from exchange.bonded.told import showing
from exchange.bonded.traits import Behind as Behind
from exchange.bonded.traits import merged
from exchange.bonded.values import Carried, Party, SafeguardTerms, SafeguardType
from exchange.fence import (
    Counts,
    Crossing,
    Exporter,
    Hop,
    Lineage,
    LinkPath,
    Recipient,
    Ruleset,
    Safeguard,
    Storage,
    ZoneState,
)
from exchange.fence.attested import shown as attested_in
from exchange.fence.attested import with_attested
from exchange.fence.provenance import with_taint
from exchange.fence.recorded import shown
from exchange.fence.splitting import Splitting
from exchange.kernel.attestation import Attested
from exchange.kernel.persons import MAINLAND
from exchange.kernel.product import Places
from exchange.kernel.time import local_date

_ZONE = "Asia/Shanghai"
Intent = Literal["admit", "job", "access", "export", "return"]


class Move(NamedTuple):
    """What is to move, where to, between whom, and for what.

    Shape: `behind` are all consignments and sources behind it; `carried` is what its pieces carry; `counted` the ids of
    those that the exporter let out this year, with domestic data and with any; `scenario_id` is that of published
    lists which it is for, `output_ids` what of it was made here.
    """

    intent: Intent
    origin: str
    destination: str
    exporter: Party
    recipient: Party
    behind: Sequence[Behind]
    carried: Sequence[Carried]
    consignments: Sequence[Consignment]
    link_ids: Sequence[str] = ()
    purpose: str = "contract"
    transaction_type: str = "none"
    remote_access_from: Places = ()
    foreign_authority_request: bool = False
    counted: tuple[Sequence[str], Sequence[str]] = ((), ())
    scenario_id: str | None = None
    output_ids: Sequence[str] = ()


class Asked(NamedTuple):
    """A move as the fence is asked about it.

    Shape: `attested` is what of it a party has given its word for; `until` is when something comes to matter that is
    not in it, None never.
    """

    crossing: Crossing
    attested: tuple[Attested, ...]
    until: int | None


def crossing_of(bonded: Bonded, move: Move, at: int, ruleset: Ruleset) -> Asked:
    """What the fence is asked about a move."""
    mainland = frozenset(ruleset.terms.places.mainland)
    taint = together(move.carried)
    traits = [each.traits for each in move.behind]
    data = replace(merged(move.behind, taint.important), scenario_id=move.scenario_id)
    said = [each.proposed.group_splitting for each in move.consignments]
    by_sums = _splitting(bonded, move, data.contains_pi is not False, taint.domestic_pi, at, ruleset)
    about: list[Consignment | None] = [*move.consignments] or [None]
    known = tuple(showing.attestations(bonded, about, move.recipient.participant_id, move.output_ids))
    hops = []
    for number, consignment in enumerate(about, start=1):
        exporter = in_whose_name(move, consignment, bonded)
        hop = Hop(
            hop_no=number,
            as_of=at,
            intent_kind=move.intent,
            origin=move.origin,
            destination=move.destination,
            exporter=_exporter(exporter),
            recipient=_recipient(move.recipient),
            collected_in=(),
            data=data,
            counts=_counts(bonded, move, at, mainland, taint.domestic_pi),
            lineage=Lineage(
                complete=None, domestic_pi_introduced=None, important_introduced=None, separable=None
            ),
            purpose=move.purpose,
            delivery_shape="single",
            txn_type=move.transaction_type,
            received_under=received_under(
                bonded, move.consignments, [each.origin_id for each in move.behind]
            ),
            group_splitting=showing.group_splitting(
                bonded, said, by_sums, move.exporter, data.contains_pi is not False, at
            ),
            foreign_authority_request=move.foreign_authority_request,
            list_refs=showing.list_refs(bonded, traits, exporter, move.scenario_id, move.output_ids, at),
            link=link_path(bonded, move.link_ids),
            storage=Storage(
                zone=BONDED_PLACE, wrote_outside_fence=any(each.fence_broken for each in move.consignments)
            ),
            remote_access_from=move.remote_access_from,
            zone=_zone(bonded, move, consignment),
            licence=None,
            processing_mode="bonded",
            safeguards=_safeguards(bonded, move, consignment, at),
        )
        hops.append(with_attested(with_taint(hop, taint, mainland), known[number - 1]))
    all_known = tuple(dict.fromkeys(each for some in known for each in some))
    return Asked(
        Crossing(hops=tuple(hops)),
        attested_in(hops, known),
        showing.next_told_at(bonded, all_known, move.scenario_id, at),
    )


def behind_it(bonded: Bonded, names: Sequence[str]) -> tuple[Behind, ...]:
    """Consignments and sources as they are described now."""
    return tuple(Behind(name, bonded.origins[name].traits, bonded.origins[name].carried) for name in names)


def link_path(bonded: Bonded, link_ids: Sequence[str]) -> LinkPath:
    """The lines of a path: dedicated if all of them are, in the worst state of any."""
    links = [bonded.links[name] for name in link_ids]
    if not links:
        return LinkPath(link_ids=(), kind="none", state="none")
    worst = next((each.state for each in links if each.state != "in_service"), "in_service")
    kind = "dedicated" if all(each.kind == "dedicated" for each in links) else "internet"
    return LinkPath(link_ids=tuple(link_ids), kind=kind, state=worst)


def leads(bonded: Bonded, link_ids: Sequence[str], origin: str, destination: str) -> bool:
    """Whether lines, one after the other, lead from one place to the other."""
    here = origin
    for name in link_ids:
        one, other = bonded.links[name].places
        if here not in (one, other):
            return False
        here = other if here == one else one
    return here == destination


def _counts(bonded: Bonded, move: Move, at: int, mainland: frozenset[str], domestic: bool) -> Counts:
    """Distinct persons of this and of all that the exporter let out this year, those of one source once.

    Shape: where the data carries no domestic personal information, its own are none of the mainland; what several
    sources hold together is what the exporter has declared of them, and never their sum.
    """
    before = {each.origin_id: each for names in move.counted for each in behind_it(bonded, names)}
    now = {each.origin_id: each for each in move.behind}
    with_domestic = {name: before[name] for name in move.counted[0]} | (now if domestic else {})
    year = year_of(at)
    unions = unions_of(bonded, move.exporter.participant_id, year)
    persons, sensitive, foreign = numbers(unions, with_domestic.values(), (before | now).values(), mainland)
    return Counts(year=year, pi_count_cum=persons, sensitive_count_cum=sensitive, foreign_count_cum=foreign)


def _splitting(
    bonded: Bonded, move: Move, of_persons: bool, domestic: bool, at: int, ruleset: Ruleset
) -> Splitting | None:
    """What sums make of the exporter's group, where persons are to be let out as `PersonsCounted` counts them."""
    lets_out = move.intent == "export" or (move.intent == "access" and move.destination not in MAINLAND)
    if not (of_persons and lets_out):
        return "none"
    recipients = move.recipient.beneficial_owner
    return splitting(bonded, ruleset, move.exporter, recipients, year_of(at), move.behind, domestic, at)


def exported_key(exporter_id: str, at: int, kind: Literal["domestic", "any"]) -> str:
    """What is kept of an exporter's year."""
    return year_key(exporter_id, year_of(at), kind)


def year_key(exporter_id: str, year: int, kind: Literal["domestic", "any"]) -> str:
    """What is kept of an exporter's year, by its number."""
    return f"{exporter_id} {year} {kind}"


def year_of(at: int) -> int:
    """The year in which persons are counted."""
    return local_date(at, _ZONE).year


def in_whose_name(move: Move, consignment: Consignment | None, bonded: Bonded) -> Party:
    """A job works, and its workers look, on behalf of whoever handed the data over, whose safeguards that rests on."""
    if move.intent in ("job", "access") and consignment is not None and move.exporter is move.recipient:
        return bonded.parties[consignment.handed_over_by]
    return move.exporter


def _exporter(party: Party) -> Exporter:
    return Exporter(
        id=party.participant_id,
        place=party.place,
        registered_zones=party.registered_zones,
        gba_registered=party.gba_registered,
        ciio=party.ciio,
    )


def _recipient(party: Party) -> Recipient:
    return Recipient(
        id=party.participant_id,
        place=party.place,
        registered_zones=party.registered_zones,
        gba_registered=party.gba_registered,
        us_covered_person=party.us_covered_person,
        is_intermediary=party.is_intermediary,
        bound_by_comparable_law=party.bound_by_comparable_law,
    )


def received_under(
    bonded: Bonded, consignments: Sequence[Consignment], names: Sequence[str]
) -> tuple[SafeguardType, ...]:
    """The kinds of safeguards by which consignments came in, and that bind product versions which data is of.

    Shape: `names` are all consignments and sources behind what moves.
    """
    by = {name for each in consignments for name in each.received_under}
    found = {bonded.safeguards[name].kind for name in by if name in bonded.safeguards}
    for each in consignments:
        about = each.proposed
        found.update(
            binding(bonded, about.made_from, about.consignor_id, about.processor_id, each.handed_over_by)
        )
    for source in (bonded.sources[name] for name in names if name in bonded.sources):
        found.update(binding(bonded, source.made_from, source.by_id))
    return tuple(sorted(found))


def _zone(bonded: Bonded, move: Move, consignment: Consignment | None) -> ZoneState:
    inside = move.recipient if move.origin != BONDED_PLACE else move.exporter
    commitment = "active" if bonded.parties[inside.participant_id].active else "suspended"
    if consignment is None:
        return ZoneState(
            commitment_state=commitment,
            consignment_id=None,
            return_list=(),
            retention_until=None,
            balance_state="not_applicable",
        )
    return ZoneState(
        commitment_state=commitment,
        consignment_id=consignment.proposed.consignment_id,
        return_list=consignment.proposed.return_list,
        retention_until=date.fromisoformat(consignment.proposed.retention_until),
        balance_state="not_applicable" if _takes_nothing_out(move) else balance_state(consignment),
    )


def _takes_nothing_out(move: Move) -> bool:
    """Whether a move adds to the zone, or only lets somebody in it see what is there: no balance speaks of that."""
    return move.intent == "admit" or (move.intent == "access" and move.destination == BONDED_PLACE)


def balance_state(consignment: Consignment) -> str:
    """The word of a decision for how the account stands."""
    if consignment.balance != "balanced":
        return "unbalanced"
    return "within_tolerance" if consignment.within_tolerance else "balanced"


def _safeguards(
    bonded: Bonded, move: Move, consignment: Consignment | None, at: int
) -> tuple[Safeguard, ...]:
    exporter = in_whose_name(move, consignment, bonded).participant_id
    found = [
        each
        for each in bonded.safeguards.values()
        if _between(each, exporter, move.recipient.participant_id)
        or (each.kind == "GBA-SC" and _between(each, move.recipient.participant_id, exporter))
    ]
    return shown(found, at)


def _between(terms: SafeguardTerms, exporter: str, recipient: str) -> bool:
    return terms.exporter_id in (None, exporter) and terms.recipient_id in (None, recipient)
