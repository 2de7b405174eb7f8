"""Postings into SQLite and PostgreSQL, beside the drivers' own fastest way for the same rows in the same batches."""

import sqlite3
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from exchange.kernel.bases import Outcome
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.store import VIEWS_READER, Insert, Store, migrate, open_store, save
from exchange.views import project_batch
from exchange.views.ledger.tables import POSTINGS
from exchange.views.settlement import SETTLEMENT
from tests.benchmarks.bench import Bench
from tests.benchmarks.measures import Section, Table, in_turn, ratio_of
from tests.benchmarks.plots import bars
from tests.benchmarks.sampling import sampled
from tests.benchmarks.split import functions_table
from tests.support.postgres import Postgres
from tests.unit.views.story import Journal, a_deposit

BATCH = 1_000
_COLUMNS = len(POSTINGS.columns)
_AFTER = JournalPosition(BATCH, 0, BATCH, bytes(32))

Work = Callable[[], None]
Given = Callable[[Sequence[Outcome], str], Work]
Rates = dict[str, list[float]]
Took = tuple[Rates, Table]
OURS, WHOLE, DRIVER = "ours", "ours with projecting", "driver"


def deposits(number: int) -> Sequence[Outcome]:
    """A batch of facts with one posting each, in a journal of its own."""
    journal = Journal("market", seq=number * BATCH)
    for _ in range(BATCH):
        journal.add(a_deposit())
    return journal.outcomes


def projected(outcomes: Sequence[Outcome]) -> list[Insert]:
    """The postings, as the settlement view makes them."""
    made = project_batch([SETTLEMENT], "market", 0, outcomes)
    return [each for each in made if isinstance(each, Insert) and each.table is POSTINGS]


def saved(store: Store, outcomes: Sequence[Outcome], name: str) -> Work:
    """`save`, as the projection calls it: the rows and the position, in one transaction."""
    batch = projected(outcomes)
    return lambda: save(store, VIEWS_READER, name, 0, BEGINNING, _AFTER, batch)


def projected_and_saved(store: Store, outcomes: Sequence[Outcome], name: str) -> Work:
    """From the facts on."""
    return lambda: save(store, VIEWS_READER, name, 0, BEGINNING, _AFTER, projected(outcomes))


def executed(connection: sqlite3.Connection, outcomes: Sequence[Outcome], name: str) -> Work:
    """Tuples that are ready, through `executemany`."""
    ready = [tuple(each.row.values()) for each in projected(outcomes)]
    sql = f"INSERT INTO postings VALUES ({', '.join('?' * _COLUMNS)})"

    def work() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(sql, ready)
        connection.execute("COMMIT")

    return work


def copied(connection: "psycopg.Connection[Any]", file: Path, outcomes: Sequence[Outcome], name: str) -> Work:
    """A file that is ready, through a `COPY` that the server reads by itself."""
    ready = (tuple(each.row.values()) for each in projected(outcomes))
    file.write_text("".join("\t".join(map(str, row)) + "\n" for row in ready))
    file.chmod(0o644)

    def work() -> None:
        connection.execute(f"COPY postings FROM '{file}'".encode())
        connection.commit()

    return work


