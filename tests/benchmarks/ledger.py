"""A party's statement over one year out of ten million postings, beside reading the same rows by primary key."""

import random
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from typing import Any

from sqlalchemy import delete, text

from exchange.kernel.bases import FactMeta
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.kernel.time import DAY
from exchange.store import Store, migrate, open_store, save
from exchange.store.writing import apply
from exchange.views import project_batch
from exchange.views.ledger.periods import close_period
from exchange.views.ledger.tables import BALANCES, ENTRIES, POSTINGS
from exchange.views.queries import run_query
from exchange.views.settlement import SETTLEMENT
from exchange.views.view import PERIOD, Here
from tests.benchmarks.bench import Bench
from tests.benchmarks.measures import Section, in_turn, ratio_of
from tests.support.postgres import Postgres
from tests.unit.views.story import Journal, a_trade, an_acceptance, an_order

POSTED = 10_000_000
YEARS, A_PARTY, ASKED = 10, 20_000, 20
"""Postings of one party: two thousand a year."""
_BEGAN = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
_AT_ONCE = 50_000
OURS, BY_KEY = "statement", "its rows by primary key"
KEPT, ALONE = "entries, postings and running balances", "entries and postings"
PURCHASES, COMMITS = 333, 12
"""What 1,000 entries a commit are: an order, a trade, and its acceptance each; 12 commits a round and side."""

Rates = dict[str, list[float]]


def measure(bench: Bench) -> Section:
    """Both databases hold the same postings; statements of parties that are drawn by chance."""
    posted = max(100_000, int(POSTED * bench.scale))
    took: dict[str, Rates] = {}
    running: dict[str, Rates] = {}
    with bench.on_the_measured_core():
        for database, opened in (("SQLite", _sqlite), ("PostgreSQL", _postgres)):
            with ExitStack() as kept:
                store = opened(bench, kept)
                running[database] = _running(bench, store, database)
                _fill(store, posted)
                bench.say(f"ledger: {database} holds {posted:,} postings")
                took[database] = _rounds(bench, store, database, posted)
    measured = [*took.items(), *running.items()]
    sides = {f"{side}: {database}": rows for database, rates in measured for side, rows in rates.items()}
    return Section(
        key="ledger",
        title="A statement out of many postings",
        settings={
            "postings": posted,
            "years": YEARS,
            "parties": posted // A_PARTY,
            "statements a round": ASKED,
            "SQLite": "WAL, in a file",
            "PostgreSQL": "a wheel's server over a Unix socket, its defaults",
        },
        figures=in_turn("ms", sides),
        ratios=[
            ratio_of(
                f"{database}, time of a statement / its rows by primary key",
                rates[OURS],
                rates[BY_KEY],
                at_most=2,
            )
            for database, rates in took.items()
        ]
        + [
            ratio_of(
                f"{database}, time with running balances / without", rates[KEPT], rates[ALONE], at_most=1.6
            )
            for database, rates in running.items()
        ],
        checked=[
            "Each statement's postings were those that were read by their keys, and led to its closing balance."
        ],
        said=[
            "A statement is the named query `ledger_statement` over one year: the opening balance from periodic"
            " balances, every posting with its entry, the running balance, the closing balance. By primary key, the"
            " same postings and entries are read with nothing else asked. Figures are means of a round."
        ],
    )


def _sqlite(bench: Bench, kept: ExitStack) -> Store:
    store = open_store(f"sqlite:///{bench.directory / 'ledger.sqlite'}")
    kept.callback(store.close)
    migrate(store)
    return store


def _postgres(bench: Bench, kept: ExitStack) -> Store:
    # The server gives up root's rights and must still reach its directory.
    bench.directory.chmod(0o755)
    server = Postgres(bench.directory / "ledger-postgres")
    kept.callback(server.stop)
    store = open_store(kept.enter_context(server.database()))
    kept.callback(store.close)
    migrate(store)
    return store


