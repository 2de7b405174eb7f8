"""Raw data comes into a business zone, if the fence lets it: by itself, or after people have looked at it."""

from collections.abc import Sequence
from datetime import date

import msgspec

from exchange.bonded.bought.describing import carried_as, misdescribed
from exchange.bonded.commands import ProposeConsignment
from exchange.bonded.crossing import Behind, Move, behind_it, leads
from exchange.bonded.facts import ConsignmentAdmitted, ConsignmentHeld, ConsignmentProposed
from exchange.bonded.fencing import Answer, Rulesets, ask, no_ruleset, not_admitted, ruleset_in_force
from exchange.bonded.origins import lots_apart
from exchange.bonded.parties import active, not_one_of
from exchange.bonded.reasons import Reason
from exchange.bonded.state import Bonded, Consignment
from exchange.bonded.surroundings import BONDED_PLACE, unknown_zone
from exchange.bonded.traits import TRAITS_BYTES_MAX
from exchange.fence.dates import day_ends
from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.product import DataTraits
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused

RETENTION_ZONE = "Asia/Shanghai"


def propose(bonded: Bonded, command: ProposeConsignment, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Let the fence decide whether raw data may come in."""
    owners = (command.consignor_id, command.processor_id)
    refusal = not_one_of(bonded, command, cause, command.handbook_no, *owners)
    refusal = refusal or _unfit(bonded, command) or _unlike(command) or _untimely(command, cause)
    if refusal := refusal or misdescribed(
        bonded, command, command.handbook_no, command.made_from, command.traits
    ):
        return (refusal,)
    ruleset = ruleset_in_force(bonded, cause.at, rulesets)
    if ruleset is None:
        return (no_ruleset(command, command.handbook_no),)
    carried = carried_as(bonded, command.made_from, command.traits, ruleset.terms.places.mainland)
    consignment_id = derived_id("C", cause.partition, cause.offset, 0)
    proposed = ConsignmentProposed(
        consignment_id=consignment_id, carried=carried, **msgspec.structs.asdict(command)
    )
    move = _entering(
        bonded, Consignment(proposed=proposed, handed_over_by=command.consignor_id, lots={}), command.traits
    )
    answer = ask(bonded, move, command.handbook_no, cause, rulesets)
    if not answer.admitted and not answer.for_people:
        return (answer.fact, not_admitted(command, command.handbook_no, answer))
    return (answer.fact, proposed, _answered(consignment_id, answer))


def decide_again(bonded: Bonded, consignment_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Ask the fence again about a consignment that was put to people, or whose data is other data than was declared."""
    consignment = bonded.consignments[consignment_id]
    move = _entering(bonded, consignment, bonded.origins[consignment_id].traits)
    answer = ask(bonded, move, consignment.proposed.handbook_no, cause, rulesets)
    return (answer.fact, _answered(consignment_id, answer))


def _answered(consignment_id: str, answer: Answer) -> Fact:
    decision_id = answer.fact.decision_id
    if answer.admitted:
        return ConsignmentAdmitted(
            consignment_id=consignment_id, decision_id=decision_id, received_under=answer.fact.satisfied_by
        )
    return ConsignmentHeld(
        consignment_id=consignment_id,
        decision_id=decision_id,
        codes=answer.fact.deciding_codes,
        holds_until=answer.until,
    )


def _entering(bonded: Bonded, consignment: Consignment, traits: DataTraits) -> Move:
    """The move of a consignment into the zone."""
    proposed = consignment.proposed
    origin = bonded.origins.get(proposed.consignment_id)
    carried = proposed.carried if origin is None else origin.carried
    apart = () if origin is None else behind_it(bonded, lots_apart(bonded, proposed.consignment_id))
    return Move(
        intent="admit",
        origin=proposed.origin,
        destination=BONDED_PLACE,
        exporter=bonded.parties[proposed.consignor_id],
        recipient=bonded.parties[proposed.processor_id],
        behind=(Behind(proposed.consignment_id, traits, carried), *apart),
        carried=(carried, *(each.carried for each in apart)),
        consignments=(consignment,),
        link_ids=proposed.link_ids,
        purpose=proposed.purpose,
        transaction_type=proposed.transaction_type,
        foreign_authority_request=proposed.foreign_authority_request,
    )


def _unfit(bonded: Bonded, command: ProposeConsignment) -> Refused | None:
    """What of zone, handbook, parties and path speaks against it."""
    zone = bonded.zones.get(command.zone_id)
    if zone is None:
        return unknown_zone(command, command.zone_id)
    if command.handbook_no in zone.handbooks:
        detail = f"{command.zone_id} has consignment {zone.handbooks[command.handbook_no]} under it"
        return refused(command, Reason.HANDBOOK_TAKEN, command.handbook_no, detail)
    if command.consignor_id == command.processor_id:
        detail = f"{command.consignor_id} is named as consignor and as processor"
        return refused(command, Reason.CONSIGNEE_UNFIT, command.handbook_no, detail)
    for name in (command.consignor_id, command.processor_id):
        party = active(bonded, command, name)
        if isinstance(party, Refused):
            return party
    return unfit_processor(bonded, command, command.processor_id, zone.place) or unfit_path(
        bonded, command, command.link_ids, command.origin, zone.place
    )


def unfit_processor(bonded: Bonded, command: Command, name: str, place: str) -> Refused | None:
    """Why a participant cannot process in a zone at `place`."""
    party = bonded.parties[name]
    if party.place != place or "processor" not in party.roles:
        detail = f"{name} is {', '.join(party.roles)} in {party.place}; a processor in {place} is needed"
        return refused(command, Reason.PROCESSOR_UNFIT, name, detail)
    return None


def unfit_path(
    bonded: Bonded, command: Command, link_ids: Sequence[str], origin: str, destination: str
) -> Refused | None:
    """Why lines do not lead from one place to another; whether they must, the fence says."""
    for name in link_ids:
        if name not in bonded.links:
            return refused(command, Reason.LINK_UNKNOWN, name, f"no line {name} was recorded here")
    if link_ids and not leads(bonded, link_ids, origin, destination):
        detail = f"{', '.join(link_ids)} do not lead from {origin} to {destination}"
        return refused(command, Reason.LINK_PATH_BROKEN, link_ids[0], detail)
    return None


def _unlike(command: ProposeConsignment) -> Refused | None:
    """What of lots and description contradicts itself."""
    names = [lot.name for lot in command.lots]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        return refused(command, Reason.LOTS_ALIKE, twice, f"{twice} is the name of several lots")
    wrong = next(
        (lot for lot in command.lots if command.unit == "byte" and lot.quantity != lot.size_bytes), None
    )
    if wrong is not None:
        detail = (
            f"lot {wrong.name} counts {wrong.quantity} of unit byte, and its size_bytes is {wrong.size_bytes}"
        )
        return refused(command, Reason.BYTES_DIFFER, wrong.name, detail)
    return too_long(command, command.traits, command.handbook_no)


def too_long(command: Command, traits: DataTraits, subject: str) -> Refused | None:
    """Why a description cannot be used: every decision has to hold it."""
    size = len(msgspec.json.encode(traits))
    if size > TRAITS_BYTES_MAX:
        detail = f"the traits take {size} bytes, {TRAITS_BYTES_MAX} are there"
        return refused(command, Reason.TRAITS_TOO_LONG, subject, detail)
    return None


def _untimely(command: ProposeConsignment, cause: Cause) -> Refused | None:
    try:
        ends = day_ends(date.fromisoformat(command.retention_until), RETENTION_ZONE)
    except ValueError as error:
        detail = f"it is no day of the calendar: {error}"
        return refused(command, Reason.RETENTION_OVER, command.retention_until, detail)
    if ends <= cause.at:
        return refused(command, Reason.RETENTION_OVER, command.retention_until, "that day is over")
    return None
