"""What the exchange itself finds when it hashes a range on the topic: the word that decides a dispute."""

import time
from typing import NamedTuple, TypeVar

from aiokafka.errors import CorruptRecordException, TopicAuthorizationFailedError

from exchange.kernel.errors import InvariantBroken, Misuse, Unavailable
from streams.dataplane.claims import stamped_claim
from streams.dataplane.digests import RangeDigest
from streams.dataplane.layout import STREAM_BEGINNING, StreamPosition
from streams.dataplane.reader import StreamTail
from streams.dataplane.source import RawSource
from streams.fetched import Record

_K = TypeVar("_K")
_V = TypeVar("_V")

_WAIT_S = 1.0
_EMPTY_MAX = 10
"""Times that a topic may be asked for what it says it holds and give nothing, as where only markers lie."""
_KEPT_S = 60.0
_KEPT_MAX = 1_000
_UNREADABLE = (CorruptRecordException, TopicAuthorizationFailedError)


class Audited(NamedTuple):
    """How many records of a range lie in the topic, and the digest over them."""

    records: int
    digest: bytes


class Auditor:
    """Hashes ranges: the same one at most once a minute, and those that follow each other in one reading."""

    def __init__(self, bootstrap_servers: str) -> None:
        self._bootstrap_servers = bootstrap_servers
        self._found: dict[tuple[str, int, int, int], tuple[float, Audited]] = {}
        self._ends: dict[str, StreamPosition] = {}

    async def hash(self, product_id: str, first: int, last: int, first_offset: int) -> Audited:
        """Hash the accepted records `first`..`last`, as far as they lie in the topic now.

        Shape: reading begins where the range before it was read to, or else at the claim that the record at
        `first_offset` names, so that a later claim before that offset voids it here as for everyone. Whatever
        keeps the range from being read as it was reported leaves its records out: no topic, no such record,
        another layout, a hole.
        Raises: Unavailable if Kafka cannot be reached.
        """
        asked = (product_id, first, last, first_offset)
        if (kept := self._found.get(asked)) is not None and time.monotonic() - kept[0] < _KEPT_S:
            return kept[1]
        known = self._ends.pop(product_id, None)
        if known is not None and (known.seq != first or known.offset > first_offset):
            known = None
        digest = RangeDigest()
        end = await self._read(product_id, digest, first, last, known or first_offset)
        audited = Audited(digest.count, digest.digest())
        if end is not None:
            _keep(self._ends, product_id, end)
        _keep(self._found, asked, (time.monotonic(), audited))
        return audited

    async def _read(
        self, product_id: str, digest: RangeDigest, first: int, last: int, place: StreamPosition | int
    ) -> StreamPosition | None:
        """Where the range ends, None if it was not found whole."""
        try:
            async with RawSource(self._bootstrap_servers, product_id) as source:
                return await read_range(source, digest, first, last, place)
        except (InvariantBroken, Misuse, UnicodeDecodeError):
            return None
        except Unavailable as error:
            if isinstance(error.__cause__, _UNREADABLE):
                return None
            raise


async def hash_range(
    bootstrap_servers: str, product_id: str, first: int, last: int, first_offset: int
) -> Audited:
    """Hash one range, as `Auditor.hash` does."""
    return await Auditor(bootstrap_servers).hash(product_id, first, last, first_offset)


async def read_range(
    source: RawSource, digest: RangeDigest, first: int, last: int, place: StreamPosition | int
) -> StreamPosition | None:
    """Take the records `first`..`last` that are there; the place after `last`, None if it is not there.

    Shape: `place` is where reading begins, or the offset at which the range is said to begin.
    """
    end = await source.end()
    start = place if isinstance(place, StreamPosition) else await _start(source, place, end)
    if start is None:
        return None
    tail, empty = StreamTail(source, start), 0
    while tail.position.offset < end and empty < _EMPTY_MAX:
        before = tail.position.offset
        accepted = await tail.take(_WAIT_S)
        within = [record for record in accepted.records if first <= record.seq <= last]
        digest.add(within)
        if within and within[-1].seq == last:
            return StreamPosition(within[-1].offset + 1, within[-1].claim, last + 1)
        if accepted.gap is not None or (accepted.records and accepted.records[-1].seq > last):
            return None
        empty = await _still_empty(source, empty) if tail.position.offset == before else 0
    return None


async def _start(source: RawSource, first_offset: int, end: int) -> StreamPosition | None:
    """The claim that the record at `first_offset` names; None where no record of a publisher lies."""
    record = await _record_at(source, first_offset) if first_offset < end else None
    claim = stamped_claim(record) if record is not None else None
    if claim is None or claim >= first_offset:
        return None
    return StreamPosition(claim, -1, None) if claim else STREAM_BEGINNING


async def _record_at(source: RawSource, offset: int) -> Record | None:
    source.seek(offset)
    empty = 0
    while empty < _EMPTY_MAX:
        if records := await source.take(_WAIT_S, 1):
            return records[0]
        empty = await _still_empty(source, empty)
    return None


async def _still_empty(source: RawSource, empty: int) -> int:
    """Count a time that nothing came, from a Kafka that answers."""
    await source.end()
    return empty + 1


def _keep(kept: dict[_K, _V], key: _K, value: _V) -> None:
    kept[key] = value
    if len(kept) > _KEPT_MAX:
        del kept[next(iter(kept))]
