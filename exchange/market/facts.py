"""What happened in a market: its books, its money, its trades. Long, because it is one list that is read as a whole."""

from typing import Annotated, Literal

import msgspec

from exchange.kernel.attestation import Attested
from exchange.kernel.bases import Digest, Fact, Line, Names, Text, Value
from exchange.kernel.ids import Id, InstrumentId, MarketId, OrderId, ParticipantId, ProductId, TradeId
from exchange.kernel.money import BalanceMinor
from exchange.kernel.on_credit import OnCredit
from exchange.kernel.product import Version
from exchange.kernel.sold import Sold
from exchange.kernel.supply import CollectedTax
from exchange.kernel.time import Instant
from exchange.market.commands import InstrumentTerms, OrderType, SelfTrade, Side, Standing, TimeInForce, Use
from exchange.market.destinations.values import Destinations
from exchange.market.reasons import Reason as Reason


class ParticipantRecorded(Fact, frozen=True):
    """The market knows a participant."""

    standing: Standing


class StandingRecorded(Fact, frozen=True):
    """A participant may trade, or no longer may."""

    participant_id: ParticipantId
    active: bool


class InstrumentOpened(Fact, frozen=True):
    """A book is open, collects orders for an auction, or was announced and first trades later.

    Shape: `destinations` is None where no data moves, or no ruleset was in force yet.
    """

    terms: InstrumentTerms
    state: Literal["announced", "call", "open"] = "open"
    destinations: Destinations | None = None


class InstrumentStateSet(Fact, frozen=True):
    """A book was halted, opened, set to collect orders for an auction, or closed for good.

    Shape: a book is `uncrossing` while an auction's trades, and `closing` while the ends of its open orders, are too
    many for one outcome. `by` says whether its time had come or somebody decided it. Where what had fallen due before
    was not finished yet, a call that is to end ends at `auction_at`, right after it.
    """

    instrument_id: InstrumentId
    state: Literal["announced", "open", "call", "uncrossing", "halted", "closing", "closed"]
    by: Literal["decision", "time"] = "decision"
    auction_at: Instant | None = None


class CapacityRegistered(Fact, frozen=True):
    """A participant can deliver `quantity` lots of an instrument, in all."""

    instrument_id: InstrumentId
    participant_id: ParticipantId
    quantity: int


class RulesetAdopted(Fact, frozen=True):
    """Crossings are decided by this ruleset from `effective_at` on."""

    ruleset_version: Line
    ruleset_digest: Line
    effective_at: Instant


class DepositConfirmed(Fact, frozen=True):
    """Money arrived at the custodian bank and stands in the participant's purse, once what it owes is paid.

    Units: of `amount_minor`, `repaid_minor` paid back credit and `recovered_minor` refunds of its sales.
    """

    participant_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor
    bank_id: ParticipantId
    reference: Id
    repaid_minor: BalanceMinor = 0
    recovered_minor: BalanceMinor = 0


class PayoutExecuted(Fact, frozen=True):
    """The custodian bank paid a participant what it was owed, as a net set.

    Units: of `amount_minor`, `commission_minor` was owed to it as a broker, `share_minor` as its share of revenue.
    Shape: before there were net sets, `set_id` was empty.
    """

    participant_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor
    bank_id: ParticipantId
    reference: Id
    commission_minor: BalanceMinor = 0
    share_minor: BalanceMinor = 0
    set_id: Line = ""


class DecisionSummary(Value, frozen=True):
    """A fence decision as a trade carries it; the `FenceDecided` fact of that id has it whole.

    Shape: `ruling_ids` are the counter's rulings that lifted a REVIEW, where it was one; `received_under` are the kinds
    of safeguards that bind the buyer onward.
    """

    decision_id: Id
    outcome: Line
    codes: Names
    ruleset_version: Line
    ruleset_digest: Line
    ruling_ids: Names = ()
    received_under: Names = ()


class FenceDecided(Fact, frozen=True):
    """The fence decided a crossing, for or against.

    Shape: of the pairs that one order passes over only the first few are recorded. `crossing` is the canonical JSON of
    what was decided and `decision` that of the answer; decided again under the ruleset of `ruleset_digest`, the
    crossing gives the same answer, which holds before `holds_until` for the same `use`; `missing` names what the buyer
    could supply, `ruling_ids` the counter's rulings by which a REVIEW is admitted; `demanded` are the codes of a filing
    or an assessment that rules demand beside a REVIEW; `settles` are decisions that wait for facts before the counter,
    in whose place this one is; `received_under` are the kinds of safeguards that bind the buyer onward, where it is
    admitted. Rights that run rest on it where it was asked again for them: `running`. `attested` is what a
    party has given its word for, with its evidence.
    """

    decision_id: Id
    instrument_id: InstrumentId
    product_id: ProductId
    seller_id: ParticipantId
    buyer_id: ParticipantId
    outcome: Line
    reason_codes: Names
    deciding_codes: Names
    note_codes: Names
    obligations: Names
    satisfied_by: Names
    ruleset_version: Line
    ruleset_digest: Line
    inputs_digest: Line
    holds_until: Instant | None
    crossing: str
    decision: str
    use: Use = Use()
    missing: Names = ()
    ruling_ids: Names = ()
    demanded: Names = ()
    settles: Names = ()
    received_under: Names = ()
    running: bool = False
    attested: Annotated[tuple[Attested, ...], msgspec.Meta(max_length=50)] = ()


