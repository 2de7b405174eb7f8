"""What a host gets: whole batches in order, from where it said, and what is committed of them."""

import asyncio
import time

import pytest
from aiokafka import ConsumerRecord
from faust.streams import Stream

from exchange.kernel.errors import InvariantBroken, Misuse
from streams.app import build_app, running
from streams.host import TP, Event, Records
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


async def test_everything_fetched_of_a_partition_arrives_as_one_list_and_nothing_is_left_out(
    bootstrap: str,
) -> None:
    topic = await a_topic(bootstrap, partitions=2)
    await append(bootstrap, topic, numbers(1200), partition=0)
    await append(bootstrap, topic, numbers(700), partition=1)
    host = Recorder()
    async with running(hosting(settings(bootstrap), host, {topic: 2})):
        await eventually(lambda: len(host.offsets(TP(topic, 0))) + len(host.offsets(TP(topic, 1))) >= 1900)
    assert host.offsets(TP(topic, 0)) == list(range(1200))
    assert host.offsets(TP(topic, 1)) == list(range(700))
    assert len(host.batches) < 40
    assert all(len(records) <= 500 for _, records in host.batches)


async def test_a_batch_is_the_raw_records_with_key_value_and_headers(bootstrap: str) -> None:
    topic = await a_topic(bootstrap)
    await append(bootstrap, topic, [b"\x00\xff not text", b""])
    host = Recorder()
    async with running(hosting(settings(bootstrap), host, {topic: 1})):
        await eventually(lambda: len(host.offsets(TP(topic, 0))) == 2)
    records = [record for _, records in host.batches for record in records]
    assert not any(isinstance(record, ConsumerRecord) for record in records)
    assert [record.value for record in records] == [b"\x00\xff not text", b""]
    assert host.events[0].message.value is host.batches[0][1]


async def test_one_fetch_brings_at_most_one_poll_of_records(bootstrap: str) -> None:
    topic = await a_topic(bootstrap)
    await append(bootstrap, topic, numbers(95))
    host = Recorder()
    async with running(hosting(settings(bootstrap, poll_records_max=10), host, {topic: 1})):
        await eventually(lambda: len(host.offsets(TP(topic, 0))) == 95)
    assert [len(records) for _, records in host.batches] == [10] * 9 + [5]


async def test_other_topics_still_come_record_by_record_in_the_same_app(bootstrap: str) -> None:
    batched, single = await a_topic(bootstrap), await a_topic(bootstrap)
    await append(bootstrap, batched, numbers(30))
    await append(bootstrap, single, numbers(250))
    how, host, values = settings(bootstrap), Recorder(), []
    app = hosting(how, host, {batched: 1})

    async def note(stream: Stream[bytes]) -> None:
        async for value in stream:
            values.append(value)

    app.agent(app.topic(single, value_serializer="raw"))(note)
    async with running(app):
        await eventually(lambda: len(values) == 250 and len(host.offsets(TP(batched, 0))) == 30)
    assert values == numbers(250)
    assert await committed(bootstrap, how.group) == {TP(batched, 0): 30, TP(single, 0): 250}


async def test_offsets_inside_a_batch_are_no_gap_and_gaps_elsewhere_still_are(bootstrap: str) -> None:
    batched, single = await a_topic(bootstrap), await a_topic(bootstrap)
    await append(bootstrap, batched, numbers(30))
    host = Recorder(handle=keep)
    app = hosting(settings(bootstrap, poll_records_max=10), host, {batched: 1})
    app.agent(app.topic(single, value_serializer="raw"))(_ignore)
    async with running(app):
        await eventually(lambda: len(host.batches) == 3)
        assert not app.consumer._gap[TP(batched, 0)]
        await app.consumer._add_gap(TP(batched, 0), 1, 9)
        await app.consumer._add_gap(TP(single, 0), 1, 9)
        assert not app.consumer._gap[TP(batched, 0)]
        assert app.consumer._gap[TP(single, 0)]


async def _ignore(stream: Stream[bytes]) -> None:
    async for _ in stream:
        pass


async def test_the_committed_offset_is_one_past_what_is_acknowledged_and_never_past_what_is_not(
    bootstrap: str,
) -> None:
    topic = await a_topic(bootstrap)
    await append(bootstrap, topic, numbers(30))
    how, host = settings(bootstrap, poll_records_max=10, commit_every_s=600.0), Recorder(handle=keep)
    app = hosting(how, host, {topic: 1})
    async with running(app):
        await eventually(lambda: len(host.events) == 3)
        first, second, third = host.events
        second.ack()
        await app.consumer.commit()
        assert await committed(bootstrap, how.group) == {}
        first.ack()
        await app.consumer.commit()
        assert await committed(bootstrap, how.group) == {TP(topic, 0): 20}
        third.ack()
        await app.consumer.commit()
        assert await committed(bootstrap, how.group) == {TP(topic, 0): 30}


