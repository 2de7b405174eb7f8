"""What happened in the delivery."""

from typing import Literal

from exchange.delivery.reasons import Reason as Reason
from exchange.kernel.bases import Digest, Fact, Line, Names, Text
from exchange.kernel.ids import EntitlementId, Id, InstrumentId, MarketId, ParticipantId, ProductId, TradeId
from exchange.kernel.plan import Meter
from exchange.kernel.product import Place, ProductType, Protection, Version
from exchange.kernel.time import Instant


class ProductRecorded(Fact, frozen=True):
    """A product version may be published and delivered."""

    product_id: ProductId
    version: Version
    listing_id: Id
    seller_id: ParticipantId
    product_type: ProductType
    protection: Protection
    stored_in: Place
    title: Line


class EntitlementOpened(Fact, frozen=True):
    """A buyer may receive from sequence number `from_seq` on, which begins a published range."""

    entitlement_id: EntitlementId
    trade_id: TradeId
    market_id: MarketId
    product_id: ProductId
    version: Version
    seller_id: ParticipantId
    buyer_id: ParticipantId
    from_seq: int
    starts_at: Instant
    ends_at: Instant
    acceptance_days: int


class EntitlementClosed(Fact, frozen=True):
    """The market has spoken: what was delivered is accepted, or the purchase refunded."""

    entitlement_id: EntitlementId
    trade_id: TradeId
    product_id: ProductId
    verdict: Literal["accepted", "refunded"]


class EntitlementSuspended(Fact, frozen=True):
    """Nothing published from sequence number `from_seq` on belongs to an entitlement, until it is resumed.

    Shape: what it rests on was revoked `since` then, with these `codes`; receipts for what belongs to it stay welcome.
    """

    entitlement_id: EntitlementId
    product_id: ProductId
    from_seq: int
    since: Instant
    codes: Names


class EntitlementResumed(Fact, frozen=True):
    """What is published from now on belongs to an entitlement again.

    Shape: `first`..`last` was published meanwhile and is not owed, `last` is `first` - 1 where that is nothing: what is
    no stream is received whole, so all of it is owed again.
    """

    entitlement_id: EntitlementId
    product_id: ProductId
    first: int
    last: int


class EntitlementLapsed(Fact, frozen=True):
    """An entitlement ended at `ended_at` by the market's word: nothing published from then on belongs to it.

    Shape: `first`..`last` was published while it was suspended and is not owed, as in `EntitlementResumed`.
    """

    entitlement_id: EntitlementId
    product_id: ProductId
    ended_at: Instant
    first: int
    last: int


class RangePublished(Fact, frozen=True):
    """The seller published records `first`..`last` of a product, made from the version stored in `stored_in`.

    Units: `size_bytes` of keys and values; offsets are those of the product's topic.
    """

    product_id: ProductId
    version: Version
    seller_id: ParticipantId
    stored_in: Place
    first: int
    last: int
    count: int
    size_bytes: int
    digest: Digest
    first_offset: int
    last_offset: int
    stream_claim: int
    epoch: int


class PublicationCompleted(Fact, frozen=True):
    """What the seller owes `entitlement_ids` ends with `through`; the acceptance windows begin.

    Shape: `basis` is the seller's word, or the end of the term, for a seller that has said nothing; where a
    seller's one command is about many, the rest follow on their own.
    """

    product_id: ProductId
    through: int
    entitlement_ids: tuple[EntitlementId, ...]
    basis: Literal["seller", "time"]


class RangeReceived(Fact, frozen=True):
    """The buyer received and processed a range; its digest equals the seller's."""

    entitlement_id: EntitlementId
    product_id: ProductId
    buyer_id: ParticipantId
    first: int
    last: int
    count: int
    digest: Digest


class DigestsDiffered(Fact, frozen=True):
    """The buyer's digest of a range is not the seller's; the exchange hashes the range on the topic.

    Shape: the exchange begins to read at `first_offset`.
    """

    entitlement_id: EntitlementId
    product_id: ProductId
    buyer_id: ParticipantId
    seller_id: ParticipantId
    first: int
    last: int
    first_offset: int
    last_offset: int
    seller_count: int
    seller_digest: Digest
    buyer_count: int
    buyer_digest: Digest


