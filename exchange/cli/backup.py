"""`backup`: a node in one file."""

import asyncio
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli.moving import telling
from exchange.cli.options import as_json, data, dry_run, example, opened, print_json
from exchange.kernel.errors import Misuse, NotWritable

if TYPE_CHECKING:
    from exchange.cli.plan import Plan
    from exchange.cli.steps import Steps
    from streams.backup.taking import Taken
    from streams.node.directory import DataDirectory

UNIT = "records"


@click.command(
    epilog=example(
        "exchange backup node.backup --data ./node",
        "exchange backup /backups/ --json | jq -r .digest",
    )
)
@click.argument("file", type=click.Path(path_type=Path))
@data
@click.option(
    "--without-tables",
    is_flag=True,
    help="Leave the SQLite tables out: they are folded anew when it comes up.",
)
@dry_run
@as_json
def backup(file: Path, data: Path, without_tables: bool, dry_run: bool, as_json: bool) -> None:
    """Copy a node into FILE: journals, commands, streams, closes of days, what the node is, its SQLite tables.

    A node that is up goes on meanwhile, and the copy is of one consistent state; for one that is down its Kafka
    is started for the occasion. In a directory the file gets a name of its own. Nothing is ever written over.
    """
    from exchange.cli.plan import show_plan
    from exchange.cli.steps import Steps
    from streams.backup.container import refuse_present
    from streams.backup.taking import has_tables

    directory = opened(data)
    path = _named(file, directory)
    refuse_present(path)
    tables = has_tables(directory) and not without_tables
    if dry_run:
        show_plan(asyncio.run(_plan(directory, path, tables)), as_json)
        return
    with Steps(quiet=as_json) as steps:
        told = about(asyncio.run(_take(directory, path, steps, tables)))
    if as_json:
        print_json(told)
    else:
        click.echo("\n".join(_lines(told, path)))


def _named(file: Path, directory: "DataDirectory") -> Path:
    if not file.is_dir():
        if not file.expanduser().absolute().parent.is_dir():
            raise Misuse(f"{file.parent} is no directory; make it first, or name another place")
        return file
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    return file / f"{directory.identity.node_id[:8]}-{moment}.backup"


async def _take(directory: "DataDirectory", path: Path, steps: "Steps", tables: bool) -> "Taken":
    from exchange.cli.occasion import kafka_of
    from streams.backup.taking import back_up

    async with kafka_of(directory, steps, "backs it up"):
        return await back_up(directory, path, tables=tables, told=telling(steps, UNIT))


async def _plan(directory: "DataDirectory", path: Path, tables: bool) -> "Plan":
    from exchange.cli.plan import Plan
    from streams.backup.taking import planned
    from streams.broker import EmbeddedBroker

    parent = path.expanduser().absolute().parent
    if not os.access(parent, os.W_OK):
        raise NotWritable(f"{parent} cannot be written; give this user the right to, or name another place")
    details = {"file": str(path), "node_id": directory.identity.node_id, "tables": tables}
    checked = [f"nothing is at {path}, and {parent} can be written"]
    with_tables = [f"put the SQLite tables into {path}"] if tables else []
    if directory.identity.bootstrap_servers is None and not EmbeddedBroker(directory.kafka).alive:
        copy = f"copy every journal, every command topic and every stream into {path}"
        would = ["start Kafka for the occasion, and stop it again", *with_tables, copy]
        unknown = "how many records there are, for its Kafka does not run"
        return Plan(would, checked, [unknown], details | {"records": None, "topics": None})
    ends = sorted((*place, end) for place, end in (await planned(directory)).items())
    more = {"records": sum(end for *_, end in ends), "topics": topics_of(ends)}
    checked.append("Kafka answers")
    return Plan([*with_tables, f"copy {_what(more)} into {path}"], checked, (), details | more)


def about(taken: "Taken") -> dict[str, Any]:
    """A backup in plain values."""
    from streams.backup.closes import count

    manifest = taken.manifest
    return {
        "file": str(taken.file),
        "node_id": manifest.identity.node_id,
        "taken_at": manifest.taken_at,
        "digest": taken.digest,
        "size_bytes": taken.size_bytes,
        "records": manifest.records,
        "tables": manifest.tables is not None,
        "closes": count(manifest.files),
        "topics": topics_of((part.topic, part.partition, part.end) for part in manifest.topics),
    }


def topics_of(ends: Iterable[tuple[str, int, int]]) -> list[dict[str, Any]]:
    """Partitions and their ends in plain values."""
    return [{"topic": topic, "partition": partition, "end": end} for topic, partition, end in ends]


def _lines(told: dict[str, Any], path: Path) -> list[str]:
    tables = "with the SQLite tables" if told["tables"] else "without tables"
    closes = (
        f", {told['closes']:,} close{'' if told['closes'] == 1 else 's'} of days" if told["closes"] else ""
    )
    key = ["  not in it: keys/ledger.pem, which signs closes; keep it where secrets lie"] if closes else []
    return [
        f"{path}: {_what(told)}, {tables}{closes}, {_size(told['size_bytes'])}.",
        f"  digest  {told['digest']}",
        *key,
        "",
        "Next:",
        f"  exchange restore {path} --check",
    ]


def _what(told: dict[str, Any]) -> str:
    streams = sum(1 for part in told["topics"] if part["topic"].startswith("stream."))
    return f"{told['records']:,} records of {len(told['topics'])} partitions, {streams} of them streams"


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:,.1f} MB" if size_bytes >= 100_000 else f"{size_bytes / 1e3:,.1f} kB"
