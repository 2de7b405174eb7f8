"""Summing all ledgers up at a place in each journal: accounts in one question, a partition's entries in one reading."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, select

from exchange.store.progress import VIEWS_READER
from exchange.store.schema import PROGRESS
from exchange.views.ledger.as_of import Stretch, context_of, partitions
from exchange.views.ledger.books import Fault, named
from exchange.views.ledger.ranges import Asset, Digested, Place, Posted, entries_between
from exchange.views.ledger.summary import Balance, Close, JournalHead, Range, Total
from exchange.views.ledger.sums import Chosen, balances_at, totals_at
from exchange.views.ledger.tables import ENTRIES

_encode = msgspec.json.Encoder().encode


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


def trial_balances(connection: Connection, stretches: Sequence[Stretch]) -> dict[Asset, tuple[Total, ...]]:
    """What each account of the chart comes to, by ledger: those that anything was posted to."""
    found: dict[Asset, list[Total]] = {}
    for row in connection.execute(totals_at(stretches).order_by("account")):
        total = Total(account=row.account, debit_minor=row.debit_minor, credit_minor=row.credit_minor)
        found.setdefault((row.currency, row.asset), []).append(total)
    return {ledger: tuple(totals) for ledger, totals in sorted(found.items())}


def open_balances(connection: Connection, stretches: Sequence[Stretch]) -> dict[Asset, tuple[Balance, ...]]:
    """What each party's account comes to that is not at zero, by ledger."""
    sums = balances_at(stretches, Chosen()).subquery("sums")
    query = (
        select(sums).where(sums.c.debit_minor != sums.c.credit_minor).order_by(sums.c.account, sums.c.party)
    )
    found: dict[Asset, list[Balance]] = {}
    for row in connection.execute(query):
        balance = Balance(
            account=row.account, party=row.party, debit_minor=row.debit_minor, credit_minor=row.credit_minor
        )
        found.setdefault((row.currency, row.asset), []).append(balance)
    return {ledger: tuple(balances) for ledger, balances in found.items()}


class Added(NamedTuple):
    """What was posted to a ledger since its previous close: by range, by account of the chart, and by party.

    Units: `nets` are debits less credits, in minor units.
    """

    ranges: list[Range]
    totals: Counter[tuple[int, str]]
    nets: Counter[tuple[int, str]]


def added(
    connection: Connection, stretches: Sequence[Stretch], previous: Mapping[Asset, Close]
) -> dict[Asset, Added]:
    """What was posted to each ledger since its previous close, the entries of all ledgers read once.

    Shape: only ledgers to which anything was. Where one ledger was closed, all were that had moved by then: none has
    an entry between its own previous close and the last of all.
    """
    closed = {ledger: places_of(close) for ledger, close in previous.items()}
    read = furthest(closed.values())
    found: dict[Asset, Added] = {}
    digests: dict[tuple[Asset, Place], Digested] = {}
    places = [((each.context, each.partition), each.before) for each in stretches]
    for place, before in places:
        for posted in entries_between(connection, place, min(read.get(place, 0), before), before):
            ledger = posted.ledger
            if (ledger, place) not in digests:
                digests[ledger, place] = Digested(place, closed.get(ledger, {}).get(place, 0))
                found.setdefault(ledger, Added([], Counter(), Counter()))
            digests[ledger, place].take(posted.digested)
            _post(found[ledger], posted)
    for ledger, each in found.items():
        for place, before in places:
            of_it = digests.get((ledger, place)) or Digested(place, closed.get(ledger, {}).get(place, 0))
            each.ranges.append(of_it.up_to(before))
    return dict(sorted(found.items()))


def not_following(close: Close, previous: Close | None, since: Added) -> Iterator[Fault]:
    """Where a close is not what the one before it said and what was posted since come to."""
    begun = previous.trial_balance if previous else ()
    totals = Counter(since.totals)
    for each in begun:
        totals[each.account, "debit"] += each.debit_minor
        totals[each.account, "credit"] += each.credit_minor
    nets = Counter(since.nets)
    for balance in previous.balances if previous else ():
        nets[balance.account, balance.party] += balance.debit_minor - balance.credit_minor
    said = "it comes to {} where the close before and what was posted since come to {}, debits less credits"
    for account in sorted({each.account for each in close.trial_balance} | {key[0] for key in totals}):
        shown = next((each for each in close.trial_balance if each.account == account), None)
        have = (shown.debit_minor, shown.credit_minor) if shown else (0, 0)
        if have != (right := (totals[account, "debit"], totals[account, "credit"])):
            where = f"account {account} of all parties in {close.asset}"
            yield Fault(where, said.format(have[0] - have[1], right[0] - right[1]))
    opened = {(each.account, each.party): each.debit_minor - each.credit_minor for each in close.balances}
    for key in sorted(opened.keys() | nets.keys()):
        if (have_net := opened.get(key, 0)) != nets[key]:
            yield Fault(named((*key, close.currency, close.asset)), said.format(have_net, nets[key]))


def _post(since: Added, posted: Posted) -> None:
    amount_minor = posted.amount_minor
    since.totals[posted.debit[0], "debit"] += amount_minor
    since.totals[posted.credit[0], "credit"] += amount_minor
    since.nets[posted.debit] += amount_minor
    since.nets[posted.credit] -= amount_minor


def places_of(close: Close) -> dict[Place, int]:
    """Before which fact of each partition a close ends."""
    return {(each.context, each.partition): each.before for each in close.ranges}


def furthest(many: Iterable[Mapping[Place, int]]) -> dict[Place, int]:
    """The last place of each partition."""
    reached: dict[Place, int] = {}
    for places in many:
        for place, before in places.items():
            reached[place] = max(before, reached.get(place, 0))
    return reached


def totals_digest(connection: Connection, stretches: Sequence[Stretch]) -> str:
    """What all accounts of the chart come to, as one BLAKE2b-256."""
    digest = blake2b(digest_size=32)
    rows = connection.execute(totals_at(stretches).order_by("account", "currency", "asset"))
    for row in rows:
        digest.update(_encode(tuple(row)) + b"\n")
    return digest.hexdigest()


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
