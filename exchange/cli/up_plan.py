"""What `up --dry-run` and `init --dry-run` say."""

import asyncio
from typing import TYPE_CHECKING, Any

from exchange.cli.plan import Plan
from streams.broker.download import missing_jars
from streams.broker.java import find_java
from streams.broker.reach import see_kafka
from streams.node.choices import Choices
from streams.node.http_port import see_kept_port
from streams.node.ownership import refuse_other_owner
from streams.node.schema_check import verify_registry
from streams.node.space import see_space
from streams.settings import DEFAULT_PARTITIONS
from streams.topics import IDENTITY_TOPIC, context_topics, identity_spec, topic_names, verify_topics

if TYPE_CHECKING:
    from exchange.cli.node import Wanted


def up_plan(wanted: "Wanted", chosen: Choices) -> Plan:
    """See that everything is there that a start with what was `chosen` needs, and change nothing.

    Raises: Misuse or Unavailable for the first thing that is not.
    """
    would, checked = _seen(wanted)
    _see_choices(chosen, checked)
    would.append("start the deciders, the projections and HTTP, and wait until every partition is led")
    return Plan(would, checked, ["whether every process comes up"], _details(wanted))


def init_plan(wanted: "Wanted") -> Plan:
    """See that Kafka and the database are there, and have or can have what is wanted; change nothing.

    Raises: Misuse or Unavailable for the first thing that is not.
    """
    would, checked = _seen(wanted)
    return Plan(would, checked, (), _details(wanted))


def _seen(wanted: "Wanted") -> tuple[list[str], list[str]]:
    would: list[str] = []
    checked: list[str] = []
    _see_directory(wanted, would, checked)
    _see_kafka(wanted, would, checked)
    _see_tables(wanted, would, checked)
    return would, checked


def _see_choices(chosen: Choices, checked: list[str]) -> None:
    if chosen.http_port is not None and chosen.http_port_asked:
        see_kept_port(chosen.http_port)
        checked.append(f"HTTP port {chosen.http_port} can be had")
    if chosen.schema_registry is not None:
        asyncio.run(verify_registry(chosen.schema_registry))
        checked.append(f"{chosen.schema_registry} maps every schema id as avro/ids.json does")


def _details(wanted: "Wanted") -> dict[str, Any]:
    return {
        "directory": str(wanted.path.expanduser().resolve()),
        "new": wanted.known is None,
        "bootstrap_servers": wanted.servers,
    }


def _see_directory(wanted: "Wanted", would: list[str], checked: list[str]) -> None:
    from streams.node.directory import refuse_others

    path = wanted.path.expanduser().resolve()
    if wanted.known is None:
        refuse_others(path)
        would.append(f"create {path} as the directory of a new node")
    else:
        checked.append(f"{path} holds node {wanted.known.node_id}")
    checked.append(f"{see_space(path) // 1_000_000:,} MB are free there")


def _see_kafka(wanted: "Wanted", would: list[str], checked: list[str]) -> None:
    if wanted.servers is not None:
        asyncio.run(_see_topics(wanted, wanted.servers, would, checked))
        return
    checked.append(f"Java is {find_java()}")
    missing = missing_jars()
    if missing:
        size = sum(jar.size_bytes for jar in missing) // 1_000_000
        would.append(f"fetch {len(missing)} of Kafka's jars, {size:,} MB")
    else:
        checked.append("all of Kafka's jars are there and whole")
    would.append("start Kafka on a free port of 127.0.0.1")


async def _see_topics(wanted: "Wanted", servers: str, would: list[str], checked: list[str]) -> None:
    await see_kafka(servers)
    checked.append(f"Kafka answers at {servers}")
    partitions = wanted.known.partitions if wanted.known else DEFAULT_PARTITIONS
    specs = [*context_topics(partitions), identity_spec()]
    names = await topic_names(servers)
    missing = [spec.name for spec in specs if spec.name not in names]
    if IDENTITY_TOPIC in names:
        await refuse_other_owner(servers, wanted.known.node_id if wanted.known else None)
    present = [spec for spec in specs if spec.name in names]
    if present:
        await verify_topics(servers, present, wanted.replication)
        checked.append(f"{len(present)} topics are there as they must be")
    if missing:
        would.append(f"create at {servers}, {wanted.replication} times each: {', '.join(missing)}")


def _see_tables(wanted: "Wanted", would: list[str], checked: list[str]) -> None:
    if wanted.store_url is None:
        would.append("bring the tables in exchange.sqlite there up to date")
        return
    from exchange.store import open_store

    store = open_store(wanted.store_url)
    try:
        with store.reading():
            checked.append(f"the database {store.where} answers")
    finally:
        store.close()
    would.append(f"bring the tables in {store.where} up to date")
