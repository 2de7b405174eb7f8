"""What a market remembers: who may trade, what is traded, whose money lies where, which purchases are under way."""

from typing import Literal, TypeAlias

import msgspec

from exchange.kernel.ids import InstrumentId, OrderId, ParticipantId, TradeId
from exchange.market.commands import InstrumentTerms, Side, Standing, Use
from exchange.market.disputes.state import Disputes
from exchange.market.fees.state import Fees
from exchange.market.purchases.state import AfterTrade
from exchange.market.withdrawals.state import Withdrawals

InstrumentState: TypeAlias = Literal["open", "halted", "closing", "closed"]


class Order(msgspec.Struct):
    """An open order.

    Units: `price` in ticks, `quantity_left` in lots, `lot_reserve_minor` is what the purse reserves for
    one lot (0 for an ask). Shape: `entered` numbers all orders of the partition in the order they came.
    """

    order_id: OrderId
    instrument_id: InstrumentId
    participant_id: ParticipantId
    side: Side
    price: int
    quantity_left: int
    lot_reserve_minor: int
    use: Use
    entered: int


class Level(msgspec.Struct):
    """The open orders of one side at one price, oldest first.

    Shape: `queue` may still name orders that have ended; the one at `head` is open, and `open_orders` are.
    """

    price: int
    queue: list[OrderId] = msgspec.field(default_factory=list)
    head: int = 0
    open_orders: int = 0


class Instrument(msgspec.Struct):
    """An instrument and its book.

    Shape: levels are sorted so that the best price comes last, where it is cheap to add and to take away.
    """

    terms: InstrumentTerms
    state: InstrumentState = "open"
    bids: list[Level] = msgspec.field(default_factory=list)
    asks: list[Level] = msgspec.field(default_factory=list)


class Purse(msgspec.Struct):
    """A participant's money of one currency in this market.

    Units: minor units. Shape: `cash` is free, `reserved` backs open bids and holds, `deposits` are those of
    auctions and pools, `payable` is owed for accepted sales; `commissions` is owed to it as a broker,
    `withdrawing` is on its way back to it; `clawback` is what it owes for refunds of sales that it was paid for, `owed`
    what it has drawn of its `credit_limit`.
    """

    cash: int = 0
    reserved: int = 0
    deposits: int = 0
    payable: int = 0
    commissions: int = 0
    withdrawing: int = 0
    clawback: int = 0
    owed: int = 0
    credit_limit: int = 0


class Hold(msgspec.Struct):
    """Money held for something that is no order of a book: a bid in an auction, a share of a pool, a quote accepted.

    Units: minor units. Shape: it lies in the purse's `reserved` or `deposits`, and ends exactly once: it is spent in a
    trade, let go, or forfeited.
    """

    hold_id: str
    participant_id: ParticipantId
    currency: str
    amount_minor: int
    account: Literal["reserved", "deposits"]


class Till(msgspec.Struct):
    """What came in and went out of the market in one currency, and what the exchange earned there.

    Units: minor units; fees with their tax, the service fee's net and penalties have left purses for good.
    """

    deposited: int = 0
    paid_out: int = 0
    fee_net: int = 0
    fee_tax: int = 0
    penalties: int = 0
    service_net: int = 0


class Purchase(msgspec.Struct):
    """A trade whose money is in escrow, or held by a dispute: neither accepted nor refunded yet.

    Units: `quantity` in lots, `commission_bp` basis points for the broker, if there is one. Shape: `escrow_minor` is 0
    while a dispute holds the money.
    """

    trade_id: TradeId
    entitlement_id: str
    instrument_id: InstrumentId
    buyer_id: ParticipantId
    seller_id: ParticipantId
    currency: str
    escrow_minor: int
    quantity: int = 1
    broker_id: str = ""
    commission_bp: int = 0


class AdoptedRuleset(msgspec.Struct, frozen=True):
    """A ruleset that decides crossings from `effective_at` on."""

    version: str
    digest: str
    effective_at: int


