"""HTTP of the exchange: what machines ask a node. Holds no rules; every part is a module with its routes.

app = build([schema_registry.routes(catalogue)], guard=Guard())
"""

from collections.abc import Iterable

from aiohttp import web

from exchange.web.answers import telling_errors
from exchange.web.guard import Guard

Routes = Iterable[web.AbstractRouteDef]

_BODY_BYTES_MAX = 1 << 20


def build(parts: Iterable[Routes], guard: Guard) -> web.Application:
    """An application of some parts' routes, behind one guard. Shape: errors are JSON, whatever the path."""
    app = web.Application(middlewares=[telling_errors, guard.admitting], client_max_size=_BODY_BYTES_MAX)
    for routes in parts:
        app.router.add_routes(routes)
    return app
