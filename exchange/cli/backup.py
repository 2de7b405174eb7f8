"""`backup`, `restore`: a node in one file, and a node again."""

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli.moving import telling
from exchange.cli.options import as_json, data, dry_run, example, naming, opened
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from exchange.cli.steps import Steps
    from streams.backup.restoring import Elsewhere, Restored
    from streams.backup.taking import Taken
    from streams.node.directory import DataDirectory

_UNIT = "records"


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
    """Copy a node into FILE: journals, commands, streams, what the node is, and its SQLite tables.

    A node that is up goes on meanwhile, and the copy is of one consistent state; for one that is down its Kafka
    is started for the occasion. In a directory the file gets a name of its own. Nothing is ever written over.
    """
    from exchange.cli.steps import Steps

    directory = opened(data)
    path = _named(file, directory)
    with Steps(quiet=as_json) as steps:
        if dry_run:
            told = asyncio.run(_plan(directory, path, steps, without_tables))
        else:
            told = about(asyncio.run(_take(directory, path, steps, without_tables)))
    _tell(told, as_json, _taken_lines(told, path, dry_run))


@click.command(
    epilog=example(
        "exchange restore node.backup --data ./node-again",
        "exchange restore node.backup --check",
    )
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@data
@click.option("--check", "only_check", is_flag=True, help="Check the file from end to end; restore nothing.")
@dry_run
@click.option(
    "--bootstrap-servers", metavar="HOST:PORT,…", help="Into this Kafka, which must have no exchange."
)
@click.option(
    "--store-url", metavar="URL", help="With this database, which must be new: postgresql+psycopg://…"
)
@click.option("--replication", type=click.IntRange(1, 9), metavar="N", help="Copies of each topic.")
@click.option("--embedded", is_flag=True, help="With a Kafka and SQLite of its own, whatever it had.")
@as_json
def restore(
    file: Path,
    data: Path,
    only_check: bool,
    dry_run: bool,
    bootstrap_servers: str | None,
    store_url: str | None,
    replication: int | None,
    embedded: bool,
    as_json: bool,
) -> None:
    """Make a node again out of FILE, in a new or an empty directory.

    Every part is checked first: its digest, and every journal by its own rules. The node is what it was, with the
    same offsets, under the same id; `exchange up` goes on from there. Never run both.
    """
    from exchange.cli.steps import Steps
    from streams.backup.restoring import Elsewhere

    elsewhere = Elsewhere(bootstrap_servers, store_url, replication, embedded)
    with Steps(quiet=as_json) as steps:
        if only_check:
            told, lines = _checked(file, steps)
        else:
            told, lines = _restored(file, data, elsewhere, steps, dry_run)
    _tell(told, as_json, lines)


def _named(file: Path, directory: "DataDirectory") -> Path:
    if not file.is_dir():
        if not file.expanduser().absolute().parent.is_dir():
            raise Misuse(f"{file.parent} is no directory; make it first, or name another place")
        return file
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    return file / f"{directory.identity.node_id[:8]}-{moment}.backup"


async def _take(directory: "DataDirectory", path: Path, steps: "Steps", without_tables: bool) -> "Taken":
    from streams.backup.taking import back_up, has_tables

    tables = has_tables(directory) and not without_tables
    async with _kafka(directory, steps):
        return await back_up(directory, path, tables=tables, told=telling(steps, _UNIT))


async def _plan(
    directory: "DataDirectory", path: Path, steps: "Steps", without_tables: bool
) -> dict[str, Any]:
    from streams.backup.taking import has_tables, planned

    if path.exists():
        raise Misuse(f"{path} is there already; name another file, or remove that one first")
    async with _kafka(directory, steps):
        steps.told("looking at the topics")
        ends = await planned(directory)
    return {
        "file": str(path),
        "node_id": directory.identity.node_id,
        "records": sum(ends.values()),
        "tables": has_tables(directory) and not without_tables,
        "topics": [
            {"topic": p.topic, "partition": p.partition, "end": end} for p, end in sorted(ends.items())
        ],
    }


def _kafka(directory: "DataDirectory", steps: "Steps") -> Any:
    from contextlib import AsyncExitStack, asynccontextmanager

    from streams.node.occasion import kafka_running

    @asynccontextmanager
    async def running() -> Any:
        async with AsyncExitStack() as stack:
            if directory.holder() is None:
                stack.enter_context(directory.held("backs it up"))
                await stack.enter_async_context(kafka_running(directory, steps.told))
            yield

    return running()


def about(taken: "Taken") -> dict[str, Any]:
    """A backup in plain values."""
    manifest = taken.manifest
    return {
        "file": str(taken.file),
        "node_id": manifest.identity.node_id,
        "taken_at": manifest.taken_at,
        "digest": taken.digest,
        "size_bytes": taken.size_bytes,
        "records": manifest.records,
        "tables": manifest.tables is not None,
        "topics": [{"topic": p.topic, "partition": p.partition, "end": p.end} for p in manifest.topics],
    }


def _taken_lines(told: dict[str, Any], path: Path, dry_run: bool) -> list[str]:
    streams = sum(1 for part in told["topics"] if part["topic"].startswith("stream."))
    what = f"{told['records']:,} records of {len(told['topics'])} partitions, {streams} of them streams"
    tables = "with the SQLite tables" if told["tables"] else "without tables"
    if dry_run:
        return [f"It would copy {what}, {tables}, into {path}. Nothing was written."]
    return [
        f"{path}: {what}, {tables}, {_size(told['size_bytes'])}.",
        f"  digest  {told['digest']}",
        "",
        "Next:",
        f"  exchange restore {path} --check",
    ]


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:,.1f} MB" if size_bytes >= 100_000 else f"{size_bytes / 1e3:,.1f} kB"


