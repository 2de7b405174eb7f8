"""Who is let in, and where may be listened."""

import base64
import socket
from pathlib import Path

import pytest
from aiohttp import web

from exchange.kernel.errors import Misuse, PortTaken
from exchange.web import build
from exchange.web.answers import answer
from exchange.web.guard import Guard, is_local, read_token
from exchange.web.listening import Address, address_of, listening, refuse_open_door
from tests.support.web import asked, served

TOKEN = "a-token-of-24-characters"


async def hello(request: web.Request) -> web.Response:
    return answer(request, "hello")


async def fails(request: web.Request) -> web.Response:
    raise KeyError("something private")


ROUTES = [web.get("/hello", hello), web.get("/fails", fails)]


def basic(password: str) -> str:
    return "Basic " + base64.b64encode(f"anybody:{password}".encode()).decode()


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (None, 401),
        (f"Bearer {TOKEN}", 200),
        (f"bearer {TOKEN}", 200),
        (basic(TOKEN), 200),
        ("Bearer wrong", 401),
        (basic("wrong"), 401),
        ("Basic %%%", 401),
        (TOKEN, 401),
        ("Bearer ", 401),
    ],
)
def test_with_a_token_only_who_knows_it_is_let_in(said: str | None, status: int) -> None:
    with served(build([ROUTES], Guard(TOKEN))) as url:
        for path in ("/hello", "/nothing"):
            answered = asked(url + path, headers={"Authorization": said} if said else None)
            assert answered.status == (404 if status == 200 and path == "/nothing" else status)
            if status == 401:
                assert answered.code == 401
                assert answered.headers["WWW-Authenticate"].startswith("Basic ")
                assert TOKEN not in str(answered.body)


@pytest.mark.parametrize(
    ("host", "status"), [("localhost:1", 200), ("127.0.0.1", 200), ("[::1]:8", 200), ("a.example", 403)]
)
def test_without_one_only_this_machine_is_meant(host: str, status: int) -> None:
    with served(build([ROUTES], Guard())) as url:
        assert asked(f"{url}/hello", headers={"Host": host}).status == status


def test_a_failure_is_told_without_its_inside(caplog: pytest.LogCaptureFixture) -> None:
    with served(build([ROUTES], Guard())) as url:
        answered = asked(f"{url}/fails")
    assert (answered.status, answered.code) == (500, 50001)
    assert "private" not in str(answered.body)
    assert "GET /fails failed: KeyError('something private')" in caplog.text


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False),
     ("10.0.0.7", False), ("node-1.example", False), ("localhost.example", False), ("", False)],
)  # fmt: skip
def test_what_is_this_machine(host: str, local: bool) -> None:
    assert is_local(host) is local


def test_an_open_door_is_refused() -> None:
    refuse_open_door(address_of("0.0.0.0:8081"), TOKEN)
    refuse_open_door(address_of("[::1]:8081"), None)
    with pytest.raises(
        Misuse, match=r"0\.0\.0\.0:8081 can be reached from other machines, so it needs a token"
    ):
        refuse_open_door(address_of("0.0.0.0:8081"), None)


@pytest.mark.parametrize("text", ["8081", ":8081", "host", "host:", "host:x", "host:70000", ""])
def test_an_address_is_a_host_and_a_port(text: str) -> None:
    with pytest.raises(Misuse, match="expected HOST:PORT"):
        address_of(text)


@pytest.mark.parametrize("content", ["", "short", "two\nlines of a token", "ünlauterer-tokentext"])
def test_a_token_that_could_be_guessed_or_typed_wrong_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "token"
    file.write_text(content)
    with pytest.raises(Misuse, match="must be one line of 16 or more ASCII characters"):
        read_token(file)


def test_a_token_is_one_line_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    assert read_token(file) == TOKEN
    with pytest.raises(Misuse, match=r"the token cannot be read from .*: No such file"):
        read_token(tmp_path / "none")


async def test_a_port_that_is_taken_is_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        taken = (
            rf"nothing can listen on 127.0.0.1:{port} \(address already in use\); end the process that does"
        )
        with pytest.raises(PortTaken, match=taken):
            async with listening(build([ROUTES], Guard()), Address("127.0.0.1", port)):
                pass


async def test_an_address_of_no_machine_here_is_a_mistake() -> None:
    with pytest.raises(Misuse, match=r"nothing can listen on 192\.0\.2\.1:0 \(.*\); name another address"):
        async with listening(build([ROUTES], Guard()), Address("192.0.2.1", 0)):
            pass
