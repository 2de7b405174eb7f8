"""What a market remembers: who may trade, what is traded, whose money lies where, which purchases are under way.

What there may be many of holds no reference to what holds it, so it is kept out of the garbage collector's sight.
"""

from typing import Literal, TypeAlias

import msgspec

from exchange.kernel.ids import Id, InstrumentId, OrderId, ParticipantId, TradeId
from exchange.kernel.provenance import Provenance
from exchange.kernel.supply import CollectedTax
from exchange.market.attested.state import Attestations
from exchange.market.auctions.state import Auctions
from exchange.market.bills.state import Bills
from exchange.market.commands import InstrumentTerms, SelfTrade, Side, Standing, Use
from exchange.market.destinations.state import Listings
from exchange.market.disputes.state import Disputes
from exchange.market.ecny.state import Wallets
from exchange.market.entitlements.state import Entitlements
from exchange.market.facts import DecisionSummary
from exchange.market.fees.state import Fees
from exchange.market.lines.state import Lines
from exchange.market.lists.state import Lists
from exchange.market.payouts.state import Payouts
from exchange.market.penalties.state import Penalties
from exchange.market.persons.state import Persons
from exchange.market.plans.state import Plans
from exchange.market.pools.state import Pools
from exchange.market.purchases.state import AfterTrade
from exchange.market.quotes.state import Quoting
from exchange.market.rulings.state import Rulings
from exchange.market.safeguards.state import Safeguards
from exchange.market.seats.state import Seats
from exchange.market.subscriptions.state import Subscriptions
from exchange.market.supply.state import Supply
from exchange.market.transfers.state import Transits
from exchange.market.withdrawals.state import Withdrawals

TAPE_KEPT = 100
"""Trades of an instrument whose prices are known at least: so many may be undone, one after the other."""

InstrumentState: TypeAlias = Literal["announced", "call", "uncrossing", "open", "halted", "closing", "closed"]


