"""`decide`, `project`: the exchange's stages as filters, with no Kafka at all."""

import sys
from pathlib import Path

import click

from streams.vocabulary import CONTEXTS


@click.command(epilog="Example: exchange decide market < commands.jsonl > facts.jsonl")
@click.argument("context", type=click.Choice(CONTEXTS))
@click.option(
    "--facts",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Begin from the state these facts leave, instead of an empty one.",
)
@click.option(
    "--partition", type=click.IntRange(0), default=0, show_default=True, help="Which partition to be."
)
def decide(context: str, facts: Path | None, partition: int) -> None:
    """Decide commands, one JSON a line on standard input, and write their facts, one JSON a line."""
    from streams.filters import decide_lines

    earlier = facts.open(encoding="utf-8") if facts else None
    for line in decide_lines(context, sys.stdin, earlier, partition):
        click.echo(line)


@click.command(epilog="Example: exchange project sqlite:///what-if.sqlite < facts.jsonl")
@click.argument("database")
def project(database: str) -> None:
    """Fold facts, one JSON a line on standard input, into the tables of DATABASE (made if it is not there)."""
    from streams.filters import project_lines

    done = project_lines(database, sys.stdin)
    click.echo(
        f"{done.facts} facts of {done.outcomes} outcomes folded; {done.repeated} the tables held already",
        err=True,
    )
