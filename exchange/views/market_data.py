"""Orders and trades. Levels of a book are a query over orders; what others may see of an iceberg is a column."""

from collections.abc import Iterable

from sqlalchemy import BigInteger, Column, Computed

from exchange.market.auctions.facts import FACTS as AUCTION_FACTS
from exchange.market.commands import Side
from exchange.market.disputes.facts import (
    DisputeOpened,
    DisputeResolved,
    EvidenceSubmitted,
    SettlementProposed,
)
from exchange.market.entitlements.facts import EntitlementEnded
from exchange.market.facts import (
    AuctionPriced,
    CapacityRegistered,
    DepositConfirmed,
    EntitlementGranted,
    FenceDecided,
    InstrumentOpened,
    InstrumentStateSet,
    OrderAccepted,
    OrderCancelled,
    OrderExpired,
    OrderReduced,
    OrderReplaced,
    ParticipantRecorded,
    PayoutExecuted,
    PurchaseAccepted,
    PurchaseRefunded,
    RulesetAdopted,
    StandingRecorded,
    TradeMatched,
)
from exchange.market.lines.facts import FACTS as LINE_FACTS
from exchange.market.plans.facts import UnitsEnded
from exchange.market.pools.facts import FACTS as POOL_FACTS
from exchange.market.purchases.facts import ConclusionNoted, DeliveryRejected, RefundApproved, TradeBusted
from exchange.market.quotes.facts import FACTS as QUOTES_FACTS
from exchange.market.rulings.facts import FACTS as RULINGS_FACTS
from exchange.market.subscriptions.facts import SubscriptionEnded
from exchange.store import Change, Insert, Row, Update
from exchange.store.schema import TEXT
from exchange.views import candles, instruments
from exchange.views.candles import CANDLES
from exchange.views.columns import as_json, count, flag, table, text
from exchange.views.dues import MONEY_FACTS
from exchange.views.groups import BOOK_WORK, BROUGHT, PLAN_WORK, REDECIDED
from exchange.views.instruments import CALL_AUCTIONS, CAPACITIES, INSTRUMENTS
from exchange.views.sold_by import sold_by
from exchange.views.view import COMMON_IGNORED, Here, View

_ORDER = "O-"
"""How the ids of orders begin."""
_STATE = (
    "CASE WHEN quantity_left > 0 THEN CASE WHEN quantity_executed > 0 THEN 'partially_filled' ELSE 'open' END"
    " WHEN quantity_cancelled = 0 THEN 'filled'"
    " WHEN grounds IN ('day', 'good_till_date', 'last_trade') THEN 'expired' ELSE 'cancelled' END"
)
_SHOWN = (
    "CASE WHEN display_quantity IS NULL OR display_quantity - quantity_taken % display_quantity > quantity_left"
    " THEN quantity_left ELSE display_quantity - quantity_taken % display_quantity END"
)

ORDERS = table(
    "orders",
    "Bids and asks, open and ended",
    text("order_id", key=True),
    count("partition"),
    count("seq", comment="of the fact with which it entered, or entered anew"),
    text("instrument_id"),
    text("participant_id"),
    text("side", comment="bid or ask"),
    count("price", comment="in ticks"),
    count("quantity", comment="in lots"),
    count("quantity_left", comment="in lots"),
    count("quantity_cancelled", comment="in lots"),
    count("quantity_executed", default=0, comment="in lots"),
    count("quantity_taken", default=0, comment="in lots, by others, since it last showed a full part"),
    text("currency"),
    count("reserved_minor", comment="what left the purse's cash for it when it was accepted"),
    text("order_type", default="2", comment="FIX OrdType: 1 market, 2 limit"),
    text("time_in_force", comment="FIX TimeInForce: 0 day, 1, 3, 4, 6"),
    count("expires_at", null=True),
    flag("post_only", default=False),
    count("display_quantity", null=True, comment="in lots: an iceberg's shown part"),
    text("use_of_data", comment="what the buyer means to do, as JSON"),
    text("reference", comment="the client's own name for it"),
    text("grounds", null=True, comment="why what was left of it ended"),
    flag("unpriced", default=False, comment="a market order that waits for an auction"),
    count("replaced_at", null=True, comment="when it was changed last"),
    count("at"),
    count("changed_at"),
    Column(
        "state",
        TEXT,
        Computed(_STATE, persisted=True),
        comment="open, partially_filled, filled, cancelled or expired",
    ),
    Column(
        "quantity_shown", BigInteger, Computed(_SHOWN, persisted=True), comment="in lots: what others see"
    ),
    indexes=[("instrument_id", "state", "side", "price"), ("participant_id",)],
)

