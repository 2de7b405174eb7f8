"""Postings into SQLite and PostgreSQL, beside the drivers' own fastest way, interleaved in one run.

`python -m tests.benchmarks.postings [rows]` prints rows a second and the ratio of `save` to the driver alone.
"""

import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg

from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.store import VIEWS_READER, Insert, Store, migrate, open_store, save
from exchange.views import VIEWS, project_batch
from exchange.views.settlement import POSTINGS
from tests.support.postgres import Postgres
from tests.unit.views.story import Journal, a_deposit

BATCH = 2_000
ROUNDS = 8
COLUMNS = tuple(POSTINGS.columns.keys())


def rows(start: int, number: int) -> list[dict[str, Any]]:
    """Postings as the settlement view makes them."""
    journal = Journal("market", seq=start)
    for _ in range(number):
        journal.add(a_deposit())
    (settlement,) = (view for view in VIEWS if view.name == "settlement")
    changes = project_batch([settlement], "market", 0, journal.outcomes)
    return [dict(each.row) for each in changes if isinstance(each, Insert) and each.table is POSTINGS]


def through_save(store: Store, batches: list[list[dict[str, Any]]], start: int) -> None:
    topic, position = f"journal-{start}", BEGINNING
    for batch in batches:
        changes = [Insert(POSTINGS, row) for row in batch]
        after = JournalPosition(position.offset + len(batch), 0, position.seq + len(batch), bytes(32))
        save(store, VIEWS_READER, topic, 0, position, after, changes)
        position = after


def through_sqlite(path: str, batches: list[list[tuple[Any, ...]]]) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    sql = f"INSERT INTO postings VALUES ({', '.join('?' * len(COLUMNS))})"
    for batch in batches:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(sql, batch)
        connection.execute("COMMIT")
    connection.close()


def through_copy(conninfo: str, batches: list[list[tuple[Any, ...]]]) -> None:
    with psycopg.connect(conninfo) as connection:
        for batch in batches:
            with connection.cursor() as cursor, cursor.copy("COPY postings FROM STDIN") as copy:
                for row in batch:
                    copy.write_row(row)
            connection.commit()


def seconds(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compare(name: str, ours: Callable[[Any, int], None], theirs: Callable[[Any], None], number: int) -> None:
    """Both in turn, on new rows every time; the best of each, which other work on the machine disturbs least."""
    taken: tuple[list[float], list[float]] = ([], [])
    for turn in range(2 * ROUNDS):
        start = turn * number
        made = rows(start, number)
        batches = [made[place : place + BATCH] for place in range(0, number, BATCH)]
        if turn % 2:
            # The driver's side gets tuples ready to write; `save` has to make them of rows by name.
            ready = [[tuple(row.values()) for row in batch] for batch in batches]
            taken[1].append(seconds(lambda ready=ready: theirs(ready)))
        else:
            taken[0].append(seconds(lambda batches=batches, start=start: ours(batches, start)))
    own, driver = map(min, taken)
    print(
        f"{name:<12} save {number / own:>9,.0f} rows/s   driver {number / driver:>9,.0f}   ratio {driver / own:.2f}"
    )


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with TemporaryDirectory() as directory:
        path = f"{directory}/exchange.sqlite"
        store = open_store(f"sqlite:///{path}")
        migrate(store)
        compare(
            "SQLite",
            lambda batches, start: through_save(store, batches, start),
            lambda batches: through_sqlite(path, batches),
            number,
        )
        store.close()
        Path(directory).chmod(0o755)
        server = Postgres(Path(directory) / "postgres")
        with server.database() as url:
            store = open_store(url)
            migrate(store)
            conninfo = url.replace("postgresql+psycopg", "postgresql")
            compare(
                "PostgreSQL",
                lambda batches, start: through_save(store, batches, start),
                lambda batches: through_copy(conninfo, batches),
                number,
            )
            store.close()
        server.stop()


if __name__ == "__main__":
    main()
