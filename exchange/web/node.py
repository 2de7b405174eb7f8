"""A node's web process: everything that is served, and its report of itself."""

import asyncio
import logging

from exchange.web import Routes, build, operating, schema_registry
from exchange.web.guard import Guard
from exchange.web.listening import Address, listening
from streams.broker.ports import LOOPBACK
from streams.loop_lag import LoopLag
from streams.node.directory import DataDirectory
from streams.node.http_port import http_port
from streams.node.reporting import keep_telling
from streams.schema_catalogue import Catalogue

log = logging.getLogger(__name__)


def parts(directory: DataDirectory, slot: str) -> list[Routes]:
    """The routes of everything a node serves."""
    return [schema_registry.routes(Catalogue()), operating.routes(directory, slot)]


async def serve(
    directory: DataDirectory, slot: str, stop: asyncio.Event, address: Address, token: str | None = None
) -> None:
    """Serve a node's data directory at `address` until `stop` is set."""
    lag = LoopLag()
    async with listening(build(parts(directory, slot), Guard(token)), address) as url:
        log.info("%s serves %s", slot, url, extra={"url": url})
        beside = [
            asyncio.ensure_future(lag.watch()),
            asyncio.ensure_future(
                keep_telling(directory.run, slot, lag, lambda: "running", lambda: {"url": url})
            ),
        ]
        await stop.wait()
        for each in beside:
            each.cancel()
        await asyncio.gather(*beside, return_exceptions=True)


async def serve_under_supervisor(directory: DataDirectory, slot: str, stop: asyncio.Event) -> None:
    """The node's own: on loopback, at the port that the node remembers."""
    await serve(directory, slot, stop, Address(LOOPBACK, http_port(directory)))
