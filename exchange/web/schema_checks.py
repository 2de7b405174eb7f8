"""The registry's endpoints to which a schema is brought: look it up, register it, ask whether it is compatible."""

from collections.abc import Iterable

from aiohttp import web

from exchange.kernel.errors import Misuse
from exchange.web.answers import Denied, answer
from exchange.web.schema_asked import NOT_PERMITTED, SCHEMA_INVALID, SCHEMA_UNKNOWN, Asked, Registry
from streams.schema_catalogue import Catalogue, Kept, parsed

READ_ONLY = (
    "this registry is read-only: it keeps the schemas of the exchange's own commands and facts, whose ids are"
    " given out with its versions"
)


def routes(catalogue: Catalogue) -> Iterable[web.AbstractRouteDef]:
    """The routes of these endpoints."""
    checks = _Checks(catalogue)
    return [
        web.post("/subjects/{subject}", checks.look_up),
        web.post("/subjects/{subject}/versions", checks.register),
        web.post("/compatibility/subjects/{subject}/versions", checks.compatible_with_all),
        web.post("/compatibility/subjects/{subject}/versions/{version}", checks.compatible_with_one),
    ]


class _Checks(Registry):
    async def look_up(self, request: web.Request) -> web.Response:
        asked = Asked(request)
        self.subject(asked)
        kept = self.found(asked, await asked.offered())
        if kept is None:
            raise Denied(SCHEMA_UNKNOWN, f"no version of {asked.subject} is this schema")
        place = self.catalogue.place(kept.schema_id, asked.subject)
        assert place is not None
        return answer(request, self.shown(*place))

    async def register(self, request: web.Request) -> web.Response:
        """What is there already is registered again, as often as one likes."""
        asked = Asked(request)
        offered = await asked.offered()
        kept = self.found(asked, offered)
        if kept is None or offered.id not in (None, -1, kept.schema_id):
            raise Denied(NOT_PERMITTED, READ_ONLY)
        place = self.catalogue.place(kept.schema_id, asked.subject)
        assert place is not None
        return answer(request, {"id": kept.schema_id, "version": place.version, "guid": kept.guid})

    async def compatible_with_one(self, request: web.Request) -> web.Response:
        asked = Asked(request)
        return await self._compatible(request, asked, [self.subject(asked)[self.number(asked) - 1]])

    async def compatible_with_all(self, request: web.Request) -> web.Response:
        asked = Asked(request)
        return await self._compatible(request, asked, self.subject(asked))

    async def _compatible(self, request: web.Request, asked: Asked, versions: Iterable[Kept]) -> web.Response:
        offered = await asked.offered()
        # Where every record has its place, anything goes; else each version must read the other.
        told = _breaks(offered.schema, versions) if Catalogue.one_record(asked.subject) else []
        found: dict[str, object] = {"is_compatible": not told}
        return answer(request, found | {"messages": told} if asked.yes("verbose") else found)


def _breaks(text: str, versions: Iterable[Kept]) -> list[str]:
    from streams.compatibility import unreadable  # its library is large, and this is rarely asked

    try:
        new = parsed(text)
        return [line for kept in versions for line in unreadable(kept.schema_id, parsed(kept.text), new)]
    except Misuse as error:
        raise Denied(SCHEMA_INVALID, str(error)) from error
