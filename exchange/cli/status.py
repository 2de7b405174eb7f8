"""`status`: what a node is doing, once or until Ctrl-C."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from exchange.cli.endings import UNAVAILABLE
from exchange.cli.options import as_json, data, example, naming, opened, print_json

if TYPE_CHECKING:
    from streams.node.directory import DataDirectory
    from streams.node.status import NodeStatus


@click.command(
    epilog=example(
        "exchange status --data ./node",
        "exchange status --json | jq '.partitions[] | select(.led | not)'",
    )
)
@data
@click.option(
    "--watch", is_flag=True, help="Look again every 2 s until Ctrl-C; with --json one document a line."
)
@as_json
def status(data: Path, watch: bool, as_json: bool) -> int:
    """Show every process, partition, leader, claim and lag.

    It ends with 0 if the node runs and nothing is wrong, else with 3; with --watch, as it was seen last.
    """
    from exchange.cli.showing import status_lines
    from streams.node.status import node_status

    directory = opened(data)
    if watch:
        last = _watch(directory, data, as_json)
        return 0 if last is None or last.ready else UNAVAILABLE
    found = asyncio.run(node_status(directory))
    if as_json:
        print_json(found)
    else:
        click.echo("\n".join(status_lines(found, naming(data))))
    return 0 if found.ready else UNAVAILABLE


def _watch(directory: "DataDirectory", data: Path, as_json: bool) -> "NodeStatus | None":
    from exchange.cli.showing import status_lines
    from exchange.cli.watching import in_place, watch
    from streams.node.status import node_status

    if as_json:
        return watch(lambda: node_status(directory), print_json)
    with in_place() as show:
        return watch(lambda: node_status(directory), lambda seen: show(status_lines(seen, naming(data))))