def measure(bench: Bench) -> Section:
    """Both databases, each side on rows of its own."""
    batches = max(3, int(30 * bench.scale))
    with bench.on_the_measured_core():
        took = {"SQLite": _sqlite(bench, batches), "PostgreSQL": _postgres(bench, batches)}
    rates = {
        f"{side}: {database}": rows for database, (sides, _) in took.items() for side, rows in sides.items()
    }
    wanted = {"SQLite": 0.8, "PostgreSQL": 0.65}
    return Section(
        key="postings",
        title="Postings into SQL",
        settings={
            "rows a batch": BATCH,
            "batches a round and side": batches,
            "SQLite": f"{sqlite3.sqlite_version}, WAL, synchronous NORMAL on both sides; driver: sqlite3 executemany",
            "PostgreSQL": "a wheel's server over a Unix socket, its defaults; driver: COPY from a server's file",
        },
        figures=in_turn("rows/s", rates),
        ratios=[
            ratio_of(
                f"{database}, {side} / driver",
                sides[side],
                sides[DRIVER],
                at_least=wanted[database] if side == OURS else None,
            )
            for database, (sides, _) in took.items()
            for side in (OURS, WHOLE)
        ],
        tables=[table for _, table in took.values()],
        checked=[
            "After each database's rounds its table was summed: rows, distinct facts and amounts are what all sides"
            " together were given."
        ],
        said=[
            "Ours begins with the changes that the settlement view made and ends with the commit, the journal's"
            " position in the same transaction; with projecting it begins with the facts, of which the view makes"
            " entries and balances as well, though only the postings are saved. The driver begins with tuples that"
            " are ready, and keeps no position."
        ],
        plots=[bars(bench.plots / "postings.svg", "Postings into SQL", "rows/s", rates)],
    )


def _sqlite(bench: Bench, batches: int) -> Took:
    path = bench.directory / "postings.sqlite"
    store = open_store(f"sqlite:///{path}")
    migrate(store)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = NORMAL")
    try:
        took = _rounds(bench, "SQLite", batches, store, partial(executed, connection))
        _verify(connection.execute(_SUMS).fetchone(), (3 * bench.rounds + 1) * batches)
    finally:
        connection.close()
        store.close()
    return took


def _postgres(bench: Bench, batches: int) -> Took:
    # The server gives up root's rights and must still reach its directory.
    bench.directory.chmod(0o755)
    server = Postgres(bench.directory / "postgres")
    with server.database() as url:
        store = open_store(url)
        migrate(store)
        with psycopg.connect(url.replace("postgresql+psycopg", "postgresql")) as client:
            took = _rounds(
                bench, "PostgreSQL", batches, store, partial(copied, client, bench.directory / "postings.txt")
            )
            _verify(client.execute(_SUMS).fetchone(), (3 * bench.rounds + 1) * batches)
        store.close()
    server.stop()
    return took


_SUMS = "SELECT COUNT(*), COUNT(DISTINCT seq), SUM(amount_minor) FROM postings"


def _verify(sums: Any, batches: int) -> None:
    amounts = [each.row["amount_minor"] for each in projected(deposits(0))]
    right = (BATCH * batches, BATCH * batches, sum(amounts) * batches)
    if tuple(int(each) for each in sums) != right:
        raise AssertionError(f"the table sums up to {sums} where {right} was right")


def _rounds(bench: Bench, database: str, batches: int, store: Store, driver: Given) -> Took:
    """Batch by batch in turn, each on new rows; a round is so many batches of each side."""
    sides: dict[str, Given] = {
        OURS: partial(saved, store),
        WHOLE: partial(projected_and_saved, store),
        DRIVER: driver,
    }
    rates: Rates = {side: [] for side in sides}
    number = 0
    for turn in range(bench.rounds):
        taken_s = dict.fromkeys(sides, 0.0)
        for _ in range(batches):
            for side, given in sides.items():
                work = given(deposits(number), f"journal-{number}")
                number += 1
                began = time.perf_counter()
                work()
                taken_s[side] += time.perf_counter() - began
        for side, seconds in taken_s.items():
            rates[side].append(batches * BATCH / seconds)
        bench.say(
            f"postings: round {turn + 1}, {database}: ours at"
            f" {taken_s[DRIVER] / taken_s[OURS]:.2f} of the driver's speed"
        )
    seen = bench.directory / f"{database}.json"
    works = [saved(store, deposits(number + more), f"journal-{number + more}") for more in range(batches)]
    with sampled(str(seen)):
        for work in works:
            work()
    return rates, functions_table(f"Where the time of ours goes: {database}", seen)
