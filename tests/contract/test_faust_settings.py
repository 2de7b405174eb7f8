"""How an app is set, what it refuses, and which versions all of this was tried with."""

import ast
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import faust
import pytest

import exchange
import streams
from exchange.kernel.errors import Misuse
from streams.app import HostSettings, build_app
from streams.host.failing import FailingSupervisor

WANTED = {
    "broker_max_poll_records": 500,
    "broker_session_timeout": 6.0,
    "broker_heartbeat_interval": 1.0,
    "broker_request_timeout": 40.0,
    "broker_commit_interval": 0.5,
    "broker_commit_every": 10**9,
    "stream_wait_empty": False,
    "topic_allow_declare": False,
    "topic_disable_leader": True,
    "table_standby_replicas": 0,
    "web_enabled": False,
    "consumer_auto_offset_reset": "earliest",
    "consumer_group_instance_id": "deciders-0",
    "agent_supervisor": FailingSupervisor,
}
SETTINGS = HostSettings(bootstrap_servers="127.0.0.1:1,127.0.0.1:2", group="deciders", slot="deciders-0")


@pytest.mark.parametrize(("name", "value"), WANTED.items())
def test_the_app_is_set_as_was_tried(name: str, value: object) -> None:
    assert getattr(build_app(SETTINGS).conf, name) == value


def test_every_bootstrap_server_is_known_and_the_group_is_called_what_it_was_given() -> None:
    app = build_app(SETTINGS)
    assert [url.authority for url in app.conf.broker] == ["127.0.0.1:1", "127.0.0.1:2"]
    assert app.conf.id == "deciders"


def test_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROKER_URL", "kafka://elsewhere:9092")
    monkeypatch.setenv("STREAM_WAIT_EMPTY", "1")
    monkeypatch.setenv("PROCESSING_GUARANTEE", "exactly_once")
    monkeypatch.setenv("WEB_ENABLED", "1")
    conf = build_app(SETTINGS).conf
    assert conf.broker[0].host == "127.0.0.1"
    assert conf.stream_wait_empty is False
    assert conf.web_enabled is False
    assert conf.processing_guarantee.value == "at_least_once"


@pytest.mark.parametrize("guarantee", ["exactly_once", "at_most_once", ""])
def test_no_other_guarantee_than_at_least_once_is_accepted(guarantee: str) -> None:
    with pytest.raises(Misuse, match=r"processing_guarantee .* is refused"):
        build_app(
            HostSettings(bootstrap_servers="127.0.0.1:1", group="deciders", processing_guarantee=guarantee)
        )


def test_a_rebalance_longer_than_a_request_is_refused() -> None:
    with pytest.raises(Misuse, match="rebalance_timeout_s must be below"):
        build_app(HostSettings(bootstrap_servers="127.0.0.1:1", group="deciders", rebalance_timeout_s=40.0))


def test_a_faust_table_is_refused() -> None:
    with pytest.raises(Misuse, match="table 'balances' is refused"):
        build_app(SETTINGS).Table("balances")


def test_building_an_app_starts_nothing_and_needs_no_loop() -> None:
    app = build_app(SETTINGS)
    assert not app.started
    assert app._consumer is None
    assert app._producer is None
    assert (app.settings, app.failure, app.ended.is_set()) == (SETTINGS, None, False)


def test_importing_the_app_builds_none() -> None:
    import streams.app

    assert not [name for name, value in vars(streams.app).items() if isinstance(value, faust.App)]


TRANSACTIONAL = ("transactional_id", "exactly_once", "send_offsets_to_transaction")


def test_nothing_in_the_tree_uses_kafka_transactions() -> None:
    folders = [Path(package.__file__).parent for package in (exchange, streams)]
    used = [
        f"{path.name}:{line} {word}"
        for folder in folders
        for path in sorted(folder.rglob("*.py"))
        for line, word in _words(ast.parse(path.read_text()))
        if any(banned in word for banned in TRANSACTIONAL)
    ]
    assert not used, "Kafka transactions and exactly_once lose and double with today's Python clients"


def _words(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every name, attribute, keyword and string of a module; what docstrings say is free."""
    docs = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=word) | ast.Attribute(attr=word) | ast.keyword(arg=str(word)):
                yield node.lineno, word
            case ast.Constant(value=str(word)) if id(node) not in docs:
                yield node.lineno, word


@pytest.mark.parametrize(("package", "tried"), [("faust-streaming", "0.15.3"), ("aiokafka", "0.14.0")])
def test_the_host_was_tried_with_exactly_this_version(package: str, tried: str) -> None:
    assert version(package) == tried, (
        f"{package} is not {tried}. streams/host overrides its inside; before pinning the new version read again, "
        "in its source: Consumer.getmany, _drain_messages, _add_gap, _new_offset, ack, perform_seek and "
        "ThreadDelegateConsumer (faust/transport/consumer.py); AIOKafkaConsumerThread, ConsumerRebalanceListener "
        "and _create_worker_consumer (faust/transport/drivers/aiokafka.py); DefaultSchedulingStrategy "
        "(faust/transport/utils.py); Recovery._resume_streams (faust/tables/recovery.py); TableManager.on_start; "
        "App._on_partitions_revoked, _stop_consumer and on_stop; Settings.getenv; Stream.__aiter__ in Python and in "
        "Cython (skipped messages, acknowledgements); Agent._execute_actor; mode's ServiceThread, "
        "QueueServiceThread and SupervisorStrategy; aiokafka's AIOKafkaConsumer._fetch_max_wait_ms, "
        "Fetcher.fetched_records, Fetcher._get_actions_per_node, FetchRequest and SubscriptionState. Then run "
        "tests/contract/test_faust_*.py and the crash tests"
    )
