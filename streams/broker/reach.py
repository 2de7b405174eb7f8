"""Whether a Kafka answers at an address, or something else does, or nobody."""

import asyncio
import os
import socket
import struct

from exchange.kernel.errors import ExchangeError, Misuse, NotKafka, Unavailable

_ANSWER_S_MAX = 10.0
_API_VERSIONS, _CORRELATION = 18, 0x0C0441D0
_ASKED = struct.pack(">hhih", _API_VERSIONS, 0, _CORRELATION, -1)
_TLS, _HTTP = b"\x15\x03", b"HTTP/"
_REMEDY = "correct the address: it has to be a Kafka listener without TLS or SASL"


async def see_kafka(servers: str) -> None:
    """See that a Kafka answers at one of some addresses.

    Raises: Misuse for what is no address; NotKafka if something else answers; Unavailable if nobody does.
    """
    found: list[ExchangeError] = []
    for server in servers.split(","):
        host, _, port = server.strip().rpartition(":")
        if not host or not port.isdecimal() or int(port) > 65_535:
            raise Misuse(f"{server.strip()!r} is no address of a Kafka; write host:port, several with commas")
        try:
            async with asyncio.timeout(_ANSWER_S_MAX):
                return await _ask(server.strip(), host, int(port))
        except NotKafka as error:
            found.insert(0, error)
        except OSError as error:
            # A time-out is one too, without a number.
            found.append(_nobody(servers, _words(error)))
    raise found[0]


async def _ask(server: str, host: str, port: int) -> None:
    """Send Kafka's first question, which every version answers in the same form before anything else."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(struct.pack(">i", len(_ASKED)) + _ASKED)
        head = await _answer(reader, server)
        if struct.unpack(">i", head[4:8])[0] != _CORRELATION:
            how = "speaks TLS" if head.startswith(_TLS) else "speaks HTTP" if head.startswith(_HTTP) else ""
            raise _no_kafka(server, how or "speaks something else")
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader, server: str) -> bytes:
    try:
        async with asyncio.timeout(_ANSWER_S_MAX / 2):
            return await reader.readexactly(8)
    except asyncio.IncompleteReadError as error:
        how = "speaks TLS" if error.partial.startswith(_TLS) else "hangs up without an answer"
        raise _no_kafka(server, how) from error
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


def _nobody(servers: str, said: str) -> Unavailable:
    return Unavailable(
        f"nobody answers at {servers} ({said}); see that Kafka runs there and that the address is right"
    )
