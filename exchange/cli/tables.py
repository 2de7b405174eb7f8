"""`sql`, `query`, `rebuild`: the projections' tables."""

import asyncio
import csv
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import click
import msgspec
from rich.table import Table

from exchange.cli.consoles import console
from exchange.cli.options import as_json, data, opened
from exchange.kernel.errors import InvariantBroken, Misuse
from exchange.store import open_store
from exchange.views.queries import QUERIES, Rows, run_query, run_sql
from streams.broker import EmbeddedBroker
from streams.node.child import bootstrap_servers
from streams.node.control import restart_projections
from streams.node.directory import DataDirectory
from streams.rebuilding import Rebuilt, check, rebuild_behind
from streams.rebuilding import rebuild as rebuild_alone

as_csv = click.option("--csv", "as_csv", is_flag=True, help="Print CSV with a header.")


@click.command(
    epilog='Example: exchange sql "select account, sum(credit_minor) from postings group by account"'
)
@click.argument("statement")
@data
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=1_000, show_default=True, help="Rows at most."
)
@as_csv
@as_json
def sql(statement: str, data: Path, limit: int, as_csv: bool, as_json: bool) -> None:
    """Run one SELECT of your own over the projections; it can change nothing."""
    _show(run_sql(open_store(opened(data).store_url), statement, limit), as_csv, as_json)


@click.command(epilog="Example: exchange query purses participant=BU-JP-01")
@click.argument("name", required=False)
@click.argument("parameters", nargs=-1)
@data
@as_csv
@as_json
def query(name: str | None, parameters: tuple[str, ...], data: Path, as_csv: bool, as_json: bool) -> None:
    """Ask a named query, with PARAMETERS such as participant=BU-JP-01. Without a name: list the queries."""
    if name is None:
        _list_queries(as_json)
        return
    if wrong := [given for given in parameters if "=" not in given]:
        raise Misuse(f"parameter {wrong[0]!r} has no value; write name=value")
    given = dict(parameter.split("=", 1) for parameter in parameters)
    _show(run_query(open_store(opened(data).store_url), name, given), as_csv, as_json)


@click.command(epilog="Example: exchange rebuild --check --data ./node")
@data
@click.option(
    "--check", "only_check", is_flag=True, help="Fold into a scratch database and compare; change nothing."
)
@as_json
def rebuild(data: Path, only_check: bool, as_json: bool) -> None:
    """Wipe the projections and fold them anew from the journals; both dumps have to be equal."""
    rebuilt = asyncio.run(_rebuild(opened(data), only_check))
    if as_json:
        click.echo(msgspec.json.encode(rebuilt._asdict() | {"equal": rebuilt.equal}))
    else:
        click.echo(f"{rebuilt.facts:,} facts folded; before {rebuilt.before}\n{'':>14}after  {rebuilt.after}")
    if not rebuilt.comparable:
        click.echo(
            "Facts came meanwhile, so the two cannot be compared; ask again when it is quieter.", err=True
        )
    elif not rebuilt.equal:
        raise InvariantBroken("the tables differ from what the journals say")
    elif not as_json:
        click.echo("The tables are what the journals say.")


async def _rebuild(directory: DataDirectory, only_check: bool) -> Rebuilt:
    running = directory.holder() is not None
    async with _kafka(directory):
        settings = directory.settings(bootstrap_servers(directory))
        if only_check:
            return await check(settings)
        if not running:
            return await rebuild_alone(settings)
        return await rebuild_behind(settings, lambda: restart_projections(directory))


@asynccontextmanager
async def _kafka(directory: DataDirectory) -> AsyncIterator[None]:
    """The node's Kafka, started for the occasion if the node is down."""
    broker = EmbeddedBroker(directory.kafka)
    if directory.identity.bootstrap_servers is not None or broker.alive:
        yield
        return
    with directory.held():
        await broker.start()
        try:
            yield
        finally:
            await broker.stop()


def _list_queries(as_json: bool) -> None:
    if as_json:
        listed = [{"name": query.name, "answers": query.answers} for query in QUERIES.values()]
        click.echo(msgspec.json.encode(listed))
        return
    table = Table("query", "answers", "parameters", box=None, padding=(0, 2))
    for found in QUERIES.values():
        shown = [p.name if p.required else f"\\[{p.name}]" for p in found.parameters]
        table.add_row(found.name, found.answers, " ".join(shown))
    console().print(table)


def _show(rows: Rows, as_csv: bool, as_json: bool) -> None:
    if as_json:
        click.echo(msgspec.json.encode(rows.as_dicts()))
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(rows.columns)
        writer.writerows(rows.rows)
    else:
        _table(rows)
    if rows.more:
        click.echo(f"… and more: only the first {len(rows.rows)} rows are shown; raise --limit", err=True)


def _table(rows: Rows) -> None:
    table = Table(*rows.columns, box=None, padding=(0, 2), header_style="bold")
    for row in rows.rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    console().print(table)
    click.echo(f"{len(rows.rows)} row{'' if len(rows.rows) == 1 else 's'}", err=True)
