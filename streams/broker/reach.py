"""Whether a Kafka answers at an address, or something else does, or nobody."""

import asyncio
import os
import socket
import ssl
import struct

from aiokafka.conn import create_conn
from aiokafka.errors import (
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)
from aiokafka.protocol.metadata import MetadataRequest

from exchange.kernel.errors import ExchangeError, Misuse, NotKafka, NotLetIn, Unavailable
from streams.kafka_access import VARIABLE, Access, kafka_access

_ANSWER_S_MAX = 10.0
_API_VERSIONS, _CORRELATION = 18, 0x0C0441D0
_ASKED = struct.pack(">hhih", _API_VERSIONS, 0, _CORRELATION, -1)
_TLS, _HTTP = b"\x15\x03", b"HTTP/"
_REMEDY = "correct the address: it has to be a Kafka listener"


async def see_kafka(servers: str) -> None:
    """See that a Kafka answers at one of some addresses.

    Raises: Misuse for what is no address; NotKafka if something else answers; NotLetIn if it does not take us as we
        come; Unavailable if nobody answers.
    """
    found: list[ExchangeError] = []
    access = kafka_access(servers)
    for server in servers.split(","):
        host, _, port = server.strip().rpartition(":")
        if not host or not port.isdecimal() or int(port) > 65_535:
            raise Misuse(f"{server.strip()!r} is no address of a Kafka; write host:port, several with commas")
        host = host.removeprefix("[").removesuffix("]")
        try:
            async with asyncio.timeout(_ANSWER_S_MAX):
                await _ask(server.strip(), host, int(port), access)
                return await _enter(server.strip(), host, int(port), access)
        except (NotKafka, NotLetIn) as error:
            found.insert(0, error)
        except KafkaError as error:
            found.append(Unavailable(f"Kafka at {server.strip()} does not answer: {error}; try again"))
        except OSError as error:
            # A time-out is one too, without a number.
            found.append(_nobody(servers, _words(error)))
    raise found[0]


async def _ask(server: str, host: str, port: int, access: Access) -> None:
    """Send Kafka's first question, which every version answers in the same form before anything else."""
    reader, writer = await _connected(server, host, port, access)
    try:
        writer.write(struct.pack(">i", len(_ASKED)) + _ASKED)
        head = await _answer(reader, server, access)
        if struct.unpack(">i", head[4:8])[0] != _CORRELATION:
            if head.startswith(_TLS):
                raise _wants_tls(server, access)
            raise _no_kafka(server, "speaks HTTP" if head.startswith(_HTTP) else "speaks something else")
    finally:
        writer.close()


async def _connected(
    server: str, host: str, port: int, access: Access
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    try:
        return await asyncio.open_connection(host, port, ssl=access.context)
    except ssl.SSLError as error:
        raise _no_tls(server, access, error) from error
    except (ConnectionResetError, ConnectionAbortedError, BrokenPipeError) as error:
        if access.context is None:
            raise
        raise _not_let_in(
            server, access, "hangs up on a greeting in TLS: it may be a listener without"
        ) from error


async def _enter(server: str, host: str, port: int, access: Access) -> None:
    """Come in as every client of ours will, who keep to themselves why they were not let in."""
    options = access.options()
    try:
        connection = await create_conn(host, port, request_timeout_ms=int(_ANSWER_S_MAX * 500), **options)
        try:
            await connection.send(MetadataRequest([]))
        finally:
            connection.close()
    except SaslAuthenticationFailed as error:
        raise _not_let_in(
            server, access, f"refuses the password of user {access.user}, or the user"
        ) from error
    except UnsupportedSaslMechanismError as error:
        raise _not_let_in(server, access, f"knows no sasl.mechanism {access.mechanism}") from error
    except IllegalSaslStateError as error:
        raise _not_let_in(
            server, access, "asks for no user: security.protocol has none of SASL there"
        ) from error
    except KafkaConnectionError as error:
        if "SASL" in access.protocol:
            raise
        # Answers are given before a login, and nothing else is.
        raise _not_let_in(server, access, "hangs up on who has no user: it may want SASL") from error


async def _answer(reader: asyncio.StreamReader, server: str, access: Access) -> bytes:
    try:
        async with asyncio.timeout(_ANSWER_S_MAX / 2):
            return await reader.readexactly(8)
    except ssl.SSLError as error:
        raise _no_tls(server, access, error) from error
    except asyncio.IncompleteReadError as error:
        if error.partial.startswith(_TLS):
            raise _wants_tls(server, access) from error
        raise _no_kafka(server, "hangs up without an answer") from error
    except TimeoutError as error:
        raise _no_kafka(server, "listens and says nothing") from error
    except ConnectionError as error:
        raise _no_kafka(server, "hangs up without an answer") from error


def _words(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return error.strerror or "the name is unknown"
    return os.strerror(error.errno) if error.errno else str(error) or "no answer"


def _no_kafka(server: str, how: str) -> NotKafka:
    return NotKafka(f"what listens at {server} is no Kafka, it {how}; {_REMEDY}")


def _wants_tls(server: str, access: Access) -> NotLetIn:
    return _not_let_in(server, access, "speaks TLS only")


def _no_tls(server: str, access: Access, error: ssl.SSLError) -> NotLetIn:
    """What went wrong with TLS, on which side."""
    if isinstance(error, ssl.SSLCertVerificationError):
        said = error.verify_message.rstrip(".")
        return _not_let_in(server, access, f"shows a certificate that is not trusted ({said})")
    said = (error.reason or str(error)).replace("_", " ").lower()
    if "alert" in said:
        return _not_let_in(server, access, f"refuses our TLS or certificate ({said})")
    return _not_let_in(server, access, f"does not answer in TLS ({said}): it may be a listener without")


def _not_let_in(server: str, access: Access, how: str) -> NotLetIn:
    where = (
        f"correct {access.file}"
        if access.file
        else f"name a file in {VARIABLE} that says how, and names {server}"
    )
    return NotLetIn(f"Kafka at {server} {how}; {where}")


def _nobody(servers: str, said: str) -> Unavailable:
    return Unavailable(
        f"nobody answers at {servers} ({said}); see that Kafka runs there and that the address is right"
    )
