"""`decide`, `project`: the exchange's stages as filters, with no Kafka at all."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from exchange.cli import standard
from exchange.cli.options import as_json, as_json_lines, dry_run, example, print_json
from exchange.cli.words import CONTEXTS


@click.command(
    epilog=example(
        "exchange decide market < commands.jsonl > facts.jsonl",
        "exchange decide market --facts facts.jsonl < more.jsonl",
    )
)
@click.argument("context", type=click.Choice(CONTEXTS))
@click.option(
    "--facts",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="Begin from the state these facts leave, instead of an empty one.",
)
@click.option(
    "--partition",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    metavar="N",
    help="Which partition to be.",
)
@as_json_lines
def decide(context: str, facts: Path | None, partition: int, as_json: bool) -> None:
    """Decide commands, one JSON a line on standard input, and write their facts, one JSON a line.

    A command is {"type": "CancelOrder", …, "meta": {"id": …, "actor": …, "at": …}}; docs/developing.md shows more.
    """
    from streams.filters import decide_lines

    earlier = standard.lines_of(facts) if facts else None
    # Where the answers are seen as they come, they say themselves how far it is.
    asked = standard.watched(
        standard.standard_input("commands, one JSON a line,"), "deciding", quiet=sys.stdout.isatty()
    )
    commands = standard.text_lines(asked)
    standard.write_lines(decide_lines(context, commands, earlier, partition))


@click.command(epilog=example("exchange project sqlite:///what-if.sqlite < facts.jsonl"))
@click.argument("database")
@dry_run
@as_json
def project(database: str, dry_run: bool, as_json: bool) -> None:
    """Fold facts, one JSON a line on standard input, into the tables of DATABASE.

    DATABASE is sqlite:///path/to/file, made if it is not there, or postgresql+psycopg://user@host/database. Given
    again, facts that the tables hold already change nothing.
    """
    from streams.filters import project_lines

    given = standard.watched(standard.standard_input("facts, one JSON a line,"), "folding", quiet=as_json)
    facts = standard.text_lines(given)
    if dry_run:
        _plan(database, facts, as_json)
        return
    done = project_lines(database, facts)
    if as_json:
        print_json(done._asdict())
        return
    told = f"{done.facts:,} facts of {done.outcomes:,} outcomes folded"
    click.echo(
        f"{told}; {done.repeated:,} the tables held already." if done.repeated else f"{told}.", err=True
    )


def _plan(database: str, facts: Iterator[str], as_json: bool) -> None:
    """Fold them into a database that is thrown away, and see that the one that is named can be."""
    from tempfile import TemporaryDirectory

    from exchange.cli.plan import Plan, show_plan
    from exchange.store import open_store
    from streams.filters import project_lines

    store = open_store(database)
    store.close()
    with TemporaryDirectory() as scratch:
        done = project_lines(f"sqlite:///{scratch}/scratch.sqlite", facts)
    would = [f"fold {done.facts:,} facts of {done.outcomes:,} outcomes into {store.where}"]
    checked = ["every line is a fact, and they follow each other"]
    unchecked = ["which of them the tables hold already, and whether the rest follows on them"]
    show_plan(Plan(would, checked, unchecked, done._asdict()), as_json)