class BookSwept(Fact, frozen=True):
    """After something changed who may trade, orders that stood crossed were tried again, the older ones first.

    Shape: of those that stood crossed when it began, the ones from `next_place` on are still to be tried; None: all
    were. `retry_at` is when the fence may answer otherwise for those that are crossed still.
    """

    instrument_id: InstrumentId
    next_place: int | None
    retry_at: Instant | None = None


class OrderAccepted(Fact, frozen=True):
    """A bid or an ask entered the book.

    Units: `price` counts the instrument's ticks, of a market order the worst it may trade at; `quantity` its lots;
    `reserved_minor` of `currency` left the purse's cash for it (0 for an ask), once `drawn_minor` of credit was added.
    Shape: a day order's `expires_at` is the session's end. `unpriced` is a market order that waits for an auction. What
    rests of it `crosses` orders it may not trade with; the fence may answer otherwise at `retry_at`. `on_top_bp` basis
    points of tax come on top of what it pays, and are in the reserve.
    """

    order_id: OrderId
    instrument_id: InstrumentId
    participant_id: ParticipantId
    side: Side
    quantity: int
    price: int
    currency: Line
    reserved_minor: BalanceMinor
    use: Use
    reference: Line
    time_in_force: TimeInForce
    order_type: OrderType = OrderType.LIMIT
    expires_at: Instant | None = None
    post_only: bool = False
    min_quantity: int | None = None
    display_quantity: int | None = None
    self_trade: SelfTrade = SelfTrade.CANCEL_NEWEST
    unpriced: bool = False
    crosses: bool = False
    retry_at: Instant | None = None
    drawn_minor: BalanceMinor = 0
    on_top_bp: int = 0


class OrderReplaced(Fact, frozen=True):
    """An open order was changed; where it did not keep its place, it entered anew as the youngest.

    Units: `price` in ticks; `quantity` is the new total and `quantity_left` what of it is open, in lots;
    `reserved_minor` of `currency` is what the purse reserves for it now, `reserved_before_minor` what it did;
    `drawn_minor` of credit was added for it; `on_top_bp` basis points of tax are on top of the price.
    """

    order_id: OrderId
    instrument_id: InstrumentId
    participant_id: ParticipantId
    price: int
    quantity: int
    quantity_left: int
    expires_at: Instant | None
    kept_place: bool
    currency: Line
    reserved_minor: BalanceMinor
    reserved_before_minor: BalanceMinor
    crosses: bool = False
    retry_at: Instant | None = None
    drawn_minor: BalanceMinor = 0
    on_top_bp: int = 0


class OrderReduced(Fact, frozen=True):
    """An order met one of its own beneficial owner, which took `quantity` lots off both without a trade.

    Units: `quantity` in lots; `released_minor` of `currency` went back to the purse.
    """

    order_id: OrderId
    instrument_id: InstrumentId
    participant_id: ParticipantId
    quantity: int
    currency: Line
    released_minor: BalanceMinor


class OrderExpired(Fact, frozen=True):
    """An order's time was over, or its book's; what was left of it ended and its reserve went back.

    Units: `quantity_left` in lots; `released_minor` of `currency`.
    """

    order_id: OrderId
    instrument_id: InstrumentId
    participant_id: ParticipantId
    quantity_left: int
    currency: Line
    released_minor: BalanceMinor
    grounds: Literal["day", "good_till_date", "last_trade"]


class CancellingBegun(Fact, frozen=True):
    """Orders too many for one outcome are being cancelled; none of the kind is accepted until they are.

    Shape: `cancelling_id` names the piece of work; of `participant_id`, `instrument_id` None is any.
    """

    cancelling_id: Id
    participant_id: ParticipantId | None
    instrument_id: InstrumentId | None


class OrdersCancelled(Fact, frozen=True):
    """All open orders of a participant, of an instrument, or of the one in the other were cancelled.

    Shape: `count` in this outcome; with `cancelling_id` a piece of work ended that was begun before.
    """

    participant_id: ParticipantId | None
    instrument_id: InstrumentId | None
    count: int
    cancelling_id: Line = ""


CancelGrounds = Literal[
    "asked",
    "immediate_or_cancel",
    "fill_or_kill",
    "minimum_quantity",
    "market_rest",
    "own_order_ahead",
    "own_order_behind",
    "replaced_below_executed",
    "fills_bounded",
    "mass_cancel",
    "instrument_closed",
    "auction_ended",
    "capacity_lost",
]
"""Why what was left of an order ended without a trade."""


