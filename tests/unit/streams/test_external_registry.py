"""A registry of somebody's own: when it will do, and what is said when it will not."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web

from exchange.kernel.errors import Misuse, Unavailable
from exchange.web import build, schema_registry
from exchange.web.guard import Guard
from streams.external_registry import TOKEN_VARIABLE, USER_VARIABLE, ExternalRegistry
from tests.support.schemas import a_catalogue_with, a_record, the_catalogue
from tests.support.web import served

CATALOGUE = the_catalogue()
TOKEN = "a-token-of-24-characters"


class Importing:
    """A registry that takes ids from whoever imports, as Confluent's does."""

    def __init__(self, first_id: int = 1_000) -> None:
        self.texts: dict[int, str] = {}
        self.versions: dict[tuple[str, int], int] = {}
        self.modes: dict[str, str] = {}
        self._next_id = first_id

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/schemas/ids/{id}", self.schema),
            web.put("/mode/{subject}", self.mode),
            web.delete("/mode/{subject}", self.no_mode),
            web.post("/subjects/{subject}/versions", self.register),
        ]

    async def schema(self, request: web.Request) -> web.Response:
        text = self.texts.get(int(request.match_info["id"]))
        if text is None:
            return web.json_response({"error_code": 40403, "message": "not found"}, status=404)
        return web.json_response({"schema": text})

    async def mode(self, request: web.Request) -> web.Response:
        mode = (await request.json())["mode"]
        self.modes[request.match_info["subject"]] = mode
        return web.json_response({"mode": mode})

    async def no_mode(self, request: web.Request) -> web.Response:
        return web.json_response({"mode": self.modes.pop(request.match_info["subject"])})

    async def register(self, request: web.Request) -> web.Response:
        body, subject = await request.json(), request.match_info["subject"]
        if "id" in body and self.modes.get(subject) != "IMPORT":
            return web.json_response({"error_code": 42205, "message": "not in import mode"}, status=422)
        schema_id = body.get("id", self._next_id)
        self.texts[schema_id] = body["schema"]
        self.versions[subject, body.get("version", 1)] = schema_id
        return web.json_response({"id": schema_id})


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with served(build([schema_registry.routes(CATALOGUE)], Guard())) as url:
        yield url


def silent(done: int, of: int) -> None:
    """Nobody watches."""


async def test_a_registry_with_our_ids_will_do(url: str) -> None:
    await ExternalRegistry(f"{url}/", {}).verify(CATALOGUE)
    assert await ExternalRegistry(url, {}).push(CATALOGUE, silent) == 0


async def test_the_first_id_that_is_missing_is_named(url: str, tmp_path: Path) -> None:
    more = a_catalogue_with(tmp_path, 900, a_record())
    with pytest.raises(
        Misuse, match=r"has no schema of id 900, which is corridor.market.Haggled; `exchange schemas push"
    ):
        await ExternalRegistry(url, {}).verify(more)


@pytest.mark.parametrize("pushed", [False, True])
async def test_the_first_id_that_is_another_schema_is_named(url: str, tmp_path: Path, pushed: bool) -> None:
    other = a_catalogue_with(tmp_path, 54, a_record())
    registry = ExternalRegistry(url, {})
    with pytest.raises(
        Misuse, match=r"under id 54: corridor.market.TradeMatched where corridor.market.Haggled belongs"
    ):
        await (registry.push(other, silent) if pushed else registry.verify(other))


async def test_a_registry_that_imports_takes_every_id_as_it_is() -> None:
    there, told = Importing(), []
    with served(build([there.routes()], Guard())) as url:
        pushed = await ExternalRegistry(url, {}).push(CATALOGUE, lambda done, of: told.append((done, of)))
        assert pushed == len(CATALOGUE.schemas)
        assert told[-1] == (pushed, pushed)
        assert await ExternalRegistry(url, {}).push(CATALOGUE, silent) == 0
    assert {schema_id: json.loads(text) for schema_id, text in there.texts.items()} == {
        schema_id: json.loads(kept.text) for schema_id, kept in CATALOGUE.schemas.items()
    }
    assert there.versions["corridor.market.TradeMatched", 1] == 54
    assert there.modes == {}


async def test_a_registry_that_cannot_import_and_counts_from_elsewhere_is_refused() -> None:
    there = Importing()
    no_modes = [route for route in there.routes() if route.method != "PUT"]
    said = r"gave corridor.kernel.Tick the id 1000, not 1: it has no mode IMPORT"
    with served(build([no_modes], Guard())) as url, pytest.raises(Misuse, match=said):
        await ExternalRegistry(url, {}).push(CATALOGUE, silent)
    assert len(there.texts) == 1


@pytest.mark.parametrize(
    "credentials", [{TOKEN_VARIABLE: TOKEN}, {USER_VARIABLE: f"somebody:{TOKEN}"}], ids=["token", "password"]
)
async def test_credentials_come_from_the_environment(credentials: dict[str, str]) -> None:
    with served(build([schema_registry.routes(CATALOGUE)], Guard(TOKEN))) as url:
        await ExternalRegistry(url, credentials).verify(CATALOGUE)
        with pytest.raises(
            Misuse, match=f"HTTP 401; put user:password into {USER_VARIABLE}, or a token into"
        ):
            await ExternalRegistry(url, {}).verify(CATALOGUE)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("registry:8081", "expected an address such as http://registry:8081"),
        ("ftp://registry", "expected an address such as"),
        ("http://", "expected an address such as"),
        ("", "expected an address such as"),
        ("http://me:secret@registry:8081", "holds a password, and would be kept and shown"),
        ("http://registry:port", "expected an address such as"),
        ("http://me:secret@[registry", "expected an address such as"),
    ],
)
def test_what_is_no_address_is_said_without_showing_a_password(url: str, said: str) -> None:
    with pytest.raises(Misuse, match=said) as misuse:
        ExternalRegistry(url, {})
    assert "secret" not in str(misuse.value)


async def nothing(request: web.Request) -> web.Response:
    return web.Response(text="<html>hello</html>", content_type="text/html")


async def test_a_server_that_is_no_registry_is_named() -> None:
    said = "is no schema registry, or does not let us in: HTTP 200"
    routes = [web.get("/{rest:.*}", nothing)]
    with served(build([routes], Guard())) as url, pytest.raises(Misuse, match=f"{url} {said}"):
        await ExternalRegistry(url, {}).verify(CATALOGUE)


async def test_a_registry_that_is_down_is_out_of_reach() -> None:
    with served(build([], Guard())) as url:
        pass
    with pytest.raises(Unavailable, match=rf"{url} does not answer \(Connection refused\)"):
        await ExternalRegistry(url, {}).verify(CATALOGUE)
