"""Items written off, what is on hand counted, and the handbook closed once nothing is left."""

from collections.abc import Sequence

from exchange.bonded.accounts import account, agrees, books, exact, items_on_hand
from exchange.bonded.commands import CountOnHand, ScrapItems, WriteOff
from exchange.bonded.egress import one_of
from exchange.bonded.facts import BalanceClosed, BalanceCounted, ConsignmentWrittenOff, ItemsScrapped
from exchange.bonded.items import named, not_to_leave, open_one
from exchange.bonded.parties import lacking, not_one_of
from exchange.bonded.reasons import Reason
from exchange.bonded.state import Bonded, Consignment
from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused


def scrap(bonded: Bonded, command: ScrapItems, cause: Cause) -> Sequence[Fact]:
    """Write off items that are defective or lost."""
    wanted = named(bonded, command, command.items)
    if isinstance(wanted, Refused):
        return (wanted,)
    consignment = one_of(bonded, command, wanted)
    if isinstance(consignment, Refused):
        return (consignment,)
    name = consignment.proposed.consignment_id
    refusal = not_one_of(bonded, command, cause, name, consignment.proposed.processor_id)
    if refusal := refusal or not_to_leave(bonded, command, wanted):
        return (refusal,)
    return (
        ItemsScrapped(
            consignment_id=name,
            items=command.items,
            grounds=command.grounds,
            evidence_sha256=command.evidence_sha256,
            by_id=cause.actor,
        ),
    )


def count(bonded: Bonded, command: CountOnHand, cause: Cause) -> Sequence[Fact]:
    """Compare what was found with the books, and close the balance where they agree."""
    consignment = open_one(bonded, command, command.consignment_id)
    if isinstance(consignment, Refused):
        return (consignment,)
    if refusal := _not_for(bonded, command, consignment, cause):
        return (refusal,)
    proposed = consignment.proposed
    if proposed.unit == "byte" and command.quantity != command.size_bytes:
        detail = f"it is counted in bytes: {command.quantity} and {command.size_bytes} were found"
        return (refused(command, Reason.BYTES_DIFFER, command.consignment_id, detail),)
    lines = account(consignment, command.quantity, command.size_bytes)
    compared = BalanceCounted(
        consignment_id=command.consignment_id,
        zone_id=proposed.zone_id,
        lines=lines,
        evidence_sha256=command.evidence_sha256,
        by_id=cause.actor,
    )
    if not agrees(lines):
        return (compared,)
    closed = BalanceClosed(
        consignment_id=command.consignment_id,
        zone_id=proposed.zone_id,
        balance_state="balanced" if exact(lines) else "within_tolerance",
    )
    return (compared, closed)


def write_off(bonded: Bonded, command: WriteOff, cause: Cause) -> Sequence[Fact]:
    """Close a handbook."""
    consignment = open_one(bonded, command, command.consignment_id)
    if isinstance(consignment, Refused):
        return (consignment,)
    if refusal := _not_for(bonded, command, consignment, cause) or _something_left(command, consignment):
        return (refusal,)
    return (
        ConsignmentWrittenOff(
            consignment_id=command.consignment_id,
            zone_id=consignment.proposed.zone_id,
            handbook_no=consignment.proposed.handbook_no,
            lines=books(consignment),
            used_count=consignment.used_count,
        ),
    )


def _not_for(bonded: Bonded, command: Command, consignment: Consignment, cause: Cause) -> Refused | None:
    """Why the actor may not ask for this: it takes the processor or an operator."""
    proposed = consignment.proposed
    if cause.actor == proposed.processor_id:
        return not_one_of(bonded, command, cause, proposed.consignment_id, proposed.processor_id)
    return lacking(bonded, command, cause, "operator")


def _something_left(command: WriteOff, consignment: Consignment) -> Refused | None:
    name = command.consignment_id
    leaving = [*consignment.egress_ids, *consignment.transit_ids]
    under_way = [*consignment.running_ids, *leaving, *consignment.certificate_ids]
    if under_way:
        return refused(command, Reason.WORK_LEFT, name, f"{', '.join(under_way[:10])} are under way")
    if left := items_on_hand(consignment):
        return refused(command, Reason.ITEMS_LEFT, name, f"{left} {consignment.proposed.unit}s are on hand")
    if consignment.intermediate_ids:
        detail = f"{', '.join(consignment.intermediate_ids[:10])} are there"
        return refused(command, Reason.OUTPUTS_LEFT, name, detail)
    if consignment.balance != "balanced":
        return refused(command, Reason.BALANCE_OPEN, name, f"it is {consignment.balance}")
    return None
