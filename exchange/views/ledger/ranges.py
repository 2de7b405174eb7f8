"""Entries of a partition by range, count and digest: those of all ledgers in one reading."""

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple, TypeAlias

import msgspec
from sqlalchemy import Connection, and_, select

from exchange.views.ledger.sides import within
from exchange.views.ledger.summary import Range
from exchange.views.ledger.tables import ENTRIES, POSTINGS

Asset: TypeAlias = tuple[str, str]
"""A ledger: a currency, and what settles it."""
Place: TypeAlias = tuple[str, int]
"""A context and one of its partitions."""

_ROWS_AT_ONCE = 5_000
_LEDGER = ("currency", "asset")
_POSTED = ("seq", "line", "at")
_ENTERED = ("fact", "subject", "cause")
_SIDES = ("debit_account", "debit_party", "credit_account", "credit_party", "amount_minor")
_encode = msgspec.json.Encoder().encode


class Digested:
    """The entries of one ledger in a partition, from a fact on, as they are read one after the other."""

    def __init__(self, place: Place, first: int) -> None:
        self._place, self._first = place, first
        self._entries, self._postings, self._last = 0, 0, -1
        self._digest = blake2b(digest_size=32)

    def take(self, posted: Sequence[Any]) -> None:
        """Count a posting in, with its entry. Shape: what of both is digested, the fact's place first."""
        self._digest.update(_encode(posted) + b"\n")
        seq = posted[0]
        self._entries += seq != self._last
        self._postings, self._last = self._postings + 1, seq

    def up_to(self, before: int) -> Range:
        """What was taken, as the range that ends before a fact."""
        return Range(
            context=self._place[0],
            partition=self._place[1],
            first=self._first,
            before=before,
            entries=self._entries,
            postings=self._postings,
            digest=self._digest.hexdigest(),
        )


class Posted(NamedTuple):
    """A posting. Shape: `digested` is all of it, and its entry."""

    ledger: Asset
    debit: tuple[int, str]
    credit: tuple[int, str]
    amount_minor: int
    digested: Sequence[Any]


def entries_between(connection: Connection, place: Place, first: int, before: int) -> Iterator[Posted]:
    """The postings of a partition's facts `first` up to `before`, each with its entry, in their order."""
    same = and_(*(ENTRIES.c[name] == POSTINGS.c[name] for name in ("context", "partition", "seq")))
    query = (
        select(
            *(POSTINGS.c[name] for name in (*_LEDGER, *_POSTED)),
            *(ENTRIES.c[name] for name in _ENTERED),
            *(POSTINGS.c[name] for name in _SIDES),
        )
        .select_from(POSTINGS.outerjoin(ENTRIES, same))
        .where(within(*place, first, before))
        .order_by(POSTINGS.c.seq, POSTINGS.c.line)
    )
    for currency, asset, *digested in connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(query):
        *_, debit_account, debit_party, credit_account, credit_party, amount_minor = digested
        debit, credit = (debit_account, debit_party), (credit_account, credit_party)
        yield Posted((currency, asset), debit, credit, amount_minor, digested)
