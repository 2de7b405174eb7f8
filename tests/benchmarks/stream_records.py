"""The records of the stream that is published and received, and what has to come of them."""

import hashlib
from collections.abc import Iterable, Iterator

import msgspec


class StreamJob(msgspec.Struct, frozen=True):
    """What one process has to do with a stream of `count` records; where to write down what was seen of it."""

    bootstrap_servers: str
    product_id: str
    count: int
    profile: str | None = None


Record = tuple[bytes | None, bytes | None]


def records(count: int) -> Iterator[tuple[bytes, bytes, int]]:
    """Ninety-six bytes a value, like the flights of the demo; (key, value, µs)."""
    filler = hashlib.blake2b(b"filler", digest_size=38).hexdigest().encode()
    for number in range(count):
        yield (
            b"ship-%03d" % (number % 500),
            b"berth %013d %b" % (number, filler),
            1_793_577_600_000_000 + number,
        )


def summed(taken: Iterable[Record]) -> dict[str, int | str]:
    """Count, bytes and a digest of what came, in its order."""
    count, size, digest = 0, 0, hashlib.blake2b(digest_size=16)
    for key, value in taken:
        count += 1
        size += len(key or b"") + len(value or b"")
        digest.update(b"%d %b %b;" % (len(key or b""), key or b"", value or b""))
    return {"count": count, "bytes": size, "digest": digest.hexdigest()}
