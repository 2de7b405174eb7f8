"""Feeding a batch of journal records to a reader and collecting what it accepts."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from exchange.kernel.bases import Outcome
from exchange.kernel.position import JournalPosition
from exchange.kernel.protocol import Sealed
from streams.fetched import Record
from streams.host import TP
from streams.journal import JournalReader
from streams.metrics.instruments import IGNORED
from streams.topics import context_of

_SLICE_RECORDS = 100
"""Records decoded at a stretch: a few milliseconds, after which the loop has its turn."""


class Accepted(NamedTuple):
    """What a batch of records brought.

    Shape: `seals` are those among the outcomes, each as how many outcomes came before it and where it stands.
    """

    outcomes: list[Outcome]
    seals: list[tuple[int, JournalPosition]]


def accepted(reader: JournalReader, records: Iterable[Record]) -> Accepted:
    """The whole outcomes in `records`, and the seals among them."""
    found = Accepted([], [])
    _take(reader, records, found)
    return found


async def accepted_in_slices(reader: JournalReader, records: Sequence[Record]) -> Accepted:
    """As `accepted`, without holding the loop."""
    found = Accepted([], [])
    for first in range(0, len(records), _SLICE_RECORDS):
        _take(reader, records[first : first + _SLICE_RECORDS], found)
        await asyncio.sleep(0)
    return found


def _take(reader: JournalReader, records: Iterable[Record], found: Accepted) -> None:
    for record in records:
        read = reader.feed(record.offset, record.value)
        if isinstance(read, tuple):
            found.outcomes.append(read)
        elif isinstance(read, Sealed):
            found.seals.append((len(found.outcomes), reader.position))


def progress(tp: TP, reader: JournalReader, saved: JournalPosition) -> dict[str, Any]:
    """How far a journal partition was read and what came of it is durable, for `status`."""
    return {
        "topic": tp.topic,
        "context": context_of(tp.topic),
        "partition": tp.partition,
        "offset": saved.offset,
        "seq": saved.seq,
        "ignored": reader.ignored,
    }


@contextmanager
def counting_ignored(who: str, tp: TP, reader: JournalReader) -> Iterator[None]:
    """Count what a reader ignores while the block runs: any such record wants to be looked at."""
    # Named before anything is ignored: a rise is only seen from a zero that was there.
    counter, before = IGNORED.labels(who, context_of(tp.topic), tp.partition), reader.ignored
    yield
    counter.inc(reader.ignored - before)
