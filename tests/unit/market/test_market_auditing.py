"""A book that stands crossed without anybody knowing stops its worker."""

import pytest

from exchange.kernel.bases import CommandMeta
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.partition import Asked, Partition
from exchange.kernel.time import HOUR
from exchange.market.book import best_price
from exchange.market.commands import Side
from tests.unit.market.stage import BUYER, SELLER, a_bid, a_market, an_ask, terms


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
