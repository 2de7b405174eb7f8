"""The answers to /health and /ready: 200 or 503, and what is wrong either way."""

import msgspec
from aiohttp import web

from streams.health import Health

TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8"
"""Prometheus's text, which every scraper reads."""


def probe(found: Health, well: bool) -> web.Response:
    """The whole of what was found. Never kept by anything in between."""
    return web.Response(
        body=msgspec.json.encode(found) + b"\n",
        status=200 if well else 503,
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