class RangeUnconfirmed(Fact, frozen=True):
    """A delivery has to end, and no receipt speaks for this range; the exchange hashes it on the topic.

    Shape: the exchange begins to read at `first_offset`. One range at a time, the next after its ruling.
    """

    entitlement_id: EntitlementId
    product_id: ProductId
    first: int
    last: int
    first_offset: int
    last_offset: int
    seller_count: int
    seller_digest: Digest


class RangeRuled(Fact, frozen=True):
    """The exchange's own hash decided who is right about a range, for each entitlement in dispute over it.

    Shape: `right` is the side whose digest the topic bears out; `neither` means it bears nobody out.
    """

    entitlement_id: EntitlementId
    product_id: ProductId
    first: int
    last: int
    count: int
    digest: Digest
    right: Literal["seller", "buyer", "neither"]


class GapReported(Fact, frozen=True):
    """The buyer misses records that were published; reading again delivers them."""

    entitlement_id: EntitlementId
    product_id: ProductId
    first: int
    last: int


class GapClosed(Fact, frozen=True):
    """The missing records arrived with a later receipt."""

    entitlement_id: EntitlementId
    product_id: ProductId
    first: int
    last: int


class DeliveryObjected(Fact, frozen=True):
    """The buyer objected to a complete delivery; the exchange hashes whatever no receipt speaks for."""

    entitlement_id: EntitlementId
    product_id: ProductId
    grounds: Text


class AcceptanceProposed(Fact, frozen=True):
    """The evidence speaks for accepting.

    Shape: `basis` is `evidence` where the buyer confirmed all; `time` where its window ended and the topic
    bears the seller out in the rest; `ruling` where that was hashed for a dispute or an objection.
    """

    entitlement_id: EntitlementId
    trade_id: TradeId
    market_id: MarketId
    product_id: ProductId
    basis: Literal["evidence", "time", "ruling"]
    through: int


class RejectionProposed(Fact, frozen=True):
    """The exchange's own hash does not bear the seller out, or nothing was published while the right ran.

    Shape: `first`..`last` is what speaks for rejecting; with nothing published, `last` is `first` - 1.
    """

    entitlement_id: EntitlementId
    trade_id: TradeId
    market_id: MarketId
    product_id: ProductId
    basis: Literal["ruling", "time"]
    first: int
    last: int


class MeterOpened(Fact, frozen=True):
    """What a buyer uses under an entitlement is counted, to be drawn from what it prepaid of an instrument."""

    entitlement_id: EntitlementId
    product_id: ProductId
    instrument_id: InstrumentId
    buyer_id: ParticipantId
    counts: Meter


class UsageMetered(Fact, frozen=True):
    """A buyer received a range of what it prepaid, by its own word or by the exchange's ruling on its dispute.

    Units: `metered` in calls (records received) or bytes, as the range was reported. Shape: once for each range, buyer
    and instrument, under however many entitlements it is received.
    """

    entitlement_id: EntitlementId
    market_id: MarketId
    product_id: ProductId
    instrument_id: InstrumentId
    buyer_id: ParticipantId
    first: int
    last: int
    counts: Meter
    metered: int


class ReadingTaken(Fact, frozen=True):
    """A gateway's meter stands at `total` for an entitlement, and stood at `before`: the difference was used.

    Units: calls or bytes, as it `counts`.
    """

    entitlement_id: EntitlementId
    market_id: MarketId
    product_id: ProductId
    instrument_id: InstrumentId
    buyer_id: ParticipantId
    counts: Meter
    before: int
    total: int


class ReadingSetAside(Fact, frozen=True):
    """A gateway's meter moved on while the entitlement was suspended: the difference is credited to nobody.

    Units: as `ReadingTaken`.
    """

    entitlement_id: EntitlementId
    product_id: ProductId
    instrument_id: InstrumentId
    buyer_id: ParticipantId
    counts: Meter
    before: int
    total: int


FACTS: tuple[type[Fact], ...] = (
    ProductRecorded,
    EntitlementOpened,
    EntitlementClosed,
    EntitlementSuspended,
    EntitlementResumed,
    EntitlementLapsed,
    RangePublished,
    PublicationCompleted,
    RangeReceived,
    DigestsDiffered,
    RangeUnconfirmed,
    RangeRuled,
    GapReported,
    GapClosed,
    DeliveryObjected,
    AcceptanceProposed,
    RejectionProposed,
    MeterOpened,
    UsageMetered,
    ReadingTaken,
    ReadingSetAside,
)
