"""How Kafka is reached: plainly, or with TLS and as a user, as the file says that EXCHANGE_KAFKA_CONFIG names.

What the file says counts for the servers that it names and for no others: a password never goes elsewhere. Every client
of Kafka in `streams` is made with `**access_to(servers)`.
"""

import asyncio
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    TopicAuthorizationFailedError,
)

from exchange.kernel.errors import ExchangeError, Misuse, NotLetIn, Unavailable
from streams.kafka_config import (
    CA,
    CERTIFICATE,
    KEY,
    KEY_PASSWORD,
    MECHANISM,
    PASSWORD,
    PROTOCOL,
    SECRETS,
    SERVERS,
    USER,
    VERIFY,
    settings_in,
)

VARIABLE = "EXCHANGE_KAFKA_CONFIG"
_OTHERS = 0o007
_AGAIN_S = 0.2
_FORBIDDEN = (ClusterAuthorizationFailedError, GroupAuthorizationFailedError, TopicAuthorizationFailedError)


@dataclass(frozen=True)
class Access:
    """How some servers let us in. Shape: `str` tells it without the password, and so does `repr`."""

    protocol: str = "PLAINTEXT"
    mechanism: str | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    context: ssl.SSLContext | None = field(default=None, repr=False)
    file: Path | None = None

    def options(self) -> dict[str, Any]:
        """What aiokafka calls it."""
        if self.protocol == "PLAINTEXT":
            return {}
        return {
            "security_protocol": self.protocol,
            "ssl_context": self.context,
            "sasl_mechanism": self.mechanism or "PLAIN",
            "sasl_plain_username": self.user,
            "sasl_plain_password": self.password,
        }

    def __str__(self) -> str:
        return f"{self.protocol}, {self.mechanism} as {self.user}" if self.user else self.protocol


PLAIN = Access()


def access_to(servers: str) -> dict[str, Any]:
    """What every client of Kafka is made with to reach `servers`. Raises: Misuse if the file cannot be used."""
    return {"bootstrap_servers": servers, **kafka_access(servers).options()}


def kafka_access(servers: str, environ: Mapping[str, str] | None = None) -> Access:
    """How `servers` let us in: as the file says if it names them, else plainly.

    Raises: Misuse if the file cannot be used, or names some of `servers` and not the others.
    """
    named = (os.environ if environ is None else environ).get(VARIABLE)
    if not named:
        return PLAIN
    file = Path(named).expanduser().absolute()
    try:
        settings = settings_in(_text(file))
        known, wanted = _addresses(settings[SERVERS]), _addresses(servers)
        if not wanted & known:
            return PLAIN
        if others := sorted(wanted - known):
            raise Misuse(
                f"{SERVERS} does not name {', '.join(others)}; name every server there, or none of these"
            )
        return _access(file, settings)
    except Misuse as error:
        raise Misuse(f"{file} ({VARIABLE}): {error}") from error


def librdkafka_settings(servers: str) -> dict[str, str]:
    """What a client made of librdkafka is told to reach `servers`. Raises: as `kafka_access`."""
    access = kafka_access(servers)
    if access.file is None:
        return {"bootstrap.servers": servers}
    settings = {**settings_in(_text(access.file)), SERVERS: servers}
    for name in (CA, CERTIFICATE, KEY):
        if name in settings:
            settings[name] = str(access.file.parent / Path(settings[name]).expanduser())
    return settings


async def out_of_reach(servers: str, error: BaseException, said: str) -> ExchangeError:
    """Why `servers` could not be reached: NotLetIn with the reason, which aiokafka keeps to itself, or just `said`."""
    if isinstance(error, KafkaConnectionError) and await _refusal(servers):
        # Twice: a broker on its way down hangs up too.
        await asyncio.sleep(_AGAIN_S)
        if (why := await _refusal(servers)) is not None:
            return why
    if isinstance(error, _FORBIDDEN):
        who = kafka_access(servers).user or "us"
        return NotLetIn(
            f"Kafka at {servers} does not allow {who} what this needs ({error.message.replace('_', ' ').lower()});"
            " give the user the rights that docs/operating.md lists"
        )
    return Unavailable(said)


