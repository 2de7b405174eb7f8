"""`tail`: what lies in a topic, and what comes, a line a record."""

import asyncio
import os
import sys
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from exchange.cli import standard
from exchange.cli.options import as_json_lines, data, example, naming, opened
from exchange.cli.words import CONTEXTS
from exchange.kernel.errors import Misuse, Unavailable

if TYPE_CHECKING:
    from streams.node.directory import DataDirectory
    from streams.tailing.wanted import Start, Wanted

_LAST = 10


@click.command(
    epilog=example(
        "exchange tail market -f",
        "exchange tail --type Refused --from 2026-11-02T00:00:00Z",
        "exchange tail market.commands --json -n 1000 | exchange decide market",
    )
)
@click.argument("topics", nargs=-1, metavar="[JOURNAL]…")
@data
@click.option(
    "--from",
    "start",
    metavar="WHERE",
    help="beginning, end, a fact's number, or a time like 2026-11-02T00:00:00Z.  [default: the last -n]",
)
@click.option(
    "-n",
    "last",
    type=click.IntRange(0),
    metavar="N",
    help=f"Only the last N.  [default: {_LAST}, or all with --from]",
)
@click.option("-f", "--follow", is_flag=True, help="Go on with what comes, until Ctrl-C.")
@click.option("--partition", type=click.IntRange(0), metavar="N", help="Only this partition.")
@click.option(
    "--type",
    "types",
    multiple=True,
    metavar="NAME",
    help="Only facts (or commands) of this type; may be repeated.",
)
@click.option(
    "--actor",
    "actors",
    multiple=True,
    metavar="NAME",
    help="Only what this participant asked for; may be repeated.",
)
@click.option("--command-id", default="", metavar="ID", help="Only what came of this command.")
@click.option(
    "--cause", type=click.IntRange(0), metavar="OFFSET", help="Only what came of the command at this offset."
)
@click.option("--raw", is_flag=True, help="Also claims, seals and records that do not count, and why not.")
@as_json_lines
def tail(
    topics: tuple[str, ...],
    data: Path,
    start: str | None,
    last: int | None,
    follow: bool,
    partition: int | None,
    types: tuple[str, ...],
    actors: tuple[str, ...],
    command_id: str,
    cause: int | None,
    raw: bool,
    as_json: bool,
) -> None:
    """Read facts as they stand in the journals: one line each, those of one outcome bracketed.

    JOURNAL is a context (market), one partition of it (market/0), a context's commands (market.commands), or a
    product's stream (stream.P-1); without any, all journals together by exchange time. Only what counts is shown: facts
    of a writer that no longer led are not, but for --raw. A hole in a journal ends it with 4.
    """
    from streams.tailing.wanted import Wanted

    directory = opened(data)
    places = _places(directory, topics, partition)
    wanted = Wanted(_start(start), frozenset(_known(types, places)), frozenset(actors), command_id, cause)
    if last is None and start is None:
        last = _LAST
    if directory.identity.bootstrap_servers is None and directory.holder() is None:
        raise Unavailable(f"the node in {directory.path} is down; `exchange up{naming(data)}` starts it")
    asyncio.run(_tail(directory, places, wanted, last, follow, raw, as_json))


async def _tail(
    directory: "DataDirectory",
    places: list[tuple[str, int]],
    wanted: "Wanted",
    last: int | None,
    follow: bool,
    raw: bool,
    as_json: bool,
) -> None:
    from exchange.cli.factline import piped, told
    from streams.node.directory import bootstrap_servers
    from streams.tailing.tail import refuse_unknown_streams, tail

    servers, shift_us = bootstrap_servers(directory), directory.identity.clock_shift_us
    await refuse_unknown_streams(servers, places)
    coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    groups = tail(servers, places, wanted, last=last, follow=follow, raw=raw, shift_us=shift_us)
    async with aclosing(groups) as reading:
        async for group in reading:
            lines = [piped(seen, raw) for seen in group] if as_json else told(group, coloured=coloured)
            standard.write_lines(line for line in lines if line is not None)


def _places(
    directory: "DataDirectory", topics: tuple[str, ...], partition: int | None
) -> list[tuple[str, int]]:
    """Every partition that is meant."""
    found: dict[tuple[str, int], None] = {}
    for topic in topics or CONTEXTS:
        found.update(dict.fromkeys(_partitions(directory, topic, partition)))
    return list(found)


def _partitions(directory: "DataDirectory", named: str, partition: int | None) -> list[tuple[str, int]]:
    from streams.topics import commands_topic, journal_topic, stream_topic

    topic, slash, number = named.partition("/")
    if slash and (not number.isdecimal() or partition not in (None, int(number))):
        raise Misuse(f"{named!r} names no partition; write {topic}/0, or leave --partition out")
    if topic.startswith(stream_topic("")):
        return [(topic, 0)]
    context = topic.removesuffix(".journal").removesuffix(".commands")
    if context not in CONTEXTS:
        known = ", ".join(CONTEXTS)
        raise Misuse(
            f"there is no journal {named!r}; name one of {known}, their commands ({CONTEXTS[0]}.commands), or a"
            " stream (stream.PRODUCT)"
        )
    wanted = int(number) if slash else partition
    count = directory.identity.partitions[context]
    if wanted is not None and wanted >= count:
        raise Misuse(f"{context} has partitions 0 to {count - 1}; {wanted} is none")
    name = commands_topic(context) if topic.endswith(".commands") else journal_topic(context)
    return [(name, n) for n in range(count) if wanted in (None, n)]


def _known(types: tuple[str, ...], places: list[tuple[str, int]]) -> list[str]:
    """The types, if anything of these topics can be of one."""
    from exchange.kernel import protocol
    from streams.vocabulary import commands, facts

    words = {"StreamRecord", "Unread"}
    for topic, _ in places:
        context, _, kind = topic.partition(".")
        if context in CONTEXTS:
            own = commands(context) if kind == "commands" else facts(context)
            common = protocol.COMMANDS if kind == "commands" else protocol.FACTS
            words |= {word.__name__ for word in (*own, *common)}
    if unknown := [name for name in types if name not in words]:
        raise Misuse(f"no record there is a {unknown[0]}; there are {', '.join(sorted(words))}")
    return list(types)


def _start(given: str | None) -> "Start":
    from exchange.kernel.time import instant
    from streams.tailing.wanted import Start

    if given in (None, "beginning"):
        return Start()
    if given == "end":
        return Start(at_end=True)
    assert given is not None
    if given.isdecimal():
        return Start(seq=int(given))
    try:
        return Start(at=instant(given))
    except (ValueError, OverflowError) as error:
        raise Misuse(
            f"--from {given!r}: expected beginning, end, a fact's number, or a time like 2026-11-02T00:00:00Z"
        ) from error