TRADES = table(
    "trades",
    "One bid met one ask; what became of the purchase",
    text("trade_id", key=True),
    count("partition"),
    count("seq"),
    text("instrument_id"),
    text("listing_id"),
    text("product_id"),
    text("version"),
    text("bid_id"),
    text("ask_id", comment="empty for a posted price"),
    text("buyer_id"),
    text("seller_id"),
    text("taker", null=True, comment="the side that arrived; none in an auction"),
    text("sold_by", default="book", comment="book, auction, quotes, pool or plan"),
    count("price", comment="in ticks; of a plan's units the average"),
    count("quantity", comment="in lots, or in a plan's units"),
    text("currency"),
    count("amount_minor"),
    text("decision_id", null=True, comment="the fence decision it rests on"),
    text("state", comment="escrow, rejected, disputed, accepted, refunded, resolved or busted"),
    text("basis", null=True, comment="what spoke for the end of the purchase"),
    text("grounds", null=True, comment="why it was rejected, refunded, disputed or undone"),
    text(
        "evidence",
        null=True,
        comment="what the delivery's evidence spoke for in a dispute",
    ),
    count("refunded_minor", default=0, comment="what the buyer got back"),
    count("at"),
    count("closed_at", null=True),
    indexes=[("instrument_id", "at"), ("buyer_id",), ("seller_id",)],
)


def _accepted(here: Here, fact: OrderAccepted) -> Iterable[Change]:
    yield Insert(
        ORDERS,
        {
            "order_id": fact.order_id,
            "partition": here.partition,
            "seq": here.seq,
            "instrument_id": fact.instrument_id,
            "participant_id": fact.participant_id,
            "side": fact.side.value,
            "price": fact.price,
            "quantity": fact.quantity,
            "quantity_left": fact.quantity,
            "quantity_cancelled": 0,
            "quantity_executed": 0,
            "quantity_taken": 0,
            "currency": fact.currency,
            "reserved_minor": fact.reserved_minor,
            "order_type": fact.order_type.value,
            "time_in_force": fact.time_in_force.value,
            "expires_at": fact.expires_at,
            "post_only": fact.post_only,
            "display_quantity": fact.display_quantity,
            "use_of_data": as_json(fact.use),
            "reference": fact.reference,
            "grounds": None,
            "unpriced": fact.unpriced,
            "replaced_at": None,
            "at": here.at,
            "changed_at": here.at,
        },
    )


def _replaced(here: Here, fact: OrderReplaced) -> Iterable[Change]:
    values: Row = {
        "price": fact.price,
        "quantity": fact.quantity,
        "quantity_left": fact.quantity_left,
        "expires_at": fact.expires_at,
        "reserved_minor": fact.reserved_minor,
        "replaced_at": here.at,
        "changed_at": here.at,
    }
    anew: Row = {} if fact.kept_place else {"seq": here.seq, "quantity_taken": 0}
    yield Update(ORDERS, {"order_id": fact.order_id}, {**values, **anew})


def _reduced(here: Here, fact: OrderReduced) -> Iterable[Change]:
    yield Update(
        ORDERS,
        {"order_id": fact.order_id},
        {"changed_at": here.at},
        {"quantity_left": -fact.quantity, "quantity_cancelled": fact.quantity},
    )


def _ended(here: Here, fact: OrderCancelled | OrderExpired) -> Iterable[Change]:
    yield Update(
        ORDERS,
        {"order_id": fact.order_id},
        {"grounds": fact.grounds, "changed_at": here.at},
        {"quantity_left": -fact.quantity_left, "quantity_cancelled": fact.quantity_left},
    )


def _filled(here: Here, fact: TradeMatched, order_id: str, side: Side) -> Change:
    """What a trade takes off an order. Shape: one that arrives shows a full part again, as the market has it."""
    amounts = {"quantity_left": -fact.quantity, "quantity_executed": fact.quantity}
    if fact.taker is side:
        return Update(ORDERS, {"order_id": order_id}, {"changed_at": here.at, "quantity_taken": 0}, amounts)
    amounts["quantity_taken"] = fact.quantity
    return Update(ORDERS, {"order_id": order_id}, {"changed_at": here.at}, amounts)


def _matched(here: Here, fact: TradeMatched) -> Iterable[Change]:
    # Where money was held for something else, the hold is named in the bid's place.
    for order_id, side in ((fact.bid_id, Side.BID), (fact.ask_id, Side.ASK)):
        if order_id.startswith(_ORDER):
            yield _filled(here, fact, order_id, side)
    yield from candles.matched(here, fact)
    yield Insert(
        TRADES,
        {
            "trade_id": fact.trade_id,
            "partition": here.partition,
            "seq": here.seq,
            "instrument_id": fact.instrument_id,
            "listing_id": fact.listing_id,
            "product_id": fact.product_id,
            "version": fact.version,
            "bid_id": fact.bid_id,
            "ask_id": fact.ask_id,
            "buyer_id": fact.buyer_id,
            "seller_id": fact.seller_id,
            "taker": None if fact.taker is None else fact.taker.value,
            "sold_by": sold_by(fact.bid_id),
            "price": fact.price,
            "quantity": fact.quantity,
            "currency": fact.currency,
            "amount_minor": fact.amount_minor,
            "decision_id": None if fact.decision is None else fact.decision.decision_id,
            "state": "escrow",
            "basis": None,
            "grounds": None,
            "evidence": None,
            "refunded_minor": 0,
            "at": here.at,
            "closed_at": None,
        },
    )


