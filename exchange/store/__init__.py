"""Rows and positions in SQL: SQLite by default, PostgreSQL in production."""

from exchange.store.changes import Add, Change, Insert, Merge, Restate, Row, Scalar, Update
from exchange.store.copying import copy_sqlite, without_password
from exchange.store.engine import Store, open_store
from exchange.store.migrate import Revisions, migrate, revisions
from exchange.store.progress import (
    VIEWS_READER,
    PositionMoved,
    Progress,
    position_in,
    positions,
    read_position,
    save,
)
from exchange.store.snapshots import Snapshot, all_snapshots, save_snapshot, snapshots

__all__ = [
    "VIEWS_READER",
    "Add",
    "Change",
    "Insert",
    "Merge",
    "PositionMoved",
    "Progress",
    "Restate",
    "Revisions",
    "Row",
    "Scalar",
    "Snapshot",
    "Store",
    "Update",
    "all_snapshots",
    "copy_sqlite",
    "migrate",
    "open_store",
    "position_in",
    "positions",
    "read_position",
    "revisions",
    "save",
    "save_snapshot",
    "snapshots",
    "without_password",
]
