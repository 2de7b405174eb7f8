"""Where the web process listens: an address that may be used, and a server that starts and stops quickly there."""

import errno
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from aiohttp import web

from exchange.kernel.errors import ExchangeError, Misuse, PortTaken
from exchange.web.guard import is_local

_STOP_S_MAX = 1.0


class Address(NamedTuple):
    """Where to listen. Shape: port 0 is any free one."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def address_of(text: str) -> Address:
    """`HOST:PORT` as it is typed. Raises: Misuse if it is something else."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65_535:
        raise Misuse(f"--listen {text!r}: expected HOST:PORT, such as 127.0.0.1:8081 or 0.0.0.0:8081")
    return Address(host.strip("[]"), int(port))


def refuse_open_door(address: Address, token: str | None) -> None:
    """Raises: Misuse if others could reach the address without a token."""
    if token is None and not is_local(address.host):
        raise Misuse(
            f"{address} can be reached from other machines, so it needs a token: --token-file FILE"
            " (a line of 16 or more characters); without one, listen on 127.0.0.1"
        )


@asynccontextmanager
async def listening(app: web.Application, address: Address) -> AsyncIterator[str]:
    """Serve until the block ends; gives the URL.

    Raises: PortTaken if another process listens there; Misuse if this machine has no such address.
    """
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=_STOP_S_MAX)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, address.host, address.port).start()
        except OSError as error:
            raise _cannot_be_had(error, address) from error
        port = runner.addresses[0][1]
        yield f"http://{Address(address.host, port)}"
    finally:
        await runner.cleanup()


def _cannot_be_had(error: OSError, address: Address) -> ExchangeError:
    # asyncio puts the address into the error's own words; a name that nobody knows has no such number.
    said = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
    why = f"{said[:1].lower()}{said[1:]}"
    if error.errno == errno.EADDRINUSE:
        return PortTaken(
            f"nothing can listen on {address} ({why}); end the process that does, or name another address with --listen"
        )
    return Misuse(f"nothing can listen on {address} ({why}); name another address with --listen")
