"""The demo's node: made anew, brought up, played on, brought down."""

import asyncio
import shutil
import sys
import time
from pathlib import Path

import msgspec

from exchange.cli.demo.story import Story
from exchange.cli.demo.telling import SilentTeller, Teller, TerminalTeller
from exchange.cli.jars import fetch_jars
from exchange.cli.plan import Plan
from exchange.kernel.errors import Misuse
from exchange.kernel.time import instant, iso
from exchange.sdk import Exchange
from streams.broker.java import find_java
from streams.node.control import bring_down, bring_up
from streams.node.directory import DataDirectory
from streams.node.space import see_space

PLAYS_AT = "2026-11-02T00:00:00Z"


def play_in(path: Path, keep_up: bool, quiet: bool) -> msgspec.Struct:
    """Play the story in a directory and sum it up; an earlier demo there is replaced."""
    see_space(path.absolute())
    directory = _fresh(path)
    fetch_jars(quiet=quiet)
    return asyncio.run(_play(directory, keep_up, quiet))


def plan(path: Path, keep_up: bool) -> Plan:
    """What playing would do. Raises: Misuse where it could not."""
    old = _earlier(path)
    would = [f"end the earlier demo in {path} and delete it"] if old is not None else []
    would.append(f"make a node in {path}, start it, and play the story on real Kafka")
    if not keep_up:
        would.append("stop the node; its data stays")
    checked = [f"Java is {find_java()}", f"{see_space(path.absolute()) // 1_000_000:,} MB are free there"]
    return Plan(would, checked, (), {"directory": str(path)})


def _earlier(path: Path) -> DataDirectory | None:
    """The earlier demo in a directory, which a new one may replace; nothing else may be."""
    if not path.exists() or not any(path.iterdir()):
        return None
    old = DataDirectory.open(path)
    if old.identity.purpose != "demo":
        raise Misuse(f"{path} is the data directory of a durable node; choose another with --data")
    return old


def _fresh(path: Path) -> DataDirectory:
    """A new demo directory, in place of an earlier demo's and of nothing else."""
    now_us = time.time_ns() // 1_000
    if (old := _earlier(path)) is not None:
        asyncio.run(bring_down(old))
        shutil.rmtree(path)
    shift_us = instant(PLAYS_AT) - now_us
    return DataDirectory.create(path, created_at=now_us, purpose="demo", clock_shift_us=shift_us)


async def _play(directory: DataDirectory, keep_up: bool, quiet: bool) -> msgspec.Struct:
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
        (f"{exchange} invoice list --data {shown}", "what was invoiced to whom; `show` gives the documents"),
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