class Order(msgspec.Struct, gc=False):
    """An open order.

    Units: `price` in ticks, `quantity_left`, `executed`, `shown` and `display` in lots, `lot_reserve_minor` is what
    the purse reserves for one lot (0 for an ask). Shape: `entered` numbers all orders of the partition in the order
    they came, and anew when one is replaced; `rank` is its place in its price's queue, later once an iceberg has
    shown its next part; `display` 0 shows all. `standing` names its ladder; a market order `waits_for_auction`,
    `unpriced` at the worst price it may have, or at its protection price; `on_top_bp` basis points of tax come on top.
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
    rank: int
    shown: int
    executed: int = 0
    display: int = 0
    expires_at: int | None = None
    good_till_date: bool = False
    post_only: bool = False
    waits_for_auction: bool = False
    unpriced: bool = False
    standing: str = ""
    self_trade: SelfTrade = SelfTrade.CANCEL_NEWEST
    on_top_bp: int = 0


class Roll(msgspec.Struct, gc=False):
    """Names of orders in the order in which they came.

    Shape: some may have left; the one at `head` has not, `alive` of them have not.
    """

    names: list[OrderId] = msgspec.field(default_factory=list)
    head: int = 0
    alive: int = 0


class Level(msgspec.Struct, gc=False):
    """The open orders of one side and one standing at one price, first come first served.

    Shape: a queue by rank, rising, from `head` on; what stood before it has ended. The one at `head` has lots left,
    `ended` of those behind it have not.
    """

    price: int
    orders: list[Order]
    head: int = 0
    ended: int = 0


class Ladder(msgspec.Struct, gc=False):
    """The open orders of one side whose participants the fence tells apart in nothing.

    Shape: `standing` is what they have in common; `levels` are found by merit, which is their price, for asks negative,
    so that better is more. `merits` has them sorted, so that the best comes last, where it is cheap to add and to take
    away. Where prices are many, these are the best of them; `behind` has the others in flights, the best flight last.
    """

    standing: str
    merits: list[int]
    levels: dict[int, Level]
    behind: list[list[int]] = msgspec.field(default_factory=list)


class Holder(msgspec.Struct, gc=False):
    """What one participant has in one instrument.

    Units: lots. Shape: `roll` names its open orders, of which `bids` bid and `asks` ask; what it may still ask for is
    what it `registered` and `bought`, less what it `sold` and has `asked` for in open orders.
    """

    roll: Roll = msgspec.field(default_factory=Roll)
    bids: int = 0
    asks: int = 0
    registered: int = 0
    bought: int = 0
    sold: int = 0
    asked: int = 0


class Instrument(msgspec.Struct):
    """An instrument and its book.

    Units: `last_price` and `auction_price` in ticks. Shape: a side is a ladder for each standing that has open orders
    there, which is not written down but made of them (written.py); `unconfined` takes any price and quantity, of a
    `plain` one only the book has to be looked at; `shown_again` counts open icebergs that have lost their first place,
    `waiting` names market orders that wait for an auction; `seats_taken` counts those of its licence that orders,
    purchases and subscriptions hold, `lots_quoted` the seats, or lots of a registered capacity, that its seller's
    quotes and their awards bind; `opened` says whether it has ever been open, `collects` whether what stands
    there came for an auction that has not been, `closing_by` whether a book that closes
    does so because its time has come; `tape` has the last trades that stand and their prices, for when one of them is
    undone.
    """

    terms: InstrumentTerms
    state: InstrumentState = "open"
    bids: dict[str, Ladder] = msgspec.field(default_factory=dict)
    asks: dict[str, Ladder] = msgspec.field(default_factory=dict)
    holders: dict[ParticipantId, Holder] = msgspec.field(default_factory=dict)
    unconfined: bool = False
    plain: bool = False
    last_price: int | None = None
    auction_price: int | None = None
    shown_again: int = 0
    seats_taken: int = 0
    lots_quoted: int = 0
    waiting: Roll = msgspec.field(default_factory=Roll)
    opened: bool = False
    collects: bool = False
    closing_by: Literal["decision", "time"] = "decision"
    tape: list[tuple[TradeId, int]] = msgspec.field(default_factory=list)


class Purse(msgspec.Struct, gc=False):
    """A participant's money of one currency in this market.

    Units: minor units. Shape: `cash` is free, `reserved` backs open bids and holds, `deposits` are those of
    auctions and pools, `payable` is owed for accepted sales; `commissions` is owed to it as a broker,
    `shares` as its part of others' revenue, `paying` is held of these until a net set is paid; `withdrawing` is on its
    way back to it; `clawback` is what it owes for refunds of sales that it was paid for, `owed`
    what it has drawn of its `credit_limit`; `overdue` counts bills of that whose time is over.
    """

    cash: int = 0
    reserved: int = 0
    deposits: int = 0
    payable: int = 0
    commissions: int = 0
    withdrawing: int = 0
    shares: int = 0
    paying: int = 0
    clawback: int = 0
    owed: int = 0
    credit_limit: int = 0
    overdue: int = 0


class Hold(msgspec.Struct, gc=False):
    """Money held for something that is no order of a book: a bid in an auction, a share of a pool, a quote accepted.

    Units: minor units. Shape: it lies in the purse's `reserved` or `deposits`, and ends exactly once: it is spent in a
    trade, let go, or forfeited. `use` is what data is for that it pays, once that is known.
    """

    hold_id: str
    participant_id: ParticipantId
    currency: str
    amount_minor: int
    account: Literal["reserved", "deposits"]
    use: Use | None = None


class Till(msgspec.Struct):
    """What came in and went out of the market in one currency, and what the exchange earned there.

    Units: minor units; fees with their tax, the service fee's net, penalties and supply tax that is collected have left
    purses for good. Shape: `moved` is what came from other markets, less what was sent to them.
    """

    deposited: int = 0
    paid_out: int = 0
    fee_net: int = 0
    fee_tax: int = 0
    penalties: int = 0
    service_net: int = 0
    moved: int = 0
    supply_tax: int = 0


class Purchase(msgspec.Struct, gc=False):
    """A trade whose money is in escrow, or held by a dispute: neither accepted nor refunded yet.

    Units: `quantity` in lots, `commission_bp` basis points for the broker, if there is one. Shape: `escrow_minor` is 0
    while a dispute holds the money. `use` is what data is for that the fence admitted, until its right is granted;
    `review_codes` are those that a ruling lifted, so that the purchase rests on it; `supply` is the tax in its escrow
    that the exchange collects.
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
    use: Use | None = None
    review_codes: tuple[str, ...] = ()
    supply: CollectedTax | None = None


