"""How a product's records lie in its topic: one partition, one header, the seller's own bytes.

Shape: every record has the header `corridor`, 28 bytes big-endian: the offset of its publisher's claim,
its product sequence number, its event time and its key epoch. A claim is a record with the header
`corridor-claim` instead and a JSON value that says who took the stream over.
"""

import struct
from typing import Annotated, NamedTuple, TypeAlias

import msgspec

from exchange.kernel.bases import Line
from exchange.kernel.errors import Misuse

STAMP_HEADER = "corridor"
CLAIM_HEADER = "corridor-claim"
PARTITION = 0
"""A stream has one partition: its records have one order."""

RECORD_MAX_BYTES = 900_000
"""Key and value of one record together; a record batch of Kafka holds 1 MiB with all that is around them."""

STAMP = struct.Struct(">QQQI")
Headers: TypeAlias = tuple[tuple[str, bytes | None], ...]

_COUNT_MAX = 2**63 - 1
_EPOCH_MAX = 2**32 - 1


class StreamRecord(msgspec.Struct, frozen=True, gc=False):
    """One record of a product, as every reader sees it.

    Units: `event_time` is microseconds since the Unix epoch.
    Shape: `headers` are all that lie with it, `corridor` among them.
    """

    seq: int
    key: bytes | None
    value: bytes | None
    event_time: int
    epoch: int
    offset: int
    claim: int
    headers: Headers


class StreamPosition(NamedTuple):
    """A known place in a stream's topic, from which reading may start.

    Shape: `offset` is the next one to read, `claim` the last claim before it (-1: none), `seq` the next
    sequence number; None means: the first record of the next claim to write says it.
    """

    offset: int
    claim: int
    seq: int | None


STREAM_BEGINNING = StreamPosition(0, -1, 0)


class StreamClaim(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """Who took a stream over. `token` tells this claim from every other one of the same worker."""

    seller: Line
    worker: Line
    token: Annotated[str, msgspec.Meta(max_length=64)] = ""


_encode_claim = msgspec.json.Encoder().encode
_decode_claim = msgspec.json.Decoder(StreamClaim).decode

NOBODY = StreamClaim(seller="", worker="")
"""What a claim says that cannot be read; it counts all the same."""


def stamp(claim: int, seq: int, event_time: int, epoch: int) -> bytes:
    """The bytes of the header `corridor`.

    Raises: Misuse if a number is negative or too large.
    """
    if not (0 <= event_time <= _COUNT_MAX and 0 <= epoch <= _EPOCH_MAX):
        raise Misuse(
            f"record {seq}: event time {event_time} and key epoch {epoch} must not be negative,"
            f" and at most {_COUNT_MAX} µs and {_EPOCH_MAX}; give µs since 1970"
        )
    return STAMP.pack(claim, seq, event_time, epoch)


def claim_value(claim: StreamClaim) -> bytes:
    """The JSON value of a claim record."""
    return _encode_claim(claim)


def read_claim(value: bytes | None) -> StreamClaim:
    """Who a claim record names; nobody where its value says nothing readable."""
    try:
        return _decode_claim(value or b"")
    except msgspec.DecodeError:
        return NOBODY
