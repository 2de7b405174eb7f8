"""What happened in a market."""

from typing import Literal

from exchange.kernel.bases import Digest, Fact, Line, Names, Text, Value
from exchange.kernel.ids import Id, InstrumentId, MarketId, OrderId, ParticipantId, ProductId, TradeId
from exchange.kernel.money import BalanceMinor
from exchange.kernel.product import Version
from exchange.kernel.time import Instant
from exchange.market.commands import InstrumentTerms, Side, Standing, Use
from exchange.market.reasons import Reason as Reason


class ParticipantRecorded(Fact, frozen=True):
    """The market knows a participant."""

    standing: Standing


class StandingRecorded(Fact, frozen=True):
    """A participant may trade, or no longer may."""

    participant_id: ParticipantId
    active: bool


class InstrumentOpened(Fact, frozen=True):
    """A book is open."""

    terms: InstrumentTerms


class InstrumentStateSet(Fact, frozen=True):
    """A book was halted, opened again, or closed for good.

    Shape: a book is `closing` while open orders too many for one outcome are being cancelled.
    """

    instrument_id: InstrumentId
    state: Literal["open", "halted", "closing", "closed"]


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
    """The custodian bank paid a seller or a broker out of what it was owed.

    Units: `commission_minor` of `amount_minor` was owed to it as a broker.
    """

    participant_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor
    bank_id: ParticipantId
    reference: Id
    commission_minor: BalanceMinor = 0


class DecisionSummary(Value, frozen=True):
    """A fence decision as a trade carries it; the `FenceDecided` fact of that id has it whole."""

    decision_id: Id
    outcome: Line
    codes: Names
    ruleset_version: Line
    ruleset_digest: Line


class FenceDecided(Fact, frozen=True):
    """The fence decided a crossing, for or against.

    Shape: of the pairs that one order passes over only the first few are recorded. `crossing` is the canonical
    JSON of what was decided and `decision` that of the answer; decided again under the ruleset of
    `ruleset_digest`, the crossing gives the same answer.
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


class BookSwept(Fact, frozen=True):
    """After something changed who may trade, orders that stood crossed were tried again, the older ones first.

    Shape: orders that entered as number `next_entered` or later are still to be tried, the first of them with all
    but the `passed` orders it would meet first; None: all were.
    """

    instrument_id: InstrumentId
    next_entered: int | None
    passed: int = 0


class OrderAccepted(Fact, frozen=True):
    """A bid or an ask entered the book.

    Units: `price` counts the instrument's ticks, `quantity` its lots; `reserved_minor` of `currency`
    left the purse's cash for it (0 for an ask), once `drawn_minor` of its credit was added.
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
    time_in_force: Line
    drawn_minor: BalanceMinor = 0


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
    grounds: Literal["asked", "immediate_or_cancel", "own_order_ahead", "fills_bounded", "instrument_closed"]


class TradeMatched(Fact, frozen=True):
    """One bid met one ask; the money went into escrow.

    Units: `price` in ticks, `quantity` in lots, `amount_minor` of `currency` into escrow;
    `released_minor` of the bid's reserve went back to the buyer's cash.
    Shape: `bid_id` is an order of the book, or what money was held for; `ask_id` is empty where no ask stood in a book
    (a posted price, a quote, a sealed bid, a pool); `taker` is None where neither arrived: in an auction.
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


class PurchaseAccepted(Fact, frozen=True):
    """The delivery was accepted, whole or in part: escrow goes to the seller, less the exchange's fee.

    Units: minor units of `currency`; escrow = gross + refunded, gross = seller + fee net + fee tax + commission;
    of the seller's part `recovered_minor` pays what it owed for earlier refunds. Shape: `grounds` say why
    `refunded_minor` went back to the buyer. Source: settlement.md section 3.
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
    basis: Literal["buyer", "evidence", "time", "ruling"]
    refunded_minor: BalanceMinor = 0
    recovered_minor: BalanceMinor = 0
    fee_bp: int = 250
    grounds: Text = ""
    broker_id: Line = ""
    commission_minor: BalanceMinor = 0


class PurchaseRefunded(Fact, frozen=True):
    """The purchase ended before acceptance: escrow goes back to the buyer."""

    trade_id: TradeId
    entitlement_id: Id
    product_id: ProductId
    buyer_id: ParticipantId
    seller_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor
    basis: Literal["seller", "operator", "evidence", "time", "ruling", "buyer", "bust"]
    grounds: Text


FACTS: tuple[type[Fact], ...] = (
    ParticipantRecorded,
    StandingRecorded,
    InstrumentOpened,
    InstrumentStateSet,
    RulesetAdopted,
    DepositConfirmed,
    PayoutExecuted,
    FenceDecided,
    BookSwept,
    OrderAccepted,
    OrderCancelled,
    TradeMatched,
    EntitlementGranted,
    PurchaseAccepted,
    PurchaseRefunded,
)