class AdoptedRuleset(msgspec.Struct, frozen=True):
    """A ruleset that decides crossings from `effective_at` on."""

    version: str
    digest: str
    effective_at: int


class References(msgspec.Struct):
    """The references one custodian bank has used; each names one movement for good."""

    deposits: set[str] = msgspec.field(default_factory=set)
    payouts: set[str] = msgspec.field(default_factory=set)


class Crossed(msgspec.Struct):
    """A book in which orders stand crossed that might not trade when they met.

    Shape: while they are tried again, `todo` names those that stood crossed then, the oldest first, and the one at
    `place` comes next.
    """

    todo: list[OrderId] | None = None
    place: int = 0


class KeptAnswer(msgspec.Struct, frozen=True):
    """What the fence said of a pair, until an input of it changes.

    Shape: `until` None is for ever; `review_codes` are those that decided a REVIEW, whether it was lifted or not.
    """

    admitted: bool
    summary: DecisionSummary
    obligations: tuple[str, ...]
    missing: tuple[str, ...]
    until: int | None
    review_codes: tuple[str, ...] = ()


class Cancelling(msgspec.Struct, frozen=True):
    """Orders that are being cancelled: of a participant, of an instrument, or of the one in the other."""

    participant_id: ParticipantId | None
    instrument_id: InstrumentId | None


class Turn(msgspec.Struct, frozen=True, gc=False):
    """An order that takes, or may take, from the other side of a book, and how far it has come.

    Units: `merit` is the price of the last one it took from, for asks negative. Shape: `rank` is that one's place in
    its price's queue; an order that rests has come past all that its limit accepts, and has that of nobody.
    """

    order: Order
    merit: int
    rank: int | None


class Touched(msgspec.Struct):
    """What an outcome has touched beside a first purse, a first bid and trades, as it was before.

    Units: minor units; of a bid what it takes of its purse's reserve, of a hold also what of its deposits. Shape:
    purses by participant and currency; of a till what had come in, less what was earned or paid out.
    """

    purses: dict[tuple[ParticipantId, str], Purse] = {}
    bids: dict[OrderId, tuple[ParticipantId, str, int]] = {}
    holds: dict[str, tuple[ParticipantId, str, int, int]] = {}
    tills: dict[str, int] = {}


class Watched(msgspec.Struct, gc=False):
    """What the outcome has touched so far that a leader folds now.

    Shape: most touch a `purse`, a `bid` and some trades at most, so that these have places of their own: whose purse
    it is and what was in it `before`, what the bid was `backed` by, as `Touched` has it of others, and of each trade
    the currency and what was in escrow or in dispute for it. `turn` is whose it is to trade. Units: `answers_bytes` is
    what the fence's answers weigh that were decided with it.
    """

    at: int
    purse: Purse | None = None
    whose: tuple[ParticipantId, str] = ("", "")
    before: Purse | None = None
    bid: Order | None = None
    backed: tuple[ParticipantId, str, int] = ("", "", 0)
    escrow: dict[TradeId, tuple[str, int]] | None = None
    answers_bytes: int = 0
    others: Touched | None = None
    turn: Turn | None = None


class Agenda(msgspec.Struct):
    """What is to happen by itself, and when.

    Shape: `due` says when for each kind and subject; `heap` may also hold deadlines that no longer stand, but not at
    its top.
    """

    heap: list[tuple[int, str, str]] = msgspec.field(default_factory=list)
    due: dict[str, int] = msgspec.field(default_factory=dict)


