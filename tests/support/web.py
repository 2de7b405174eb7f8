"""A web application of ours on a thread of its own, and plain requests to any server."""

import asyncio
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from aiohttp import web

from exchange.web.listening import Address, listening
from streams.broker.ports import LOOPBACK


@contextmanager
def served(app: web.Application) -> Iterator[str]:
    """Serve until the block ends; gives the URL."""
    loop, stop, urls = asyncio.new_event_loop(), asyncio.Event(), []
    there = threading.Event()

    async def serve() -> None:
        async with listening(app, Address(LOOPBACK, 0)) as url:
            urls.append(url)
            there.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert there.wait(30.0)
        yield urls[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


class Answered(NamedTuple):
    """What a server answered. Shape: `body` is JSON where it is, else text."""

    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def code(self) -> Any:
        """The code of an error, if its body has one."""
        return self.body.get("error_code") if isinstance(self.body, dict) else None


def asked(
    url: str, method: str = "GET", body: Any = None, headers: Mapping[str, str] | None = None
) -> Answered:
    """Send one request as a client of schema registries would."""
    data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    told = {"Content-Type": "application/vnd.schemaregistry.v1+json"} if data is not None else {}
    request = urllib.request.Request(url, method=method, data=data, headers={**told, **(headers or {})})
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return _answered(response.status, response.read(), response.headers)
    except urllib.error.HTTPError as error:
        with error:
            return _answered(error.code, error.read(), error.headers)


def _answered(status: int, body: bytes, headers: Any) -> Answered:
    try:
        return Answered(status, json.loads(body), dict(headers))
    except ValueError:
        return Answered(status, body.decode(), dict(headers))
