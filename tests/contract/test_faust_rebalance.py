"""Partitions come and go: who is told what, and that nothing of an ended assignment has an effect."""

import asyncio
import random
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest

from streams.app import HostApp, run_app, running
from streams.host import TP, Event, Generation, Records
from tests.contract.hosting import (
    Follower,
    Recorder,
    a_topic,
    append,
    committed,
    hosting,
    keep,
    numbers,
    settings,
)
from tests.support import eventually


async def test_a_second_worker_takes_half_and_gives_it_back_and_every_record_is_read(bootstrap: str) -> None:
    topic = await a_topic(bootstrap, partitions=4)
    tps = [TP(topic, partition) for partition in range(4)]
    how, one, two = settings(bootstrap), Recorder(), Recorder()
    async with running(hosting(how, one, {topic: 4})):
        assert one.held == frozenset(tps)
        async with running(hosting(how, two, {topic: 4})):
            await eventually(lambda: len(one.held) == len(two.held) == 2 and not one.held & two.held)
            assert one.let_go_of[0] == frozenset(tps)
            for tp in tps:
                await append(bootstrap, topic, numbers(50), partition=tp.partition)
            await eventually(lambda: all(_read(tp, one, two) >= set(range(50)) for tp in tps))
            for tp in two.held:
                assert not one.offsets(tp)
        await eventually(lambda: one.held == frozenset(tps))
        await eventually(lambda: all(set(one.offsets(tp)) == set(range(50)) for tp in tps))


def _read(tp: TP, *hosts: Recorder) -> set[int]:
    return {offset for host in hosts for offset in host.offsets(tp)}


