"""How far a reader has come in a journal partition, saved together with what it read."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, or_, select, text

from exchange.kernel.errors import InvariantBroken
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.store.changes import Change
from exchange.store.engine import Store
from exchange.store.schema import PROGRESS
from exchange.store.writing import apply

VIEWS_READER = "views"
"""The reader that projects every view."""


class PositionMoved(InvariantBroken):
    """A batch does not begin where its reader stands: someone else saved it, or another one, meanwhile."""

    remedy = (
        "Nothing is to be done if a worker takes over; if it repeats, two workers share a slot or a database."
    )


class Progress(NamedTuple):
    """One reader's position in one journal partition."""

    reader: str
    topic: str
    partition: int
    position: JournalPosition


def read_position(store: Store, reader: str, topic: str, partition: int) -> JournalPosition | None:
    """Where `reader` stands in `topic`/`partition`; None if it has saved nothing there yet."""
    with store.reading() as connection:
        return position_in(connection, reader, topic, partition)


def position_in(connection: Connection, reader: str, topic: str, partition: int) -> JournalPosition | None:
    """The same, in the caller's transaction: where what else it reads there stands."""
    row = connection.execute(select(PROGRESS).where(_at(reader, topic, partition))).one_or_none()
    return None if row is None else _position(row)


def positions(store: Store, timeout_s: int | None = None) -> tuple[Progress, ...]:
    """Where every reader stands everywhere, ordered by reader, topic and partition.

    Raises: Misuse if there is no database.
    """
    query = select(PROGRESS).order_by(PROGRESS.c.reader, PROGRESS.c.topic, PROGRESS.c.partition)
    store.refuse_missing()
    with store.reading(timeout_s) as connection:
        rows = connection.execute(query).all()
    return tuple(Progress(row.reader, row.topic, row.partition, _position(row)) for row in rows)


def save(
    store: Store,
    reader: str,
    topic: str,
    partition: int,
    first: JournalPosition,
    next: JournalPosition,
    changes: Sequence[Change] = (),
) -> None:
    """Save what the outcomes between `first` and `next` change, and that the reader now stands at `next`.

    Shape: one transaction. After Unavailable the caller cannot know whether it was committed: it reads its
    position again and goes on from there.
    Raises: PositionMoved, changing nothing, if the reader does not stand at `first`; a reader with no
    position yet stands at the beginning. Source: design.md law 6.
    """
    if next.offset < first.offset or next.seq < first.seq:
        raise InvariantBroken(f"{reader} on {topic}/{partition} would go back from {first} to {next}")
    with store.begin() as connection:
        # The position first: it takes the row's lock, so that of two writers the later one finds it moved.
        if not _move(connection, reader, topic, partition, first, next):
            raise PositionMoved(
                f"{reader} does not stand at offset {first.offset} (claim {first.claim}, seq {first.seq})"
                f" of {topic}/{partition}: read its position again and go on from there"
            )
        apply(connection, changes)


def forget_view_positions(connection: Connection) -> None:
    """Put the views' readers back to the beginning of everything, in the caller's transaction."""
    connection.execute(delete(PROGRESS).where(of_views()))


def of_views() -> ColumnElement[bool]:
    """Which rows of the progress table belong to views: those of `views` and of any `view.<name>`."""
    return or_(PROGRESS.c.reader == VIEWS_READER, PROGRESS.c.reader.startswith("view.", autoescape=True))


_MOVE = text(
    "UPDATE progress SET next_offset = :offset, claim = :claim, seq = :seq, digest = :digest"
    " WHERE reader = :reader AND topic = :topic AND partition = :partition"
    " AND next_offset = :first_offset AND claim = :first_claim AND seq = :first_seq AND digest = :first_digest"
)
_BEGIN = text(
    "INSERT INTO progress (reader, topic, partition, next_offset, claim, seq, digest)"
    " VALUES (:reader, :topic, :partition, :offset, :claim, :seq, :digest) ON CONFLICT DO NOTHING"
)


def _move(
    connection: Connection,
    reader: str,
    topic: str,
    partition: int,
    first: JournalPosition,
    next: JournalPosition,
) -> bool:
    place = {"reader": reader, "topic": topic, "partition": partition, **_written(next)}
    stands = {f"first_{name}": value for name, value in _written(first).items()}
    if first == BEGINNING and connection.execute(_BEGIN, place).rowcount == 1:
        return True
    return connection.execute(_MOVE, place | stands).rowcount == 1


def _at(reader: str, topic: str, partition: int) -> ColumnElement[bool]:
    return and_(PROGRESS.c.reader == reader, PROGRESS.c.topic == topic, PROGRESS.c.partition == partition)


def _written(position: JournalPosition) -> dict[str, int | str]:
    return position._asdict() | {"digest": position.digest.hex()}


def _position(row: Row[Any]) -> JournalPosition:
    return JournalPosition(row.next_offset, row.claim, row.seq, bytes.fromhex(row.digest))
