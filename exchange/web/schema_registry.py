"""The endpoints of a schema registry, as Confluent's clients ask them, over the schemas of commands and facts."""

from aiohttp import web

from exchange.web.answers import answer


def routes() -> list[web.AbstractRouteDef]:
    """The registry's routes."""
    return [web.get("/schemas/types", _types)]


async def _types(request: web.Request) -> web.Response:
    return answer(request, ["AVRO"])
