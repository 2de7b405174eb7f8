"""What streams through the synchronous doors: publishing what iterates, iterating over a delivery."""

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

from exchange.delivery.facts import RangePublished
from exchange.kernel.errors import Misuse
from exchange.sdk.deliveries import Delivered
from exchange.sdk.deliveries import Deliveries as AsyncDeliveries
from exchange.sdk.party import Entitlement
from exchange.sdk.publishing import Published
from exchange.sdk.sync import doors
from exchange.sdk.sync.loop import LoopThread
from exchange.views.candle import Candle
from exchange.views.depth import Book, BookUpdate
from exchange.views.sold_by import SoldBy
from streams.dataplane.intake import OutRecord
from streams.dataplane.publisher import DEFAULT_LIMITS, OnProgress, Progress, PublisherLimits
from streams.deadline import DEADLINE_S

T = TypeVar("T")

_HELD_MAX = 2_000
_LOOK_EVERY_S = 0.1


class Seller(doors.Seller):
    """Sells data products."""

    def publish(
        self,
        product_id: str,
        records: Iterable[OutRecord],
        progress: OnProgress | None = None,
        *,
        first_seq: int | None = None,
        limits: PublisherLimits = DEFAULT_LIMITS,
        deadline_s: float = DEADLINE_S,
    ) -> Published:
        """Append records to a product's stream and report them, range by range, as they are read back.

        Shape: as the asynchronous door's `publish`. `records` is iterated over, and `progress` told, in the
        thread that calls; records that come slowly are published as they come.
        """
        if not isinstance(records, Iterable):
            raise Misuse(f"records do not iterate, they are {type(records).__name__}; give an iterable")
        handover = _Handover(self._loop, progress)
        publishing = self._door.publish(
            product_id,
            handover.taken(),
            handover.told,
            first_seq=first_seq,
            limits=limits,
            deadline_s=deadline_s,
        )
        return handover.give(records, self._loop.submit(publishing))


class Deliveries:
    """What an entitlement is owed. Iterate over it, or over its `batches`.

    Shape: as the asynchronous `Deliveries`: the next records are read only as they are asked for, and a
    range is confirmed when its last record has been taken and the next one is asked for.
    """

    def __init__(self, loop: LoopThread, deliveries: AsyncDeliveries) -> None:
        self._loop = loop
        self._deliveries = deliveries

    @property
    def disputed(self) -> list[RangePublished]:
        """The ranges whose digest differs from the seller's."""
        return self._deliveries.disputed

    def __iter__(self) -> Iterator[Delivered]:
        for batch in self.batches():
            yield from batch

    def batches(self) -> Generator[Sequence[Delivered], None, None]:
        """The same records in batches, none of which reaches over a published range's end."""
        yield from _one_by_one(self._loop, self._deliveries.batches())


class Buyer(doors.Buyer):
    """Buys data products and receives them."""

    def deliveries(
        self,
        entitlement: Entitlement | str,
        *,
        receipts: bool = True,
        follow: bool = False,
        again: bool = False,
        deadline_s: float = DEADLINE_S,
    ) -> Deliveries:
        """Receive what an entitlement is owed: iterate over it, or over its `batches()`.

        Shape: as the asynchronous door's `deliveries`.
        """
        deliveries = self._door.deliveries(
            entitlement, receipts=receipts, follow=follow, again=again, deadline_s=deadline_s
        )
        return Deliveries(self._loop, deliveries)