async def _refusal(servers: str) -> NotLetIn | None:
    # Only here: what else is in that package is for whoever runs a broker.
    from streams.broker.reach import see_kafka

    try:
        await see_kafka(servers)
    except NotLetIn as why:
        return why
    except ExchangeError:
        pass
    return None


def _text(file: Path) -> str:
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise Misuse(f"there is no such file; name one, or unset {VARIABLE}") from error
    except OSError as error:
        raise Misuse(f"it cannot be read ({error.strerror}); give this user the right to") from error
    except UnicodeDecodeError as error:
        raise Misuse("it is no text in UTF-8; write it anew") from error
    return text


def _addresses(servers: str) -> frozenset[str]:
    return frozenset(server.strip().lower() for server in servers.split(",") if server.strip())


def _access(file: Path, settings: Mapping[str, str]) -> Access:
    if SECRETS & settings.keys():
        _refuse_open(file, "it holds a password")
    protocol = settings[PROTOCOL]
    return Access(
        protocol=protocol,
        mechanism=settings.get(MECHANISM),
        user=settings.get(USER),
        password=settings.get(PASSWORD),
        context=_context(file.parent, settings) if protocol.endswith("SSL") else None,
        file=file,
    )


def _refuse_open(file: Path, why: str) -> None:
    try:
        mode = file.stat().st_mode
    except OSError as error:
        raise Misuse(f"{file} cannot be looked at ({error.strerror}); see that it is there") from error
    if mode & _OTHERS:
        raise Misuse(
            f"{why}, and every user of this machine can read or change it; `chmod 600 {file}` keeps it"
        )


class _Tls(NamedTuple):
    ca: Path | None
    certificate: Path | None
    key: Path | None
    password: str
    verify: str


def _context(beside: Path, settings: Mapping[str, str]) -> ssl.SSLContext:
    """Shape: files are named beside the settings' own file, or by a whole path."""
    ca, certificate, key = (
        beside / Path(settings[name]).expanduser() if name in settings else None
        for name in (CA, CERTIFICATE, KEY)
    )
    tls = _Tls(ca, certificate, key, settings.get(KEY_PASSWORD, ""), settings[VERIFY])
    changed = []
    for name, path in ((CA, ca), (CERTIFICATE, certificate), (KEY, key)):
        if path is not None:
            try:
                changed.append(path.stat().st_mtime_ns)
            except OSError as error:
                raise Misuse(
                    f"{name}: {path} cannot be read ({error.strerror}); name a PEM file there"
                ) from error
    if key is not None:
        _refuse_open(key, f"{KEY}: {key} is a private key")
    return _made(tls, tuple(changed))


@lru_cache(maxsize=8)
def _made(tls: _Tls, changed: tuple[int, ...]) -> ssl.SSLContext:
    """Made once while the files stay as they are: the system's certificates take some 20 ms of a loop."""
    try:
        context = ssl.create_default_context(cafile=tls.ca)
    except OSError as error:
        raise Misuse(
            f"{CA}: {tls.ca} holds no certificate that can be read ({_words(error)}); it has to be PEM"
        ) from error
    context.check_hostname = tls.verify == "https"
    if tls.certificate is not None:
        try:
            # Without a password of ours OpenSSL would ask for one on the terminal.
            context.load_cert_chain(tls.certificate, tls.key, tls.password)
        except OSError as error:
            raise Misuse(
                f"{CERTIFICATE}: {tls.certificate} and its key cannot be used ({_words(error)}); they have to be PEM,"
                f" belong to each other, and be opened by {KEY_PASSWORD} if the key is encrypted"
            ) from error
    return context


def _words(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return (error.reason or "no PEM").replace("_", " ").lower()
    return error.strerror or "unreadable"