def _checked(file: Path, steps: "Steps") -> tuple[dict[str, Any], list[str]]:
    from streams.backup.restoring import check_file

    manifest, checked = asyncio.run(check_file(file, telling(steps, _UNIT)))
    told = _about_file(file, manifest, checked.facts)
    return told, [_sound(told)]


def _restored(
    file: Path, data: Path, elsewhere: "Elsewhere", steps: "Steps", dry_run: bool
) -> tuple[dict[str, Any], list[str]]:
    from streams.backup.restoring import restore as restored

    made = asyncio.run(restored(file, data, elsewhere, telling(steps, _UNIT), only_check=dry_run))
    told = _about_file(file, made.manifest, made.checked.facts) | {
        "directory": str(made.directory.path),
        "restored": not dry_run,
        "tables": made.tables,
    }
    return told, [_sound(told), *_restored_lines(made, data, dry_run)]


def _restored_lines(made: "Restored", data: Path, dry_run: bool) -> list[str]:
    identity = made.directory.identity
    where = identity.bootstrap_servers or "a Kafka of its own"
    tables = "with its tables" if made.tables else "its tables are folded when it comes up"
    if dry_run:
        return [f"It would go into {made.directory.path} with {where}, {tables}. Nothing was written."]
    return [
        f"The node is in {made.directory.path} with {where}, {tables}.",
        "",
        "Next:",
        f"  exchange up{naming(data)}",
    ]


def _about_file(file: Path, manifest: Any, facts: int) -> dict[str, Any]:
    return {
        "file": str(file),
        "node_id": manifest.identity.node_id,
        "corridor": manifest.corridor,
        "taken_at": manifest.taken_at,
        "digest": manifest.digest(),
        "records": manifest.records,
        "facts": facts,
        "tables": manifest.tables is not None,
        "topics": [{"topic": p.topic, "partition": p.partition, "end": p.end} for p in manifest.topics],
    }


def _sound(told: dict[str, Any]) -> str:
    from exchange.kernel.time import iso

    return (
        f"{told['file']} is whole: node {told['node_id']} at {iso(told['taken_at'])}, {told['records']:,} records,"
        f" {told['facts']:,} facts.\n  digest  {told['digest']}"
    )


def _tell(told: dict[str, Any], as_json: bool, lines: list[str]) -> None:
    import msgspec

    click.echo(msgspec.json.encode(told) if as_json else "\n".join(lines))