async def test_acknowledgements_are_committed_by_time_and_at_the_latest_by_a_stop(bootstrap: str) -> None:
    topic = await a_topic(bootstrap)
    await append(bootstrap, topic, numbers(5))
    how, host = settings(bootstrap), Recorder()
    async with running(hosting(how, host, {topic: 1})):

        async def stands_at_five() -> bool:
            return await committed(bootstrap, how.group) == {TP(topic, 0): 5}

        await eventually(stands_at_five)
    late = settings(bootstrap, commit_every_s=600.0)
    async with running(hosting(late, host, {topic: 1})):
        await eventually(lambda: len(host.offsets(TP(topic, 0))) == 10)
    assert await committed(bootstrap, late.group) == {TP(topic, 0): 5}


async def test_reading_starts_where_the_owner_says_and_not_at_the_committed_offset(bootstrap: str) -> None:
    topic = await a_topic(bootstrap, partitions=2)
    await append(bootstrap, topic, numbers(20), partition=0)
    await append(bootstrap, topic, numbers(20), partition=1)
    how = settings(bootstrap)
    host = Recorder(start={TP(topic, 0): 7, TP(topic, 1): 20})
    async with running(hosting(how, host, {topic: 2})):
        await eventually(lambda: host.offsets(TP(topic, 0)) == list(range(7, 20)))
        await append(bootstrap, topic, numbers(1), partition=1)
        await eventually(lambda: host.offsets(TP(topic, 1)) == [20])
    assert await committed(bootstrap, how.group) == {TP(topic, 0): 20, TP(topic, 1): 21}
    again = Recorder(start={TP(topic, 0): 3, TP(topic, 1): 0})
    async with running(hosting(how, again, {topic: 2})):
        await eventually(lambda: again.offsets(TP(topic, 0)) == list(range(3, 20)))
        await eventually(lambda: again.offsets(TP(topic, 1)) == list(range(21)))


async def test_an_owner_without_positions_goes_on_from_what_its_group_committed(bootstrap: str) -> None:
    topic = await a_topic(bootstrap, partitions=2)
    await append(bootstrap, topic, numbers(8), partition=0)
    how = settings(bootstrap)
    for expected in ([*range(8)], [8, 9]):
        host = Follower()
        async with running(hosting(how, host, {topic: 2})):
            await eventually(lambda host=host, expected=expected: host.offsets(TP(topic, 0)) == expected)
        await append(bootstrap, topic, numbers(2), partition=0)


@pytest.mark.parametrize("beyond", [6, 1_000_000])
async def test_a_position_the_partition_does_not_hold_stops_the_app(bootstrap: str, beyond: int) -> None:
    topic = await a_topic(bootstrap)
    await append(bootstrap, topic, numbers(5))
    host = Recorder(start={TP(topic, 0): beyond})
    with pytest.raises(InvariantBroken, match=rf"{topic}/0 holds offsets 0 to 5.* from {beyond}"):
        async with running(hosting(settings(bootstrap), host, {topic: 1})):
            pass
    assert not host.batches


async def test_a_slow_owner_is_not_buried_and_gets_the_rest_in_order_as_soon_as_it_is_free(
    bootstrap: str,
) -> None:
    topic = await a_topic(bootstrap, partitions=3)
    for partition in range(3):
        await append(bootstrap, topic, numbers(400), partition=partition)
    gate = asyncio.Event()

    async def wait_at_the_gate(tp: TP, records: Records, event: Event) -> None:
        await gate.wait()
        event.ack()

    how, host = (
        settings(bootstrap, poll_records_max=5, buffered_batches_max=4),
        Recorder(handle=wait_at_the_gate),
    )
    app = hosting(how, host, {topic: 3})
    async with running(app):
        await eventually(lambda: len(app.consumer._buffered_partitions) > 0)
        assert sum(len(sent) for sent in app.consumer._in_flight.values()) < 30
        gate.set()
        opened_at = time.monotonic()
        await eventually(lambda: all(host.offsets(TP(topic, p)) == list(range(400)) for p in range(3)))
    # Stock comes back to a partition that was put aside after a second: 30 s for these 240 batches.
    assert time.monotonic() - opened_at < 10


def test_a_topic_has_one_owner_in_an_app() -> None:
    app = build_app(settings("127.0.0.1:1"))
    app.serve(Recorder(), {"market.commands": 4})
    with pytest.raises(Misuse, match=r"market\.commands would have two owners"):
        app.serve(Recorder(), {"market.commands": 4})
