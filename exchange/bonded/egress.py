"""Requests to let something leave: products the zone, raw items for their consignor or for another handbook."""

from collections.abc import Sequence

from exchange.bonded.admission import unfit_path, unfit_processor
from exchange.bonded.commands import RequestExport, RequestReturn, RequestTransfer, WithdrawEgress
from exchange.bonded.facts import EgressRequested, EgressWithdrawn
from exchange.bonded.fencing import Rulesets, not_admitted
from exchange.bonded.items import Wanted, named, not_to_leave
from exchange.bonded.jobs import not_let_in, too_many
from exchange.bonded.leaving import answered, asked_about, counted
from exchange.bonded.origins import origins_of
from exchange.bonded.parties import active, not_one_of
from exchange.bonded.reasons import Reason
from exchange.bonded.state import Bonded, Consignment, Egress, Output
from exchange.bonded.surroundings import BONDED_PLACE
from exchange.bonded.values import ItemRange, Part
from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused

_OVER = {
    "left": "it has arrived",
    "withdrawn": "it was taken back",
    "ended": "the counter ruled against it",
}
"""What became of a request of which nothing is under way any more."""


def request_export(
    bonded: Bonded, command: RequestExport, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Ask whether outputs may leave the zone."""
    outputs = _exportable(bonded, command, cause)
    if isinstance(outputs, Refused):
        return (outputs,)
    consignment_ids, source_ids = _behind(bonded, outputs)
    refusal = (
        _unfit_receiver(bonded, command, command.recipient_id, cause)
        or unfit_path(bonded, command, command.link_ids, BONDED_PLACE, command.destination)
        or too_many(command, consignment_ids, source_ids)
        or not_let_in(bonded, command, consignment_ids)
    )
    if refusal is not None:
        return (refusal,)
    requested = EgressRequested(
        egress_id=derived_id("X", cause.partition, cause.offset, 0),
        kind="export",
        zone_id=outputs[0].zone_id,
        processor_id=cause.actor,
        recipient_id=command.recipient_id,
        destination=command.destination,
        output_ids=tuple(dict.fromkeys(command.output_ids)),
        items=(),
        consignment_ids=consignment_ids,
        parts=tuple(Part(name=each.made.output_id, sha256=each.made.sha256) for each in outputs),
        size_bytes=sum(each.made.size_bytes for each in outputs),
        link_ids=command.link_ids,
        purpose=command.purpose,
        transaction_type=command.transaction_type,
        remote_access_from=command.remote_access_from,
        foreign_authority_request=command.foreign_authority_request,
        scenario_id=command.scenario_id,
    )
    facts = _put(bonded, command, requested, cause, rulesets)
    return (*facts, *counted(bonded, requested, facts[-1], cause.at))


def request_return(
    bonded: Bonded, command: RequestReturn, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Ask whether raw items may go back to their consignor."""
    found = _own_items(bonded, command, cause)
    if isinstance(found, Refused):
        return (found,)
    proposed = found.proposed
    refusal = active(bonded, command, proposed.consignor_id)
    if isinstance(refusal, Refused):
        return (refusal,)
    broken = unfit_path(bonded, command, command.link_ids, BONDED_PLACE, command.destination)
    if broken is not None:
        return (broken,)
    requested = EgressRequested(
        egress_id=derived_id("X", cause.partition, cause.offset, 0),
        kind="return",
        zone_id=proposed.zone_id,
        processor_id=cause.actor,
        recipient_id=proposed.consignor_id,
        destination=command.destination,
        output_ids=(),
        items=command.items,
        consignment_ids=(proposed.consignment_id,),
        parts=command.parts,
        size_bytes=command.size_bytes,
        link_ids=command.link_ids,
        purpose=proposed.purpose,
        transaction_type=proposed.transaction_type,
        remote_access_from=(),
        foreign_authority_request=False,
    )
    return _put(bonded, command, requested, cause, rulesets)


def request_transfer(
    bonded: Bonded, command: RequestTransfer, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Ask whether raw items may go to another handbook, one's own or not, of this business zone or of another."""
    found = _own_items(bonded, command, cause)
    if isinstance(found, Refused):
        return (found,)
    proposed = found.proposed
    to_zone_id = command.to_zone_id or proposed.zone_id
    receiver = active(bonded, command, command.processor_id)
    if isinstance(receiver, Refused):
        return (receiver,)
    refusal = (
        unfit_processor(bonded, command, command.processor_id, BONDED_PLACE)
        or different(bonded, command, command.items)
        or taken(bonded, command, to_zone_id, command.handbook_no)
        or not_let_in(bonded, command, (proposed.consignment_id,))
    )
    if refusal is not None:
        return (refusal,)
    requested = EgressRequested(
        egress_id=derived_id("X", cause.partition, cause.offset, 0),
        kind="transfer",
        zone_id=proposed.zone_id,
        processor_id=cause.actor,
        recipient_id=command.processor_id,
        destination=BONDED_PLACE,
        output_ids=(),
        items=command.items,
        consignment_ids=(proposed.consignment_id,),
        parts=command.parts,
        size_bytes=command.size_bytes,
        link_ids=(),
        purpose=proposed.purpose,
        transaction_type=proposed.transaction_type,
        remote_access_from=(),
        foreign_authority_request=False,
        handbook_no=command.handbook_no,
        key_id=command.key_id,
        lot=command.lot,
        to_zone_id="" if to_zone_id == proposed.zone_id else to_zone_id,
    )
    return _put(bonded, command, requested, cause, rulesets)


def withdraw(bonded: Bonded, command: WithdrawEgress, cause: Cause) -> Sequence[Fact]:
    """Take a request back."""
    egress = under_way(bonded, command, command.egress_id)
    if isinstance(egress, Refused):
        return (egress,)
    if refusal := not_one_of(bonded, command, cause, command.egress_id, egress.requested.processor_id):
        return (refusal,)
    return (EgressWithdrawn(egress_id=command.egress_id, grounds=command.grounds),)


def under_way(bonded: Bonded, command: Command, egress_id: str) -> Egress | Refused:
    """A request of which nothing has arrived, or why there is none."""
    egress = bonded.egresses.get(egress_id)
    if egress is None:
        return refused(command, Reason.EGRESS_UNKNOWN, egress_id, "nothing was requested under this id here")
    if egress.phase == "in_transit":
        said = f"business zone {egress.requested.to_zone_id} has not answered yet"
        return refused(command, Reason.EGRESS_IN_TRANSIT, egress_id, said)
    if egress.phase in _OVER:
        return refused(command, Reason.EGRESS_ENDED, egress_id, _OVER[egress.phase])
    return egress


def different(bonded: Bonded, command: Command, items: Sequence[ItemRange]) -> Refused | None:
    """Why items cannot become one lot: some are other data than others."""
    names = origins_of(bonded, items)
    if len(names) > 1:
        return refused(command, Reason.ITEMS_MIXED, names[1], f"{' and '.join(names)} are different data")
    return None


def taken(bonded: Bonded, command: Command, zone_id: str, handbook_no: str) -> Refused | None:
    """Why a handbook's number cannot be used, as far as is known here of its zone."""
    zone = bonded.zones.get(zone_id)
    there = None if zone is None else zone.handbooks.get(handbook_no)
    if there is None:
        return None
    return refused(command, Reason.HANDBOOK_TAKEN, handbook_no, f"{zone_id} has consignment {there} under it")


def _put(
    bonded: Bonded, command: Command, requested: EgressRequested, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Ask the fence: what it lets pass is approved, what it puts to people is held, all else refused."""
    answer = asked_about(bonded, requested, cause, rulesets)
    if not answer.admitted and not answer.for_people:
        return (answer.fact, not_admitted(command, requested.egress_id, answer))
    return (answer.fact, requested, answered(bonded, requested, answer))


def _exportable(bonded: Bonded, command: RequestExport, cause: Cause) -> list[Output] | Refused:
    """The actor's own outputs that may be asked for together, or why they may not."""
    found: list[Output] = []
    for output_id in dict.fromkeys(command.output_ids):
        output = bonded.outputs.get(output_id)
        if output is None:
            return refused(command, Reason.OUTPUT_UNKNOWN, output_id, "no such output was made here")
        if output.phase != "there":
            return refused(command, Reason.OUTPUT_DESTROYED, output_id, f"it is {output.phase}")
        if output.made.kind == "intermediate":
            detail = f"{output.made.reference} is intermediate"
            return refused(command, Reason.OUTPUT_INTERMEDIATE, output_id, detail)
        found.append(output)
    mixed = next((each for each in found if each.zone_id != found[0].zone_id), None) or next(
        (each for each in found if each.processor_id != found[0].processor_id), None
    )
    if mixed is not None:
        detail = f"it is of {mixed.processor_id} in {mixed.zone_id}; the first is of {found[0].processor_id}"
        return refused(command, Reason.OUTPUTS_MIXED, mixed.made.output_id, detail)
    return not_one_of(bonded, command, cause, found[0].made.output_id, found[0].processor_id) or found


def _behind(bonded: Bonded, outputs: Sequence[Output]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    consignments: dict[str, None] = {}
    sources: dict[str, None] = {}
    for output in outputs:
        run = bonded.job_runs[output.job_run_id]
        consignments |= dict.fromkeys(run.started.consignment_ids)
        sources |= dict.fromkeys(run.source_ids)
    return tuple(consignments), tuple(sources)


def _own_items(
    bonded: Bonded, command: RequestReturn | RequestTransfer, cause: Cause
) -> Consignment | Refused:
    """The one consignment of raw items that the actor may let go, or why it may not."""
    wanted = named(bonded, command, command.items)
    if isinstance(wanted, Refused):
        return wanted
    consignment = one_of(bonded, command, wanted)
    if isinstance(consignment, Refused):
        return consignment
    name = consignment.proposed.consignment_id
    refusal = not_one_of(bonded, command, cause, name, consignment.proposed.processor_id)
    return refusal or not_to_leave(bonded, command, wanted) or consignment


def one_of(bonded: Bonded, command: Command, wanted: Wanted) -> Consignment | Refused:
    """The one consignment that items belong to, or why there are several."""
    names = sorted({name for name, _ in wanted})
    if len(names) > 1:
        return refused(command, Reason.ITEMS_MIXED, names[1], f"they are of {', '.join(names)}")
    return bonded.consignments[names[0]]


def _unfit_receiver(bonded: Bonded, command: Command, name: str, cause: Cause) -> Refused | None:
    party = active(bonded, command, name)
    if isinstance(party, Refused):
        return party
    if name == cause.actor:
        return refused(command, Reason.CONSIGNEE_UNFIT, name, f"{name} asks and would receive")
    return None
