"""The endpoints of a schema registry, as Confluent's clients ask them, over the schemas of commands and facts.

Ids are permanent and those of avro/ids.json. Reading is for everybody; the one thing that may be registered is what is
registered already, which gives its id.
"""

from collections.abc import Iterable
from typing import Any

from aiohttp import web

from exchange.web import schema_checks, schema_settings
from exchange.web.answers import answer
from exchange.web.schema_asked import Asked, Registry, page
from streams.schema_catalogue import Catalogue


def routes(catalogue: Catalogue) -> Iterable[web.AbstractRouteDef]:
    """The registry's routes."""
    reading = _Reading(catalogue)
    return [
        web.get("/", reading.root),
        web.get("/contexts", reading.contexts),
        web.get("/schemas", reading.all_schemas),
        web.get("/schemas/types", reading.types),
        web.get("/schemas/ids/{id}", reading.schema),
        web.get("/schemas/ids/{id}/schema", reading.text),
        web.get("/schemas/ids/{id}/subjects", reading.subjects_of),
        web.get("/schemas/ids/{id}/versions", reading.versions_of),
        web.get("/schemas/guids/{guid}", reading.by_guid),
        web.get("/subjects", reading.subjects),
        web.get("/subjects/{subject}/versions", reading.versions),
        web.get("/subjects/{subject}/versions/{version}", reading.version),
        web.get("/subjects/{subject}/versions/{version}/schema", reading.version_text),
        web.get("/subjects/{subject}/versions/{version}/referencedby", reading.referenced_by),
        *schema_checks.routes(catalogue),
        *schema_settings.routes(catalogue),
    ]


class _Reading(Registry):
    async def root(self, request: web.Request) -> web.Response:
        return answer(request, {})

    async def contexts(self, request: web.Request) -> web.Response:
        return answer(request, ["."])

    async def types(self, request: web.Request) -> web.Response:
        return answer(request, ["AVRO"])

    async def schema(self, request: web.Request) -> web.Response:
        """With `subject`, also which version of it this is; another subject's name hinders nobody."""
        asked = Asked(request)
        kept = self.kept(asked)
        found: dict[str, Any] = {"schema": kept.text, "guid": kept.guid}
        if (place := self.catalogue.place(kept.schema_id, asked.word("subject"))) is not None:
            found |= {"subject": place.subject, "version": place.version}
        if asked.yes("fetchMaxId"):
            found["maxId"] = max(self.catalogue.schemas)
        return answer(request, found)

    async def text(self, request: web.Request) -> web.Response:
        return web.Response(text=self.kept(Asked(request)).text, content_type="application/json")

    async def subjects_of(self, request: web.Request) -> web.Response:
        asked = Asked(request)
        places = self.catalogue.places(self.kept(asked).schema_id)
        return answer(request, page(asked, [place.subject for place in places]))

    async def versions_of(self, request: web.Request) -> web.Response:
        asked = Asked(request)
        places = self.catalogue.places(self.kept(asked).schema_id)
        return answer(request, page(asked, [place._asdict() for place in places]))

    async def by_guid(self, request: web.Request) -> web.Response:
        kept = self.kept_by_guid(Asked(request))
        return answer(request, {"schema": kept.text, "guid": kept.guid})

    async def all_schemas(self, request: web.Request) -> web.Response:
        """Every version of every subject. Shape: `subjectPrefix` and `latestOnly` narrow it."""
        asked = Asked(request)
        latest, prefix = asked.yes("latestOnly"), asked.word("subjectPrefix")
        found = [
            self.shown(subject, number)
            for subject, versions in self.catalogue.subjects.items()
            for number in range(len(versions) if latest else 1, len(versions) + 1)
            if subject.startswith(prefix)
        ]
        return answer(request, page(asked, found))

    async def subjects(self, request: web.Request) -> web.Response:
        """Nothing is ever deleted here, so what asks for deleted ones only gets none."""
        asked = Asked(request)
        prefix = asked.word("subjectPrefix")
        named = [] if asked.yes("deletedOnly", "deleted_only") else list(self.catalogue.subjects)
        return answer(request, page(asked, [subject for subject in named if subject.startswith(prefix)]))

    async def versions(self, request: web.Request) -> web.Response:
        asked = Asked(request)
        count = len(self.subject(asked))
        numbers = [] if asked.yes("deletedOnly", "deleted_only") else list(range(1, count + 1))
        return answer(request, page(asked, numbers))

    async def version(self, request: web.Request) -> web.Response:
        asked = Asked(request)
        return answer(request, self.shown(asked.subject, self.number(asked)))

    async def version_text(self, request: web.Request) -> web.Response:
        asked = Asked(request)
        kept = self.subject(asked)[self.number(asked) - 1]
        return web.Response(text=kept.text, content_type="application/json")

    async def referenced_by(self, request: web.Request) -> web.Response:
        self.number(Asked(request))
        return answer(request, [])
