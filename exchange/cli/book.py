"""`book`: an instrument's book, once or live."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from exchange.cli import completing, standard
from exchange.cli.instruments import instrument_of
from exchange.cli.options import as_json_lines, data, example, exchange_of, opened, print_json

if TYPE_CHECKING:
    from exchange.cli.instruments import Shown
    from exchange.views.depth import Book, BookUpdate

_REDRAW_S = 0.1


@click.command(epilog=example("exchange book L-0.12.0", "exchange book L-0.12.0 --watch --depth 5"))
@click.argument("instrument", shell_complete=completing.in_tables("instruments", "instrument_id"))
@data
@click.option(
    "--depth",
    type=click.IntRange(1, 1_000),
    default=10,
    show_default=True,
    metavar="N",
    help="Levels of a side at most.",
)
@click.option("--watch", is_flag=True, help="Go on with what changes, until Ctrl-C; the node has to be up.")
@as_json_lines
def book(instrument: str, data: Path, depth: int, watch: bool, as_json: bool) -> None:
    """Show an instrument's book: levels with sizes and orders, best prices, last trade, the day's statistics.

    While it collects orders for an auction, what that would find by now is shown as indicative. Prices are in the
    instrument's currency; with --json they are ticks, and the orders are there one by one. In a terminal --watch
    redraws in place, elsewhere it prints a line for each change. Each says the fact it stands at.
    """
    shown = instrument_of(data, instrument)
    if not watch:
        _once(data, shown, depth, as_json)
        return
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_watch(data, shown, depth, as_json))


def _once(data: Path, shown: "Shown", depth: int, as_json: bool) -> None:
    from exchange.cli.consoles import console
    from exchange.cli.ladder import Ladder
    from exchange.store import open_store
    from exchange.views.queries.snapshot import book_at
    from streams.topics import journal_topic

    with contextlib.closing(open_store(opened(data).store_url)) as store:
        found = book_at(store, shown.instrument_id, journal_topic("market"), trades=False).feed.book
    if as_json:
        print_json(found)
    else:
        click.echo("\n".join(Ladder(found, shown).lines(depth, console().width)))


async def _watch(data: Path, shown: "Shown", depth: int, as_json: bool) -> None:
    from exchange.cli.consoles import console

    async with (
        exchange_of(data) as exchange,
        aclosing(exchange.market_data().feed(shown.instrument_id)) as feed,
    ):
        if as_json:
            async for seen in feed:
                print_json(seen)
        elif console().is_terminal:
            await _redrawn(feed, shown, depth)
        else:
            await _printed(feed, shown, depth)


async def _printed(feed: AsyncGenerator["Book | BookUpdate", None], shown: "Shown", depth: int) -> None:
    """The book, then a line for each change."""
    from exchange.cli.consoles import console
    from exchange.cli.ladder import Ladder, told
    from exchange.views.depth import Book

    async for seen in feed:
        if isinstance(seen, Book):
            standard.write_lines([*Ladder(seen, shown).lines(depth, console().width), ""])
        else:
            standard.write_lines([told(seen, shown)])


async def _redrawn(feed: AsyncGenerator["Book | BookUpdate", None], shown: "Shown", depth: int) -> None:
    """The ladder in place, drawn at most ten times a second however much changes."""
    from exchange.cli.consoles import console
    from exchange.cli.ladder import Ladder
    from exchange.cli.watching import in_place
    from exchange.views.depth import Book

    terminal = console()
    ladder: Ladder | None = None
    with in_place(terminal) as show:
        soon = _Soon(lambda: show(ladder.lines(depth, terminal.width, terminal.height)) if ladder else None)
        async for seen in feed:
            if isinstance(seen, Book):
                ladder = Ladder(seen, shown)
            elif ladder is not None:
                ladder.take(seen)
            soon.ask()


class _Soon:
    """Does something a moment after it is asked for, once however often it was asked meanwhile."""

    def __init__(self, act: Callable[[], None]) -> None:
        self._act = act
        self._handle: asyncio.TimerHandle | None = None
        self._done_at = -_REDRAW_S

    def ask(self) -> None:
        loop = asyncio.get_running_loop()
        if self._handle is None:
            wait_s = max(0, self._done_at + _REDRAW_S - loop.time())
            self._handle = loop.call_later(wait_s, self._do, loop)

    def _do(self, loop: asyncio.AbstractEventLoop) -> None:
        self._handle, self._done_at = None, loop.time()
        self._act()