def _purchase_accepted(here: Here, fact: PurchaseAccepted) -> Iterable[Change]:
    values = {"state": "accepted", "basis": fact.basis, "grounds": fact.grounds or None, "closed_at": here.at}
    yield Update(TRADES, {"trade_id": fact.trade_id}, values, {"refunded_minor": fact.refunded_minor})


def _purchase_refunded(here: Here, fact: PurchaseRefunded) -> Iterable[Change]:
    state = "busted" if fact.basis == "bust" else "refunded"
    values = {"state": state, "basis": fact.basis, "grounds": fact.grounds or None, "closed_at": here.at}
    yield Update(TRADES, {"trade_id": fact.trade_id}, values, {"refunded_minor": fact.amount_minor})


def _rejected(here: Here, fact: DeliveryRejected) -> Iterable[Change]:
    yield Update(TRADES, {"trade_id": fact.trade_id}, {"state": "rejected", "grounds": fact.grounds})


def _noted(here: Here, fact: ConclusionNoted) -> Iterable[Change]:
    yield Update(TRADES, {"trade_id": fact.trade_id}, {"evidence": f"{fact.verdict}, {fact.basis}"})


def _disputed(here: Here, fact: DisputeOpened) -> Iterable[Change]:
    yield Update(TRADES, {"trade_id": fact.trade_id}, {"state": "disputed", "grounds": fact.grounds})


def _resolved(here: Here, fact: DisputeResolved) -> Iterable[Change]:
    values = {"state": "resolved", "basis": fact.basis, "closed_at": here.at}
    yield Update(TRADES, {"trade_id": fact.trade_id}, values, {"refunded_minor": fact.buyer_minor})


def _given_back(here: Here, fact: RefundApproved) -> Iterable[Change]:
    """A sale of which nothing is left is refunded; one that was undone stays so."""
    key, back = {"trade_id": fact.trade_id}, {"refunded_minor": fact.amount_minor}
    if fact.left_minor or fact.basis == "bust":
        yield Update(TRADES, key, {}, back)
    else:
        values = {"state": "refunded", "basis": fact.basis, "grounds": fact.grounds or None}
        yield Update(TRADES, key, values, back)


def _unused(here: Here, fact: EntitlementEnded | UnitsEnded | SubscriptionEnded) -> Iterable[Change]:
    """What was not used of a right goes back before the rest is accepted."""
    if fact.refunded_minor:
        yield Update(TRADES, {"trade_id": fact.trade_id}, {}, {"refunded_minor": fact.refunded_minor})


def _busted(here: Here, fact: TradeBusted) -> Iterable[Change]:
    values = {"state": "busted", "basis": "bust", "grounds": fact.grounds}
    yield Update(TRADES, {"trade_id": fact.trade_id}, values)
    yield from candles.undone(TRADES, here, fact.trade_id, fact.instrument_id)


MARKET_DATA = View(
    name="market_data",
    contexts=("market",),
    tables=(INSTRUMENTS, CAPACITIES, CALL_AUCTIONS, ORDERS, TRADES, CANDLES),
    handlers={
        InstrumentOpened: instruments.opened,
        InstrumentStateSet: instruments.state_set,
        CapacityRegistered: instruments.capacity_registered,
        AuctionPriced: instruments.auction_priced,
        OrderAccepted: _accepted,
        OrderReplaced: _replaced,
        OrderReduced: _reduced,
        OrderExpired: _ended,
        OrderCancelled: _ended,
        TradeMatched: _matched,
        PurchaseAccepted: _purchase_accepted,
        PurchaseRefunded: _purchase_refunded,
        DeliveryRejected: _rejected,
        ConclusionNoted: _noted,
        DisputeOpened: _disputed,
        DisputeResolved: _resolved,
        RefundApproved: _given_back,
        EntitlementEnded: _unused,
        UnitsEnded: _unused,
        SubscriptionEnded: _unused,
        TradeBusted: _busted,
    },
    # Participants are in the catalogue, money in settlement, rights with deliveries, the fence in compliance.
    ignores=COMMON_IGNORED.union(AUCTION_FACTS, POOL_FACTS, LINE_FACTS, QUOTES_FACTS, RULINGS_FACTS)
    | MONEY_FACTS
    | (BOOK_WORK - {AuctionPriced, CapacityRegistered})
    | (PLAN_WORK - {UnitsEnded, SubscriptionEnded})
    | BROUGHT
    | (REDECIDED - {EntitlementEnded})
    | {
        ParticipantRecorded,
        StandingRecorded,
        RulesetAdopted,
        DepositConfirmed,
        PayoutExecuted,
        FenceDecided,
        EntitlementGranted,
        EvidenceSubmitted,
        SettlementProposed,
    },
)
