"""An open book of something that moves no data, where four sellers and three buyers meet; a tick is a fen."""

from collections.abc import Sequence
from typing import Any

from exchange.kernel.bases import Fact
from exchange.market.book import open_orders
from exchange.market.commands import (
    BookRules,
    OpenInstrument,
    OrderType,
    PlaceOrder,
    SetInstrumentState,
    Side,
)
from exchange.market.facts import OrderAccepted, OrderCancelled, OrderExpired, OrderReduced, TradeMatched
from tests.unit.market.stage import BUYER, SELLER, Stage, everyone, terms, the_ruleset

BOOK = "L-0.1.0"
S1, S2 = SELLER, "SE-CN-03"
B1, B2, B3 = BUYER, "BU-SG-01", "BU-CN-01"
OP = "OP-CN-01"
MARKET = OrderType.MARKET


def a_floor(cash_minor: int = 10_000, rules: dict[str, Any] | None = None, **changed: Any) -> Stage:
    """Everyone known, the buyers with money, one book open."""
    values: dict[str, Any] = {"posted_price": None, "seller_id": None, "moves_data": False, "unit": "licence"}
    stage = Stage().told(*everyone(), the_ruleset())
    stage.told(OpenInstrument(terms=terms(rules=BookRules(**(rules or {})), **(values | changed))))
    for buyer in (B1, B2, B3):
        stage.deposited(buyer, cash_minor)
    return stage


def a_call(rules: dict[str, Any] | None = None, **changed: Any) -> Stage:
    """The same, collecting orders until somebody opens it."""
    return set_to(a_floor(rules=rules, **changed), "call")


def set_to(stage: Stage, state: Any) -> Stage:
    """Let the exchange set the book's state, and let happen what that brings."""
    stage.told(SetInstrumentState(instrument_id=BOOK, state=state))
    return stage


def opened(stage: Stage) -> list[Fact]:
    """The facts of an auction, from the end of its call until the book trades on."""
    before = len(stage.journal)
    set_to(stage, "open").settle()
    return [fact for fact, _ in stage.journal[before:]]


def at_market(order: PlaceOrder, **changed: Any) -> PlaceOrder:
    """The same order for any price, or down to the protection price that it is given."""
    values: dict[str, Any] = {
        "instrument_id": order.instrument_id,
        "side": order.side,
        "quantity": order.quantity,
        "use": order.use,
    }
    return PlaceOrder(order_type=MARKET, **(values | changed))


def order_of(facts: Sequence[Fact]) -> str:
    """The id of the order that was accepted."""
    return next(fact.order_id for fact in facts if isinstance(fact, OrderAccepted))


def trades(facts: Sequence[Fact]) -> list[tuple[str, str, int, int]]:
    """Who bought of whom, at what price, how many lots."""
    return [
        (fact.buyer_id, fact.seller_id, fact.price, fact.quantity)
        for fact in facts
        if isinstance(fact, TradeMatched)
    ]


def ends(facts: Sequence[Fact]) -> list[tuple[str, str, int]]:
    """Whose order ended without a trade, why, and how many lots of it."""
    return [
        *(
            (fact.participant_id, "reduced", fact.quantity)
            for fact in facts
            if isinstance(fact, OrderReduced)
        ),
        *(
            (fact.participant_id, fact.grounds, fact.quantity_left)
            for fact in facts
            if isinstance(fact, OrderCancelled | OrderExpired)
        ),
    ]


def resting(stage: Stage, side: Side, book: str = BOOK) -> list[tuple[str, int, int, int]]:
    """Who stands on a side at what price, with how many lots, of which so many are shown, in priority."""
    return [
        (order.participant_id, order.price, order.quantity_left, order.shown)
        for order in open_orders(stage.market.instruments[book], side)
    ]
