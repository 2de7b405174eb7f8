"""What a market's journal says, in the twin's words, and what has to be true of all of it."""

from collections import Counter

from exchange.kernel.bases import Fact
from exchange.market.facts import (
    OrderAccepted,
    OrderCancelled,
    OrderExpired,
    OrderReduced,
    OrderReplaced,
    TradeMatched,
)
from tests.properties.market_drawn import (
    RULESETS,
)
from tests.properties.market_twin import End, Trade
from tests.unit.market.stage import Stage, pack


def trade_of(fact: TradeMatched) -> Trade:
    """A trade in the twin's words."""
    return (
        *(fact.bid_id, fact.ask_id, fact.buyer_id, fact.seller_id),
        *(fact.price, fact.quantity, fact.amount_minor),
    )


def end_of(fact: Fact) -> End | None:
    """How lots ended without a trade, in the twin's words."""
    if isinstance(fact, OrderReduced):
        return fact.order_id, fact.quantity, "reduced"
    if isinstance(fact, OrderCancelled | OrderExpired):
        return fact.order_id, fact.quantity_left, fact.grounds
    return None


def replayed(stage: Stage) -> None:
    """Folded again from its journal, a market is what it was, byte by byte."""
    again = Stage(rulesets={each.digest: each for each in RULESETS.values()})
    for fact, at in stage.journal:
        again.decider.evolve(again.market, fact, at)
    assert pack(again.market) == pack(stage.market)


def once_and_no_more(journal: list[tuple[Fact, int]]) -> None:
    """What is filled and what ends of an order is never more than was ordered, and nothing follows its end."""
    left: Counter[str] = Counter()
    executed: Counter[str] = Counter()
    entered: set[str] = set()
    for fact, _ in journal:
        if isinstance(fact, OrderAccepted):
            assert fact.order_id not in entered
            entered.add(fact.order_id)
            left[fact.order_id] = fact.quantity
        elif isinstance(fact, OrderReplaced):
            assert left[fact.order_id] > 0
            assert fact.quantity == executed[fact.order_id] + fact.quantity_left
            left[fact.order_id] = fact.quantity_left
        elif isinstance(fact, TradeMatched):
            for order_id in filter(None, (fact.bid_id, fact.ask_id)):
                executed[order_id] += fact.quantity
                left[order_id] -= fact.quantity
                assert left[order_id] >= 0
        elif (end := end_of(fact)) is not None:
            order_id, lots, why = end
            left[order_id] -= lots
            assert left[order_id] == 0 if why != "reduced" else left[order_id] >= 0
