"""`exchange demo`: the whole story on a node of its own."""

import asyncio
import shutil
import sys
import time
from pathlib import Path

import click
import msgspec

from exchange.cli.options import as_json
from exchange.kernel.errors import Misuse
from exchange.kernel.time import instant, iso
from streams.node.control import bring_down, bring_up
from streams.node.directory import DataDirectory

PLAYS_AT = "2026-11-02T00:00:00Z"
DIRECTORY = Path(".exchange-demo")


@click.command(epilog="Example: exchange demo --json | jq .settlement")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=DIRECTORY,
    show_default=True,
    help="The demo's data directory; an earlier demo in it is replaced.",
)
@click.option("--keep-up", is_flag=True, help="Leave the node running afterwards.")
@as_json
def demo(data: Path, keep_up: bool, as_json: bool) -> None:
    """List, buy, deliver, settle and trace one data product on real Kafka, told live.

    The directory's clock is shifted, so that it always plays on 2 November 2026.
    """
    summary = asyncio.run(_play(_fresh(data), keep_up, as_json))
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(summary), indent=2))


def _fresh(path: Path) -> DataDirectory:
    """A new demo directory, in place of an earlier demo's and of nothing else."""
    now_us = time.time_ns() // 1_000
    if path.exists() and any(path.iterdir()):
        old = DataDirectory.open(path)
        if old.identity.purpose != "demo":
            raise Misuse(f"{path} is the data directory of a durable node; choose another with --data")
        asyncio.run(bring_down(old))
        shutil.rmtree(path)
    shift_us = instant(PLAYS_AT) - now_us
    return DataDirectory.create(path, created_at=now_us, purpose="demo", clock_shift_us=shift_us)


async def _play(directory: DataDirectory, keep_up: bool, quiet: bool) -> "msgspec.Struct":
    from exchange.cli.demo.story import Story
    from exchange.cli.demo.telling import SilentTeller, Teller, TerminalTeller
    from exchange.sdk import Exchange

    began = time.monotonic()
    teller: Teller = SilentTeller() if quiet else TerminalTeller()
    teller.opening(
        "A seller's stream is listed, bought, delivered, paid and traced; a second purchase is refused by law."
        " Everybody in it is invented; Kafka, the data and the rules are real."
    )
    teller.act("Apache Kafka and the workers start")
    try:
        await bring_up(directory)
        started_s = time.monotonic() - began
        async with Exchange.open(directory.path) as exchange:
            now = directory.settings("").clock.now_us() // 1_000_000 * 1_000_000
            teller.say(
                f"Apache Kafka answers at {exchange.client.bootstrap_servers}, every partition is led"
                f" ({started_s:.1f} s)",
                f"data in {_shown(directory.path)} · exchange time {iso(now)}",
            )
            summary = await Story(exchange, teller).play()
    finally:
        if not keep_up:
            await bring_down(directory)
    seconds = time.monotonic() - began
    summary.seconds = {"start": round(started_s, 3)} | summary.seconds | {"total": round(seconds, 3)}
    teller.closing(seconds, _next_steps(directory.path, keep_up))
    return summary


def _next_steps(path: Path, keep_up: bool) -> list[str]:
    shown = _shown(path)
    exchange = _this_command()
    steps = [
        (f'{exchange} sql --data {shown} "select * from postings"', "every movement of money"),
        (f"{exchange} query decisions --data {shown}", "every legal decision, and what it rests on"),
        (f"{exchange} rebuild --check --data {shown}", "fold the tables anew and compare"),
    ]
    if not keep_up:
        steps.append((f"{exchange} up --data {shown}", "run this node on, from where it stopped"))
    width = max(len(command) for command, _ in steps)
    return [
        "All of it is kept. Look further:",
        *(f"  {command:<{width}}  [dim]{what}[/]" for command, what in steps),
    ]


def _shown(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _this_command() -> str:
    """How to call this very program from here: by its name where the shell finds it, else by its path."""
    called = Path(sys.argv[0])
    if shutil.which("exchange") == str(called.resolve()) or called.name != "exchange":
        return "exchange"
    here = called.absolute()
    return str(_shown(here))
