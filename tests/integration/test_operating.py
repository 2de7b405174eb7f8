"""A node as its operators see it: logs, metrics, health that turns red and green again, and the doctor."""

import asyncio
import json
import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from prometheus_client.parser import text_string_to_metric_families

from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.registry.commands import Role
from exchange.sdk.door import REGISTRY
from exchange.store import VIEWS_READER, migrate, open_store, save
from streams.node.choices import Choices
from streams.node.doctor import kafka
from streams.node.doctor.examining import examine
from streams.node.http_port import http_port
from streams.node.reports import lives, read_reports
from tests.support import eventually
from tests.support.command import running
from tests.support.names import unique_name
from tests.support.node import DECIDERS, PLENTY_S, PROJECTIONS, Node, a_shared_node
from tests.support.trade import OPERATOR, a_participant, admit_once

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node of this file's own that logs for machines: it is stopped, killed and locked out."""
    with a_shared_node(tmp_path_factory.mktemp("operated") / "node", Choices(log_format="json")) as node:
        yield node


async def asked(node: Node, path: str) -> tuple[int, str]:
    return await fetched(f"http://127.0.0.1:{http_port(node.directory)}{path}")


async def fetched(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.text()


async def is_green(node: Node) -> bool:
    return [(await asked(node, path))[0] for path in ("/health", "/ready")] == [200, 200]


async def red(node: Node, about: str, **where: object) -> dict[str, Any]:
    """The first trouble that tells of `about`, there and nowhere else, once both answers are red because of it."""

    async def look() -> dict[str, Any] | None:
        found = [await asked(node, path) for path in ("/health", "/ready")]
        if [status for status, _ in found] != [503, 503]:
            return None
        troubles: list[dict[str, Any]] = json.loads(found[0][1])["troubles"]
        return next(
            (each for each in troubles if about in each["problem"] and where.items() <= each.items()), None
        )

    trouble: dict[str, Any] = await eventually(look, PLENTY_S)
    return trouble


async def admit_somebody(node: Node) -> None:
    async with node.exchange() as exchange:
        operator = exchange.operator(OPERATOR)
        await admit_once(operator, a_participant(OPERATOR, "CN-LG", Role.OPERATOR))
        # Not waiting for what follows from it in other contexts, which policies may be kept from asking for.
        await operator.ask("registry", REGISTRY, a_participant(unique_name("BU"), "JP", Role.BUYER))


async def measured(node: Node) -> dict[str, float]:
    """Sums over processes by metric, with the labels that are asked for here."""
    status, text = await asked(node, "/metrics")
    assert status == 200
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            assert "process" in sample.labels, sample
            for name in (
                sample.name,
                f"{sample.name}/{sample.labels.get('context')}/{sample.labels.get('partition')}",
            ):
                found[name] = found.get(name, 0) + sample.value
    return found


async def test_one_address_gives_the_metrics_of_the_whole_node(node: Node) -> None:
    await eventually(lambda: is_green(node), PLENTY_S)
    before = await measured(node)
    await admit_somebody(node)

    async def grown() -> bool:
        now = await measured(node)
        grew = {name for name, value in now.items() if value > before.get(name, 0)}
        return {
            "corridor_commands_total/registry/0", "corridor_facts_total", "corridor_outcomes_total",
            "corridor_append_seconds_count", "corridor_policy_commands_total",
            "corridor_projection_rows_total/registry/0",
        } <= grew  # fmt: skip

    await eventually(grown, PLENTY_S)
    now = await measured(node)
    assert now["corridor_partition_led"] == len(node.places)
    assert all(now[f"corridor_partition_led/{context}/{number}"] == 1 for context, number in node.places)
    assert now["corridor_process_up"] == 4
    assert now["corridor_process_scraped"] == 2
    assert now["corridor_node_ready"] == 1


async def test_every_line_of_a_log_for_machines_is_an_object_with_its_values_as_fields(node: Node) -> None:
    for name in (DECIDERS, PROJECTIONS, "web-0", "node"):
        lines = [json.loads(line) for line in node.log(name).splitlines()]
        assert lines
        assert all({"time", "level", "process", "pid", "logger", "message"} <= line.keys() for line in lines)
        assert {line["process"] for line in lines} == {name}
    led = [json.loads(line) for line in node.log(DECIDERS).splitlines() if "leading" in line]
    assert {(line["context"], line["partition"]) for line in led} == set(node.places)
    assert all({"claim", "facts", "seconds"} <= line.keys() for line in led)


async def test_a_worker_tells_its_own_metrics_and_health(node: Node) -> None:
    (url,) = (each.details["listens"] for each in read_reports(node.directory.run) if each.name == DECIDERS)
    status, text = await fetched(f"{url}/metrics")
    assert status == 200
    assert "corridor_partition_led{" in text
    assert (await fetched(f"{url}/ready"))[0] == (await fetched(f"{url}/health"))[0] == 200


async def test_status_is_watched_until_ctrl_c(node: Node) -> None:
    await eventually(lambda: is_green(node), PLENTY_S)
    watching = ("status", "--watch", "--json", "--data", node.directory.path)
    with running(*watching, directory=node.directory.path) as process:
        assert process.stdout is not None
        seen = [json.loads(await asyncio.to_thread(process.stdout.readline)) for _ in range(2)]
        os.kill(process.pid, signal.SIGINT)
        left, said = await asyncio.to_thread(process.communicate)
    assert (process.returncode, said) == (0, b"")
    assert [json.loads(line)["ready"] for line in left.splitlines()] in ([], [True])
    assert [(each["node_id"], each["ready"]) for each in seen] == [
        (node.directory.identity.node_id, True)
    ] * 2


async def test_a_worker_that_is_stopped_turns_the_node_red_until_it_goes_on(node: Node) -> None:
    await eventually(lambda: is_green(node), PLENTY_S)
    pid = node.pid(PROJECTIONS)
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        silent = await red(node, "has said nothing")
        assert silent["process"] == PROJECTIONS
        unshown = await red(node, "is not projected")
        assert (unshown["context"], unshown["partition"]) in node.places
        assert unshown["remedy"]
    finally:
        os.kill(pid, signal.SIGCONT)
    await eventually(lambda: is_green(node), PLENTY_S)


async def test_a_partition_that_nobody_leads_turns_the_node_red(node: Node) -> None:
    """The supervisor is stopped first, so that what is killed stays dead."""
    await eventually(lambda: is_green(node), PLENTY_S)
    supervisor = next(each.pid for each in read_reports(node.directory.run) if each.name == "node")
    os.kill(supervisor, signal.SIGSTOP)
    try:
        killed = node.kill(DECIDERS)
        unled = await red(node, "is not led")
        assert (unled["context"], unled["partition"]) in node.places
        assert not lives(killed)
        assert (await measured(node))["corridor_partition_led"] == 0
    finally:
        os.kill(supervisor, signal.SIGCONT)
    await eventually(lambda: is_green(node), PLENTY_S)
    assert (await measured(node))["corridor_process_restarts_total"] == 1


async def test_what_is_behind_and_does_not_move_turns_the_node_red(node: Node) -> None:
    """Somebody else holds the database: rows and the policies' positions wait, while commands are decided."""
    await eventually(lambda: is_green(node), PLENTY_S)
    with locked(node.directory.path / "exchange.sqlite"):
        await admit_somebody(node)
        for about in ("nothing is projected", "nothing is answered by policies"):
            # Other contexts, asked because of it, may stand still as well.
            await red(node, about, context="registry", partition=0)
        assert (await measured(node))["corridor_stalled_seconds/registry/0"] > 0
    await eventually(lambda: is_green(node), PLENTY_S)


@contextmanager
def locked(file: Path) -> Iterator[None]:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA busy_timeout = 30000")
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


async def test_the_doctor_finds_a_node_sound_and_then_the_setting_that_was_changed(node: Node) -> None:
    await eventually(lambda: is_green(node), PLENTY_S)
    found = await examine(node.directory.path)
    assert found.sound, [each for each in found.findings if each.state == "wrong"]
    states = {each.check: each.state for each in found.findings}
    assert {states[check] for check in ("kafka", "topics", "clock", "journals", "database", "node")} == {"ok"}
    await set_retention(node, "1000")
    found = await examine(node.directory.path)
    await set_retention(node, "-1")
    (wrong,) = [each for each in found.findings if each.state == "wrong"]
    assert wrong.check == "topics"
    assert "market.journal has retention.ms 1000 where -1 is wanted" in wrong.found
    assert "retention.ms=-1" in wrong.remedy


async def set_retention(node: Node, value: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=node.servers)
    await admin.start()
    settings = {"retention.ms": value, "max.message.bytes": str(2 << 20), "retention.bytes": "-1"}
    settings |= {
        "cleanup.policy": "delete", "unclean.leader.election.enable": "false", "compression.type": "producer",
        "message.timestamp.type": "CreateTime", "min.insync.replicas": "1",
        "message.timestamp.before.max.ms": "9223372036854775807",
        "message.timestamp.after.max.ms": "9223372036854775807",
    }  # fmt: skip
    await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, "market.journal", settings)])
    await admin.close()


async def test_the_doctor_finds_tables_that_another_journal_was_read_into(node: Node, tmp_path: Path) -> None:
    with closing(open_store(f"sqlite:///{tmp_path / 'other.sqlite'}")) as store:
        migrate(store)
        far = JournalPosition(offset=1_000_000, claim=0, seq=5, digest=bytes(32))
        save(store, VIEWS_READER, "market.journal", 0, BEGINNING, far)
        identity = node.directory.identity
        found = [each async for each in kafka.journals(node.servers, identity, store)]
    (wrong,) = [each for each in found if each.state == "wrong"]
    assert "market/0" in wrong.found
    assert "exchange rebuild" in wrong.remedy
