"""What may be asked of a market."""

from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from exchange.kernel.bases import Command, Digest, Line, Names, Text, Value
from exchange.kernel.descent import Inherited
from exchange.kernel.ids import Id, InstrumentId, MarketId, OrderId, ParticipantId, ProductId, TradeId
from exchange.kernel.money import AmountMinor, CurrencyCode
from exchange.kernel.product import DataTraits, LicenceTerms, Place, Places, TransactionType, Version
from exchange.kernel.safeguard import ReceivedUnder
from exchange.kernel.time import DAY, Instant

QUANTITY_MAX = 10**9
Quantity = Annotated[int, msgspec.Meta(ge=1, le=QUANTITY_MAX)]
"""Lots of an instrument."""
Price = Annotated[int, msgspec.Meta(ge=1, le=10**12)]
"""Ticks of an instrument for one lot."""
Decimals = Annotated[int, msgspec.Meta(ge=0, le=9)]
"""How many places after the point people are shown."""


class Side(StrEnum):
    """A bid buys, an ask sells."""

    BID = "bid"
    ASK = "ask"


class OrderType(StrEnum):
    """How an order is priced. Source: FIX OrdType (40)."""

    MARKET = "1"
    LIMIT = "2"


class TimeInForce(StrEnum):
    """How long an order stands. Source: FIX TimeInForce (59)."""

    DAY = "0"
    GOOD_TILL_CANCELLED = "1"
    IMMEDIATE_OR_CANCEL = "3"
    FILL_OR_KILL = "4"
    GOOD_TILL_DATE = "6"


BID, ASK = Side.BID, Side.ASK
MARKET, LIMIT = OrderType.MARKET, OrderType.LIMIT
DAY_ONLY = TimeInForce.DAY
GOOD_TILL_CANCELLED = TimeInForce.GOOD_TILL_CANCELLED
IMMEDIATE_OR_CANCEL = TimeInForce.IMMEDIATE_OR_CANCEL
FILL_OR_KILL = TimeInForce.FILL_OR_KILL
GOOD_TILL_DATE = TimeInForce.GOOD_TILL_DATE
"""The same under names of their own: before Python 3.12 an enum's member takes five times as long to look up."""


class SelfTrade(StrEnum):
    """What becomes of an order that meets one of the same beneficial owner: the one arriving says it.

    Shape: `decrement` takes the smaller quantity off both.
    """

    CANCEL_NEWEST = "cancel_newest"
    CANCEL_OLDEST = "cancel_oldest"
    CANCEL_BOTH = "cancel_both"
    DECREMENT = "decrement"


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


class BookRules(Value, frozen=True):
    """How a book trades: sizes, prices, hours, and what is delivered where.

    Units: `price_step`, `reference_price` count ticks, `quantity_*` and `lots_*` lots, `collar_bp` and `penalty_bp`
    basis points; `session_ends_minute` counts minutes from midnight in Asia/Shanghai.
    Shape: from `first_trade` on orders are taken; with `call_us` they collect for so long until an auction opens the
    book, after which it trades on (`after_call` is `open`) or closes. At `last_trade` (two hours before the window
    begins, where none is named) the book closes. With `capacity_needed` nobody asks more than it has registered or
    bought. `collar_bp` None is no band. Orders are taken where `form` is `book`; the other forms have commands of
    their own. Source: market.md section 3.
    """

    kind: Literal["listing", "compute", "bandwidth", "storage", "seat"] = "listing"
    form: Literal["book", "auction", "quotes", "pool", "plan"] = "book"
    spec_hash: Digest = b""
    delivery_place: Line = ""
    window_from: Instant | None = None
    window_until: Instant | None = None
    lot_size: Annotated[int, msgspec.Meta(ge=1, le=10**9)] = 1
    quantity_step: Quantity = 1
    quantity_min: Quantity = 1
    quantity_max: Quantity = QUANTITY_MAX
    quantity_decimals: Decimals = 0
    price_step: Price = 1
    price_decimals: Decimals = 2
    reference_price: Price | None = None
    collar_bp: Annotated[int, msgspec.Meta(ge=1, le=10**6)] | None = None
    first_trade: Instant | None = None
    last_trade: Instant | None = None
    call_us: Annotated[int, msgspec.Meta(ge=0, le=31 * DAY)] = 0
    after_call: Literal["open", "closed"] = "open"
    session_ends_minute: Annotated[int, msgspec.Meta(ge=1, le=1_440)] = 1_440
    settlement: Literal["on_delivery", "on_meter", "on_provision"] = "on_delivery"
    substitution: Line = ""
    penalty_bp: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0
    capacity_needed: bool = False
    orders_max: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 10_000


