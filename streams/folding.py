"""Feeding a batch of journal records to a reader and collecting what it accepts."""

from collections.abc import Iterable
from typing import Any

from aiokafka import ConsumerRecord

from exchange.kernel.common import Sealed
from exchange.kernel.messages import Outcome
from streams.host import TP
from streams.journal import JournalReader


def accepted(reader: JournalReader, records: Iterable[ConsumerRecord]) -> tuple[list[Outcome], Sealed | None]:
    """The whole outcomes in `records`, and the last seal if one came after all of them."""
    outcomes: list[Outcome] = []
    sealed: Sealed | None = None
    for record in records:
        read = reader.feed(record.offset, record.value)
        if isinstance(read, tuple):
            outcomes.append(read)
            sealed = None
        elif isinstance(read, Sealed):
            sealed = read
    return outcomes, sealed


def progress(tp: TP, reader: JournalReader) -> dict[str, Any]:
    """How far a journal partition was read, for `status`."""
    return {
        "topic": tp.topic,
        "partition": tp.partition,
        "offset": reader.position.offset,
        "seq": reader.position.seq,
        "ignored": reader.ignored,
    }
