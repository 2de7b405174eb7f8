"""Is a stored position a place that this journal really has?"""

from exchange.kernel.bases import Recorded
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.kernel.protocol import Claimed, Sealed
from exchange.store import Store, read_position
from streams.codec import Codec
from streams.journal import read_record
from streams.log import PartitionLog
from streams.threads import patiently


async def followed_from(store: Store, reader: str, journal: PartitionLog, codec: Codec) -> JournalPosition:
    """Where a reader goes on: its stored position, which this journal really has, or the beginning.

    Raises: InvariantBroken as `held`. Waits for a database that is away.
    """
    place = journal.place
    position = await patiently(read_position, store, reader, place.topic, place.partition)
    start = position or BEGINNING
    await held(journal, start, codec)
    return start


async def held(journal: PartitionLog, position: JournalPosition, codec: Codec) -> Claimed | None:
    """The claim that a stored position stands under; None for the beginning.

    Raises: InvariantBroken if the journal does not reach to the position, or does not hold that claim, or
    what lies right before the position is not what was read there.
    """
    claimed, before = await _stands(journal, position, codec)
    if before is not None and not _fits(before, position):
        raise _swapped(journal, position, "what lies before it is something else")
    return claimed


async def held_seal(journal: PartitionLog, position: JournalPosition, codec: Codec) -> Claimed | None:
    """As `held`, for a position that was taken at a seal: that very seal has to stand there."""
    claimed, before = await _stands(journal, position, codec)
    seal = Sealed(claim=position.claim, seq=position.seq, digest=position.digest)
    if before is not None and before != seal:
        raise _swapped(journal, position, "no such seal stands before it")
    return claimed


async def _stands(
    journal: PartitionLog, position: JournalPosition, codec: Codec
) -> tuple[Claimed, Recorded | Claimed | Sealed] | tuple[None, None]:
    """The claim of a position, and the record right before it; nothing for the beginning."""
    beginning, end = await journal.beginning(), await journal.end()
    if beginning > 0 or position.offset > end:
        raise _swapped(journal, position, f"it holds offsets {beginning} to {end}")
    if position == BEGINNING:
        return None, None
    claimed = await _record(journal, position.claim, codec) if 0 <= position.claim < position.offset else None
    if not isinstance(claimed, Claimed):
        raise _swapped(journal, position, f"no claim stands at {position.claim}")
    if position.claim == position.offset - 1:
        return claimed, claimed
    return claimed, await _record(journal, position.offset - 1, codec)


def _fits(record: Recorded | Claimed | Sealed, position: JournalPosition) -> bool:
    """Whether a reader can have come to `position` over this record; one of a deposed writer says nothing."""
    if isinstance(record, Claimed):
        return position.claim == position.offset - 1
    if isinstance(record, Sealed):
        mine = (record.seq, record.digest) == (position.seq, position.digest)
        return mine if record.claim == position.claim else record.claim < position.claim
    if record.meta.claim != position.claim:
        return record.meta.claim < position.claim
    return record.meta.seq < position.seq and record.meta.index == record.meta.last


async def _record(journal: PartitionLog, offset: int, codec: Codec) -> Recorded | Claimed | Sealed:
    async for records in journal.read(offset, offset + 1):
        place = journal.place
        return read_record(codec, place.topic, place.partition, offset, records[0].value or b"")
    raise InvariantBroken(f"journal {journal.name} gives no record at offset {offset}")


def _swapped(journal: PartitionLog, position: JournalPosition, why: str) -> InvariantBroken:
    return InvariantBroken(
        f"journal {journal.name} is not the one that was read up to offset {position.offset} (claim"
        f" {position.claim}, fact {position.seq}): {why}; it was cut back or swapped. Restore it; tables can be rebuilt"
    ).about(
        topic=journal.place.topic,
        partition=journal.place.partition,
        offset=position.offset,
        claim=position.claim,
    )
