"""Whatever raises ends the app, and what it raised on is read again."""

import asyncio
from collections.abc import Mapping

import pytest
from aiokafka.errors import GroupAuthorizationFailedError, IllegalStateError
from faust.streams import Stream

from exchange.kernel.errors import InvariantBroken, Misuse, Unavailable
from streams.app import HostApp, build_app, run_app, running
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


class Bug(Exception):
    """What no one expected."""


async def test_nothing_after_a_failed_batch_is_handed_on_and_a_restart_begins_with_it(bootstrap: str) -> None:
    topic = await a_topic(bootstrap)
    await append(bootstrap, topic, numbers(50))
    how = settings(bootstrap, poll_records_max=10)

    async def fails_on_the_third(tp: TP, records: Records, event: Event) -> None:
        if records[0].offset == 20:
            raise Bug("offset 20")
        event.ack()

    failing = Follower(handle=fails_on_the_third)
    with pytest.raises(Bug, match="offset 20"):
        await asyncio.wait_for(run_app(hosting(how, failing, {topic: 1}), asyncio.Event()), timeout=60)
    assert failing.offsets(TP(topic, 0)) == list(range(30))
    assert await committed(bootstrap, how.group) == {TP(topic, 0): 20}

    healthy = Follower()
    async with running(hosting(how, healthy, {topic: 1})):
        await eventually(lambda: healthy.offsets(TP(topic, 0)) == list(range(20, 50)))


async def test_an_agent_of_another_topic_that_raises_ends_the_app_too_and_is_not_started_again(
    bootstrap: str,
) -> None:
    topic = await a_topic(bootstrap)
    await append(bootstrap, topic, numbers(50))
    app, seen = build_app(settings(bootstrap)), []

    async def fails_on_the_third(stream: Stream[bytes]) -> None:
        async for event in stream.noack().events():
            seen.append(event.message.offset)
            if len(seen) == 3:
                raise Bug("the third")
            event.ack()

    app.agent(app.topic(topic, value_serializer="raw"))(fails_on_the_third)
    with pytest.raises(Bug, match="the third"):
        await asyncio.wait_for(run_app(app, asyncio.Event()), timeout=60)
    assert seen == [0, 1, 2]
    assert await committed(bootstrap, app.settings.group) == {TP(topic, 0): 2}


@pytest.mark.parametrize("error", [Bug("unexpected"), IllegalStateError("what Faust takes for a rebalance")])
async def test_a_failure_to_take_over_ends_the_app_before_anything_is_handed_on(
    bootstrap: str, error: Exception
) -> None:
    topic = await a_topic(bootstrap)
    await append(bootstrap, topic, numbers(5))

    class Failing(Recorder):
        async def take_over(self, tps: frozenset[TP], generation: Generation) -> Mapping[TP, int]:
            raise error

    host = Failing()
    with pytest.raises(type(error)):
        await asyncio.wait_for(run_app(hosting(settings(bootstrap), host, {topic: 1}), asyncio.Event()), 60)
    assert not host.batches
    assert host.let_go_of == [frozenset({TP(topic, 0)})]


async def test_positions_for_other_partitions_than_asked_are_a_bug(bootstrap: str) -> None:
    topic = await a_topic(bootstrap, partitions=2)

    class Forgetful(Recorder):
        async def take_over(self, tps: frozenset[TP], generation: Generation) -> Mapping[TP, int]:
            return {TP(topic, 1): 0}

    with pytest.raises(InvariantBroken, match=r"Forgetful took over .*/0, .*/1 but gave positions for .*/1"):
        async with running(hosting(settings(bootstrap), Forgetful(), {topic: 2})):
            pass


async def test_a_failure_to_let_go_ends_the_app(bootstrap: str) -> None:
    topic = await a_topic(bootstrap, partitions=2)
    how = settings(bootstrap)

    class Clinging(Recorder):
        async def let_go(self, tps: frozenset[TP]) -> None:
            raise Bug("let go")

    clinging = Clinging()
    task = asyncio.ensure_future(run_app(hosting(how, clinging, {topic: 2}), asyncio.Event()))
    await eventually(lambda: clinging.generations)
    async with running(hosting(how, Recorder(), {topic: 2})):
        with pytest.raises(Bug, match="let go"):
            await asyncio.wait_for(task, timeout=60)
    with pytest.raises(Bug, match="let go"):
        async with running(hosting(settings(bootstrap), Clinging(), {topic: 2})):
            pass


async def test_work_that_is_cancelled_by_itself_is_not_taken_for_done(bootstrap: str) -> None:
    topic = await a_topic(bootstrap)
    await append(bootstrap, topic, numbers(50))

    async def awaits_what_was_cancelled(tp: TP, records: Records, event: Event) -> None:
        cancelled: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        cancelled.cancel()
        await cancelled

    host = Recorder(handle=awaits_what_was_cancelled)
    how = settings(bootstrap, poll_records_max=10)
    with pytest.raises(InvariantBroken, match="was cancelled from within"):
        await asyncio.wait_for(run_app(hosting(how, host, {topic: 1}), asyncio.Event()), timeout=60)
    assert host.offsets(TP(topic, 0)) == list(range(10))


async def test_taking_over_that_is_cancelled_by_itself_ends_the_app(bootstrap: str) -> None:
    topic = await a_topic(bootstrap)

    class Cancelling(Recorder):
        async def take_over(self, tps: frozenset[TP], generation: Generation) -> Mapping[TP, int]:
            raise asyncio.CancelledError

    with pytest.raises(InvariantBroken, match="taking over was cancelled from within"):
        await asyncio.wait_for(
            run_app(hosting(settings(bootstrap), Cancelling(), {topic: 1}), asyncio.Event()), 60
        )


