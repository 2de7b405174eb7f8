"""What one business zone hands over to another."""

from exchange.bonded.values import Carried, ItemRange, Lot, Part, Purpose, Unit
from exchange.kernel.bases import Digest, Line, Names, Value
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.product import DataTraits, Place, Places, TransactionType
from exchange.kernel.time import Day


class HandedOver(Value, frozen=True):
    """Raw items of one handbook that are to become the first lot of another, under the same terms.

    Shape: `title` to `received_under` are those of the consignment that they were of; `signature` is the receiver's,
    under `parts`; `decision_id` is the fence's answer in the zone that they come from.
    """

    egress_id: Id
    from_zone_id: Id
    from_consignment_id: Id
    to_zone_id: Id
    handbook_no: Id
    key_id: Id
    processor_id: ParticipantId
    handed_over_by: ParticipantId
    items: tuple[ItemRange, ...]
    lot: Lot
    parts: tuple[Part, ...]
    signature: Digest
    decision_id: Id
    title: Line
    consignor_id: ParticipantId
    origin: Place
    link_ids: Names
    unit: Unit
    return_list: Places
    retention_until: Day
    traits: DataTraits
    carried: Carried
    purpose: Purpose
    transaction_type: TransactionType
    group_splitting: Line
    foreign_authority_request: bool
    received_under: Names
