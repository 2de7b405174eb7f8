"""What a worker serves of itself while it runs: /metrics, /health and /ready; and its report in the data directory."""

import asyncio
import logging
from collections.abc import Sequence

from aiohttp import web
from prometheus_client import generate_latest

from exchange.web import Routes, build
from exchange.web.guard import Guard
from exchange.web.listening import Address, listening
from exchange.web.probes import TEXT_FORMAT, probe
from streams.app import HostApp
from streams.metrics.instruments import REGISTRY
from streams.metrics.reading import WorkerReading
from streams.node.directory import DataDirectory
from streams.node.reporting import keep_telling
from streams.vitals import Vitals
from streams.worker import Reporting, Watch

log = logging.getLogger(__name__)


def watching(directory: DataDirectory, slot: str, address: Address, token: str | None = None) -> Watch:
    """Follow a worker: serve it at `address`, and report it in `directory`, for as long as it runs.

    Raises: Misuse if nothing can listen at the address.
    """

    async def watch(app: HostApp, hosts: Sequence[Reporting]) -> None:
        vitals = Vitals(slot, app, hosts)
        reading = WorkerReading(vitals, directory.identity.partitions)
        REGISTRY.register(reading)
        looking = asyncio.ensure_future(vitals.watch())
        try:
            async with listening(build([routes(vitals)], Guard(token)), address) as url:
                log.info("%s serves %s", slot, url, extra={"url": url})
                await keep_telling(
                    directory.run,
                    slot,
                    app.lag,
                    lambda: vitals.state,
                    lambda: {**vitals.details(), "listens": url},
                )
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
            REGISTRY.unregister(reading)

    return watch


def routes(vitals: Vitals) -> Routes:
    """The routes of one worker."""

    async def metrics(request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(REGISTRY), headers={"Content-Type": TEXT_FORMAT})

    async def health(request: web.Request) -> web.Response:
        found = vitals.health()
        return probe(found, found.healthy)

    async def ready(request: web.Request) -> web.Response:
        found = vitals.health()
        return probe(found, found.ready)

    return [web.get("/metrics", metrics), web.get("/health", health), web.get("/ready", ready)]
