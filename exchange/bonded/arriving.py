"""What arrived, by the signed word of whoever received it."""

from collections.abc import Sequence
from hashlib import sha256

from exchange.bonded.between.sending import dispatched
from exchange.bonded.commands import ConfirmArrival
from exchange.bonded.digests import arrival_bytes, signed
from exchange.bonded.egress import different, taken, under_way
from exchange.bonded.facts import ItemsReturned, ItemsTransferred, OutputExported
from exchange.bonded.origins import origins_of
from exchange.bonded.parties import active, not_one_of
from exchange.bonded.ranges import counted, share
from exchange.bonded.reasons import Reason
from exchange.bonded.state import Bonded, Egress, by_lot
from exchange.bonded.values import KeptTerms, Lot, Part
from exchange.kernel.bases import Cause, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused


def confirm(bonded: Bonded, command: ConfirmArrival, cause: Cause) -> Sequence[Fact]:
    """Take the receiver's word, if it is signed and about what was sent."""
    egress = under_way(bonded, command, command.egress_id)
    if isinstance(egress, Refused):
        return (egress,)
    requested = egress.requested
    refusal = not_one_of(bonded, command, cause, command.egress_id, requested.recipient_id)
    if refusal := refusal or _unfit(bonded, command, egress, cause):
        return (refusal,)
    match requested.kind:
        case "export":
            return (_exported(command, egress),)
        case "return":
            return (_returned(command, egress),)
    zone_id = requested.to_zone_id or requested.zone_id
    refusal = different(bonded, command, requested.items)
    if refusal := refusal or taken(bonded, command, zone_id, requested.handbook_no):
        return (refusal,)
    lot = _as_one(bonded, egress)
    if requested.to_zone_id:
        return (dispatched(bonded, egress, lot, command.signature),)
    return (_transferred(bonded, command, egress, lot, cause),)


def _unfit(bonded: Bonded, command: ConfirmArrival, egress: Egress, cause: Cause) -> Refused | None:
    name, requested = command.egress_id, egress.requested
    if egress.phase != "approved":
        detail = f"its last decision is {egress.decision_id}, and it is {egress.phase}"
        return refused(command, Reason.EGRESS_NOT_APPROVED, name, detail)
    if _sorted(command.parts) != _sorted(requested.parts) or command.size_bytes != requested.size_bytes:
        sent = f"{len(requested.parts)} parts of {requested.size_bytes} bytes were sent"
        detail = f"{sent}; names, digests or sizes differ"
        return refused(command, Reason.ARRIVAL_DIFFERS, name, detail)
    party = active(bonded, command, cause.actor)
    if isinstance(party, Refused):
        return party
    if not signed(
        party.public_key, command.signature, arrival_bytes(name, command.parts, command.size_bytes)
    ):
        detail = f"it does not verify by the key of {cause.actor}'s commitment"
        return refused(command, Reason.SIGNATURE_INVALID, name, detail)
    return None


def _sorted(parts: Sequence[Part]) -> list[tuple[str, bytes]]:
    return sorted((each.name, each.sha256) for each in parts)


def _exported(command: ConfirmArrival, egress: Egress) -> Fact:
    requested = egress.requested
    return OutputExported(
        egress_id=requested.egress_id,
        decision_id=egress.decision_id,
        processor_id=requested.processor_id,
        recipient_id=requested.recipient_id,
        destination=requested.destination,
        output_ids=requested.output_ids,
        parts=requested.parts,
        size_bytes=requested.size_bytes,
        link_ids=requested.link_ids,
        signature=command.signature,
    )


def _returned(command: ConfirmArrival, egress: Egress) -> Fact:
    requested = egress.requested
    return ItemsReturned(
        egress_id=requested.egress_id,
        decision_id=egress.decision_id,
        consignor_id=requested.recipient_id,
        destination=requested.destination,
        items=requested.items,
        parts=requested.parts,
        size_bytes=requested.size_bytes,
        link_ids=requested.link_ids,
        signature=command.signature,
    )


def _as_one(bonded: Bonded, egress: Egress) -> Lot:
    """The lot that items become, in their order."""
    requested = egress.requested
    lots = bonded.consignments[requested.consignment_ids[0]].lots
    wanted = by_lot(requested.items)
    size = sum(
        share(lots[lot].size_bytes, lots[lot].quantity, each) for (_, lot), each in sorted(wanted.items())
    )
    return Lot(
        name=requested.lot,
        sha256=_one_digest(requested.parts),
        quantity=sum(map(counted, wanted.values())),
        size_bytes=max(1, size),
    )


def _transferred(bonded: Bonded, command: ConfirmArrival, egress: Egress, lot: Lot, cause: Cause) -> Fact:
    """The items are a new consignment's."""
    requested = egress.requested
    return ItemsTransferred(
        egress_id=requested.egress_id,
        decision_id=egress.decision_id,
        from_consignment_id=requested.consignment_ids[0],
        consignment_id=derived_id("C", cause.partition, cause.offset, 0),
        zone_id=requested.zone_id,
        handbook_no=requested.handbook_no,
        key_id=requested.key_id,
        processor_id=requested.recipient_id,
        items=requested.items,
        lot=lot,
        parts=requested.parts,
        signature=command.signature,
        terms=_kept(bonded, egress),
    )


def _kept(bonded: Bonded, egress: Egress) -> KeptTerms:
    requested = egress.requested
    before = bonded.consignments[requested.consignment_ids[0]].proposed
    return KeptTerms(
        title=before.title,
        consignor_id=before.consignor_id,
        origin=before.origin,
        unit=before.unit,
        return_list=before.return_list,
        retention_until=before.retention_until,
        # Items of lots that are different data are not handed over together.
        carried=bonded.origins[origins_of(bonded, requested.items)[0]].carried,
    )


def _one_digest(parts: Sequence[Part]) -> bytes:
    """The digest of what arrived: its own, or that of all digests in the order of the names."""
    if len(parts) == 1:
        return parts[0].sha256
    return sha256(b"".join(digest for _, digest in _sorted(parts))).digest()
