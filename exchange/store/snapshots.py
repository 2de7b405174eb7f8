"""Deciders' states at seals, kept in SQL as a cache that recovery may start from."""

from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, and_, delete, insert, select

from exchange.kernel.position import JournalPosition
from exchange.store.engine import Store
from exchange.store.schema import SNAPSHOTS

_OFFSET = SNAPSHOTS.c.next_offset
KEPT = 3
"""How many snapshots stay per context, partition and engine version."""


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A state as it was at `position`, which ends with a seal of the digest the position carries.

    Shape: `state_digest` is that of the state, so that whoever loads it can tell whether it is whole.
    """

    context: str
    partition: int
    engine_version: int
    position: JournalPosition
    state_digest: bytes
    state: bytes


def save_snapshot(store: Store, snapshot: Snapshot) -> None:
    """Keep a snapshot, in place of one at the same offset, and drop all but the newest of its kind."""
    with store.begin() as connection:
        same = _kind(snapshot.context, snapshot.partition, snapshot.engine_version)
        connection.execute(delete(SNAPSHOTS).where(same, SNAPSHOTS.c.next_offset == snapshot.position.offset))
        connection.execute(insert(SNAPSHOTS).values(_row(snapshot)))
        kept = select(_OFFSET).where(same).order_by(_OFFSET.desc()).limit(KEPT)
        connection.execute(delete(SNAPSHOTS).where(same, _OFFSET.not_in(kept)))


def snapshots(store: Store, context: str, partition: int, engine_version: int) -> tuple[Snapshot, ...]:
    """What is kept for a partition and this engine version, newest first."""
    query = select(SNAPSHOTS).where(_kind(context, partition, engine_version)).order_by(_OFFSET.desc())
    with store.reading() as connection:
        rows = connection.execute(query).all()
    return tuple(_snapshot(row) for row in rows)


def all_snapshots(store: Store) -> tuple[Snapshot, ...]:
    """Everything that is kept, of whichever engine version."""
    ordered = (SNAPSHOTS.c.context, SNAPSHOTS.c.partition, _OFFSET)
    with store.reading() as connection:
        rows = connection.execute(select(SNAPSHOTS).order_by(*ordered)).all()
    return tuple(_snapshot(row) for row in rows)


def _kind(context: str, partition: int, engine_version: int) -> ColumnElement[bool]:
    return and_(
        SNAPSHOTS.c.context == context,
        SNAPSHOTS.c.partition == partition,
        SNAPSHOTS.c.engine_version == engine_version,
    )


def _row(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "context": snapshot.context,
        "partition": snapshot.partition,
        "engine_version": snapshot.engine_version,
        "next_offset": snapshot.position.offset,
        "claim": snapshot.position.claim,
        "seq": snapshot.position.seq,
        "digest": snapshot.position.digest.hex(),
        "state_digest": snapshot.state_digest.hex(),
        "state": snapshot.state,
    }


def _snapshot(row: Row[Any]) -> Snapshot:
    return Snapshot(
        context=row.context,
        partition=row.partition,
        engine_version=row.engine_version,
        position=JournalPosition(row.next_offset, row.claim, row.seq, bytes.fromhex(row.digest)),
        state_digest=bytes.fromhex(row.state_digest),
        state=bytes(row.state),
    )
