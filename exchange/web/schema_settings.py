"""The registry's settings, which are what they are: compatibility, mode, and associations, of which there are none."""

from collections.abc import Iterable

from aiohttp import web

from exchange.web.answers import Denied, answer
from exchange.web.schema_asked import (
    ASSOCIATION_UNKNOWN,
    NO_LEVEL_OF_ITS_OWN,
    NO_MODE_OF_ITS_OWN,
    NOT_PERMITTED,
    Asked,
    Registry,
)
from exchange.web.schema_checks import READ_ONLY
from streams.schema_catalogue import Catalogue

_LEVEL, _LEVEL_OF_TOPICS, _MODE = "FULL_TRANSITIVE", "NONE", "READONLY"


def routes(catalogue: Catalogue) -> Iterable[web.AbstractRouteDef]:
    """The routes of these endpoints."""
    settings = _Settings(catalogue)
    return [
        web.get("/config", settings.level),
        web.get("/config/{subject}", settings.level_of),
        web.get("/mode", settings.mode),
        web.get("/mode/{subject}", settings.mode_of),
        web.get("/associations/{rest:.*}", settings.association),
        *(web.route(method, path, settings.refuse) for method, paths in _WRITES.items() for path in paths),
    ]


_WRITES = {
    "PUT": ("/config", "/config/{subject}", "/mode", "/mode/{subject}"),
    "DELETE": (
        "/config",
        "/config/{subject}",
        "/mode/{subject}",
        "/subjects/{subject}",
        "/subjects/{subject}/versions/{version}",
    ),
    "POST": ("/associations", "/associations/{rest:.*}"),
}


class _Settings(Registry):
    async def level(self, request: web.Request) -> web.Response:
        return answer(request, {"compatibilityLevel": _LEVEL})

    async def level_of(self, request: web.Request) -> web.Response:
        """A topic's subject holds many records, so it has a level of its own."""
        asked = Asked(request)
        if asked.subject in self.catalogue.subjects and not Catalogue.one_record(asked.subject):
            return answer(request, {"compatibilityLevel": _LEVEL_OF_TOPICS})
        if asked.yes("defaultToGlobal"):
            return answer(request, {"compatibilityLevel": _LEVEL})
        raise Denied(
            NO_LEVEL_OF_ITS_OWN, f"subject {asked.subject!r:.120} has no compatibility level of its own"
        )

    async def mode(self, request: web.Request) -> web.Response:
        return answer(request, {"mode": _MODE})

    async def mode_of(self, request: web.Request) -> web.Response:
        asked = Asked(request)
        if asked.yes("defaultToGlobal"):
            return answer(request, {"mode": _MODE})
        raise Denied(NO_MODE_OF_ITS_OWN, f"subject {asked.subject!r:.120} has no mode of its own")

    async def association(self, request: web.Request) -> web.Response:
        raise Denied(
            ASSOCIATION_UNKNOWN, "no topic is associated with subjects; their names follow from the topic's"
        )

    async def refuse(self, request: web.Request) -> web.Response:
        raise Denied(NOT_PERMITTED, READ_ONLY)