class MarketData(doors.MarketData):
    """Shows what is traded; what others see is shown."""

    def feed(
        self, instrument_id: str, *, market_id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> Generator[Book | BookUpdate, None, None]:
        """A book, and then every change of it. Shape: as the asynchronous door's `feed`."""
        feed = self._door.feed(instrument_id, market_id=market_id, deadline_s=deadline_s)
        yield from _one_by_one(self._loop, feed)

    def candle_feed(
        self,
        instrument_id: str,
        interval: str = "1m",
        *,
        sold_by: SoldBy = "book",
        deadline_s: float = DEADLINE_S,
    ) -> Generator[Candle, None, None]:
        """The candle under way after each trade. Shape: as the asynchronous door's `candle_feed`."""
        yield from _one_by_one(
            self._loop,
            self._door.candle_feed(instrument_id, interval, sold_by=sold_by, deadline_s=deadline_s),
        )


def _one_by_one(loop: LoopThread, given: AsyncGenerator[T, None]) -> Generator[T, None, None]:
    """What the loop gives, taken only as it is asked for."""
    reading = _Reading(given)
    try:
        while (taken := loop.call(reading.next())) is not None:
            yield taken
    finally:
        # Where the exchange was closed before, what ran on its loop has ended with it.
        if not loop.stopped:
            loop.call(reading.close())


class _Reading(Generic[T]):
    """Batches taken one at a time, and ended even if taking one was interrupted before anyone knew of it."""

    def __init__(self, batches: AsyncGenerator[T, None]) -> None:
        self._batches = batches
        self._taking: asyncio.Task[object] | None = None
        self._over = False

    async def next(self) -> T | None:
        if self._over:
            return None
        self._taking = asyncio.current_task()
        return await anext(self._batches, None)

    async def close(self) -> None:
        self._over = True
        while self._taking is not None and not self._taking.done():
            self._taking.cancel()
            await asyncio.wait([self._taking], timeout=_LOOK_EVERY_S)
        await self._batches.aclose()


class _Over(Exception):
    """Nobody takes any more records."""


class _Handover:
    """Records from the caller's thread to the loop's, a bounded number held; progress the other way."""

    def __init__(self, loop: LoopThread, progress: OnProgress | None) -> None:
        self._loop = loop
        self._progress = progress
        self._changed = threading.Condition()
        self._held: list[OutRecord] = []
        self._news: Progress | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._ended = self._over = False
        self._failed: Exception | None = None

    def give(self, records: Iterable[OutRecord], publishing: "Future[Published]") -> Published:
        """Hand the records over, and wait until they are published."""
        publishing.add_done_callback(self._no_longer)
        try:
            self._end(self._put_all(records))
            while True:
                try:
                    return self._loop.result(publishing, _LOOK_EVERY_S)
                except TimeoutError:
                    if publishing.done():
                        raise
                finally:
                    self._tell()
        except BaseException:
            publishing.cancel()
            raise

    def told(self, progress: Progress) -> None:
        """Take news for the caller's thread; only the latest is kept."""
        self._news = progress

    async def taken(self) -> AsyncIterator[OutRecord]:
        """The records, on the loop."""
        while True:
            with self._changed:
                taken, self._held = self._held, []
                self._changed.notify()
                if not taken and self._ended:
                    break
                waiter = None if taken else asyncio.get_running_loop().create_future()
                self._waiter = waiter
            if waiter is not None:
                await waiter
            for record in taken:
                yield record
        if self._failed is not None:
            raise self._failed

    def _put_all(self, records: Iterable[OutRecord]) -> Exception | None:
        """Hand over every record; what kept the source from giving more, if anything did."""
        try:
            for record in records:
                self._put(record)
        except _Over:
            return None
        except Exception as error:  # noqa: BLE001 - whatever it is, it ends the publication as an async source's would
            return error
        return None

    def _put(self, record: OutRecord) -> None:
        self._tell()
        with self._changed:
            while len(self._held) >= _HELD_MAX and not self._over:
                self._changed.wait()
            if self._over:
                raise _Over
            self._held.append(record)
            self._wake()

    def _end(self, error: Exception | None) -> None:
        with self._changed:
            self._ended, self._failed = True, error
            self._wake()

    def _wake(self) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not self._over:
            waiter.get_loop().call_soon_threadsafe(_set, waiter)

    def _no_longer(self, publishing: "Future[Published]") -> None:
        with self._changed:
            self._over = True
            self._changed.notify()

    def _tell(self) -> None:
        news, self._news = self._news, None
        if news is not None and self._progress is not None:
            self._progress(news)


def _set(waiter: "asyncio.Future[None]") -> None:
    if not waiter.done():
        waiter.set_result(None)