PLAIN = BookRules()
"""Those of a listing: any price, any quantity, open until it is withdrawn."""


class InstrumentTerms(Value, frozen=True):
    """What a book trades, and how.

    Units: one tick is `tick_micros` millionths of the currency's major unit; one lot is one `unit`.
    Shape: `seller_id` is set where only one participant may ask; `posted_price` then is its standing ask
    of unlimited quantity; `moves_data` is false where a purchase is no crossing; `assessor_ids` gave an
    opinion on the product and may not trade it; a `source` was made from nothing else, so that its traits say all;
    `inherited` is what is found of its upstream since somebody looked at it, `received_under` the kinds of safeguards
    that bind its seller in where it goes, since it was made from data received under them.
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
    rules: BookRules = PLAIN
    source: bool = False
    inherited: Inherited = ()
    received_under: ReceivedUnder = ()


class OpenInstrument(Command, frozen=True):
    """Open a book, or announce it where it first trades later.

    Shape: sent by a policy when a product is listed; by an operator for standard lots that move no data.
    """

    terms: InstrumentTerms


class SetInstrumentState(Command, frozen=True):
    """Halt a book, open it, collect orders for an auction, or close it. Sent by a policy or an operator."""

    instrument_id: InstrumentId
    state: Literal["open", "halted", "call", "closed"]


class RegisterCapacity(Command, frozen=True):
    """Say how many lots a participant can deliver of an instrument, in all. Sent by an operator."""

    instrument_id: InstrumentId
    participant_id: ParticipantId
    quantity: Annotated[int, msgspec.Meta(ge=0, le=10**9)]


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
    """The custodian bank has paid a net set that was held here until then. Sent by a policy."""

    participant_id: ParticipantId
    currency: CurrencyCode
    amount_minor: AmountMinor
    reference: Id
    set_id: Line = ""
    bank_id: Line = ""


class Use(Value, frozen=True):
    """What a buyer means to do with the data: the part of a crossing that only the buyer knows.

    Shape: what is missing leads to REVIEW; `licence_digest` is that of the licence it accepts;
    `foreign_authority_request` says whether a court or an authority abroad has asked the buyer for the data.
    """

    purpose: Line | None = None
    scenario_id: Line | None = None
    place_of_use: Place | None = None
    remote_access_from: Places = ()
    licence_digest: Digest | None = None
    foreign_authority_request: bool | None = None


class PlaceOrder(Command, frozen=True):
    """Bid or ask. An order meets the best of the other side that it may trade with; what is left rests, or ends.

    Units: `price` in ticks: the limit, or the protection price of a market order, which may do without.
    `min_quantity` is executed at once or nothing is; of an order with `display_quantity` others see so much at a
    time.
    Shape: `reference` is the client's own name for the order; `use` goes with bids; `expires_at` goes with
    good-till-date. Source: market.md sections 4 and 4a.
    """

    instrument_id: InstrumentId
    side: Side
    quantity: Quantity
    price: Price | None = None
    use: Use = Use()
    reference: Line = ""
    order_type: OrderType = OrderType.LIMIT
    time_in_force: TimeInForce = TimeInForce.DAY
    expires_at: Instant | None = None
    post_only: bool = False
    min_quantity: Quantity | None = None
    display_quantity: Quantity | None = None
    self_trade: SelfTrade = SelfTrade.CANCEL_NEWEST


class ReplaceOrder(Command, frozen=True):
    """Change an open order. Its place in the queue stays where nothing but a reduction changes.

    Units: `quantity` is the new total in lots, what was executed included; `price` in ticks.
    Shape: `expires_at` None leaves a good-till-date order's as it is.
    """

    order_id: OrderId
    quantity: Quantity
    price: Price
    expires_at: Instant | None = None


class CancelOrder(Command, frozen=True):
    """Take back what is left of an open order."""

    order_id: OrderId


class CancelOrders(Command, frozen=True):
    """Take back all open orders of a participant, of an instrument, or of the one in the other.

    Shape: a participant cancels its own; an operator anybody's, and all of an instrument (`participant_id` None).
    """

    participant_id: ParticipantId | None = None
    instrument_id: InstrumentId | None = None


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
    RegisterCapacity,
    PlaceOrder,
    ReplaceOrder,
    CancelOrder,
    CancelOrders,
    AcceptDelivery,
    ConcludeDelivery,
    RefundPurchase,
)