def _fill(store: Store, posted: int) -> None:
    """Entries of one posting each, spread over the years: a deposit of one party after the other, as if by chance.

    Shape: with what the view makes of them, running and periodic balances. The databases make the rows themselves, and
    indexes come last: putting parties in by chance takes most of an hour where the cache is small.
    """
    indexes = [index for table in (ENTRIES, POSTINGS) for index in table.indexes]
    with store.begin() as connection:
        for index in indexes:
            index.drop(connection)
    for first in range(0, posted, _AT_ONCE):
        last = min(first + _AT_ONCE, posted) - 1
        given = {"first": first, "last": last, "began": _BEGAN, "step": YEARS * 365 * DAY // posted}
        given["parties"] = posted // A_PARTY
        with store.begin() as connection:
            for statement in _MADE[store.is_sqlite]:
                connection.execute(text(statement), given)
            for seq in range(first, last + 1, PERIOD):
                if seq:
                    apply(connection, close_period(_here(seq)))
    with store.begin() as connection:
        for index in indexes:
            index.create(connection)
        for statement in _RUNNING_SUMS:
            connection.execute(text(statement))
        connection.execute(_PROGRESS, {"seq": posted, "digest": bytes(32).hex()})
        # As PostgreSQL does by itself, and nobody does for SQLite.
        if not store.is_sqlite:
            connection.execute(text("ANALYZE"))


def _made(numbers: str, party: str) -> tuple[str, str]:
    at = "CAST(:began AS BIGINT) + n.seq * :step"
    return (
        f"{numbers} INSERT INTO entries (context, partition, seq, at, fact, subject, cause)"
        f" SELECT 'market', 0, n.seq, {at}, 'DepositConfirmed', 'wire-' || n.seq, n.seq FROM n",
        f"{numbers} INSERT INTO postings (context, partition, seq, line, at, debit_account, debit_party,"
        " credit_account, credit_party, currency, asset, amount_minor)"
        f" SELECT 'market', 0, n.seq, 0, {at}, 1010, 'BK-HK-01', 2010, {party}, 'CNY', 'CNY', 1 + n.seq % 1000 FROM n",
    )


# A multiple of the golden ratio in 32 bits: the next party is somewhere else, and each has as many postings.
_CHANCE = "n.seq * 2654435761 % 4294967296 % :parties"
_MADE = {
    True: _made(
        "WITH RECURSIVE n (seq) AS (SELECT :first UNION ALL SELECT seq + 1 FROM n WHERE seq < :last)",
        f"printf('BU-%05d', {_CHANCE})",
    ),
    False: _made(
        "WITH n (seq) AS (SELECT generate_series(CAST(:first AS BIGINT), CAST(:last AS BIGINT)))",
        f"'BU-' || lpad(CAST({_CHANCE} AS TEXT), 5, '0')",
    ),
}
"""What makes entries and postings, in SQLite and in PostgreSQL."""


def _here(seq: int) -> Here:
    meta = FactMeta(seq=seq, claim=0, cause=seq, index=0, last=0, command_id="", actor="", at=_BEGAN)
    return Here("market", 0, meta)


_KEY = "context, partition, account, party, currency, asset"
_RUNNING_SUMS = tuple(
    f"INSERT INTO balances ({_KEY}, {side}_minor) SELECT context, partition, {side}_account, {side}_party, currency,"
    f" asset, SUM(amount_minor) FROM postings GROUP BY 1, 2, 3, 4, 5, 6"
    for side in ("debit", "credit")
)
_PROGRESS = text(
    "INSERT INTO progress (reader, topic, partition, next_offset, claim, seq, digest)"
    " VALUES ('views', 'market.journal', 0, :seq, 0, :seq, :digest)"
)


def _rounds(bench: Bench, store: Store, database: str, posted: int) -> Rates:
    drawn, rates = random.Random(11), Rates({OURS: [], BY_KEY: []})
    year = 365 * DAY
    for turn in range(bench.rounds):
        taken_s = dict.fromkeys(rates, 0.0)
        for _ in range(ASKED):
            party = f"BU-{drawn.randrange(posted // A_PARTY):05d}"
            since = _BEGAN + drawn.randrange(1, YEARS - 1) * year
            given = {"party": party, "from_at": since, "until_at": since + year - 1}
            seconds, found = _timed(partial(run_query, store, "ledger_statement", given, 1_000_000))
            taken_s[OURS] += seconds
            postings = [row for row in found.as_dicts() if row["kind"] == "posting"]
            keys = [(*_placed(row["entry"]), row["line"]) for row in postings]
            seconds, read = _timed(partial(_by_key, store, keys))
            taken_s[BY_KEY] += seconds
            if [row["credit_minor"] for row in postings] != read or not read:
                raise AssertionError(f"the statement of {party} has other postings than its keys lead to")
        for side, seconds in taken_s.items():
            rates[side].append(seconds * 1_000 / ASKED)
        ratio = taken_s[OURS] / taken_s[BY_KEY]
        bench.say(f"ledger: round {turn + 1}, {database}: a statement in {ratio:.2f} of its rows' time")
    return rates


def _purchases(number: int) -> Journal:
    """Orders, trades and acceptances of 200 buyers and 50 sellers: each trade's escrow is an account of its own."""
    journal = Journal("market", 1, seq=number * 3 * PURCHASES)
    for each in range(PURCHASES):
        buyer, seller = f"BU-{(number * 7 + each) % 200}", f"SE-{each % 50}"
        trade, order = f"T-{number}.{each}", f"O-{number}.{each}"
        journal.add(
            an_order(order, participant_id=buyer),
            a_trade(trade, order, buyer_id=buyer),
            an_acceptance(trade, buyer_id=buyer, seller_id=seller),
        )
    return journal


def _running(bench: Bench, store: Store, database: str) -> Rates:
    """What keeping balances adds to a commit, the position in the same transaction."""
    sides = {ALONE: (ENTRIES, POSTINGS), KEPT: (ENTRIES, POSTINGS, BALANCES)}
    rates, number = Rates({side: [] for side in sides}), 0
    for turn in range(bench.rounds):
        taken_s = dict.fromkeys(sides, 0.0)
        for _ in range(COMMITS):
            for side, tables in sides.items():
                made = project_batch((SETTLEMENT,), "market", 1, _purchases(number).outcomes)
                changes = [each for each in made if each.table in tables]
                number += 1
                position = JournalPosition(1, 0, 1, bytes(32))
                work = partial(save, store, "bench", f"batch-{number}", 1, BEGINNING, position, changes)
                taken_s[side] += _timed(work)[0]
        for side, seconds in taken_s.items():
            rates[side].append(seconds * 1_000 / COMMITS)
        ratio = taken_s[KEPT] / taken_s[ALONE]
        bench.say(
            f"ledger: round {turn + 1}, {database}: with running balances {ratio:.2f} of the time without"
        )
    with store.begin() as connection:
        for table in (ENTRIES, POSTINGS, BALANCES):
            connection.execute(delete(table))
    return rates


def _placed(entry: str) -> tuple[str, int, int]:
    context, partition, seq = entry.split("/")
    return context, int(partition), int(seq)


def _by_key(store: Store, keys: list[tuple[str, int, int, int]]) -> list[int]:
    """The same postings with their entries, by nothing but primary keys."""
    with store.reading() as connection:
        driver: Any = connection.connection.driver_connection
        if store.is_sqlite:
            return [row[-1] for row in _sqlite_rows(driver, keys)]
        columns = [list(values) for values in zip(*keys, strict=True)]
        rows: list[Any] = driver.execute(_POSTGRES_KEYS, columns).fetchall()
        return [row[-1] for row in rows]


_SHOWN = (
    "p.seq, p.line, p.at, e.fact, e.subject, p.debit_account, p.debit_party, p.credit_account, p.credit_party,"
    " p.currency, p.asset, p.amount_minor"
)
_JOIN = "JOIN entries AS e ON e.context = p.context AND e.partition = p.partition AND e.seq = p.seq"
_POSTGRES_KEYS = (
    f"SELECT {_SHOWN} FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::bigint[]) AS k (a, b, c, d)"
    " JOIN postings AS p ON p.context = k.a AND p.partition = k.b AND p.seq = k.c AND p.line = k.d"
    f" {_JOIN} ORDER BY p.seq, p.line"
)
_KEYS_AT_ONCE = 200


def _sqlite_rows(driver: Any, keys: list[tuple[str, int, int, int]]) -> list[Any]:
    found: list[Any] = []
    for first in range(0, len(keys), _KEYS_AT_ONCE):
        part = keys[first : first + _KEYS_AT_ONCE]
        marks = ", ".join(["(?, ?, ?, ?)"] * len(part))
        sql = (
            f"WITH k (a, b, c, d) AS (VALUES {marks}) SELECT {_SHOWN} FROM k CROSS JOIN postings AS p"
            f" ON p.context = k.a AND p.partition = k.b AND p.seq = k.c AND p.line = k.d {_JOIN} ORDER BY p.seq, p.line"
        )
        found += driver.execute(sql, tuple(chain.from_iterable(part))).fetchall()
    return found


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found
