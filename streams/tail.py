"""Following a journal partition from outside: the outcomes as every reader sees them."""

from collections.abc import AsyncIterator
from typing import NamedTuple

from exchange.kernel.bases import Outcome
from exchange.kernel.position import BEGINNING, NO_DIGEST, JournalPosition
from exchange.kernel.protocol import Claimed, Sealed
from streams.codec import Codec
from streams.journal import UNKNOWN, JournalReader, read_record
from streams.log import PartitionLog
from streams.topics import journal_topic


class Followed(NamedTuple):
    """An accepted outcome and the position after it."""

    outcome: Outcome
    position: JournalPosition


async def nearest_claim(journal: PartitionLog, codec: Codec) -> JournalPosition:
    """A place near the journal's end from which reading may start: the claim that its last record names.

    A `Claimed` record always counts, whoever led before it, and the seal that follows it gives the next
    seq; so it is a known place for whoever does not need what came before.
    """
    end = await journal.end()
    if end == 0:
        return BEGINNING
    claim = end - 1
    async for records in journal.read(end - 1, end):
        record = read_record(
            codec, journal.place.topic, journal.place.partition, end - 1, records[-1].value or b""
        )
        if isinstance(record, Sealed):
            claim = record.claim
        elif not isinstance(record, Claimed):
            claim = record.meta.claim
    return JournalPosition(claim, UNKNOWN, UNKNOWN, NO_DIGEST)


async def follow(
    bootstrap_servers: str, context: str, partition: int, codec: Codec, start: JournalPosition | None = None
) -> AsyncIterator[Followed]:
    """Every outcome accepted after `start` (default: after the nearest claim), and then those to come.

    Raises: Unavailable without Kafka; InvariantBroken if the journal is not what it was.
    """
    topic = journal_topic(context)
    async with PartitionLog(bootstrap_servers, topic, partition, fetch_wait_ms=20) as journal:
        reader = JournalReader(topic, partition, start or await nearest_claim(journal, codec), codec)
        async for records in journal.tail(reader.next_offset):
            for record in records:
                outcome = reader.feed(record.offset, record.value)
                if isinstance(outcome, tuple):
                    yield Followed(outcome, reader.position)
