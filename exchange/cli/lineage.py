"""`lineage`: what was made from what, and who holds it, from a terminal."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli.asking import moment
from exchange.cli.lineage_exporting import export
from exchange.cli.options import as_json, data, example, opened, print_json

if TYPE_CHECKING:
    from exchange.views.queries import Rows

_ROWS_MAX = 10_000

depth = click.option(
    "--depth", type=int, default=50, show_default=True, metavar="N", help="Steps away at most."
)
breadth = click.option(
    "--breadth",
    type=int,
    default=1_000,
    show_default=True,
    metavar="N",
    help="Things followed from any one thing at most, the first by name.",
)
"""Defaults and limits are those of `exchange.lineage.bounds`, as a test sees to."""
until = click.option("--until", metavar="TIME", help="As of this time, such as 2026-11-10T05:00:00Z.")
position = click.option(
    "--position",
    multiple=True,
    metavar="PLACE",
    help="As of this fact, CONTEXT/PARTITION/SEQ; other partitions whole. May be repeated.",
)


@click.group(
    epilog=example(
        "exchange lineage ancestors hub://exchange/delivery/E-0.10.0/0-99",
        "exchange lineage impact hub://CN/product/P-07/1.0",
    )
)
def lineage() -> None:
    """Ask what was made from what, and who holds it.

    Names are those of the table lineage_edges. It works while the node is down. Where more would follow than --depth
    or --breadth allow, it is said how many things are left out.
    """


@lineage.command(epilog=example("exchange lineage ancestors hub://exchange/delivery/E-0.10.0/0-99"))
@click.argument("name")
@data
@depth
@breadth
@until
@position
@as_json
def ancestors(name: str, data: Path, as_json: bool, **given: Any) -> None:
    """Show what something was made from, nearest first."""
    from exchange.cli.lineage_told import step_lines

    found = _asked(data, "ancestors", {"name": name}, given)
    _tell(found, as_json, lambda rows: step_lines(rows, "up"), f"{name} was made from nothing that is known.")


@lineage.command(epilog=example("exchange lineage descendants hub://CN/product/P-07/1.0 --depth 2"))
@click.argument("name")
@data
@depth
@breadth
@until
@position
@as_json
def descendants(name: str, data: Path, as_json: bool, **given: Any) -> None:
    """Show what was made from something, nearest first."""
    from exchange.cli.lineage_told import step_lines

    found = _asked(data, "descendants", {"name": name}, given)
    _tell(found, as_json, lambda rows: step_lines(rows, "down"), f"Nothing was made from {name}.")


@lineage.command(epilog=example("exchange lineage impact hub://CN/product/P-07/1.0"))
@click.argument("name")
@data
@depth
@breadth
@until
@position
@as_json
def impact(name: str, data: Path, as_json: bool, **given: Any) -> None:
    """Show who holds anything made from something: deliveries and samples, receipts, what was paid and invoiced.

    Amount and invoice are those of a whole purchase; with --json it is in minor units, once for each of its deliveries.
    """
    from exchange.cli.lineage_told import impact_lines

    found = _asked(data, "impact", {"name": name}, given)
    _tell(found, as_json, impact_lines, f"Nobody holds anything made from {name}.")


@lineage.command(
    epilog=example(
        "exchange lineage path hub://exchange/stream/P-07/0-99 \\",
        "  hub://CN/product/P-07/1.0",
    )
)
@click.argument("one")
@click.argument("other")
@data
@depth
@until
@position
@as_json
def path(one: str, other: str, data: Path, as_json: bool, **given: Any) -> None:
    """Show a shortest way between two things, whichever of them was made from the other."""
    from exchange.cli.lineage_told import step_lines

    found = _asked(data, "path", {"downstream": one, "upstream": other}, given)
    if not found.rows:
        found = _asked(data, "path", {"downstream": other, "upstream": one}, given)
    _tell(
        found,
        as_json,
        lambda rows: step_lines(rows, "up"),
        f"Neither is made from the other within {given['depth']:,} step{'' if given['depth'] == 1 else 's'}.",
    )


@lineage.command(epilog=example("exchange lineage taint hub://CN/product/P-07/1.0 --cleared registry/0/17"))
@click.argument("names", nargs=-1, required=True)
@data
@click.option(
    "--cleared", multiple=True, metavar="RUN", help="A run behind which the taint ends. May be repeated."
)
@until
@position
@as_json
def taint(names: tuple[str, ...], data: Path, cleared: tuple[str, ...], as_json: bool, **given: Any) -> None:
    """Show everything that carries what these things carry; it is never cut."""
    import json

    from exchange.cli.lineage_told import taint_lines

    about = {"sources": json.dumps(names)}
    if cleared:
        about["cleared"] = json.dumps(cleared)
    found = _asked(data, "taint", about, given)
    _tell(found, as_json, taint_lines, "Nothing was made from these.")


lineage.add_command(export)


def _asked(data: Path, question: str, about: dict[str, str], given: dict[str, Any]) -> "Rows":
    from contextlib import closing

    from exchange.store import open_store
    from exchange.views.queries.lineage_asked import ask_lineage

    until, places = given["until"], given["position"]
    params: dict[str, Any] = {
        **about,
        **{name: given[name] for name in ("depth", "breadth") if name in given},
        "until_at": None if until is None else moment(until),
        "position": ",".join(places) or None,
    }
    with closing(open_store(opened(data).store_url)) as store:
        return ask_lineage(store, question, params, _ROWS_MAX)


def _tell(
    found: "Rows", as_json: bool, lines: Callable[[list[dict[str, Any]]], list[str]], otherwise: str
) -> None:
    rows = found.as_dicts()
    if as_json:
        print_json(rows)
    else:
        click.echo("\n".join(lines(rows)) if rows else otherwise)
    if found.more:
        click.echo(f"… and more: only the first {len(rows):,} rows are shown; lower --depth", err=True)
