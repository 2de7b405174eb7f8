"""Kafka goes away and comes back: the app waits. It does not come back: the app can still be stopped."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from streams.app import run_app
from streams.broker import EmbeddedBroker
from streams.host import TP
from tests.contract.hosting import Recorder, a_topic, append, committed, hosting, numbers, settings
from tests.support import eventually


@pytest.fixture
async def own_broker(tmp_path: Path) -> AsyncIterator[EmbeddedBroker]:
    """A Kafka that the test may kill."""
    broker = EmbeddedBroker(tmp_path)
    await broker.start()
    yield broker
    if broker.alive:
        broker.kill()


async def test_reading_goes_on_when_kafka_was_killed_and_is_back(own_broker: EmbeddedBroker) -> None:
    bootstrap = own_broker.bootstrap_servers
    topic = await a_topic(bootstrap)
    await append(bootstrap, topic, numbers(10))
    tp, how, host, stop = TP(topic, 0), settings(bootstrap, slot="slot-0"), Recorder(), asyncio.Event()
    app = hosting(how, host, {topic: 1})
    task = asyncio.ensure_future(run_app(app, stop))
    await eventually(lambda: host.offsets(tp) == list(range(10)))
    own_broker.kill()
    await eventually(lambda: not own_broker.alive)
    await asyncio.sleep(how.session_timeout_s + 2)  # the outage itself: longer than a session
    await own_broker.start()
    await append(bootstrap, topic, numbers(5))
    await eventually(lambda: {*host.offsets(tp)} == {*range(15)}, timeout_s=90)

    async def all_is_committed() -> bool:
        return await committed(bootstrap, how.group) == {tp: 15}

    await eventually(all_is_committed, timeout_s=60)
    assert app.failure is None
    stop.set()
    await asyncio.wait_for(task, timeout=60)


async def test_an_app_can_be_stopped_while_kafka_is_gone(own_broker: EmbeddedBroker) -> None:
    bootstrap = own_broker.bootstrap_servers
    topic = await a_topic(bootstrap)
    await append(bootstrap, topic, numbers(10))
    how = settings(bootstrap, commit_every_s=600.0, stop_timeout_s=3.0)
    host, stop = Recorder(), asyncio.Event()
    task = asyncio.ensure_future(run_app(hosting(how, host, {topic: 1}), stop))
    await eventually(lambda: host.batches)
    own_broker.kill()
    await eventually(lambda: not own_broker.alive)
    stopping_at = time.monotonic()
    stop.set()
    await asyncio.wait_for(task, timeout=60)
    assert time.monotonic() - stopping_at < 20
