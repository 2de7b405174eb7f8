"""The door to market data: books, trades, candles and statistics, as they are and as they change."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from exchange.kernel.errors import Misuse
from exchange.kernel.intervals import begin_of, interval_s
from exchange.sdk.analyst import Analyst, shown, within
from exchange.sdk.journal_book import book_from_journal
from exchange.sdk.table import Table
from exchange.store import Store
from exchange.views.candle import Candle, Series, Traded, with_trade
from exchange.views.depth import Book, BookUpdate
from exchange.views.queries.snapshot import BookAt, book_at, candle_around
from exchange.views.sold_by import SoldBy
from streams.client import Client
from streams.deadline import DEADLINE_S, Deadline
from streams.topics import journal_topic

_CONTEXT = "market"


class MarketData:
    """Shows what is traded. What others see is shown: no participants, and of icebergs only their shown parts.

    Shape: a book is a snapshot of the tables, a feed goes on with the market's journal from the very fact at which a
    snapshot stands: every update says its `partition` and `seq`. Whoever has no database follows a book by naming its
    market: it is then made from the journal's beginning. The node has to be up for feeds only.
    Raises: Misuse for an instrument that is not there, or where tables are needed and no database was named;
    Unavailable without a database or Kafka.
    """

    def __init__(self, client: Client, store: Store | None) -> None:
        self._client = client
        self._store = store

    async def book(self, instrument_id: str, *, deadline_s: float = DEADLINE_S) -> Book:
        """A book as the tables show it: levels, orders, best prices, the day's candle, and at which fact.

        Shape: while orders are collected, `indicative` is what their auction would find.
        """
        return (await self._at(instrument_id, Deadline(deadline_s), trades=False)).feed.book

    async def tape(self, instrument_id: str, last: int = 1_000, *, deadline_s: float = DEADLINE_S) -> Table:
        """An instrument's last trades, the newest last."""
        return await self._analyst().query(
            "tape", instrument=instrument_id, last=last, limit=last, deadline_s=deadline_s
        )

    async def candles(
        self,
        instrument_id: str,
        interval: str = "1m",
        last: int = 1_000,
        *,
        sold_by: SoldBy = "book",
        since: str | None = None,
        until: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> Table:
        """The last candles of 1s, 1m, 5m, 15m, 1h or 1d by exchange time; none where nothing was traded.

        Shape: of what the book traded, or else of what was sold by an auction, by quotes, by a pool or by a plan; those
        that begin at `since` or later, and before `until`.
        """
        return await self._analyst().query(
            "candles",
            instrument=instrument_id,
            interval=interval,
            sold_by=sold_by,
            since=since,
            until=until,
            last=last,
            limit=last,
            deadline_s=deadline_s,
        )

    async def statistics(self, instrument_id: str | None = None, *, deadline_s: float = DEADLINE_S) -> Table:
        """Of the last day an instrument was traded on: open, high, low, last, VWAP, volume, value, count.

        Shape: a row for each way in which it is sold.
        """
        return await self._analyst().query("statistics", instrument=instrument_id, deadline_s=deadline_s)

    async def indicative(self, instrument_id: str | None = None, *, deadline_s: float = DEADLINE_S) -> Table:
        """What the auctions of books that collect orders would find by now: price, volume, imbalance."""
        return await self._analyst().query("indicative", instrument=instrument_id, deadline_s=deadline_s)

    async def feed(
        self, instrument_id: str, *, market_id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> AsyncGenerator[Book | BookUpdate, None]:
        """A book, and then every change of it, one update for each outcome of the market that touches it.

        Shape: the first is the `Book`; updates follow on it without a hole or a repeat, for ever. With `market_id` no
        database is needed: the book is made from the journal of the instrument's market, about 100,000 facts a second.
        """
        deadline = Deadline(deadline_s)
        if market_id is None:
            at = await self._at(instrument_id, deadline)
        else:
            at = await book_from_journal(self._client, instrument_id, market_id, deadline)
        yield at.feed.book
        async with aclosing(self._updates(at)) as updates:
            async for update in updates:
                yield update

    async def candle_feed(
        self,
        instrument_id: str,
        interval: str = "1m",
        *,
        sold_by: SoldBy = "book",
        deadline_s: float = DEADLINE_S,
    ) -> AsyncGenerator[Candle, None]:
        """The candle under way after each trade, beginning with the last one there is; for ever.

        Shape: of one way in which it is sold, as `candles`; once a trade is undone, the candle it was in comes again
        without it, however old it is.
        """
        seconds, deadline = interval_s(interval), Deadline(deadline_s)
        # The book first: the candle then knows its trades at least, and says up to which one it does.
        at = await self._at(instrument_id, deadline)
        left_s = max(deadline.left_s, 0.001)
        found = await self.candles(instrument_id, interval, 1, sold_by=sold_by, deadline_s=left_s)
        candle = next((_candle(row, instrument_id, seconds) for row in found.as_dicts()), None)
        if candle is not None:
            yield candle
        async with aclosing(self._updates(at)) as updates:
            async for update in updates:
                for trade in update.trades:
                    if trade.sold_by == sold_by and (candle is None or trade.seq > candle.seq):
                        candle = _next(candle, trade, instrument_id, seconds, at)
                        yield candle
                for trade_id in update.busted:
                    restated = await self._around(trade_id, sold_by, seconds, update)
                    if restated is None:
                        continue
                    yield restated
                    if candle is not None and restated.begins_at == candle.begins_at:
                        candle = restated if restated.trades else None

    def _tables(self) -> Store:
        if self._store is None:
            raise Misuse(
                "no database was named: connect with store_url=, or follow a book by feed(instrument, market_id=…)"
            )
        return self._store

    def _analyst(self) -> Analyst:
        return Analyst(self._client, self._tables())

    async def _at(self, instrument_id: str, deadline: Deadline, trades: bool = True) -> BookAt:
        self._client.refuse_closed()
        topic = journal_topic(_CONTEXT)
        return await within(self._tables(), deadline, book_at, instrument_id, topic, trades)

    async def _around(
        self, trade_id: str, sold_by: SoldBy, seconds: int, update: BookUpdate
    ) -> Candle | None:
        """The candle that a trade was in, once the tables know that it was undone; None if it was sold otherwise."""
        deadline, store = Deadline(DEADLINE_S), self._tables()
        await shown(store, {(journal_topic(_CONTEXT), update.partition): update.seq + 1}, deadline)
        return await within(store, deadline, candle_around, trade_id, sold_by, seconds, update.seq)

    async def _updates(self, at: BookAt) -> AsyncGenerator[BookUpdate, None]:
        followed = self._client.follow(_CONTEXT, at.feed.partition, at.position)
        async with aclosing(followed) as outcomes:
            async for outcome, _ in outcomes:
                if (update := at.feed.take(outcome)) is not None:
                    yield update


def _candle(row: dict[str, Any], instrument_id: str, seconds: int) -> Candle:
    known = {name: row[name] for name in Candle.__struct_fields__ if name in row}
    return Candle(instrument_id=instrument_id, interval_s=seconds, **known)


def _next(candle: Candle | None, trade: Traded, instrument_id: str, seconds: int, at: BookAt) -> Candle:
    """The candle of a trade: the one under way, or a new one."""
    assert at.feed.head is not None
    if candle is not None and begin_of(trade.at, seconds) != candle.begins_at:
        candle = None
    series = Series(instrument_id, at.feed.partition, seconds, at.feed.head.currency)
    return with_trade(candle, trade, series)
