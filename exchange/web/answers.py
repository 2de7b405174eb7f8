"""Answers in JSON, and errors in one shape: `{"error_code": 40401, "message": "…"}`; never a traceback."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web

from exchange.kernel.errors import Misuse, Unavailable

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_REGISTRY_TYPE = "application/vnd.schemaregistry.v1+json"
_PLAIN_TYPE = "application/json"
_FAILED = 50001


class Denied(Exception):
    """A request that is answered with an error. Shape: `code` begins with the three digits of the HTTP status."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code

    @property
    def status(self) -> int:
        """The HTTP status."""
        return int(str(self.code)[:3])


def answer(request: web.Request, body: Any, status: int = 200) -> web.Response:
    """`body` as JSON, of the type that was asked for."""
    wanted = request.headers.get("Accept", "")
    return web.Response(
        body=msgspec.json.encode(body),
        status=status,
        content_type=_REGISTRY_TYPE if _REGISTRY_TYPE in wanted else _PLAIN_TYPE,
    )


@web.middleware
async def telling_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Say what is wrong in JSON, also where no route matches or a handler fails."""
    try:
        return await handler(request)
    except Denied as error:
        return _error(request, error.status, error.code, str(error))
    except web.HTTPException as error:
        return _http_error(request, error)
    except Misuse as error:
        return _error(request, 400, 400, str(error))
    except Unavailable as error:
        return _error(request, 503, 503, str(error))
    except Exception as error:
        log.error(
            "%s %s failed: %r",
            request.method,
            request.path,
            error,
            exc_info=True,
            extra={"method": request.method, "path": request.path},
        )
        return _error(request, 500, _FAILED, "this node failed to answer; its log says why")


def _error(request: web.Request, status: int, code: int, message: str) -> web.Response:
    return answer(request, {"error_code": code, "message": message}, status)


def _http_error(request: web.Request, error: web.HTTPException) -> web.StreamResponse:
    if error.status < 400:
        raise error
    told = {
        404: f"HTTP 404: nothing is at {request.path}",
        405: f"HTTP 405: {request.path} takes no {request.method}",
    }.get(error.status, f"HTTP {error.status}: {error.reason}")
    found = _error(request, error.status, error.status, told)
    for name in ("Allow", "WWW-Authenticate"):
        if name in error.headers:
            found.headers[name] = error.headers[name]
    return found
