"""Whether the ledger's tables agree with each other: everything is summed up anew from the postings, one by one."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Row, and_, select

from exchange.views.accounts import ESCROW, settles
from exchange.views.ledger.as_of import Stretch, partitions
from exchange.views.ledger.books import Books, Fault, named
from exchange.views.ledger.sides import NAMES
from exchange.views.ledger.sums import Chosen, balances_at
from exchange.views.ledger.tables import (
    BALANCES,
    ENTRIES,
    INT64_MAX,
    PERIOD_BALANCES,
    PERIOD_TOTALS,
    POSTINGS,
)
from exchange.views.market_data import TRADES
from exchange.views.view import PERIOD

_ROWS_AT_ONCE = 5_000
_PLACE = ("context", "partition", "seq")
_CLOSED = ("accepted", "refunded", "resolved", "busted")


def audit(connection: Connection, since: Mapping[tuple[str, int], int] | None = None) -> Iterator[Fault]:
    """Everything that is wrong with entries, postings and balances, partition by partition.

    Shape: at the end of every outcome nothing that is held for others is below zero, all of it is backed, and no deal
    leaves anything in clearing; running and periodic balances are what the postings come to; the escrow of a closed
    trade is empty. Of partitions with a place in `since`, what came from there on is looked at, beginning with the
    periodic balances before it.
    """
    for context, partition, reached in partitions(connection):
        begun = (since or {}).get((context, partition), 0)
        first = begun - begun % PERIOD
        yield from _partition(connection, context, partition, first, reached)
        yield from _entries_of_nothing(connection, context, partition, first)
    yield from _escrow_left(connection)


def _partition(
    connection: Connection, context: str, partition: int, first: int, reached: int
) -> Iterator[Fault]:
    books, end, cause, last = _books_before(connection, context, partition, first), first + PERIOD, None, ""
    if first:
        yield from _totals(connection, context, partition, first, books)
    under_way = _cause_before(connection, context, partition, first)
    for row in _postings(connection, context, partition, first):
        where = f"{context}/{partition}/{row.seq}"
        if row.cause != cause and last:
            yield from books.end_outcome(last, begun_before=cause == under_way)
        while row.seq >= end:
            yield from _period(connection, context, partition, end, books)
            end += PERIOD
        cause, last = row.cause, where
        yield from (Fault(where, said) for said in _wrong(row))
        books.post(row)
    if last:
        yield from books.end_outcome(last, begun_before=cause == under_way)
    while end < reached:
        yield from _period(connection, context, partition, end, books)
        end += PERIOD
    found = connection.execute(select(BALANCES).where(_of(BALANCES, context, partition)))
    yield from _differing(books.sums, found, "its running balance", set(books.sums))


def _books_before(connection: Connection, context: str, partition: int, first: int) -> Books:
    books = Books(backed=context == "market")
    if first:
        before = Stretch(context, partition, summed_up=first, before=first, whole=False, known=True)
        for row in connection.execute(balances_at((before,), Chosen())):
            if row.debit_minor or row.credit_minor:
                books.begin(
                    (row.account, row.party, row.currency, row.asset), row.debit_minor, row.credit_minor
                )
    return books


def _cause_before(connection: Connection, context: str, partition: int, first: int) -> int | None:
    """The command whose outcome may go on at a fact."""
    earlier = select(ENTRIES.c.cause).where(_of(ENTRIES, context, partition), ENTRIES.c.seq < first)
    return connection.execute(earlier.order_by(ENTRIES.c.seq.desc()).limit(1)).scalar_one_or_none()


def _postings(connection: Connection, context: str, partition: int, first: int) -> Iterable[Row[Any]]:
    same = and_(*(ENTRIES.c[name] == POSTINGS.c[name] for name in _PLACE))
    found = (
        select(POSTINGS, ENTRIES.c.cause, ENTRIES.c.subject, ENTRIES.c.at.label("entered_at"))
        .select_from(POSTINGS.outerjoin(ENTRIES, same))
        .where(_of(POSTINGS, context, partition), POSTINGS.c.seq >= first)
        .order_by(*POSTINGS.primary_key.columns)
    )
    return connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(found)


def _wrong(row: Row[Any]) -> Iterator[str]:
    if row.cause is None:
        yield "its postings belong to no entry"
    elif row.at != row.entered_at:
        yield f"line {row.line} is of another time than its entry"
    if not 0 < row.amount_minor <= INT64_MAX:
        yield f"line {row.line} moves {row.amount_minor} minor units"
    if (row.debit_account, row.debit_party) == (row.credit_account, row.credit_party):
        yield f"line {row.line} gives to the account that it takes from"
    if not settles(row.asset, row.currency):
        yield f"line {row.line} is in {row.currency}, which {row.asset} does not settle"


def _period(connection: Connection, context: str, partition: int, end: int, books: Books) -> Iterator[Fault]:
    at = and_(_of(PERIOD_BALANCES, context, partition), PERIOD_BALANCES.c.seq == end)
    found = connection.execute(select(PERIOD_BALANCES).where(at))
    yield from _differing(books.sums, found, f"its balance before fact {end}", books.touched)
    books.touched = set()
    yield from _totals(connection, context, partition, end, books)


def _totals(connection: Connection, context: str, partition: int, end: int, books: Books) -> Iterator[Fault]:
    at = and_(_of(PERIOD_TOTALS, context, partition), PERIOD_TOTALS.c.seq == end)
    kept = {
        (row.account, row.currency, row.asset): [row.debit_minor, row.credit_minor]
        for row in connection.execute(select(PERIOD_TOTALS).where(at))
    }
    for account, currency, asset in sorted(kept.keys() | books.totals.keys()):
        key = (account, currency, asset)
        if kept.get(key) != books.totals.get(key):
            where = named((account, f"of all parties in {context}/{partition}", currency, asset))
            yield Fault(where, f"its total before fact {end} is not what its postings come to")


def _differing(
    sums: Mapping[Any, list[int]], found: Iterable[Row[Any]], what: str, wanted: set[Any]
) -> Iterator[Fault]:
    kept = {tuple(getattr(row, name) for name in NAMES): [row.debit_minor, row.credit_minor] for row in found}
    for key in sorted(kept.keys() | wanted):
        have, right = kept.get(key), sums[key] if key in wanted else None
        if have != right:
            shown = " and ".join(_shown(each) for each in (have, right))
            yield Fault(named(key), f"{what} and its postings come to {shown}")


def _shown(sums: list[int] | None) -> str:
    return "nothing" if sums is None else f"debit {sums[0]}, credit {sums[1]}"


def _entries_of_nothing(connection: Connection, context: str, partition: int, first: int) -> Iterator[Fault]:
    has_any = and_(*(POSTINGS.c[name] == ENTRIES.c[name] for name in _PLACE))
    without = select(ENTRIES.c.seq).where(
        _of(ENTRIES, context, partition),
        ENTRIES.c.seq >= first,
        ~select(POSTINGS.c.line).where(has_any).exists(),
    )
    for (seq,) in connection.execute(without.order_by(ENTRIES.c.seq)):
        yield Fault(f"{context}/{partition}/{seq}", "the entry has no postings")


def _escrow_left(connection: Connection) -> Iterator[Fault]:
    left = (
        select(BALANCES.c.party, TRADES.c.state)
        .join(TRADES, TRADES.c.trade_id == BALANCES.c.party)
        .where(
            BALANCES.c.account == ESCROW,
            BALANCES.c.debit_minor != BALANCES.c.credit_minor,
            TRADES.c.state.in_(_CLOSED),
        )
        .order_by(BALANCES.c.party)
    )
    for row in connection.execute(left):
        yield Fault(f"account {ESCROW} {row.party}", f"its trade is {row.state}, and its escrow is not empty")


def _of(table: Any, context: str, partition: int) -> Any:
    return and_(table.c.context == context, table.c.partition == partition)
