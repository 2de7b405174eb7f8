"""`exchange demo`: the whole story on a node of its own."""

from pathlib import Path

import click

from exchange.cli import completing
from exchange.cli.options import as_json, dry_run, example, print_json

DIRECTORY = Path(".exchange-demo")


@click.command(epilog=example("exchange demo", "exchange demo --json | jq .settlement"))
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=DIRECTORY,
    show_default=True,
    metavar="DIR",
    shell_complete=completing.directories,
    help="The demo's data directory; an earlier demo in it is replaced.",
)
@click.option("--keep-up", is_flag=True, help="Leave the node running afterwards.")
@dry_run
@as_json
def demo(data: Path, keep_up: bool, dry_run: bool, as_json: bool) -> None:
    """List, buy, deliver, settle and trace one data product on real Kafka, told live.

    The directory's clock is shifted, so that it always plays on 2 November 2026.
    """
    from exchange.cli.demo.playing import plan, play_in

    if dry_run:
        from exchange.cli.plan import show_plan

        show_plan(plan(data, keep_up), as_json)
        return
    summary = play_in(data, keep_up, as_json)
    if as_json:
        print_json(summary)
