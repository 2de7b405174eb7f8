"""The consumer runs in the agents' own loop; the stock thread is one switch away."""

import asyncio
import threading
import time
from collections.abc import Mapping
from typing import Any

import psutil
import pytest
from mode.threads import WorkerThread

from streams.app import running
from streams.host import TP, Generation
from streams.host.consumer import BatchConsumer, InLoopConsumer
from streams.loop_lag import LoopLag
from tests.contract.hosting import Recorder, a_topic, append, committed, hosting, numbers, settings
from tests.support import eventually

LONG_MS, SOON_S = 8_000, 5.0
"""How long Kafka keeps a fetch, for which an app waits when it ends, and by when a record is here that ends one."""


async def test_no_thread_and_no_second_loop_exist(bootstrap: str) -> None:
    topic = await a_topic(bootstrap)
    await append(bootstrap, topic, numbers(10))
    before, host = set(threading.enumerate()), Recorder()
    async with running(hosting(settings(bootstrap), host, {topic: 1})) as app:
        await eventually(lambda: host.batches)
        assert set(threading.enumerate()) == before
        assert app.consumer._thread.thread_loop is asyncio.get_running_loop()
        assert type(app.consumer) is InLoopConsumer


async def test_one_switch_brings_the_stock_thread_back_and_batches_are_the_same(bootstrap: str) -> None:
    topic = await a_topic(bootstrap, partitions=2)
    for partition in range(2):
        await append(bootstrap, topic, numbers(700), partition=partition)
    how, host = settings(bootstrap, threaded=True), Recorder(start={TP(topic, 0): 100})
    async with running(hosting(how, host, {topic: 2})) as app:
        await eventually(lambda: host.offsets(TP(topic, 0)) == list(range(100, 700)))
        await eventually(lambda: host.offsets(TP(topic, 1)) == list(range(700)))
        assert [thread for thread in threading.enumerate() if isinstance(thread, WorkerThread)]
        # Never the thread with direct drain: that was slower than either.
        assert type(app.consumer) is BatchConsumer
    assert not [thread for thread in threading.enumerate() if isinstance(thread, WorkerThread)]
    assert await committed(bootstrap, how.group) == {TP(topic, 0): 700, TP(topic, 1): 700}


@pytest.mark.parametrize("threaded", [False, True])
async def test_the_broker_is_asked_to_answer_a_fetch_quickly(bootstrap: str, threaded: bool) -> None:
    topic = await a_topic(bootstrap)
    how = settings(bootstrap, threaded=threaded, fetch_min_bytes=10)
    async with running(hosting(how, Recorder(), {topic: 1})) as app:
        fetcher = app.consumer._thread._consumer._fetcher
        assert (fetcher._fetch_max_wait_ms, fetcher._fetch_min_bytes) == (20, 10)


@pytest.mark.parametrize("threaded", [False, True])
async def test_kafka_keeps_a_fetch_of_all_partitions_until_a_record_comes(
    bootstrap: str, threaded: bool
) -> None:
    topic, host = await a_topic(bootstrap, partitions=2), Recorder()
    how = settings(bootstrap, threaded=threaded, fetch_idle_wait_ms=LONG_MS)
    async with running(hosting(how, host, {topic: 2})) as app:
        await eventually(lambda: app.consumer._thread._consumer._fetcher._in_flight)
        for place in (TP(topic, 1), TP(topic, 0), TP(topic, 0), TP(topic, 1)):
            seen = len(host.offsets(place))
            await append(bootstrap, topic, numbers(1), place.partition)
            await eventually(lambda place=place, seen=seen: len(host.offsets(place)) > seen, SOON_S)


async def test_a_fetch_that_leaves_a_partition_out_comes_back_soon(bootstrap: str) -> None:
    topic, host = await a_topic(bootstrap, partitions=2), Recorder()
    how = settings(bootstrap, fetch_idle_wait_ms=LONG_MS)
    async with running(hosting(how, host, {topic: 2})) as app:
        fetcher = app.consumer._thread._consumer._fetcher
        await eventually(lambda: fetcher._in_flight)
        asked: set[tuple[tuple[int, ...], int]] = set()
        fetch = fetcher._proc_fetch_request

        async def noted(assignment: Any, node: int, request: Any) -> Any:
            places = [partition for _, partitions in request.topics for partition, *_ in partitions]
            asked.add((tuple(sorted(places)), request._max_wait_ms))
            return await fetch(assignment, node, request)

        fetcher._proc_fetch_request = noted
        app.consumer.pause_partitions({TP(topic, 0)})
        await append(bootstrap, topic, numbers(1), partition=0)
        await eventually(lambda: ((1,), 20) in asked)
        app.consumer.resume_partitions({TP(topic, 0)})
        await eventually(lambda: host.offsets(TP(topic, 0)) == [0], SOON_S)
        await eventually(lambda: ((0, 1), LONG_MS) in asked)
        assert {((1,), 20), ((0, 1), LONG_MS)} == asked


