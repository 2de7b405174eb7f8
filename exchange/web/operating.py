"""What a node says of itself: /health and /ready of all of it, and /metrics of all its processes at once."""

from aiohttp import web

from exchange.web import Routes
from exchange.web.probes import TEXT_FORMAT, probe
from streams.node.directory import DataDirectory
from streams.node.gathering import node_metrics
from streams.node.health import node_health


def routes(directory: DataDirectory, slot: str) -> Routes:
    """The routes of a node."""

    async def metrics(request: web.Request) -> web.Response:
        return web.Response(body=await node_metrics(directory, slot), headers={"Content-Type": TEXT_FORMAT})

    async def health(request: web.Request) -> web.Response:
        found = await node_health(directory)
        return probe(found, found.healthy)

    async def ready(request: web.Request) -> web.Response:
        found = await node_health(directory)
        return probe(found, found.ready)

    return [web.get("/metrics", metrics), web.get("/health", health), web.get("/ready", ready)]
