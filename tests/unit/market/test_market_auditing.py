"""What is looked at after every outcome: a market that is not as it must be stops its worker."""

import msgspec
import pytest

from exchange.kernel.bases import CommandMeta
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.partition import Asked, Partition
from exchange.kernel.time import HOUR
from exchange.market.book import best_price
from exchange.market.commands import Side
from exchange.market.facts import OrderAccepted, TradeMatched
from tests.unit.market.floor import B1, S1, S2, a_floor
from tests.unit.market.stage import BUYER, SELLER, Stage, a_bid, a_market, an_ask, terms


def test_a_crossed_book_that_nobody_knows_of_stops_its_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = a_market(terms(seller_id=None, posted_price=None, moves_data=False))
    stage.ask(SELLER, an_ask(10))
    partition = Partition(stage.decider, 0)
    partition.state = stage.market
    # A bug: matching finds nobody.
    monkeypatch.setattr("exchange.market.orders.nothing_to_meet", lambda *given: True)
    meta = CommandMeta(id="c-1", actor=BUYER, valid_until=stage.at + HOUR)
    with pytest.raises(InvariantBroken, match="stands crossed"):
        partition.answer(stage.offset, stage.at, Asked(meta, a_bid(12)), claim=0)
    assert best_price(stage.market.instruments["L-0.1.0"], Side.BID) == 12


def a_book() -> Stage:
    stage = a_floor()
    stage.ask(S1, an_ask(10, 2))
    stage.ask(S2, an_ask(12, 2))
    return stage


def test_a_trade_that_passes_over_a_better_price_is_found() -> None:
    stage = a_book()
    decided = stage.decider.decide(stage.market, a_bid(12), stage.cause(B1))
    worse = next(order.order_id for order in stage.market.orders.values() if order.price == 12)
    facts = [
        msgspec.structs.replace(fact, ask_id=worse, seller_id=S2, price=12)
        if isinstance(fact, TradeMatched)
        else fact
        for fact in decided
    ]
    with pytest.raises(InvariantBroken, match="still has a better price"):
        stage.take(facts)


def test_an_order_reserves_as_much_for_each_lot() -> None:
    stage = a_book()
    decided = stage.decider.decide(stage.market, a_bid(9, 3), stage.cause(B1))
    (accepted,) = decided
    assert isinstance(accepted, OrderAccepted)
    uneven = msgspec.structs.replace(accepted, reserved_minor=accepted.reserved_minor + 1)
    with pytest.raises(InvariantBroken, match="no whole amount a lot"):
        stage.take([uneven])
