"""What `up --dry-run` says."""

import asyncio
from typing import TYPE_CHECKING

from exchange.cli.plan import Plan
from streams.broker.download import missing_jars
from streams.broker.java import find_java
from streams.broker.reach import see_kafka
from streams.node.hold import in_use
from streams.node.space import see_space

if TYPE_CHECKING:
    from exchange.cli.node import Wanted


def up_plan(wanted: "Wanted") -> Plan:
    """See that everything is there that a start needs, and change nothing.

    Raises: Misuse or Unavailable for the first thing that is not.
    """
    from streams.node.directory import DataDirectory, refuse_others

    path = wanted.path.expanduser().resolve()
    checked, would = [], []
    if wanted.known is None:
        refuse_others(path)
        would.append(f"create {path} as the directory of a new node")
    else:
        directory = DataDirectory.open(path)
        if (holder := directory.held_by()) is not None:
            raise in_use(path, holder)
        checked.append(f"{path} holds node {directory.identity.node_id}, and nobody uses it")
    checked.append(f"{see_space(path) // 1_000_000:,} MB are free there")
    _see_kafka(wanted, would, checked)
    _see_tables(wanted, would, checked)
    would.append("start the deciders, the projections and HTTP, and wait until every partition is led")
    details = {"directory": str(path), "new": wanted.known is None, "bootstrap_servers": wanted.servers}
    return Plan(would, checked, ["whether every process comes up"], details)


def _see_kafka(wanted: "Wanted", would: list[str], checked: list[str]) -> None:
    if wanted.servers is not None:
        asyncio.run(see_kafka(wanted.servers))
        checked.append(f"Kafka answers at {wanted.servers}")
        would.append(
            f"create the topics that are missing at {wanted.servers}, {wanted.replication} times each, and verify all"
        )
        return
    checked.append(f"Java is {find_java()}")
    missing = missing_jars()
    if missing:
        size = sum(jar.size_bytes for jar in missing) // 1_000_000
        would.append(f"fetch {len(missing)} of Kafka's jars, {size:,} MB")
    else:
        checked.append("all of Kafka's jars are there and whole")
    would.append("start Kafka on a free port of 127.0.0.1")


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