@pytest.mark.parametrize("threaded", [False, True])
async def test_in_the_loop_a_message_is_handed_on_by_a_plain_await(bootstrap: str, threaded: bool) -> None:
    topic = await a_topic(bootstrap)
    host = Recorder()
    async with running(hosting(settings(bootstrap, threaded=threaded), host, {topic: 1})) as app:
        waited_on: list[Any] = []
        suspended = app.consumer.suspend_flow
        original = suspended.wait

        async def noted() -> Any:
            waited_on.append(suspended)
            return await original()

        suspended.wait = noted
        await append(bootstrap, topic, numbers(10))
        await eventually(lambda: len(host.offsets(TP(topic, 0))) == 10)
    # The stock way races the hand-over against a suspended flow, in tasks of their own.
    assert bool(waited_on) is threaded


async def test_a_record_arrives_while_another_partition_is_idle_without_waiting_for_it(
    bootstrap: str,
) -> None:
    topic = await a_topic(bootstrap, partitions=4)
    host = Recorder()
    async with running(hosting(settings(bootstrap), host, {topic: 4})):
        took = []
        for number in range(20):
            sent_at = time.monotonic()
            await append(bootstrap, topic, numbers(1), partition=number % 4)
            await eventually(lambda number=number: len(host.batches) > number)
            took.append(time.monotonic() - sent_at)
    # With Faust's own 1.5 s a fetch can keep a record of another partition waiting that long.
    assert sorted(took)[10] < 1.0


async def test_the_app_listens_nowhere(bootstrap: str) -> None:
    topic = await a_topic(bootstrap)
    this = psutil.Process()
    before = {connection.laddr for connection in this.net_connections() if connection.status == "LISTEN"}
    async with running(hosting(settings(bootstrap), Recorder(), {topic: 1})):
        after = {connection.laddr for connection in this.net_connections() if connection.status == "LISTEN"}
    assert after == before


async def test_a_held_loop_is_measured_and_raises_an_alarm(
    bootstrap: str, caplog: pytest.LogCaptureFixture
) -> None:
    topic = await a_topic(bootstrap)
    async with running(hosting(settings(bootstrap, lag_alarm_s=0.2), Recorder(), {topic: 1})) as app:
        alarms = app.lag.alarms
        await asyncio.sleep(0)
        time.sleep(0.5)  # noqa: ASYNC251  what must never happen
        await eventually(lambda: app.lag.alarms > alarms)
        assert app.lag.max_s >= 0.4
        assert app.lag.recent_s > 0
    assert "The event loop was held" in caplog.text


async def test_how_long_the_loop_was_held_is_counted_from_the_first_open_assignment_on(
    bootstrap: str,
) -> None:
    topic = await a_topic(bootstrap)
    await append(bootstrap, topic, numbers(1))

    class Loading(Recorder):
        async def take_over(self, tps: frozenset[TP], generation: Generation) -> Mapping[TP, int]:
            await asyncio.sleep(0)
            compute(0.5)  # what only a start may do
            await eventually(lambda: app.lag.max_cpu_s >= 0.4)
            return await super().take_over(tps, generation)

    host = Loading()
    app = hosting(settings(bootstrap, lag_alarm_s=10.0), host, {topic: 1})
    async with running(app):
        await eventually(lambda: host.batches)
        assert app.lag.max_cpu_s < 0.4


def compute(seconds: float) -> None:
    """Hold the loop, and not by waiting."""
    began_s = time.thread_time()
    while time.thread_time() < began_s + seconds:
        pass


async def test_of_what_held_the_loop_only_what_it_computed_itself_is_its_own() -> None:
    lag = LoopLag(every_s=0.01)
    watching = asyncio.ensure_future(lag.watch())
    await asyncio.sleep(0)
    time.sleep(0.3)  # noqa: ASYNC251  held, but by nothing it computes
    await eventually(lambda: lag.max_s >= 0.25)
    assert lag.max_cpu_s < 0.2
    compute(0.3)
    await eventually(lambda: lag.max_cpu_s >= 0.25)
    watching.cancel()
    await asyncio.wait([watching])
