"""Postings into SQLite and PostgreSQL, beside the drivers' own fastest way, interleaved in one run.

`python -m tests.benchmarks.postings [rounds]` prints rows a second and the ratio of `save` to the driver alone.
"""

import sqlite3
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import psycopg

from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.store import VIEWS_READER, Insert, Store, migrate, open_store, save
from exchange.views import project_batch
from exchange.views.settlement import POSTINGS, SETTLEMENT
from tests.support.postgres import Postgres
from tests.unit.views.story import Journal, a_deposit

BATCH = 2_000


Work = Callable[[], None]


def changes(start: int) -> list[Insert]:
    """A batch of postings as the settlement view makes them."""
    journal = Journal("market", seq=start)
    for _ in range(BATCH):
        journal.add(a_deposit())
    made = project_batch([SETTLEMENT], "market", 0, journal.outcomes)
    return [each for each in made if isinstance(each, Insert) and each.table is POSTINGS]


def saved(store: Store, start: int) -> Work:
    """A batch through `save`, from the view's changes to the commit."""
    batch, topic = changes(start), f"journal-{start}"
    after = JournalPosition(BATCH, 0, BATCH, bytes(32))
    return lambda: save(store, VIEWS_READER, topic, 0, BEGINNING, after, batch)


def executed(connection: sqlite3.Connection, start: int) -> Work:
    """A batch of tuples ready to write through executemany."""
    ready = [tuple(each.row.values()) for each in changes(start)]
    sql = f"INSERT INTO postings VALUES ({', '.join('?' * len(POSTINGS.columns))})"

    def work() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(sql, ready)
        connection.execute("COMMIT")

    return work


def copied(connection: psycopg.Connection, start: int) -> Work:
    """A batch of tuples ready to write through COPY."""
    ready = [tuple(each.row.values()) for each in changes(start)]

    def work() -> None:
        with connection.cursor() as cursor, cursor.copy("COPY postings FROM STDIN") as copy:
            for row in ready:
                copy.write_row(row)
        connection.commit()

    return work


def compare(name: str, ours: Callable[[int], Work], theirs: Callable[[int], Work], rounds: int) -> None:
    """Batch by batch in turn, each on new rows; medians, of wall time and of this process's own."""
    taken: dict[Any, list[tuple[float, float]]] = {ours: [], theirs: []}
    for turn in range(2 * rounds):
        side = (ours, theirs)[turn % 2]
        work = side(turn * BATCH)
        wall, own = time.perf_counter(), time.process_time()
        work()
        taken[side].append((time.perf_counter() - wall, time.process_time() - own))
    for place, kind in enumerate(("wall", "own CPU")):
        mine, driver = (median(each[place] for each in taken[side]) for side in (ours, theirs))
        rates = f"save {BATCH / mine:>9,.0f} rows/s   driver {BATCH / driver:>9,.0f}"
        print(f"{name:<11} {kind:<8} {rates}   ratio {driver / mine:.2f}")


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    with TemporaryDirectory() as directory:
        path = f"{directory}/exchange.sqlite"
        store = open_store(f"sqlite:///{path}")
        migrate(store)
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("PRAGMA synchronous = NORMAL")
        compare("SQLite", partial(saved, store), partial(executed, connection), rounds)
        connection.close()
        store.close()
        Path(directory).chmod(0o755)
        server = Postgres(Path(directory) / "postgres")
        with server.database() as url:
            store = open_store(url)
            migrate(store)
            with psycopg.connect(url.replace("postgresql+psycopg", "postgresql")) as client:
                compare("PostgreSQL", partial(saved, store), partial(copied, client), rounds)
            store.close()
        server.stop()


if __name__ == "__main__":
    main()
