"""What happened to raw items between two business zones."""

from exchange.bonded.between.values import HandedOver
from exchange.bonded.values import ItemRange
from exchange.kernel.bases import Digest, Fact, Line, Text
from exchange.kernel.descent import Inherited
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.product import DataTraits


class TransferDispatched(Fact, frozen=True):
    """Raw items are on their way to another business zone: off the floor of this one, and still in its account."""

    handed: HandedOver


class TransferTakenIn(Fact, frozen=True):
    """Raw items of another business zone came into a handbook here, of which they are the first lot."""

    consignment_id: Id
    handed: HandedOver


class TransferTurnedAway(Fact, frozen=True):
    """Raw items of another business zone could not come in, and go back to the handbook that they were of."""

    egress_id: Id
    from_zone_id: Id
    to_zone_id: Id
    handbook_no: Id
    reason: Line
    detail: Text


class TransferConcluded(Fact, frozen=True):
    """Raw items are in another business zone's handbook, and no more in the account of this one."""

    egress_id: Id
    from_consignment_id: Id
    items: tuple[ItemRange, ...]
    to_zone_id: Id
    handbook_no: Id
    consignment_id: Id


class TransferReturned(Fact, frozen=True):
    """Raw items that another business zone turned away are on hand again."""

    egress_id: Id
    from_consignment_id: Id
    items: tuple[ItemRange, ...]
    to_zone_id: Id
    reason: Line
    detail: Text


class ReclassificationPassedOn(Fact, frozen=True):
    """A handbook is to learn that items which were handed over to it are other data than was declared.

    Shape: `source_id` is the consignment that they were of, or its lot; `consignment_id` is theirs; `unsaid` may be in
    them though `traits` do not say so.
    """

    source_id: Id
    to_zone_id: Id
    consignment_id: Id
    traits: DataTraits
    grounds: Text
    evidence_sha256: Digest
    by_id: ParticipantId
    unsaid: Inherited = ()


FACTS: tuple[type[Fact], ...] = (
    TransferDispatched,
    TransferTakenIn,
    TransferTurnedAway,
    TransferConcluded,
    TransferReturned,
    ReclassificationPassedOn,
)
"""Newest last, so that their schemas keep their ids."""