class OrderCancelled(Fact, frozen=True):
    """What was left of an order ended without a trade; its reserve went back.

    Units: `quantity_left` in lots; `released_minor` of `currency`.
    """

    order_id: OrderId
    instrument_id: InstrumentId
    participant_id: ParticipantId
    quantity_left: int
    currency: Line
    released_minor: BalanceMinor
    grounds: CancelGrounds


class AuctionPriced(Fact, frozen=True):
    """A call auction found its price; the trades at it follow.

    Units: `price` in ticks, None where nothing trades; `volume` in lots, `imbalance` in lots of bids less asks at
    the price. Source: market.md section 4a (12, 13).
    """

    instrument_id: InstrumentId
    price: int | None
    volume: int
    imbalance: int


class TradeMatched(Fact, frozen=True):
    """One bid met one ask; the money went into escrow.

    Units: `price` in ticks, `quantity` in lots, `amount_minor` of `currency` into escrow;
    `released_minor` of the bid's reserve went back to the buyer's cash.
    Shape: `ask_id` is empty where no ask stood in a book (a posted price, a quote, an auction by sealed bids, a pool);
    `taker` is None where neither arrived: in an auction. `supply` is the tax in the amount that the exchange collects.
    """

    trade_id: TradeId
    instrument_id: InstrumentId
    listing_id: Id
    product_id: ProductId
    version: Version
    bid_id: OrderId
    ask_id: Line
    buyer_id: ParticipantId
    seller_id: ParticipantId
    taker: Side | None
    price: int
    quantity: int
    currency: Line
    amount_minor: BalanceMinor
    released_minor: BalanceMinor
    decision: DecisionSummary | None
    supply: CollectedTax | None = None


class EntitlementGranted(Fact, frozen=True):
    """The trade confers the right to receive: this buyer, this version, these terms, until then."""

    entitlement_id: Id
    trade_id: TradeId
    market_id: MarketId
    product_id: ProductId
    version: Version
    listing_id: Id
    seller_id: ParticipantId
    buyer_id: ParticipantId
    quantity: int
    unit: Line
    licence_digest: Digest
    obligations: Names
    starts_at: Instant
    ends_at: Instant
    acceptance_days: int


AcceptanceBasis = Literal["buyer", "evidence", "time", "ruling"]
"""What speaks for an acceptance."""


class PurchaseAccepted(Fact, frozen=True):
    """The delivery was accepted, whole or in part: escrow goes to the seller, less the exchange's fee.

    Units: minor units of `currency`; escrow = gross + refunded, gross = seller + fee net + fee tax + commission
    + supply tax, which the exchange collects as `supply` says;
    of the seller's part `recovered_minor` pays what it owed for earlier refunds, of the commission
    `commission_recovered_minor` what its broker owed for trades undone. Shape: `grounds` say why `refunded_minor` went
    back to the buyer; `sold` is what its invoice says of it; what of the gross is `on_credit` its buyer owes.
    Source: settlement.md section 3.
    """

    trade_id: TradeId
    entitlement_id: Id
    product_id: ProductId
    buyer_id: ParticipantId
    seller_id: ParticipantId
    currency: Line
    gross_minor: BalanceMinor
    seller_minor: BalanceMinor
    fee_net_minor: BalanceMinor
    fee_tax_minor: BalanceMinor
    tax_authority: Line
    tax_rate_bp: int
    basis: AcceptanceBasis
    refunded_minor: BalanceMinor = 0
    recovered_minor: BalanceMinor = 0
    fee_bp: int = 250
    grounds: Text = ""
    broker_id: Line = ""
    commission_minor: BalanceMinor = 0
    commission_recovered_minor: BalanceMinor = 0
    sold: Sold | None = None
    supply_tax_minor: BalanceMinor = 0
    supply: CollectedTax | None = None
    on_credit: OnCredit | None = None


class PurchaseRefunded(Fact, frozen=True):
    """The purchase ended before acceptance: escrow goes back to the buyer."""

    trade_id: TradeId
    entitlement_id: Id
    product_id: ProductId
    buyer_id: ParticipantId
    seller_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor
    basis: Literal[
        "seller", "operator", "evidence", "time", "ruling", "buyer", "bust", "suspension", "counter"
    ]
    grounds: Text


FACTS: tuple[type[Fact], ...] = (
    ParticipantRecorded,
    StandingRecorded,
    InstrumentOpened,
    InstrumentStateSet,
    CapacityRegistered,
    RulesetAdopted,
    DepositConfirmed,
    PayoutExecuted,
    FenceDecided,
    BookSwept,
    OrderAccepted,
    OrderReplaced,
    OrderReduced,
    OrderExpired,
    OrderCancelled,
    CancellingBegun,
    OrdersCancelled,
    AuctionPriced,
    TradeMatched,
    EntitlementGranted,
    PurchaseAccepted,
    PurchaseRefunded,
)
