"""Who may ask: anybody on this machine, and beyond it who knows the token."""

import base64
import binascii
import hmac
import ipaddress
from pathlib import Path

from aiohttp import hdrs, web

from exchange.kernel.errors import Misuse
from exchange.web.answers import Handler

_TOKEN_CHARACTERS_MIN = 16
_LOCAL_NAMES = ("localhost",)


class Guard:
    """Asks for a token, if there is one: as a bearer or as the password of any user (HTTP Basic).

    Without one, only requests that are addressed to this machine are let in, or a web page in
    somebody's browser could ask in that person's name under a host name of its own.
    """

    def __init__(self, token: str | None = None) -> None:
        self._token = token.encode() if token else None

    @web.middleware
    async def admitting(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a request pass or refuse it with 401 or 403."""
        if self._token is None:
            if not is_local(request.url.host or ""):
                raise web.HTTPForbidden(reason=f"this door is for {' and '.join(_LOCAL_NAMES)} only")
        elif not hmac.compare_digest(_said(request), self._token):
            raise web.HTTPUnauthorized(
                reason="this door wants its token, as a bearer or as a password",
                headers={hdrs.WWW_AUTHENTICATE: 'Basic realm="corridor", charset="UTF-8"'},
            )
        return await handler(request)


def _said(request: web.Request) -> bytes:
    kind, _, said = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if kind.lower() == "bearer":
        return said.strip().encode()
    if kind.lower() == "basic":
        try:
            return base64.b64decode(said, validate=True).partition(b":")[2]
        except binascii.Error:
            return b""
    return b""


def is_local(host: str) -> bool:
    """Whether a host name or address can only be this machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() in _LOCAL_NAMES


def read_token(file: Path) -> str:
    """The token in a file. Raises: Misuse if there is none, or one that could be guessed."""
    try:
        token = file.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is not text"
        raise Misuse(f"the token cannot be read from {file}: {said}") from error
    if len(token) < _TOKEN_CHARACTERS_MIN or not token.isascii() or not token.isprintable():
        raise Misuse(
            f"the token in {file} must be one line of {_TOKEN_CHARACTERS_MIN} or more ASCII characters;"
            " `openssl rand -hex 24` makes one"
        )
    return token