class Market(msgspec.Struct):
    """One partition's state.

    Shape: `orders` holds open orders only, `expiring` names them by when they end; `purchases` holds
    open ones, `holds` money that is held for what is no order of a book; of a concluded trade its id is kept with its
    buyer and its seller, of a bank's used reference the id alone, for good. `rulesets` are in the order of
    `effective_at`, beginning with the one in force; `owned` maps a beneficial owner to its participants; `crossed`
    holds the books in which bids and asks stand crossed; `answers` are what the fence said of pairs, in the order of
    `answered`, which is another list once anything changes that answers rest on. The counts number orders, trades and
    decisions of the partition, so that continuations in one outcome never name two alike. `watched` is None but while
    a leader folds what it has decided.
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
    owned: dict[Id, list[ParticipantId]] = msgspec.field(default_factory=dict)
    expiring: dict[str, Roll] = msgspec.field(default_factory=dict)
    cancelling: dict[str, Cancelling] = msgspec.field(default_factory=dict)
    answers: dict[str, KeptAnswer] = msgspec.field(default_factory=dict)
    answered: list[str] = msgspec.field(default_factory=list)
    crossed: dict[InstrumentId, Crossed] = msgspec.field(default_factory=dict)
    orders_entered: int = 0
    trades_matched: int = 0
    crossings_decided: int = 0
    agenda: Agenda = msgspec.field(default_factory=Agenda)
    holds: dict[str, Hold] = msgspec.field(default_factory=dict)
    after: AfterTrade = msgspec.field(default_factory=AfterTrade)
    disputes: Disputes = msgspec.field(default_factory=dict)
    withdrawals: Withdrawals = msgspec.field(default_factory=Withdrawals)
    penalties: Penalties = msgspec.field(default_factory=Penalties)
    transits: Transits = msgspec.field(default_factory=Transits)
    wallets: Wallets = msgspec.field(default_factory=dict)
    payouts: Payouts = msgspec.field(default_factory=Payouts)
    fees: Fees = msgspec.field(default_factory=Fees)
    supply: Supply = msgspec.field(default_factory=dict)
    bills: Bills = msgspec.field(default_factory=Bills)
    pools: Pools = msgspec.field(default_factory=Pools)
    lines: Lines = msgspec.field(default_factory=Lines)
    auctions: Auctions = msgspec.field(default_factory=Auctions)
    rulings: Rulings = msgspec.field(default_factory=Rulings)
    provenances: dict[str, Provenance] = msgspec.field(default_factory=dict)
    quoting: Quoting = msgspec.field(default_factory=Quoting)
    plans: Plans = msgspec.field(default_factory=Plans)
    subscriptions: Subscriptions = msgspec.field(default_factory=Subscriptions)
    seats: Seats = msgspec.field(default_factory=Seats)
    safeguards: Safeguards = msgspec.field(default_factory=Safeguards)
    attestations: Attestations = msgspec.field(default_factory=Attestations)
    persons: Persons = msgspec.field(default_factory=Persons)
    lists: Lists = msgspec.field(default_factory=Lists)
    entitlements: Entitlements = msgspec.field(default_factory=Entitlements)
    listings: Listings = msgspec.field(default_factory=Listings)
    watched: Watched | None = None


def ruleset_in_force(market: Market, at: int) -> AdoptedRuleset | None:
    """The ruleset that decides at `at`: the last one adopted that is effective by then."""
    return next((each for each in reversed(market.rulesets) if each.effective_at <= at), None)


def next_ruleset_at(market: Market, at: int) -> int | None:
    """When the next ruleset takes effect that has been adopted, if one has."""
    return min((each.effective_at for each in market.rulesets if each.effective_at > at), default=None)


def purse_of(market: Market, participant_id: ParticipantId, currency: str) -> Purse:
    """A participant's purse as it stands; an empty one if it never had any money. Not for changing."""
    return market.purses.get(participant_id, {}).get(currency) or Purse()


def provenance_of(market: Market, terms: InstrumentTerms, seller_id: str) -> Provenance | None:
    """What a business zone says is behind what a seller sells; None where none has."""
    return market.provenances.get(f"{seller_id} {terms.product_id}/{terms.version}")


def provenances_of(market: Market, terms: InstrumentTerms) -> tuple[Provenance, ...]:
    """What business zones say is behind what is sold, by all who may sell it."""
    if not market.provenances:
        return ()
    if terms.seller_id is not None:
        said = provenance_of(market, terms, terms.seller_id)
        return () if said is None else (said,)
    version = f" {terms.product_id}/{terms.version}"
    return tuple(said for name, said in sorted(market.provenances.items()) if name.endswith(version))
