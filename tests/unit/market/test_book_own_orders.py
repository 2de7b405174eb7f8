"""An order and what its owner has on the other side: met wherever it stands, and looked at only where it may be met."""

from typing import Any

import pytest

from exchange.market.commands import PlaceOrder, RecordParticipant, SelfTrade, Side, TimeInForce
from exchange.market.facts import OrderAccepted, OrderCancelled, OrderReduced
from exchange.market.state import Order
from tests.unit.market.stage import BUYER, SELLER, Stage, a_bid, a_standing, a_use, an_ask, names
from tests.unit.market.test_market_sweeping import ELSEWHERE, a_floor

BOTH = "SE-CN-03"
AT_HOME = a_use(place_of_use="CN")


class Looked(dict[str, Order]):
    """Open orders that count how often one of them is looked up."""

    count = 0

    def get(self, name: Any, default: Any = None) -> Any:
        self.count += 1
        return super().get(name, default)


def a_book(**changed: Any) -> Stage:
    """One who buys and sells, with money; somebody asks 10, and somebody else bids 5 for a use that is not licensed."""
    stage = a_floor(**changed)
    stage.told(RecordParticipant(standing=a_standing(BOTH, "CN-LG", "seller", "buyer")))
    stage.deposited(BOTH, 10**7)
    stage.ask(SELLER, an_ask(10))
    stage.ask(BUYER, a_bid(5, use=ELSEWHERE))
    return stage


def at_once(side: Side, price: int, **changed: Any) -> PlaceOrder:
    """An order that takes what it can, and passes over whoever is there."""
    values: dict[str, Any] = {"use": ELSEWHERE} if side is Side.BID else {}
    order = a_bid(price, **values) if side is Side.BID else an_ask(price)
    return PlaceOrder(
        **{name: getattr(order, name) for name in order.__struct_fields__}
        | {"time_in_force": TimeInForce.IMMEDIATE_OR_CANCEL, **changed}
    )


@pytest.mark.parametrize("moves_data", [True, False])
def test_own_asks_that_are_out_of_reach_cost_an_order_nothing(moves_data: bool) -> None:
    looked = []
    for own in (1, 300):
        stage = a_book(moves_data=moves_data)
        if not moves_data:
            stage.told(RecordParticipant(standing=a_standing(SELLER, "CN-LG", "seller", active=False)))
        for number in range(own):
            stage.ask(BOTH, an_ask(1_000 + number % 7))
        orders = stage.market.orders = Looked(stage.market.orders)
        facts = stage.decider.decide(stage.market, at_once(Side.BID, 10), stage.cause(BOTH))
        assert names(facts)[-1] == "OrderCancelled"
        looked.append(orders.count)
    assert looked[0] == looked[1]


@pytest.mark.parametrize(
    ("mode", "ended"),
    [(SelfTrade.CANCEL_OLDEST, 100), (SelfTrade.CANCEL_BOTH, 1), (SelfTrade.DECREMENT, 100)],
)
def test_of_own_asks_that_are_passed_over_too_the_first_are_met(mode: SelfTrade, ended: int) -> None:
    stage = a_book()
    prices = [7 + number % 3 for number in range(130)]
    for price in prices:
        stage.ask(BOTH, an_ask(price))
    facts = stage.ask(BOTH, at_once(Side.BID, 12, quantity=500, self_trade=mode))
    (taker,) = (fact.order_id for fact in facts if isinstance(fact, OrderAccepted))
    own = [
        fact.order_id
        for fact in facts
        if isinstance(fact, OrderCancelled | OrderReduced) and fact.order_id != taker
    ]
    first = sorted(range(130), key=lambda number: (prices[number], number))[:ended]
    placed = [name for name in _placed(stage) if name != taker]
    assert own == [placed[number] for number in first]
    last = facts[-1]
    assert isinstance(last, OrderCancelled)
    assert last.grounds == ("fills_bounded" if ended > 1 else "own_order_ahead")


def _placed(stage: Stage) -> list[str]:
    """The orders of the one who buys and sells, in the order in which they came."""
    accepted = (fact for fact, _ in stage.journal if isinstance(fact, OrderAccepted))
    return [fact.order_id for fact in accepted if fact.participant_id == BOTH]


def test_own_bids_within_reach_are_met_where_the_fence_keeps_them_apart() -> None:
    stage = a_book()
    stage.ask(BOTH, a_bid(6, use=ELSEWHERE))
    stage.ask(BOTH, a_bid(4, use=AT_HOME))
    facts = stage.ask(BOTH, at_once(Side.ASK, 5))
    last = facts[-1]
    assert isinstance(last, OrderCancelled)
    assert (last.grounds, len(stage.market.orders)) == ("own_order_ahead", 4)
