"""`restore`: a node again out of a backup, or whether the file is good for one."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli.backup import UNIT
from exchange.cli.moving import telling
from exchange.cli.options import as_json, data, dry_run, example, naming, print_json

if TYPE_CHECKING:
    from exchange.cli.plan import Plan
    from streams.backup.manifest import Manifest
    from streams.backup.restoring import Restored


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
    from exchange.cli.plan import show_plan
    from exchange.cli.steps import Steps
    from streams.backup.restoring import Elsewhere
    from streams.backup.restoring import restore as restored

    if only_check:
        _check(file, as_json)
        return
    elsewhere = Elsewhere(bootstrap_servers, store_url, replication, embedded)
    with Steps(quiet=as_json) as steps:
        made = asyncio.run(restored(file, data, elsewhere, telling(steps, UNIT), only_check=dry_run))
    told = _about(file, made.manifest, made.checked.facts)
    more = {"directory": str(made.directory.path), "restored": not dry_run, "tables": made.tables}
    if dry_run:
        show_plan(_plan(made, _sound(told), told | more), as_json)
    elif as_json:
        print_json(told | more)
    else:
        click.echo("\n".join((_sound(told), *_lines(made, data))))


def _check(file: Path, as_json: bool) -> None:
    from exchange.cli.steps import Steps
    from streams.backup.restoring import check_file

    with Steps(quiet=as_json) as steps:
        manifest, checked = asyncio.run(check_file(file, telling(steps, UNIT)))
    told = _about(file, manifest, checked.facts)
    if as_json:
        print_json(told)
    else:
        click.echo(f"{_sound(told)}.\n  digest  {told['digest']}")


def _plan(made: "Restored", sound: str, details: dict[str, Any]) -> "Plan":
    from exchange.cli.plan import Plan

    manifest, path = made.manifest, made.directory.path
    servers, store = _places(made)
    topics = len({part.topic for part in manifest.topics})
    checked = [sound, f"{path} is free, with {made.free_bytes // 1_000_000:,} MB of room"]
    would = [f"make {path} the directory of that node"]
    if servers is None:
        would.append("start a Kafka of its own there, and stop it when all is in it")
    else:
        checked.append(f"Kafka answers at {servers}, and has no exchange")
        would.append(f"make {servers} the Kafka of this exchange")
    would.append(f"write {manifest.records:,} records into {topics} new topics, at the offsets they had")
    if store is not None:
        checked.append(f"the database {store} answers, and has no tables of an exchange")
    would.append(
        "put its tables back" if made.tables else "make new tables, which are folded when it comes up"
    )
    return Plan(would, checked, (), details)


def _places(made: "Restored") -> tuple[str | None, str | None]:
    from exchange.store import open_store

    identity = made.directory.identity
    if identity.store_url is None:
        return identity.bootstrap_servers, None
    store = open_store(identity.store_url)
    try:
        return identity.bootstrap_servers, store.where
    finally:
        store.close()


def _lines(made: "Restored", data: Path) -> list[str]:
    where = made.directory.identity.bootstrap_servers or "a Kafka of its own"
    tables = "with its tables" if made.tables else "its tables are folded when it comes up"
    return [
        f"The node is in {made.directory.path} with {where}, {tables}.",
        "",
        "Next:",
        f"  exchange up{naming(data)}",
    ]


def _about(file: Path, manifest: "Manifest", facts: int) -> dict[str, Any]:
    from exchange.cli.backup import topics_of
    from streams.backup.closes import count

    return {
        "file": str(file),
        "node_id": manifest.identity.node_id,
        "corridor": manifest.corridor,
        "taken_at": manifest.taken_at,
        "digest": manifest.digest(),
        "records": manifest.records,
        "facts": facts,
        "tables": manifest.tables is not None,
        "closes": count(manifest.files),
        "topics": topics_of((part.topic, part.partition, part.end) for part in manifest.topics),
    }


def _sound(told: dict[str, Any]) -> str:
    from exchange.kernel.time import iso

    return (
        f"{told['file']} is whole: node {told['node_id']} at {iso(told['taken_at'])}, {told['records']:,} records,"
        f" {told['facts']:,} facts"
    )
