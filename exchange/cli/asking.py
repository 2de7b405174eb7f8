"""What commands that ask something of the exchange have in common: asking, rehearsing, telling what came of it."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from exchange.cli.options import exchange_of, print_json
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from streams.client import Client

T = TypeVar("T")


def asked(
    data: Path, actor: str, speak: "Callable[[Client], Awaitable[T]]", dry_run: bool, as_json: bool
) -> T | None:
    """What came of asking; None where it was only rehearsed, which is told already."""
    if dry_run:
        from exchange.cli.rehearsing import rehearse, show_foretold

        show_foretold(asyncio.run(rehearse(data, actor, speak, quiet=as_json)), as_json)
        return None

    async def run() -> T:
        async with exchange_of(data) as exchange:
            return await speak(exchange.client)

    return asyncio.run(run())


def said(
    door: Literal["Operator", "Custodian", "Buyer", "Seller"],
    data: Path,
    actor: str,
    say: Callable[[Any], Awaitable[Any]],
    dry_run: bool,
    as_json: bool,
) -> Any:
    """What came of something that is said at a door of the SDK; None where it was only rehearsed."""

    async def speak(client: "Client") -> Any:
        from exchange import sdk

        return await say(getattr(sdk, door)(client, actor))

    return asked(data, actor, speak, dry_run, as_json)


def tell(result: Any, as_json: bool, *lines: str) -> None:
    """Print a result, in words or as it is."""
    if as_json:
        print_json(result)
    else:
        click.echo("\n".join(lines))


def moment(text: str) -> int:
    """A time as it was written. Raises: Misuse if it is none."""
    from exchange.kernel.time import instant

    try:
        return instant(text)
    except ValueError as error:
        raise Misuse(f"{text} is no time ({error}); write one like 2026-11-10T05:00:00Z") from error
