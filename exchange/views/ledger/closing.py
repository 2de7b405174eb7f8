"""Summing a ledger up at a place in each journal, and whether what was summed up then still is what the tables say."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, select

from exchange.store.progress import VIEWS_READER
from exchange.store.schema import PROGRESS
from exchange.views.ledger.as_of import Stretch, at_places, context_of, partitions
from exchange.views.ledger.books import Fault, named
from exchange.views.ledger.sides import within
from exchange.views.ledger.summary import Balance, Close, JournalHead, Range, Total
from exchange.views.ledger.sums import Chosen, balances_at, totals_at
from exchange.views.ledger.tables import ENTRIES, POSTINGS

Asset = tuple[str, str]
"""A ledger: a currency, and what settles it."""

_ROWS_AT_ONCE = 5_000
_encode = msgspec.json.Encoder().encode


def ledgers(connection: Connection, stretches: Sequence[Stretch]) -> tuple[Asset, ...]:
    """The ledgers that anything was posted to."""
    totals = totals_at(stretches).subquery()
    query = select(totals.c.currency, totals.c.asset).distinct()
    return tuple(sorted((row.currency, row.asset) for row in connection.execute(query)))


def last_at(connection: Connection) -> int:
    """When the last entry was made."""
    ends = (
        select(ENTRIES.c.at)
        .where(ENTRIES.c.context == head.context, ENTRIES.c.partition == head.partition)
        .order_by(ENTRIES.c.seq.desc())
        .limit(1)
        for head in partitions(connection)
    )
    return max((connection.execute(each).scalar_one() for each in ends), default=0)


def ranges(
    connection: Connection, ledger: Asset, stretches: Sequence[Stretch], previous: Close | None
) -> tuple[Range, ...]:
    """Each partition's entries since the previous close."""
    closed = {(each.context, each.partition): each.before for each in previous.ranges} if previous else {}
    return tuple(
        _range(connection, ledger, each.context, each.partition, closed.get(each[:2], 0), each.before)
        for each in stretches
    )


def trial_balance(connection: Connection, ledger: Asset, stretches: Sequence[Stretch]) -> tuple[Total, ...]:
    """What each account of the chart comes to."""
    rows = connection.execute(_of(totals_at(stretches), ledger).order_by("account"))
    return tuple(
        Total(account=row.account, debit_minor=row.debit_minor, credit_minor=row.credit_minor) for row in rows
    )


def totals_digest(connection: Connection, stretches: Sequence[Stretch]) -> str:
    """What all accounts of the chart come to, as one BLAKE2b-256."""
    digest = blake2b(digest_size=32)
    rows = connection.execute(totals_at(stretches).order_by("account", "currency", "asset"))
    for row in rows:
        digest.update(_encode(tuple(row)) + b"\n")
    return digest.hexdigest()


def open_balances(connection: Connection, ledger: Asset, stretches: Sequence[Stretch]) -> tuple[Balance, ...]:
    """What each party's account comes to, where that is not zero."""
    rows = connection.execute(_of(balances_at(stretches, Chosen()), ledger).order_by("account", "party"))
    return tuple(
        Balance(
            account=row.account, party=row.party, debit_minor=row.debit_minor, credit_minor=row.credit_minor
        )
        for row in rows
        if row.debit_minor != row.credit_minor
    )


def journal_heads(connection: Connection, stretches: Sequence[Stretch]) -> tuple[JournalHead, ...]:
    """How far the tables have read the journals that the stretches are of."""
    wanted = {each[:2] for each in stretches}
    query = select(PROGRESS).where(PROGRESS.c.reader == VIEWS_READER)
    return tuple(
        JournalHead(
            context=context_of(row.topic),
            partition=row.partition,
            offset=row.next_offset,
            claim=row.claim,
            seq=row.seq,
            digest=row.digest,
        )
        for row in connection.execute(query.order_by(PROGRESS.c.topic, PROGRESS.c.partition))
        if (context_of(row.topic), row.partition) in wanted
    )


def changed(connection: Connection, close: Close, previous: Close | None) -> Iterator[Fault]:
    """What the tables say otherwise than a close does."""
    title = f"close {close.number} of {close.asset}"
    closed = {(each.context, each.partition): each.before for each in close.ranges}
    reached = {head[:2]: head.next for head in partitions(connection)}
    for place, before in closed.items():
        if reached.get(place, 0) < before:
            said = (
                f"the tables do not show all of {title}, which ends before fact {before}; let them catch up"
            )
            yield Fault("/".join(map(str, place)), said)
            return
    stretches = at_places(connection, closed)
    ledger = (close.currency, close.asset)
    for was, now in zip(close.ranges, ranges(connection, ledger, stretches, previous), strict=True):
        if was != now:
            where = f"{was.context}/{was.partition}/{was.first} to {was.before - 1}"
            shown = f"{now.entries} entries, {now.postings} postings where {title} has {was.entries}, {was.postings}"
            yield Fault(where, f"entries are not those of {title}: {shown}")
    totals = {each.account: each for each in trial_balance(connection, ledger, stretches)}
    signed = {each.account: each for each in close.trial_balance}
    yield from _differing(
        totals, signed, lambda code: f"account {code} of all parties in {close.asset}", title
    )
    balances = {(each.account, each.party): each for each in open_balances(connection, ledger, stretches)}
    kept = {(each.account, each.party): each for each in close.balances}
    yield from _differing(balances, kept, lambda key: named((*key, *ledger)), title)


def _differing(now: Mapping[Any, Any], was: Mapping[Any, Any], name: Any, title: str) -> Iterator[Fault]:
    for key in sorted(now.keys() | was.keys()):
        have, signed = (
            "nothing" if each is None else f"debit {each.debit_minor}, credit {each.credit_minor}"
            for each in (now.get(key), was.get(key))
        )
        if have != signed:
            yield Fault(name(key), f"it comes to {have} where {title} has {signed}")


def _range(
    connection: Connection, ledger: Asset, context: str, partition: int, first: int, before: int
) -> Range:
    same = and_(*(ENTRIES.c[name] == POSTINGS.c[name] for name in ("context", "partition", "seq")))
    shown = ("debit_account", "debit_party", "credit_account", "credit_party", "amount_minor")
    query = (
        select(
            *(POSTINGS.c[name] for name in ("seq", "line", "at")),
            *(ENTRIES.c[name] for name in ("fact", "subject", "cause")),
            *(POSTINGS.c[name] for name in shown),
        )
        .select_from(POSTINGS.outerjoin(ENTRIES, same))
        .where(
            within(context, partition, first, before),
            POSTINGS.c.currency == ledger[0],
            POSTINGS.c.asset == ledger[1],
        )
        .order_by(POSTINGS.c.seq, POSTINGS.c.line)
    )
    digest, entries, postings, last = blake2b(digest_size=32), 0, 0, None
    for row in connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(query):
        digest.update(_encode(tuple(row)) + b"\n")
        entries, postings, last = entries + (row.seq != last), postings + 1, row.seq
    return Range(
        context=context,
        partition=partition,
        first=first,
        before=before,
        entries=entries,
        postings=postings,
        digest=digest.hexdigest(),
    )


def _of(sums: Any, ledger: Asset) -> Any:
    found = sums.subquery("found")
    return select(found).where(found.c.currency == ledger[0], found.c.asset == ledger[1])