async def test_a_partition_that_went_back_ends_the_app(bootstrap: str) -> None:
    topic = await a_topic(bootstrap)
    await append(bootstrap, topic, numbers(10))
    tp, host = TP(topic, 0), Recorder()
    async with running(hosting(settings(bootstrap), host, {topic: 1})) as app:
        await eventually(lambda: host.offsets(tp) == list(range(10)))
        again = app.consumer._to_message(tp, host.batches[0][1])
        with pytest.raises(InvariantBroken, match=f"{topic}/0 went back to offset 0 after 9 was handed on"):
            await app.consumer._hand_on(tp, again)


async def test_a_failure_that_comes_up_while_the_app_stops_is_told_too(bootstrap: str) -> None:
    topic = await a_topic(bootstrap)

    class FailingLate(Recorder):
        async def let_go(self, tps: frozenset[TP]) -> None:
            app.fail(Bug("the last send was refused"))

    app = hosting(settings(bootstrap), FailingLate(), {topic: 1})
    with pytest.raises(Bug, match="the last send was refused"):
        async with running(app):
            pass


async def test_what_fails_in_the_background_ends_the_app_through_fail(bootstrap: str) -> None:
    topic = await a_topic(bootstrap)
    await append(bootstrap, topic, numbers(50))
    host = Recorder(handle=keep)
    how = settings(bootstrap, poll_records_max=10)
    app = hosting(how, host, {topic: 1})

    async def in_the_background() -> None:
        await eventually(lambda: len(host.batches) == 5)
        app.fail(Bug("a send was refused"))
        app.fail(Bug("and so was the next"))

    task = asyncio.ensure_future(in_the_background())
    with pytest.raises(Bug, match="a send was refused"):
        await asyncio.wait_for(run_app(app, asyncio.Event()), timeout=60)
    await task
    assert not host.generations[-1].current
    assert host.let_go_of == [frozenset({TP(topic, 0)})]


async def test_an_error_that_aiokafka_met_in_the_background_ends_the_app(bootstrap: str) -> None:
    topic = await a_topic(bootstrap)
    app = hosting(settings(bootstrap), Recorder(), {topic: 1})
    task = asyncio.ensure_future(run_app(app, asyncio.Event()))
    await eventually(lambda: app.started and app.partitions.generation.current)
    app.consumer._thread._consumer._coordinator._pending_exception = GroupAuthorizationFailedError("group")
    with pytest.raises(GroupAuthorizationFailedError):
        await asyncio.wait_for(task, timeout=60)


def test_an_app_may_be_built_before_there_is_a_loop(bootstrap: str) -> None:
    topic = asyncio.run(a_topic(bootstrap))
    asyncio.run(append(bootstrap, topic, numbers(5)))
    host = Recorder()
    app = hosting(settings(bootstrap), host, {topic: 1})

    async def until_read() -> None:
        async with running(app):
            await eventually(lambda: host.batches)

    asyncio.run(until_read())


async def test_an_app_runs_until_it_is_asked_to_stop(bootstrap: str) -> None:
    topic = await a_topic(bootstrap)
    await append(bootstrap, topic, numbers(5))
    host, stop = Recorder(), asyncio.Event()
    task = asyncio.ensure_future(run_app(hosting(settings(bootstrap), host, {topic: 1}), stop))
    await eventually(lambda: host.batches)
    stop.set()
    await asyncio.wait_for(task, timeout=30)


async def test_an_app_that_is_still_taking_over_can_be_asked_to_stop(bootstrap: str) -> None:
    topic = await a_topic(bootstrap)

    class Folding(Recorder):
        async def take_over(self, tps: frozenset[TP], generation: Generation) -> Mapping[TP, int]:
            await super().take_over(tps, generation)
            await asyncio.Event().wait()
            return {}

    host, stop = Folding(), asyncio.Event()
    task = asyncio.ensure_future(run_app(hosting(settings(bootstrap), host, {topic: 1}), stop))
    await eventually(lambda: host.generations)
    stop.set()
    await asyncio.wait_for(task, timeout=30)
    assert host.let_go_of == [frozenset({TP(topic, 0)})]


async def test_the_threaded_consumer_fails_the_same_way(bootstrap: str) -> None:
    topic = await a_topic(bootstrap)
    await append(bootstrap, topic, numbers(50))
    how = settings(bootstrap, poll_records_max=10, threaded=True)

    async def fails(tp: TP, records: Records, event: Event) -> None:
        raise Bug("at once")

    host = Recorder(handle=fails)
    with pytest.raises(Bug, match="at once"):
        await asyncio.wait_for(run_app(hosting(how, host, {topic: 1}), asyncio.Event()), timeout=60)
    assert host.offsets(TP(topic, 0)) == list(range(10))
    assert await committed(bootstrap, how.group) == {}


async def test_topics_that_are_missing_or_have_other_partitions_are_named_before_the_start(
    bootstrap: str,
) -> None:
    topic = await a_topic(bootstrap, partitions=2)
    app = hosting(settings(bootstrap), Recorder(), {topic: 3, "nowhere.commands": 1})
    with pytest.raises(
        Misuse, match=rf"nowhere\.commands does not exist; {topic} has 2 partitions instead of 3"
    ):
        async with running(app):
            pass


async def test_without_kafka_the_start_says_so(unused_tcp_port: int) -> None:
    app: HostApp = hosting(settings(f"127.0.0.1:{unused_tcp_port}"), Recorder(), {"market.commands": 1})
    with pytest.raises(Unavailable, match=f"Kafka at 127.0.0.1:{unused_tcp_port} does not answer"):
        async with running(app):
            pass