class References(msgspec.Struct):
    """The references one custodian bank has used; each names one movement for good."""

    deposits: set[str] = msgspec.field(default_factory=set)
    payouts: set[str] = msgspec.field(default_factory=set)


class Exported(msgspec.Struct):
    """Personal information an exporter has sold out of the mainland in one calendar year.

    Shape: for each product version sold, by `product/version`: the numbers of persons, and of those whose
    information is sensitive, collected in the mainland, then of persons collected elsewhere. Source: rules.md
    section 1, `counts`.
    """

    year: int
    versions: dict[str, tuple[int, int, int]] = msgspec.field(default_factory=dict)


class Crossed(msgspec.Struct):
    """A book in which orders stand crossed that might not trade when they met.

    Shape: `tried_at` is when each such pair was last tried; `due_at` is set once something has changed since
    and they are to be tried again, beginning with the order that entered as number `next_entered`,
    which has met `passed` orders already.
    """

    tried_at: int
    due_at: int | None = None
    next_entered: int = 0
    passed: int = 0


class Agenda(msgspec.Struct):
    """What is to happen by itself, and when.

    Shape: `due` says when for each kind and subject; `heap` may also hold deadlines that no longer stand, but not at
    its top.
    """

    heap: list[tuple[int, str, str]] = msgspec.field(default_factory=list)
    due: dict[str, int] = msgspec.field(default_factory=dict)


class Market(msgspec.Struct):
    """One partition's state.

    Shape: `orders` holds open orders only, `purchases` open ones, and `holds` money that is held for what is no order
    of a book; of a concluded trade its id is kept with its buyer and its seller, of a bank's used reference the id
    alone, for good. `rulesets` are in the order of `effective_at`, beginning with the one in force; `closing` maps an
    instrument whose open orders are still being cancelled to the instant that began; `crossed` holds the books in
    which bids and asks stand crossed. The counts number orders, trades and decisions of the partition, so that
    continuations in one outcome never name two alike.
    """

    partition: int
    participants: dict[ParticipantId, Standing] = msgspec.field(default_factory=dict)
    rulesets: list[AdoptedRuleset] = msgspec.field(default_factory=list)
    instruments: dict[InstrumentId, Instrument] = msgspec.field(default_factory=dict)
    orders: dict[OrderId, Order] = msgspec.field(default_factory=dict)
    purses: dict[ParticipantId, dict[str, Purse]] = msgspec.field(default_factory=dict)
    tills: dict[str, Till] = msgspec.field(default_factory=dict)
    purchases: dict[TradeId, Purchase] = msgspec.field(default_factory=dict)
    concluded: dict[TradeId, tuple[ParticipantId, ParticipantId]] = msgspec.field(default_factory=dict)
    references: dict[ParticipantId, References] = msgspec.field(default_factory=dict)
    closing: dict[InstrumentId, int] = msgspec.field(default_factory=dict)
    crossed: dict[InstrumentId, Crossed] = msgspec.field(default_factory=dict)
    exported: dict[ParticipantId, Exported] = msgspec.field(default_factory=dict)
    orders_entered: int = 0
    trades_matched: int = 0
    crossings_decided: int = 0
    agenda: Agenda = msgspec.field(default_factory=Agenda)
    holds: dict[str, Hold] = msgspec.field(default_factory=dict)
    after: AfterTrade = msgspec.field(default_factory=AfterTrade)
    disputes: Disputes = msgspec.field(default_factory=dict)
    withdrawals: Withdrawals = msgspec.field(default_factory=Withdrawals)
    fees: Fees = msgspec.field(default_factory=Fees)


def ruleset_in_force(market: Market, at: int) -> AdoptedRuleset | None:
    """The ruleset that decides at `at`: the last one adopted that is effective by then."""
    return next((each for each in reversed(market.rulesets) if each.effective_at <= at), None)


def purse_of(market: Market, participant_id: ParticipantId, currency: str) -> Purse:
    """A participant's purse as it stands; an empty one if it never had any money. Not for changing."""
    return market.purses.get(participant_id, {}).get(currency) or Purse()
