"""What a client of the registry asks for, and what is found for it; or the error that its protocol has for that."""

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec
from aiohttp import web

from exchange.kernel.errors import Misuse
from exchange.web.answers import Denied
from streams.schema_catalogue import Catalogue, Kept

T = TypeVar("T")

SUBJECT_UNKNOWN, VERSION_UNKNOWN, SCHEMA_UNKNOWN = 40401, 40402, 40403
NO_LEVEL_OF_ITS_OWN, NO_MODE_OF_ITS_OWN, ASSOCIATION_UNKNOWN = 40408, 40409, 40410
SCHEMA_INVALID, VERSION_INVALID, NOT_PERMITTED = 42201, 42202, 42205

_LATEST = ("latest", "-1")
_NUMBER_MAX = 2**31 - 1


class Offered(msgspec.Struct, frozen=True, rename="camel"):
    """The body of a request that brings a schema."""

    schema: str
    schema_type: str | None = None
    references: list[Any] | None = None
    id: int | None = None


class Asked:
    """One request: its path and query, read as the protocol's clients write them."""

    def __init__(self, request: web.Request) -> None:
        self._request = request

    @property
    def subject(self) -> str:
        """The subject in the path, percent-decoded."""
        return self._request.match_info["subject"]

    def path(self, name: str) -> str:
        """A part of the path."""
        return self._request.match_info[name]

    def word(self, name: str) -> str:
        """A word of the query; empty if it is not there."""
        return self._request.query.get(name, "")

    def yes(self, *names: str) -> bool:
        """Whether one of these is `true`: clients write it `True`, and name it in two ways."""
        return any(self.word(name).lower() == "true" for name in names)

    def number(self, name: str, default: int) -> int:
        """A number of the query. Raises: Misuse if it is none."""
        said = self.word(name) or str(default)
        if not said.removeprefix("-").isdecimal() or len(said) > 11:
            raise Misuse(f"{name}: expected a number, found {said!r:.40}")
        return int(said)

    async def offered(self) -> Offered:
        """The schema in the body. Raises: Denied if it is none that could be looked for here."""
        try:
            offered = msgspec.json.decode(await self._request.read(), type=Offered)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Denied(SCHEMA_INVALID, f'expected {{"schema": "…"}}: {error}') from error
        if (offered.schema_type or "AVRO") != "AVRO":
            raise Denied(SCHEMA_INVALID, f"schemaType {offered.schema_type!r:.40}: only AVRO is kept here")
        return offered


def page(asked: Asked, found: Sequence[T]) -> Sequence[T]:
    """The part of a list that `offset` and `limit` ask for; a limit below 0 is none."""
    offset, limit = max(0, asked.number("offset", 0)), asked.number("limit", -1)
    return found[offset:] if limit < 0 else found[offset : offset + limit]


class Registry:
    """Finds what is asked for in a catalogue. Raises: Denied, with the protocol's code, where it is not there."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def kept(self, asked: Asked) -> Kept:
        """The schema of the id in the path."""
        said = asked.path("id")
        found = self.catalogue.schemas.get(int(said)) if said.isdecimal() and len(said) <= 10 else None
        if found is None:
            raise Denied(
                SCHEMA_UNKNOWN,
                f"schema {said:.40} is not found; the highest id is {max(self.catalogue.schemas)}",
            )
        return found

    def kept_by_guid(self, asked: Asked) -> Kept:
        """The schema of the guid in the path."""
        found = self.catalogue.by_guid(asked.path("guid"))
        if found is None:
            raise Denied(SCHEMA_UNKNOWN, f"schema {asked.path('guid'):.40} is not found")
        return found

    def subject(self, asked: Asked) -> Sequence[Kept]:
        """The versions of the subject in the path."""
        found = self.catalogue.subjects.get(asked.subject)
        if found is None:
            raise Denied(
                SUBJECT_UNKNOWN,
                f"subject {asked.subject!r:.120} is not found; GET /subjects lists those there are",
            )
        return found

    def number(self, asked: Asked) -> int:
        """The version in the path: a number from 1, or the latest."""
        count, said = len(self.subject(asked)), asked.path("version")
        if said.lower() in _LATEST:
            return count
        if not said.isdecimal() or not 1 <= int(said[:11]) <= _NUMBER_MAX:
            raise Denied(
                VERSION_INVALID,
                f"version {said!r:.40} is invalid; it is a number from 1 to {_NUMBER_MAX}, or latest",
            )
        if int(said) > count:
            raise Denied(VERSION_UNKNOWN, f"version {said} is not found; {asked.subject} has {count}")
        return int(said)

    def found(self, asked: Asked, offered: Offered) -> Kept | None:
        """What the catalogue has that says the same as what is offered, if it is of the subject in the path."""
        try:
            kept = self.catalogue.find(offered.schema)
        except Misuse as error:
            raise Denied(SCHEMA_INVALID, str(error)) from error
        if kept is None or offered.references or self.catalogue.place(kept.schema_id, asked.subject) is None:
            return None
        return kept

    def shown(self, subject: str, number: int) -> dict[str, Any]:
        """A version as the protocol shows it."""
        kept = self.catalogue.subjects[subject][number - 1]
        return {
            "subject": subject,
            "version": number,
            "id": kept.schema_id,
            "guid": kept.guid,
            "schema": kept.text,
        }
