"""A schema registry of somebody's own: whether it maps every id as avro/ids.json does, and how it comes to.

Source: the REST interface of Confluent's Schema Registry; modes as its migration guide has them.
"""

import asyncio
import json
import os
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

import aiohttp
from yarl import URL

from exchange.kernel.errors import Misuse, Unavailable
from streams.schema_catalogue import Catalogue, Kept

TOKEN_VARIABLE = "EXCHANGE_SCHEMA_REGISTRY_TOKEN"
USER_VARIABLE = "EXCHANGE_SCHEMA_REGISTRY_USER_INFO"

_AT_ONCE = 8
_ANSWER_S_MAX = 15
_TYPE = "application/vnd.schemaregistry.v1+json"


class ExternalRegistry:
    """A registry at an address. Shape: `credentials` may hold a token or `user:password`, as the variables say."""

    def __init__(self, url: str, credentials: Mapping[str, str]) -> None:
        """Raises: Misuse if it is no address, or one with a password in it."""
        parts = _parts(url)
        if parts.username or parts.password:
            raise Misuse(
                f"the address of the schema registry at {parts.hostname} holds a password, and would be kept and shown:"
                f" put user:password into {USER_VARIABLE}, or a token into {TOKEN_VARIABLE}"
            )
        self.url = url.rstrip("/")
        self._headers = {"Content-Type": _TYPE, "Accept": f"{_TYPE}, application/json"}
        if token := credentials.get(TOKEN_VARIABLE):
            self._headers["Authorization"] = f"Bearer {token}"
        elif user := credentials.get(USER_VARIABLE):
            self._headers["Authorization"] = f"Basic {b64encode(user.encode()).decode()}"

    async def verify(self, catalogue: Catalogue) -> None:
        """Raises: Misuse naming the first id that is missing or is another schema; Unavailable if nobody answers."""
        async with self._asking() as ask:
            found = await self._found(ask, catalogue)
        for schema_id, kept in catalogue.schemas.items():
            there = found[schema_id]
            if there is None:
                raise Misuse(
                    f"{self.url} has no schema of id {schema_id}, which is {kept.record};"
                    f" `exchange schemas push {self.url}` registers what is missing"
                )
            self._refuse_other(catalogue, kept, there)

    async def push(self, catalogue: Catalogue, told: Callable[[int, int], None]) -> int:
        """Register what is missing, under our ids, each as a version of its record; how many those were.

        Shape: `told` hears how many of how many are done. Raises: Misuse if the registry has other schemas under our
        ids, or gives other ids; Unavailable if nobody answers.
        """
        async with self._asking() as ask:
            missing = await self._missing(ask, catalogue)
            for done, kept in enumerate(missing, 1):
                await self._register(ask, catalogue, kept)
                told(done, len(missing))
        await self.verify(catalogue)
        return len(missing)

    async def missing(self, catalogue: Catalogue) -> list[Kept]:
        """What `push` would register. Raises: Misuse where it would; Unavailable if nobody answers."""
        async with self._asking() as ask:
            return await self._missing(ask, catalogue)

    async def _missing(self, ask: "_Ask", catalogue: Catalogue) -> list[Kept]:
        found = await self._found(ask, catalogue)
        for schema_id, there in found.items():
            if there is not None:
                self._refuse_other(catalogue, catalogue.schemas[schema_id], there)
        # In the order of ids: a registry that only counts comes to the same ones if it is empty.
        return [catalogue.schemas[schema_id] for schema_id in sorted(found) if found[schema_id] is None]

    def _refuse_other(self, catalogue: Catalogue, kept: Kept, there: str) -> None:
        if catalogue.same(kept, there):
            return
        raise Misuse(
            f"{self.url} has another schema than avro/ids.json under id {kept.schema_id}: {_name(there)} where"
            f" {kept.record} belongs; give this exchange a registry whose ids are its own"
        )

    async def _register(self, ask: "_Ask", catalogue: Catalogue, kept: Kept) -> None:
        subject = quote(kept.record, safe="")
        place = catalogue.place(kept.schema_id, kept.record)
        assert place is not None
        body: dict[str, Any] = {"schema": kept.text, "schemaType": "AVRO"}
        status, _ = await ask("PUT", f"/mode/{subject}?force=true", {"mode": "IMPORT"})
        imports = status == 200
        if imports:
            body |= {"id": kept.schema_id, "version": place.version}
        try:
            status, answer = await ask("POST", f"/subjects/{subject}/versions", body)
        finally:
            if imports:
                # As it was: the registry's own mode holds for the subject again.
                await ask("DELETE", f"/mode/{subject}")
        if status != 200:
            raise Misuse(f"{self.url} does not take {kept.record}: {_said(status, answer)}")
        if answer.get("id") != kept.schema_id:
            raise Misuse(
                f"{self.url} gave {kept.record} the id {answer.get('id')}, not {kept.schema_id}: it has no mode IMPORT,"
                " so its ids fall into place only if it was empty; use a new registry"
            )

    async def _found(self, ask: "_Ask", catalogue: Catalogue) -> dict[int, str | None]:
        places = asyncio.Semaphore(_AT_ONCE)

        async def text_of(schema_id: int) -> str | None:
            async with places:
                status, answer = await ask("GET", f"/schemas/ids/{schema_id}")
            if status == 404 and answer.get("error_code") == 40403:
                return None
            if status != 200 or not isinstance(answer.get("schema"), str):
                raise Misuse(
                    f"{self.url} is no schema registry, or does not let us in: {_said(status, answer)}"
                )
            return str(answer["schema"])

        texts = await asyncio.gather(*(text_of(schema_id) for schema_id in catalogue.schemas))
        return dict(zip(catalogue.schemas, texts, strict=True))

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator["_Ask"]:
        timeout = aiohttp.ClientTimeout(total=_ANSWER_S_MAX)
        try:
            async with aiohttp.ClientSession(headers=self._headers, timeout=timeout) as session:
                yield _Ask(self.url, session)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Unavailable(
                f"the schema registry at {self.url} does not answer ({_why(error)}); see that it runs there"
            ) from error


class _Ask:
    """One request: its status and its JSON, empty where there is none."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self._url = url
        self._session = session

    async def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
        # Written by hand: a path with an encoded slash stays as it is.
        address = URL(self._url + path, encoded=True)
        async with self._session.request(method, address, json=body) as response:
            try:
                answer = json.loads(await response.read())
            except ValueError:
                answer = {}
            return response.status, answer if isinstance(answer, dict) else {}


def _why(error: Exception) -> str:
    number = error.errno if isinstance(error, OSError) else None
    return os.strerror(number) if number and number > 0 else str(error) or "no answer in time"


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return parts
    except ValueError:
        pass
    # Not shown itself: it may hold a password.
    raise Misuse("the schema registry: expected an address such as http://registry:8081")


def _said(status: int, answer: Mapping[str, Any]) -> str:
    if status in (401, 403):
        return f"HTTP {status}; put user:password into {USER_VARIABLE}, or a token into {TOKEN_VARIABLE}"
    return f"HTTP {status} {answer.get('error_code', '')} {str(answer.get('message', ''))[:200]}".rstrip()


def _name(text: str) -> str:
    try:
        schema = json.loads(text)
        return f"{schema['namespace']}.{schema['name']}"
    except (ValueError, TypeError, KeyError):
        return "something else"
