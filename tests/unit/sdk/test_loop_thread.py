"""The loop under the synchronous doors: called from anywhere, ended once, and never waited for by itself."""

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest

from exchange.kernel.errors import Misuse, Unavailable
from exchange.sdk import Published
from exchange.sdk.deliveries import Deliveries as AsyncDeliveries
from exchange.sdk.seller import Seller as AsyncSeller
from exchange.sdk.sync import Deliveries, Seller
from exchange.sdk.sync.loop import LoopThread
from exchange.sdk.sync.streaming import _HELD_MAX
from streams.dataplane.publisher import Progress


@pytest.fixture
def loop() -> Iterator[LoopThread]:
    loop = LoopThread()
    yield loop
    loop.stop()


async def doubled(number: int) -> int:
    await asyncio.sleep(0)
    return 2 * number


async def waiting() -> None:
    await asyncio.Event().wait()


def test_several_threads_call_at_once_and_each_gets_its_own(loop: LoopThread) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda n: loop.call(doubled(n)), range(100))) == [2 * n for n in range(100)]


def test_what_a_coroutine_raises_is_raised(loop: LoopThread) -> None:
    async def failing() -> None:
        raise KeyError("k")

    with pytest.raises(KeyError):
        loop.call(failing())


def test_calling_after_the_end_is_misuse_and_ending_again_is_not(loop: LoopThread) -> None:
    loop.call(doubled(1))
    loop.stop()
    loop.stop()
    with pytest.raises(Misuse, match="was closed; open it again"):
        loop.call(doubled(1))


def test_a_loop_that_was_never_used_ends_as_well() -> None:
    loop = LoopThread()
    loop.stop()
    with pytest.raises(Misuse, match="closed"):
        loop.call(doubled(1))


def test_who_still_waits_at_the_end_is_told(loop: LoopThread) -> None:
    with ThreadPoolExecutor(1) as pool:
        loop.call(doubled(1))
        still = pool.submit(loop.call, waiting())
        while not loop.call(_running()):
            pass
        loop.stop()
        with pytest.raises(Unavailable, match="closed before this was answered"):
            still.result(10)


async def _running() -> bool:
    return any(task.get_coro().__name__ == "waiting" for task in asyncio.all_tasks())  # type: ignore[union-attr]


def test_a_call_from_the_loops_own_thread_would_wait_for_itself(loop: LoopThread) -> None:
    async def calling() -> None:
        loop.call(doubled(1))

    with pytest.raises(Misuse, match="own thread"):
        loop.call(calling())


def test_a_delivery_interrupted_before_its_future_is_known_ends(
    loop: LoopThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits, ended = threading.Event(), threading.Event()

    class Endless:
        """A delivery whose next record never comes."""

        async def batches(self) -> AsyncGenerator[Sequence[Any], None]:
            try:
                waits.set()
                await asyncio.Event().wait()
                yield []
            finally:
                ended.set()

    begin = asyncio.run_coroutine_threadsafe

    def begin_and_be_interrupted(coroutine: Any, running: asyncio.AbstractEventLoop) -> Any:
        monkeypatch.undo()
        begin(coroutine, running)
        assert waits.wait(10)
        raise KeyboardInterrupt

    deliveries = Deliveries(loop, cast(AsyncDeliveries, Endless()))
    monkeypatch.setattr(asyncio, "run_coroutine_threadsafe", begin_and_be_interrupted)
    with pytest.raises(KeyboardInterrupt):
        next(deliveries.batches())
    assert ended.is_set()


def a_seller(loop: LoopThread, publish: Any) -> Seller:
    class Publishing:
        """A seller whose publication is what the test says."""

        def publish(self, product_id: str, records: Any, progress: Any, **rest: Any) -> Any:
            return publish(records, progress)

    return Seller(loop, cast(AsyncSeller, Publishing()))


DONE = Published(product_id="P", through=0, records=0, ranges=())


def test_records_and_progress_pass_through_the_callers_own_thread(loop: LoopThread) -> None:
    here, threads, told = threading.get_ident(), set(), []

    def source() -> Iterator[Any]:
        for number in range(10_000):
            threads.add(threading.get_ident())
            yield (None, b"%d" % number, 0)

    async def publish(records: AsyncIterable[Any], progress: Any) -> Published:
        values = []
        async for record in records:
            values.append(record[1])
            progress(Progress(len(values), 0, 0))
        assert values == [b"%d" % number for number in range(10_000)]
        return DONE

    def progress(news: Progress) -> None:
        threads.add(threading.get_ident())
        told.append(news.records)

    assert a_seller(loop, publish).publish("P", source(), progress) is DONE
    assert threads == {here}
    assert told[-1] == 10_000


def test_a_source_is_asked_for_more_only_as_it_is_taken(loop: LoopThread) -> None:
    given = 0

    def source() -> Iterator[Any]:
        nonlocal given
        while True:
            given += 1
            yield (None, b"", 0)

    async def publish(records: AsyncIterable[Any], progress: Any) -> Published:
        async for _ in records:
            while given <= _HELD_MAX:
                await asyncio.sleep(0.001)
            await asyncio.sleep(0.05)
            return DONE
        raise AssertionError

    assert a_seller(loop, publish).publish("P", source()) is DONE
    assert given <= 2 * _HELD_MAX + 2


def test_what_the_source_raises_ends_the_publication_after_what_came_before(loop: LoopThread) -> None:
    taken = []

    def source() -> Iterator[Any]:
        yield (None, b"1", 0)
        raise ConnectionError("the source is gone")

    async def publish(records: AsyncIterable[Any], progress: Any) -> Published:
        async for record in records:
            taken.append(record)
        return DONE

    with pytest.raises(ConnectionError, match="the source is gone"):
        a_seller(loop, publish).publish("P", source())
    assert len(taken) == 1


def test_a_publication_that_fails_takes_no_more_records(loop: LoopThread) -> None:
    async def publish(records: AsyncIterable[Any], progress: Any) -> Published:
        raise Unavailable("Kafka is away")

    def endless() -> Iterator[Any]:
        while True:
            yield (None, b"", 0)

    with pytest.raises(Unavailable, match="Kafka is away"):
        a_seller(loop, publish).publish("P", endless())


def test_what_does_not_iterate_is_refused(loop: LoopThread) -> None:
    with pytest.raises(Misuse, match="do not iterate"):
        a_seller(loop, None).publish("P", 7)  # type: ignore[arg-type]
