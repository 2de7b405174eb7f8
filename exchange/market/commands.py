"""What may be asked of a market."""

from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from exchange.kernel.bases import Command, Digest, Line, Names, Text, Value
from exchange.kernel.ids import Id, InstrumentId, MarketId, OrderId, ParticipantId, ProductId, TradeId
from exchange.kernel.money import AmountMinor, CurrencyCode
from exchange.kernel.product import DataTraits, LicenceTerms, Place, Places, TransactionType, Version
from exchange.kernel.time import Instant

Quantity = Annotated[int, msgspec.Meta(ge=1, le=10**9)]
"""Lots of an instrument."""
Price = Annotated[int, msgspec.Meta(ge=1, le=10**12)]
"""Ticks of an instrument for one lot."""


class Side(StrEnum):
    """A bid buys, an ask sells."""

    BID = "bid"
    ASK = "ask"


class Standing(Value, frozen=True):
    """What a market must know of a participant to let it trade and to decide a crossing."""

    participant_id: ParticipantId
    place: Place
    roles: Names
    beneficial_owner: Id
    active: bool
    registered_zones: Names
    ciio: bool
    gba_registered: bool
    us_covered_person: bool
    is_intermediary: bool
    bound_by_comparable_law: bool


class RecordParticipant(Command, frozen=True):
    """Remember a participant as the registry knows it. Sent by a policy."""

    standing: Standing


class RecordStanding(Command, frozen=True):
    """Remember that a participant may trade, or no longer may. Sent by a policy."""

    participant_id: ParticipantId
    active: bool


class InstrumentTerms(Value, frozen=True):
    """What a book trades.

    Units: one tick is `tick_micros` millionths of the currency's major unit; one lot is one `unit`.
    Shape: `seller_id` is set where only one participant may ask; `posted_price` then is its standing ask
    of unlimited quantity; `moves_data` is false where a purchase is no crossing; `assessor_ids` gave an
    opinion on the product and may not trade it.
    """

    instrument_id: InstrumentId
    market_id: MarketId
    listing_id: Id
    product_id: ProductId
    version: Version
    title: Line
    unit: Line
    currency: CurrencyCode
    tick_micros: Annotated[int, msgspec.Meta(ge=1, le=10**12)]
    seller_id: ParticipantId | None
    posted_price: Price | None
    moves_data: bool
    subscription: bool
    stored_in: Place
    traits: DataTraits
    licence: LicenceTerms
    licence_digest: Digest
    transaction_type: TransactionType
    acceptance_days: Annotated[int, msgspec.Meta(ge=1, le=365)]
    assessor_ids: Names = ()


class OpenInstrument(Command, frozen=True):
    """Open a book. Sent by a policy when a product is listed."""

    terms: InstrumentTerms


class SetInstrumentState(Command, frozen=True):
    """Halt a book, open it again, or close it for good. Sent by a policy."""

    instrument_id: InstrumentId
    state: Literal["open", "halted", "closed"]


class AdoptRuleset(Command, frozen=True):
    """Decide crossings by this ruleset from `effective_at` on. Sent by a policy."""

    ruleset_version: Line
    ruleset_digest: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
    effective_at: Instant


class ConfirmDeposit(Command, frozen=True):
    """The custodian bank says that a participant's money has arrived."""

    participant_id: ParticipantId
    currency: CurrencyCode
    amount_minor: AmountMinor
    reference: Id


class ConfirmPayout(Command, frozen=True):
    """The custodian bank says that it has paid a seller what it was owed here."""

    participant_id: ParticipantId
    currency: CurrencyCode
    amount_minor: AmountMinor
    reference: Id


class Use(Value, frozen=True):
    """What a buyer means to do with the data: the part of a crossing that only the buyer knows.

    Shape: what is missing leads to REVIEW; `licence_digest` is that of the licence it accepts.
    """

    purpose: Line | None = None
    scenario_id: Line | None = None
    place_of_use: Place | None = None
    remote_access_from: Places = ()
    licence_digest: Digest | None = None


class PlaceOrder(Command, frozen=True):
    """Bid or ask at a limit. A bid meets the best asks it may trade with; what is left rests.

    Shape: `reference` is the client's own name for the order; `use` goes with bids.
    """

    instrument_id: InstrumentId
    side: Side
    quantity: Quantity
    price: Price
    use: Use = Use()
    reference: Line = ""
    time_in_force: Literal["good_till_cancelled", "immediate_or_cancel"] = "good_till_cancelled"


class CancelOrder(Command, frozen=True):
    """Take back what is left of an open order."""

    order_id: OrderId


class AcceptDelivery(Command, frozen=True):
    """The buyer accepts what it received before the evidence or the time does it."""

    trade_id: TradeId


class ConcludeDelivery(Command, frozen=True):
    """The delivery's evidence speaks for accepting or rejecting. Sent by a policy."""

    trade_id: TradeId
    verdict: Literal["accept", "reject"]
    basis: Literal["evidence", "time", "ruling"]


class RefundPurchase(Command, frozen=True):
    """The seller or the operator gives the money back before acceptance."""

    trade_id: TradeId
    grounds: Text


COMMANDS: tuple[type[Command], ...] = (
    RecordParticipant,
    RecordStanding,
    OpenInstrument,
    SetInstrumentState,
    AdoptRuleset,
    ConfirmDeposit,
    ConfirmPayout,
    PlaceOrder,
    CancelOrder,
    AcceptDelivery,
    ConcludeDelivery,
    RefundPurchase,
)
