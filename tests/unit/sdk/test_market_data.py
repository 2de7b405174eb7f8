"""Following a market: with the tables or without them, and what a busted trade changes."""

from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from typing import cast

import pytest

from exchange.kernel.bases import Outcome
from exchange.kernel.errors import Misuse, Unavailable
from exchange.kernel.intervals import INTERVALS, begin_of
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.market.facts import TradeMatched
from exchange.market.purchases.commands import BustTrade
from exchange.sdk.market_data import MarketData
from exchange.store import VIEWS_READER, Store, migrate, open_store, save
from exchange.views import VIEWS, project_batch
from exchange.views.candle import Candle
from exchange.views.depth import Book, BookUpdate
from streams.client import Client
from streams.tail import Followed
from tests.contract.conftest import empty
from tests.contract.test_projections_market import BOOK as BESIDE
from tests.contract.test_projections_sold_by import a_listing
from tests.unit.cli.test_ladder import BOOK, a_traded_market, ask
from tests.unit.market.stage import OPERATOR
from tests.unit.views.story import position_after

MARKET = "M-DATA"
TOPIC = "market.journal"


class Journal:
    """A market's journal that ends; what is written to the tables before whoever follows it is told is `written`."""

    def __init__(self, outcomes: Sequence[Outcome], store: Store | None = None) -> None:
        self.outcomes, self.store = outcomes, store
        self.ends_at = len(outcomes)

    def partition(self, context: str, key: str) -> int:
        return 0

    def refuse_closed(self) -> None:
        """It is never closed."""

    def history(self, context: str, partition: int) -> AsyncGenerator[Followed, None]:
        return self._read(BEGINNING, self.ends_at)

    def follow(self, context: str, partition: int, start: JournalPosition) -> AsyncGenerator[Followed, None]:
        if self.store is not None:
            written(self.store, self.outcomes, start)
        return self._read(start, len(self.outcomes))

    async def _read(self, start: JournalPosition, end: int) -> AsyncGenerator[Followed, None]:
        after = BEGINNING
        for outcome in self.outcomes[:end]:
            after = position_after([outcome], after)
            if outcome[0].meta.seq >= start.seq:
                yield Followed(outcome, after)


def written(store: Store, outcomes: Sequence[Outcome], before: JournalPosition = BEGINNING) -> None:
    rest = [outcome for outcome in outcomes if outcome[0].meta.seq >= before.seq]
    after = position_after(rest, before)
    save(store, VIEWS_READER, TOPIC, 0, before, after, project_batch(VIEWS, "market", 0, rest))


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'exchange.sqlite'}")
    migrate(store)
    yield store
    store.close()


@pytest.fixture
def store(migrated: Store) -> Store:
    empty(migrated)
    return migrated


def door(journal: Journal, store: Store | None = None) -> MarketData:
    return MarketData(cast(Client, journal), store)


def a_busted_market() -> tuple[Sequence[Outcome], str, int]:
    """A market in which the second of two trades is undone; the trade, and after how many outcomes it was made."""
    stage = a_traded_market()
    ask(stage, 1_230, 2)
    made, busted = len(stage.written.outcomes), list(stage.market.purchases)[-1]
    stage.ask(OPERATOR, BustTrade(trade_id=busted, grounds="A wrong price."))
    return stage.written.outcomes, busted, made


async def seen(market: MarketData, market_id: str | None) -> list[Book | BookUpdate]:
    async with aclosing(market.feed(BOOK, market_id=market_id)) as feed:
        return [each async for each in feed]


async def test_a_book_is_followed_with_kafka_alone_as_with_the_tables(store: Store) -> None:
    outcomes, busted, made = a_busted_market()
    written(store, outcomes[: made - 1])
    journal = Journal(outcomes)
    journal.ends_at = made - 1
    alone = await seen(door(journal), MARKET)
    assert alone == await seen(door(journal, store), None)
    book, traded, undone = alone
    assert isinstance(book, Book)
    assert isinstance(traded, BookUpdate)
    assert isinstance(undone, BookUpdate)
    assert [trade.trade_id for trade in traded.trades] == [busted] == list(undone.busted)
    assert traded.day is not None
    assert undone.day is not None
    assert book.day is not None
    assert (traded.last_price, undone.last_price) == (1_240, 1_250)
    assert (traded.day.trades, undone.day.trades, undone.day.low_price) == (2, 1, 1_250)
    assert (undone.day.partition, undone.day.seq) == (0, outcomes[-1][0].meta.seq)


async def test_without_tables_a_book_is_known_by_its_market() -> None:
    journal = Journal(a_busted_market()[0])
    with pytest.raises(Misuse, match="market_id="):
        await seen(door(journal), None)
    with pytest.raises(Misuse, match="in market M-ELSEWHERE yet"):
        await seen(door(journal), "M-ELSEWHERE")
    with pytest.raises(Misuse, match="no database was named"):
        await door(journal).statistics()


async def test_reading_a_journal_that_takes_too_long_is_given_up() -> None:
    market = door(Journal(a_busted_market()[0] * 200))
    with pytest.raises(Unavailable, match="was read up to fact"):
        await anext(market.feed(BOOK, market_id=MARKET, deadline_s=1e-6))


@pytest.mark.parametrize("interval", INTERVALS)
async def test_a_candle_comes_again_without_a_busted_trade(store: Store, interval: str) -> None:
    outcomes, _, made = a_busted_market()
    written(store, outcomes[: made - 1])
    market = door(Journal(outcomes, store), store)
    async with aclosing(market.candle_feed(BOOK, interval)) as feed:
        candles = [candle async for candle in feed]
    at = [each.meta.at for outcome in outcomes for each in outcome if isinstance(each.fact, TradeMatched)]
    apart = begin_of(at[0], INTERVALS[interval]) != begin_of(at[1], INTERVALS[interval])
    first, traded, undone = candles
    assert told(first) == (1, 1_250, 3)
    assert told(traded) == ((1, 1_240, 2) if apart else (2, 1_240, 5))
    assert told(undone) == ((0, 0, 0) if apart else (1, 1_250, 3))
    assert undone.seq == outcomes[-1][-1].meta.seq


async def test_candles_of_one_way_say_nothing_of_what_was_sold_another(store: Store) -> None:
    outcomes, _, made = a_busted_market()
    written(store, outcomes[: made - 1])
    market = door(Journal(outcomes, store), store)
    async with aclosing(market.candle_feed(BOOK, "1h", sold_by="plan")) as feed:
        assert [candle async for candle in feed] == []
    stage = a_listing()
    market = door(Journal(stage.written.outcomes, store), store)
    empty(store)
    written(store, stage.written.outcomes[:7])
    async with aclosing(market.candle_feed(BESIDE, "1h", sold_by="quotes")) as feed:
        assert [told(candle) async for candle in feed] == [(1, 9, 2)]


def told(candle: Candle) -> tuple[int, int, int]:
    return candle.trades, candle.last_price, candle.volume
