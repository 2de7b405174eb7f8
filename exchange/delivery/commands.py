"""What may be asked of the delivery."""

from typing import Annotated, Literal

import msgspec

from exchange.kernel.bases import Command, Count, Line, Names, Text
from exchange.kernel.ids import EntitlementId, Id, InstrumentId, MarketId, ParticipantId, ProductId, TradeId
from exchange.kernel.plan import Meter, Metered
from exchange.kernel.product import Place, ProductType, Protection, Version
from exchange.kernel.time import Instant

RangeDigest = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
"""BLAKE2b-256 over seq, key, value and headers of every record of a range, each length-prefixed."""


class RecordProduct(Command, frozen=True):
    """Remember a listed product version, so that its seller may publish it. Sent by a policy."""

    product_id: ProductId
    version: Version
    listing_id: Id
    seller_id: ParticipantId
    product_type: ProductType
    protection: Protection
    stored_in: Place
    title: Line


class OpenEntitlement(Command, frozen=True):
    """Remember that a buyer may receive a product. Sent by a policy when a trade confers the right."""

    entitlement_id: EntitlementId
    trade_id: TradeId
    market_id: MarketId
    product_id: ProductId
    version: Version
    seller_id: ParticipantId
    buyer_id: ParticipantId
    starts_at: Instant
    ends_at: Instant
    acceptance_days: Annotated[int, msgspec.Meta(ge=1, le=365)]


class CloseEntitlement(Command, frozen=True):
    """The market's final word on the purchase. Sent by a policy."""

    entitlement_id: EntitlementId
    product_id: ProductId
    verdict: Literal["accepted", "refunded"]


class SuspendEntitlement(Command, frozen=True):
    """What an entitlement rests on was revoked: nothing published from `since` on belongs to it. Sent by a policy."""

    entitlement_id: EntitlementId
    product_id: ProductId
    since: Instant
    codes: Names


class ResumeEntitlement(Command, frozen=True):
    """A suspended entitlement runs on. Sent by a policy."""

    entitlement_id: EntitlementId
    product_id: ProductId


class LapseEntitlement(Command, frozen=True):
    """An entitlement is over since `ended_at`; suspended or not, it does not resume. Sent by a policy."""

    entitlement_id: EntitlementId
    product_id: ProductId
    ended_at: Instant


class ReportRange(Command, frozen=True):
    """The seller says what it published, as it reads it back.

    Shape: ranges of a product follow each other without a gap, `first` being the last one's `last` + 1;
    product sequence numbers begin at 0. `stream_claim` is the offset of the publishing claim in the topic.
    Units: `size_bytes` of keys and values.
    """

    product_id: ProductId
    first: Count
    last: Count
    count: Count
    size_bytes: Count
    digest: RangeDigest
    first_offset: Count
    last_offset: Count
    stream_claim: Count
    epoch: Count = 0


class CompletePublication(Command, frozen=True):
    """The seller says that what it owes the entitlements open now ends with sequence number `through`."""

    product_id: ProductId
    through: Count


class ConfirmReceipt(Command, frozen=True):
    """The buyer's signed word of what arrived and was processed: one whole published range."""

    entitlement_id: EntitlementId
    product_id: ProductId
    first: Count
    last: Count
    count: Count
    digest: RangeDigest


class ReportGap(Command, frozen=True):
    """The buyer misses sequence numbers `first`..`last`, which were published."""

    entitlement_id: EntitlementId
    product_id: ProductId
    first: Count
    last: Count


class RuleOnRange(Command, frozen=True):
    """What the exchange itself found when it hashed a range on the topic. Sent by the exchange's auditor.

    Shape: `count` may be less than was reported, where records are missing, and 0 where there is nothing to
    be read as it was reported; `digest` is over what is there.
    """

    product_id: ProductId
    first: Count
    last: Count
    count: Count
    digest: RangeDigest


class ObjectToDelivery(Command, frozen=True):
    """The buyer objects to a complete delivery before it is accepted."""

    entitlement_id: EntitlementId
    product_id: ProductId
    grounds: Text


class OpenMeter(Command, frozen=True):
    """Count what a buyer uses under an entitlement of its prepaid units. Sent by a policy.

    Shape: it `counts` calls, of which a record received is one, or bytes of keys and values.
    """

    entitlement_id: EntitlementId
    product_id: ProductId
    instrument_id: InstrumentId
    buyer_id: ParticipantId
    counts: Meter


class ReportReading(Command, frozen=True):
    """The seller says where its gateway's meter stands: what a buyer has used under an entitlement in all.

    Units: `total` in what was prepaid, calls or bytes. Shape: it rises from reading to reading; what a lost one would
    have said, the next one says too.
    """

    entitlement_id: EntitlementId
    product_id: ProductId
    total: Metered


COMMANDS: tuple[type[Command], ...] = (
    RecordProduct,
    OpenEntitlement,
    CloseEntitlement,
    SuspendEntitlement,
    ResumeEntitlement,
    LapseEntitlement,
    ReportRange,
    CompletePublication,
    ConfirmReceipt,
    ReportGap,
    RuleOnRange,
    ObjectToDelivery,
    OpenMeter,
    ReportReading,
)
