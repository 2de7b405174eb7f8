"""`--watch`: looking again and again until Ctrl-C; in a terminal always in the same place."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TypeVar

import click
from rich.console import Console
from rich.live import Live
from rich.text import Text

from exchange.cli.consoles import console

T = TypeVar("T")

_EVERY_S = 2.0


def watch(look: Callable[[], Awaitable[T]], tell: Callable[[T], None]) -> T | None:
    """Look and tell until Ctrl-C; give what was seen last, None if that was nothing yet."""
    last: T | None = None

    async def again() -> None:
        nonlocal last
        while True:
            last = await look()
            tell(last)
            await asyncio.sleep(_EVERY_S)

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(again())
    return last


@contextlib.contextmanager
def in_place(terminal: Console | None = None) -> Iterator[Callable[[Sequence[str]], None]]:
    """What shows lines where it showed the last ones; outside a terminal, one after another with a gap."""
    terminal = terminal or console()
    if not terminal.is_terminal:
        yield lambda lines: click.echo("\n".join((*lines, "")))
        return
    with Live(console=terminal, auto_refresh=False, vertical_overflow="ellipsis") as live:
        # A line too long for the terminal is cut: broken in two it would push the rest out of place.
        yield lambda lines: live.update(
            Text("\n".join(lines), no_wrap=True, overflow="ellipsis"), refresh=True
        )
