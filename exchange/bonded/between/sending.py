"""The zone that hands over: its items are on their way until the other zone has answered."""

from collections.abc import Sequence

from exchange.bonded.between.commands import ConcludeTransfer
from exchange.bonded.between.facts import TransferConcluded, TransferDispatched, TransferReturned
from exchange.bonded.between.values import HandedOver
from exchange.bonded.origins import origins_of
from exchange.bonded.parties import not_a_policy
from exchange.bonded.reasons import Reason
from exchange.bonded.state import Bonded, Egress
from exchange.bonded.values import Lot
from exchange.kernel.bases import Cause, Fact
from exchange.kernel.refusals import refused


def dispatched(bonded: Bonded, egress: Egress, lot: Lot, signature: bytes) -> Fact:
    """That items leave for another zone, with all that it has to know of them."""
    requested = egress.requested
    consignment_id = requested.consignment_ids[0]
    consignment = bonded.consignments[consignment_id]
    before, origin = consignment.proposed, bonded.origins[origins_of(bonded, requested.items)[0]]
    return TransferDispatched(
        handed=HandedOver(
            egress_id=requested.egress_id,
            from_zone_id=requested.zone_id,
            from_consignment_id=consignment_id,
            to_zone_id=requested.to_zone_id,
            handbook_no=requested.handbook_no,
            key_id=requested.key_id,
            processor_id=requested.recipient_id,
            handed_over_by=(
                consignment.handed_over_by
                if requested.recipient_id == requested.processor_id
                else requested.processor_id
            ),
            items=requested.items,
            lot=lot,
            parts=requested.parts,
            signature=signature,
            decision_id=egress.decision_id,
            title=before.title,
            consignor_id=before.consignor_id,
            origin=before.origin,
            link_ids=before.link_ids,
            unit=before.unit,
            return_list=before.return_list,
            retention_until=before.retention_until,
            traits=origin.traits,
            carried=origin.carried,
            purpose=before.purpose,
            transaction_type=before.transaction_type,
            group_splitting=before.group_splitting,
            foreign_authority_request=before.foreign_authority_request,
            received_under=consignment.received_under,
        )
    )


def conclude(bonded: Bonded, command: ConcludeTransfer, cause: Cause) -> Sequence[Fact]:
    """Take the other zone's answer: the items are its, or on hand again."""
    if refusal := not_a_policy(command, cause):
        return (refusal,)
    egress = bonded.egresses.get(command.egress_id)
    if egress is None or egress.phase != "in_transit":
        detail = "nothing is on its way under this id" if egress is None else f"it is {egress.phase}"
        return (refused(command, Reason.EGRESS_UNKNOWN, command.egress_id, detail),)
    requested = egress.requested
    if command.consignment_id:
        return (
            TransferConcluded(
                egress_id=command.egress_id,
                from_consignment_id=requested.consignment_ids[0],
                items=requested.items,
                to_zone_id=requested.to_zone_id,
                handbook_no=requested.handbook_no,
                consignment_id=command.consignment_id,
            ),
        )
    return (
        TransferReturned(
            egress_id=command.egress_id,
            from_consignment_id=requested.consignment_ids[0],
            items=requested.items,
            to_zone_id=requested.to_zone_id,
            reason=command.reason,
            detail=command.detail,
        ),
    )
