"""Everything the host overrides of Faust, each with the test that fails without it."""

import ast
import asyncio
import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pytest

import streams.app
import streams.host
from streams.app import running
from streams.host import TP
from tests.contract.hosting import Recorder, a_topic, append, hosting, numbers, settings
from tests.support import eventually

OUTSIDE = {"faust", "mode", "aiokafka"}

CONTRACTS: Mapping[str, tuple[str, ...]] = {
    "batches.test_everything_fetched_of_a_partition_arrives_as_one_list_and_nothing_is_left_out": (
        "BatchConsumer.__init__",
        "BatchConsumer._to_message",
        "BatchScheduler.__init__",
        "BatchScheduler.iterate",
    ),
    "batches.test_a_batch_is_the_raw_records_with_key_value_and_headers": ("QuickFetchThread.on_start",),
    "batches.test_offsets_inside_a_batch_are_no_gap_and_gaps_elsewhere_still_are": (
        "BatchConsumer._add_gap",
    ),
    "batches.test_reading_starts_where_the_owner_says_and_not_at_the_committed_offset": (
        "BatchConsumer.perform_seek",
    ),
    "batches.test_the_committed_offset_is_one_past_what_is_acknowledged_and_never_past_what_is_not": (
        "BatchConsumer._new_offset",
    ),
    "failure.test_an_agent_of_another_topic_that_raises_ends_the_app_too_and_is_not_started_again": (
        "FailingSupervisor.restart_services",
    ),
    "failure.test_an_error_that_aiokafka_met_in_the_background_ends_the_app": (
        "HostApp._crash",
        "QuickFetchThread._fetch_records",
    ),
    "in_loop.test_a_held_loop_is_measured_and_raises_an_alarm": ("HostApp.on_start",),
    "in_loop.test_no_thread_and_no_second_loop_exist": (
        "HostApp._new_transport",
        "InLoopConsumer._new_consumer_thread",
        "InLoopThread.__init__",
        "InLoopThread.call_thread",
        "InLoopThread.start",
        "InLoopTransport.Consumer",
    ),
    "in_loop.test_one_switch_brings_the_stock_thread_back_and_batches_are_the_same": (
        "ThreadedTransport.Consumer",
    ),
    "in_loop.test_the_broker_is_asked_to_answer_a_fetch_quickly": (
        "BatchConsumer._new_consumer_thread",
        "QuickFetchThread._create_worker_consumer",
    ),
    "overrides.test_a_consumer_that_waits_for_partitions_reads_as_soon_as_one_comes_back": (
        "BatchConsumer._wait_next_records",
        "BatchConsumer.on_buffer_drop",
        "BatchConsumer.resume_partitions",
    ),
    "overrides.test_no_directories_are_made": ("HostApp._create_directories",),
    "overrides.test_no_producer_of_fausts_is_started": (
        "HostApp.BootStrategy",
        "_ConsumeOnly.enable_kafka_producer",
    ),
    "overrides.test_no_tables_are_waited_for": ("NoTables.on_start",),
    "overrides.test_one_that_stops_leaves_the_group_and_closes_its_connections": ("InLoopThread.on_stop",),
    "rebalance.test_a_graceful_stop_takes_less_than_two_seconds": ("InLoopThread.wait_for_shutdown",),
    "rebalance.test_a_message_of_an_ended_assignment_is_dropped_and_moves_no_read_offset": (
        "BatchConsumer.RebalanceListener",
        "RebalanceListener.on_partitions_assigned",
    ),
    "rebalance.test_a_stop_waits_for_what_the_owner_finishes_and_commits_it": ("HostApp.on_stop",),
    "rebalance.test_a_worker_that_stops_in_the_middle_of_a_rebalance_leaves_at_once": (
        "HostApp._on_rebalance_when_stopped",
    ),
    "rebalance.test_an_acknowledgement_that_comes_after_the_assignment_ended_is_not_committed": (
        "BatchConsumer.ack",
    ),
    "rebalance.test_every_assignment_lets_go_before_it_takes_over_and_ends_its_generation": (
        "RebalanceListener.on_partitions_revoked",
    ),
    "rebalance.test_nothing_is_handed_on_before_the_owner_has_taken_over": ("BatchConsumer._drain_messages",),
    "settings.test_a_faust_table_is_refused": ("NoTables.add",),
    "settings.test_building_an_app_starts_nothing_and_needs_no_loop": ("HostApp.__init__",),
    "settings.test_the_environment_changes_nothing": ("HostApp.Settings", "_NoEnvironment.getenv"),
}
"""A test, by its module (without `test_faust_`) and function, and the overrides without which it fails."""