async def test_every_assignment_lets_go_before_it_takes_over_and_ends_its_generation(bootstrap: str) -> None:
    topic = await a_topic(bootstrap, partitions=2)
    how, steps = settings(bootstrap), []

    class Stepping(Recorder):
        async def take_over(self, tps: frozenset[TP], generation: Generation) -> Mapping[TP, int]:
            assert not [earlier for earlier in self.generations if earlier.current]
            steps.append("take over")
            return await super().take_over(tps, generation)

        async def let_go(self, tps: frozenset[TP]) -> None:
            assert not self.generations[-1].current
            assert not self.generations[-1].holds(next(iter(tps)))
            steps.append("let go")
            await super().let_go(tps)

    host = Stepping()
    async with running(hosting(how, host, {topic: 2})) as app:
        assert host.generations[-1].current
        assert host.generations[-1].holds(TP(topic, 0))
        assert app.partitions.generation is host.generations[-1]
        async with running(hosting(how, Recorder(), {topic: 2})):
            await eventually(lambda: len(host.held) == 1)
            assert len({generation.number for generation in host.generations}) == len(host.generations)
    assert steps == ["take over", "let go"] * (len(steps) // 2)
    assert len(steps) >= 4


async def test_taking_over_twice_for_one_assignment_reads_from_where_the_second_says(bootstrap: str) -> None:
    topic = await a_topic(bootstrap)
    await append(bootstrap, topic, numbers(10))
    tp, host = TP(topic, 0), Recorder()
    async with running(hosting(settings(bootstrap), host, {topic: 1})) as app:
        await eventually(lambda: host.offsets(tp) == list(range(10)))
        host.start = {tp: 4}
        await app.tables.recovery._resume_streams(app.consumer_generation_id)
        assert host.let_go_of == [frozenset({tp})]
        await eventually(lambda: host.offsets(tp) == [*range(10), *range(4, 10)])


async def test_taking_over_is_cancelled_when_the_assignment_ends_meanwhile(bootstrap: str) -> None:
    topic = await a_topic(bootstrap, partitions=2)
    how, cancelled = settings(bootstrap), []

    class Folding(Recorder):
        async def take_over(self, tps: frozenset[TP], generation: Generation) -> Mapping[TP, int]:
            positions = await super().take_over(tps, generation)
            if len(tps) == 2 and not cancelled:
                try:
                    await asyncio.Event().wait()
                finally:
                    cancelled.append(generation.current)
            return positions

    host = Folding()
    app = hosting(how, host, {topic: 2})
    starting = asyncio.ensure_future(_run(app))
    await eventually(lambda: host.generations)
    async with running(hosting(how, Recorder(), {topic: 2})):
        await eventually(lambda: len(host.held) == 1)
        assert cancelled == [False]
        assert host.let_go_of == [frozenset({TP(topic, 0), TP(topic, 1)})]
    starting.cancel()
    await asyncio.wait([starting])


async def _run(app: HostApp) -> None:
    async with running(app):
        await asyncio.Event().wait()


async def test_work_that_still_runs_when_its_partition_was_let_go_is_cancelled(bootstrap: str) -> None:
    topic = await a_topic(bootstrap)
    await append(bootstrap, topic, numbers(1))
    how, ended = settings(bootstrap), []

    async def never_ends(tp: TP, records: Records, event: Event) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(list(host.let_go_of))

    host = Recorder(handle=never_ends)
    async with running(hosting(how, host, {topic: 1})) as app:
        await eventually(lambda: host.batches)
        async with running(hosting(how, Recorder(handle=keep), {topic: 1})):
            await eventually(lambda: ended)
            assert ended == [[frozenset({TP(topic, 0)})]]
        assert app.failure is None
        await eventually(lambda: len(host.batches) > 1)


async def test_work_in_progress_when_its_partition_was_let_go_may_end_before_the_next_owner_starts(
    bootstrap: str,
) -> None:
    topic = await a_topic(bootstrap)
    await append(bootstrap, topic, numbers(1))
    how, steps = settings(bootstrap), []

    async def takes_a_moment(tp: TP, records: Records, event: Event) -> None:
        await eventually(lambda: host.let_go_of)
        steps.append("done")

    class Stepping(Recorder):
        async def take_over(self, tps: frozenset[TP], generation: Generation) -> Mapping[TP, int]:
            steps.append("take over")
            return await super().take_over(tps, generation)

    host = Stepping(handle=takes_a_moment)
    async with running(hosting(how, host, {topic: 1})):
        await eventually(lambda: host.batches)
        async with running(hosting(how, Stepping(), {topic: 1})):
            await eventually(lambda: len(steps) >= 3)
    assert steps[:3] == ["take over", "done", "take over"]


async def test_an_acknowledgement_that_comes_after_the_assignment_ended_is_not_committed(
    bootstrap: str,
) -> None:
    topic = await a_topic(bootstrap, partitions=2)
    for partition in range(2):
        await append(bootstrap, topic, numbers(10), partition=partition)
    how, host = settings(bootstrap, commit_every_s=600.0), Recorder(handle=keep)
    async with running(hosting(how, host, {topic: 2})) as app:
        await eventually(lambda: len(host.events) == 2)
        old = list(host.events)
        async with running(hosting(how, Recorder(handle=keep), {topic: 2})):
            await eventually(lambda: len(host.held) == 1 and len(host.events) > 2)
            for event in old:
                event.ack()
            assert app.consumer.stale_acks == 2
            await app.consumer.commit()
            assert await committed(bootstrap, how.group) == {}


async def test_a_message_of_an_ended_assignment_is_dropped_and_moves_no_read_offset(bootstrap: str) -> None:
    topic = await a_topic(bootstrap)
    await append(bootstrap, topic, numbers(10))
    tp, host = TP(topic, 0), Recorder()
    async with running(hosting(settings(bootstrap), host, {topic: 1})) as app:
        await eventually(lambda: host.offsets(tp) == list(range(10)))
        consumer, records = app.consumer, host.batches[0][1]
        late = consumer._to_message(tp, records)
        late.generation_id -= 1
        consumer._read_offset[tp] = 4
        await consumer._hand_on(tp, late)
        assert (consumer.stale_messages, consumer._read_offset[tp], len(host.batches)) == (1, 4, 1)


async def test_a_message_whose_assignment_ends_while_it_is_handed_on_moves_no_read_offset(
    bootstrap: str,
) -> None:
    topic = await a_topic(bootstrap)
    await append(bootstrap, topic, numbers(10))
    tp, host = TP(topic, 0), Recorder(handle=keep)
    async with running(hosting(settings(bootstrap), host, {topic: 1})) as app:
        await eventually(lambda: host.batches)
        consumer = app.consumer
        message = consumer._to_message(tp, host.batches[0][1])

        async def end_meanwhile(_: object) -> None:
            app.partitions.supersede(rebalancing=True)

        consumer.callback, consumer._read_offset[tp], consumer._next[tp] = end_meanwhile, 4, 0
        await consumer._hand_on(tp, message)
        assert consumer._read_offset[tp] == 4


async def test_nothing_is_handed_on_before_the_owner_has_taken_over(bootstrap: str) -> None:
    topic = await a_topic(bootstrap)
    await append(bootstrap, topic, numbers(10))
    gate = asyncio.Event()

    class Slow(Recorder):
        async def take_over(self, tps: frozenset[TP], generation: Generation) -> Mapping[TP, int]:
            await gate.wait()
            assert not self.batches
            return await super().take_over(tps, generation)

    host = Slow(start={TP(topic, 0): 6})
    app = hosting(settings(bootstrap), host, {topic: 1})
    starting = asyncio.ensure_future(_run(app))
    await eventually(lambda: app.partitions.generation.current)
    # Even if Faust let the records flow meanwhile, they would be read from the committed offset.
    app.consumer.resume_flow()
    app.flow_control.resume()
    app.consumer.resume_partitions({TP(topic, 0)})
    await app._fetcher.maybe_start()
    await eventually(lambda: app.consumer.stale_messages)
    gate.set()
    await eventually(lambda: host.offsets(TP(topic, 0)) == list(range(6, 10)))
    starting.cancel()
    await asyncio.wait([starting])


@asynccontextmanager
async def _reading_process(
    bootstrap: str, topic: str, group: str, slot: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Another process that reads `topic`; killed the hard way."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.contract.hosting", bootstrap, topic, group, slot, "30"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        assert await process.stdout.readline() == b"reading\n"
        yield process
    finally:
        process.kill()
        await process.wait()


async def test_a_worker_killed_the_hard_way_reads_again_at_once_under_its_slot(bootstrap: str) -> None:
    topic = await a_topic(bootstrap)
    await append(bootstrap, topic, numbers(1))
    group = settings(bootstrap).group
    async with _reading_process(bootstrap, topic, group, "slot-0"):
        pass
    host = Recorder()
    how = settings(bootstrap, group=group, slot="slot-0", session_timeout_s=30.0)
    restarted_at = time.monotonic()
    async with running(hosting(how, host, {topic: 1})):
        await eventually(lambda: host.batches)
    # Without a slot the group waits for the session of the killed one to time out: 30 s here.
    assert time.monotonic() - restarted_at < 15


async def test_a_graceful_stop_takes_less_than_two_seconds(bootstrap: str) -> None:
    topic = await a_topic(bootstrap, partitions=4)
    await append(bootstrap, topic, numbers(10))
    host = Recorder()
    async with running(hosting(settings(bootstrap, slot="slot-0"), host, {topic: 4})):
        await eventually(lambda: host.batches)
        stopping_at = time.monotonic()
    assert time.monotonic() - stopping_at < 2


async def test_a_worker_that_stops_in_the_middle_of_a_rebalance_leaves_at_once(bootstrap: str) -> None:
    topic = await a_topic(bootstrap, partitions=2)
    how, two = settings(bootstrap, session_timeout_s=30.0), Recorder()

    class Lingering(Recorder):
        async def let_go(self, tps: frozenset[TP]) -> None:
            await eventually(lambda: app.rebalancing)

    one, joined = Lingering(), asyncio.Event()
    app, stop = hosting(how, one, {topic: 2}), asyncio.Event()
    leaving = asyncio.ensure_future(run_app(app, stop))
    await eventually(lambda: one.held)
    stop.set()
    joining = asyncio.ensure_future(run_app(hosting(how, two, {topic: 2}), joined))
    await leaving
    # One that cannot leave the group is waited for as long as its session lasts.
    await eventually(lambda: len(two.held) == 2, timeout_s=20)
    joined.set()
    await joining


async def test_a_stop_waits_for_what_the_owner_finishes_and_commits_it(bootstrap: str) -> None:
    topic = await a_topic(bootstrap)
    await append(bootstrap, topic, numbers(10))
    how = settings(bootstrap, commit_every_s=600.0)

    class Finishing(Recorder):
        async def let_go(self, tps: frozenset[TP]) -> None:
            self.events[-1].ack()
            await super().let_go(tps)

    host = Finishing(handle=keep)
    async with running(hosting(how, host, {topic: 1})):
        await eventually(lambda: host.batches)
    assert await committed(bootstrap, how.group) == {TP(topic, 0): 10}


@pytest.mark.parametrize("threaded", [False, True])
async def test_a_second_worker_joins_either_kind_of_consumer(bootstrap: str, threaded: bool) -> None:
    topic = await a_topic(bootstrap, partitions=2)
    how, one, two = settings(bootstrap, threaded=threaded), Recorder(), Recorder()
    async with running(hosting(how, one, {topic: 2})), running(hosting(how, two, {topic: 2})):
        await eventually(lambda: len(one.held) == len(two.held) == 1)
        for partition in range(2):
            await append(bootstrap, topic, numbers(5), partition=partition)
        await eventually(lambda: all(_read(TP(topic, p), one, two) == set(range(5)) for p in range(2)))


async def test_no_record_is_skipped_while_workers_come_and_go(bootstrap: str) -> None:
    topic, partitions = await a_topic(bootstrap, partitions=4), range(4)
    how, chance = settings(bootstrap, poll_records_max=20), random.Random(7)
    done = {TP(topic, partition): 0 for partition in partitions}
    holes: list[tuple[TP, int, int]] = []

    async def note(tp: TP, records: Records, event: Event) -> None:
        if records[0].offset > done[tp]:
            holes.append((tp, done[tp], records[0].offset))
        await asyncio.sleep(chance.random() / 200)
        done[tp] = max(done[tp], records[-1].offset + 1)
        event.ack()

    async def comes_and_goes(times: int) -> None:
        for _ in range(times):
            stop = asyncio.Event()
            task = asyncio.ensure_future(run_app(hosting(how, Follower(handle=note), {topic: 4}), stop))
            await asyncio.sleep(chance.random())
            stop.set()
            await task

    workers = asyncio.gather(*(comes_and_goes(6) for _ in range(3)))
    sent = 0
    while not workers.done():
        await asyncio.gather(*(append(bootstrap, topic, numbers(30), partition) for partition in partitions))
        sent += 30
    await workers
    async with running(hosting(how, Follower(handle=note), {topic: 4})):
        await eventually(lambda: set(done.values()) == {sent})
    assert not holes


@pytest.mark.parametrize("steps_between", range(4))
async def test_a_consumer_that_waits_for_partitions_never_misses_its_cancellation(
    bootstrap: str, steps_between: int
) -> None:
    topic = await a_topic(bootstrap)
    async with running(hosting(settings(bootstrap), Recorder(), {topic: 1})) as app:
        app.consumer.pause_partitions({TP(topic, 0)})
        waiting = asyncio.ensure_future(app.consumer._wait_next_records(60.0))
        await asyncio.sleep(0.1)
        # Partitions come back and the stop begins in the same moment.
        app.consumer._readable.set()
        app.consumer.stop_flow()
        for _ in range(steps_between):
            await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait({waiting}, timeout=10)
        assert waiting.cancelled()
