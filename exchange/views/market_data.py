"""What is traded and at what price: instruments, orders, trades. Levels of a book are a query over orders."""

from collections.abc import Iterable

from sqlalchemy import Column, Computed

from exchange.market.auctions.facts import FACTS as AUCTION_FACTS
from exchange.market.disputes.facts import (
    DisputeOpened,
    DisputeResolved,
    EvidenceSubmitted,
    SettlementProposed,
)
from exchange.market.facts import (
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
from exchange.market.pools.facts import FACTS as POOL_FACTS
from exchange.market.purchases.facts import ConclusionNoted, DeliveryRejected, RefundApproved, TradeBusted
from exchange.market.quotes.facts import FACTS as QUOTES_FACTS
from exchange.market.rulings.facts import FACTS as RULINGS_FACTS
from exchange.store import Change, Insert, Row, Update
from exchange.store.schema import TEXT
from exchange.views.columns import as_json, count, flag, table, text
from exchange.views.dues import MONEY_FACTS
from exchange.views.groups import BOOK_WORK
from exchange.views.view import COMMON_IGNORED, Here, View

_ORDER = "O-"

INSTRUMENTS = table(
    "instruments",
    "What a book trades",
    text("instrument_id", key=True),
    count("partition"),
    text("market_id"),
    text("listing_id"),
    text("product_id"),
    text("version"),
    text("title"),
    text("unit", comment="one lot is one unit"),
    text("currency"),
    count("tick_micros", comment="one tick, in millionths of the major unit"),
    text("seller_id", null=True, comment="set where only one participant may ask"),
    count("posted_price", null=True, comment="in ticks: a standing ask of unlimited quantity"),
    flag("moves_data"),
    flag("subscription"),
    text("stored_in"),
    text("transaction_type"),
    text("licence_digest"),
    count("acceptance_days"),
    text("state", comment="announced, call, uncrossing, open, halted, closing or closed"),
    count("at", comment="opened at"),
    count("changed_at"),
    indexes=[("product_id", "version")],
)

ORDERS = table(
    "orders",
    "Bids and asks, open and ended",
    text("order_id", key=True),
    count("partition"),
    count("seq"),
    text("instrument_id"),
    text("participant_id"),
    text("side", comment="bid or ask"),
    count("price", comment="in ticks"),
    count("quantity", comment="in lots"),
    count("quantity_left", comment="in lots"),
    count("quantity_cancelled", comment="in lots"),
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
    count("at"),
    count("changed_at"),
    Column(
        "state",
        TEXT,
        Computed(
            "CASE WHEN quantity_left > 0 THEN 'open' WHEN quantity_cancelled > 0 THEN 'cancelled' ELSE 'filled' END",
            persisted=True,
        ),
        comment="open, cancelled or filled",
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
    count("price", comment="in ticks"),
    count("quantity", comment="in lots"),
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


def _opened(here: Here, fact: InstrumentOpened) -> Iterable[Change]:
    terms = fact.terms
    yield Insert(
        INSTRUMENTS,
        {
            "instrument_id": terms.instrument_id,
            "partition": here.partition,
            "market_id": terms.market_id,
            "listing_id": terms.listing_id,
            "product_id": terms.product_id,
            "version": terms.version,
            "title": terms.title,
            "unit": terms.unit,
            "currency": terms.currency,
            "tick_micros": terms.tick_micros,
            "seller_id": terms.seller_id,
            "posted_price": terms.posted_price,
            "moves_data": terms.moves_data,
            "subscription": terms.subscription,
            "stored_in": terms.stored_in,
            "transaction_type": terms.transaction_type,
            "licence_digest": terms.licence_digest.hex(),
            "acceptance_days": terms.acceptance_days,
            "state": fact.state,
            "at": here.at,
            "changed_at": here.at,
        },
    )


def _state_set(here: Here, fact: InstrumentStateSet) -> Iterable[Change]:
    key = {"instrument_id": fact.instrument_id}
    yield Update(INSTRUMENTS, key, {"state": fact.state, "changed_at": here.at})


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
        "changed_at": here.at,
    }
    yield Update(
        ORDERS, {"order_id": fact.order_id}, values if fact.kept_place else {**values, "seq": here.seq}
    )


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


def _matched(here: Here, fact: TradeMatched) -> Iterable[Change]:
    for order_id in (fact.bid_id, fact.ask_id):
        # Neither a posted price nor what money was held for elsewhere is an order of a book.
        if order_id.startswith(_ORDER):
            yield Update(
                ORDERS, {"order_id": order_id}, {"changed_at": here.at}, {"quantity_left": -fact.quantity}
            )
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


def _busted(here: Here, fact: TradeBusted) -> Iterable[Change]:
    values = {"state": "busted", "basis": "bust", "grounds": fact.grounds}
    yield Update(TRADES, {"trade_id": fact.trade_id}, values)


MARKET_DATA = View(
    name="market_data",
    contexts=("market",),
    tables=(INSTRUMENTS, ORDERS, TRADES),
    handlers={
        InstrumentOpened: _opened,
        InstrumentStateSet: _state_set,
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
        TradeBusted: _busted,
    },
    # Participants are in the catalogue, money in settlement, rights with deliveries, the fence in compliance.
    ignores=COMMON_IGNORED.union(AUCTION_FACTS, POOL_FACTS, QUOTES_FACTS, RULINGS_FACTS)
    | MONEY_FACTS
    | BOOK_WORK
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