def test_everything_overridden_is_named_with_its_test_and_nothing_else() -> None:
    assert sorted(_overrides()) == sorted(name for names in CONTRACTS.values() for name in names)


@pytest.mark.parametrize("contract", sorted(CONTRACTS))
def test_every_test_that_is_named_is_there(contract: str) -> None:
    module, function = contract.split(".")
    assert callable(getattr(importlib.import_module(f"tests.contract.test_faust_{module}"), function))


def _overrides() -> Iterator[str]:
    """What the bodies of our classes define that a base of Faust's, mode's or aiokafka's has too."""
    for module in (streams.app, *_modules_of(streams.host)):
        for node in ast.parse(inspect.getsource(module)).body:
            if isinstance(node, ast.ClassDef):
                cls = getattr(module, node.name)
                bases = [base for base in cls.__mro__ if base.__module__.partition(".")[0] in OUTSIDE]
                names = (name for statement in node.body for name in _defined(statement))
                yield from (f"{node.name}.{name}" for name in names if any(name in vars(b) for b in bases))


def _modules_of(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(found.name)


def _defined(statement: ast.stmt) -> Iterator[str]:
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr()):
            yield name
        case ast.Assign(targets=targets):
            yield from (target.id for target in targets if isinstance(target, ast.Name))


@pytest.mark.parametrize("put_aside", ["paused", "its owner was busy"])
async def test_a_consumer_that_waits_for_partitions_reads_as_soon_as_one_comes_back(
    bootstrap: str, put_aside: str
) -> None:
    topic, host = await a_topic(bootstrap), Recorder()
    await append(bootstrap, topic, numbers(1))
    async with running(hosting(settings(bootstrap), host, {topic: 1})) as app:
        await eventually(lambda: host.batches)
        await app._fetcher.stop()  # from here on only this test reads
        await append(bootstrap, topic, numbers(1))
        consumer: Any = app.consumer
        tp, busy = TP(topic, 0), put_aside != "paused"
        if busy:
            consumer.on_buffer_full(tp)
        else:
            consumer.pause_partitions({tp})
        waiting = asyncio.ensure_future(consumer._wait_next_records(600.0))
        await asyncio.sleep(0.05)
        if busy:
            consumer.on_buffer_drop(tp)
        else:
            consumer.resume_partitions({tp})
        # Stock comes back after a second of sleep with nothing; nobody else would wake this one for ten minutes.
        async with asyncio.timeout(30):
            records, _ = await waiting
    assert [record.offset for fetched in records.values() for record in fetched] == [1]


async def test_no_directories_are_made(
    bootstrap: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    topic = await a_topic(bootstrap)
    async with running(hosting(settings(bootstrap), Recorder(), {topic: 1})):
        assert not list(tmp_path.iterdir())


async def test_no_producer_of_fausts_is_started(bootstrap: str) -> None:
    topic = await a_topic(bootstrap)
    async with running(hosting(settings(bootstrap), Recorder(), {topic: 1})) as app:
        assert not app.producer.started


async def test_no_tables_are_waited_for(bootstrap: str, monkeypatch: pytest.MonkeyPatch) -> None:
    topic, slept = await a_topic(bootstrap), []
    app = hosting(settings(bootstrap), Recorder(), {topic: 1})

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(app.tables, "sleep", sleep)
    async with running(app):
        assert not slept


async def test_one_that_stops_leaves_the_group_and_closes_its_connections(bootstrap: str) -> None:
    topic = await a_topic(bootstrap)
    async with running(hosting(settings(bootstrap, session_timeout_s=30.0), Recorder(), {topic: 1})) as app:
        consumer = cast(Any, app.consumer)._thread._consumer
        assert consumer._coordinator.member_id
    assert consumer._closed
    assert not [task for task in asyncio.all_tasks() if "aiokafka" in repr(task.get_coro())]
