"""Closing a day, and verifying what was closed: files in the data directory, rows in the tables, the journals."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exchange.kernel.errors import InvariantBroken, Misuse
from exchange.kernel.position import JournalPosition
from exchange.kernel.time import iso
from exchange.lineage import Moment
from exchange.store import Store
from exchange.views.ledger.as_of import Stretch, up_to
from exchange.views.ledger.audit import audit
from exchange.views.ledger.books import Fault
from exchange.views.ledger.closing import (
    added,
    journal_heads,
    last_at,
    not_following,
    open_balances,
    trial_balances,
)
from exchange.views.ledger.holding import changed
from exchange.views.ledger.summary import Close, JournalHead, SignedClose, holds, sign
from exchange.views.ledger.verified import Mark, changed_since, mark_now
from streams.ledger_journal import Place, Told, caught_up, compared
from streams.ledger_kept import Closes, give_rows, keep, kept
from streams.ledger_verified import read_mark, write_mark
from streams.settings import ExchangeSettings

_DAY = timedelta(days=1)


class Node(NamedTuple):
    """Where the ledger is: the tables, the journals, and the directory of files."""

    node_id: str
    settings: ExchangeSettings
    store: Store
    files: Path


class Verified(NamedTuple):
    """What was looked at, and what is wrong with it. Shape: `since` is when what came before was found right."""

    closes: int
    faults: list[Fault]
    since: str | None


class Refused(NamedTuple):
    """Why a day is not closed: the ledger is not what the journals say."""

    faults: list[Fault]


async def close_day(
    node: Node, day: str | None, key: Ed25519PrivateKey, keys: Sequence[str], told: Told
) -> list[SignedClose] | Refused:
    """Sum up each ledger to the end of a day, or to now if that is today, and sign it.

    Shape: nothing is closed twice: a ledger to which nothing was posted since its last close gets none. What is closed
    was compared with the journals, fact by fact since the close before, and is what that one said and what came since.
    `keys` are the public ones that closes were signed with one after the other, `key`'s last.
    Raises: Misuse for a day to come, or one that a later close covers; Unavailable without Kafka or a database.
    """
    await caught_up(node.settings, node.store)
    before = await asyncio.to_thread(_known, node, keys)
    made = await asyncio.to_thread(_summed_up, node, day, key, before)
    signed = [] if isinstance(made, Refused) else made
    heads = {head for each in signed for head in each.close.journals}
    faults = made.faults if isinstance(made, Refused) else []
    faults += await compared(
        node.settings,
        node.store,
        told,
        heads,
        _furthest(head for each in before.values() for head in each[-1].close.journals),
    )
    if faults:
        return Refused(faults)
    await asyncio.to_thread(keep, node.store, node.files, signed)
    return signed


async def verify(node: Node, keys: Sequence[str], told: Told, *, only_new: bool = False) -> Verified:
    """Hold the closes against tables and journals, and the tables against themselves and the journals.

    Shape: with `only_new`, tables and journals from where they were last found right; signatures of all closes.
    Raises: Unavailable without Kafka or a database; InvariantBroken if a journal is not what its seals say.
    """
    since = read_mark(node.files) if only_new else None
    found, faults, unrowed = await asyncio.to_thread(kept, node.store, node.files)
    signed = [each for of_ledger in found.values() for each in of_ledger]
    faults += [fault for of_ledger in found.values() for fault in chained(of_ledger, keys)]
    faults += [
        Fault(f"close {each.close.number} of {each.close.asset}", "its file is there, its row is not")
        for each in signed
        if each.digest in unrowed
    ]
    of_tables, mark = await asyncio.to_thread(_tables, node, found, since)
    faults += of_tables
    heads = {head for each in signed for head in each.close.journals}
    start = {} if since is None else _furthest(since.places)
    faults += await compared(node.settings, node.store, told, heads, start)
    if not faults:
        await asyncio.to_thread(write_mark, node.files, mark)
    return Verified(len(signed), faults, since.verified_at if since else None)


def _known(node: Node, keys: Sequence[str]) -> Closes:
    """What was closed so far; a file that has no row, since making it was interrupted, gets it.

    Raises: InvariantBroken where files and rows differ, or a signature is not the operator's.
    """
    found = kept(node.store, node.files)
    signed = [each for of_ledger in found.closes.values() for each in of_ledger]
    wrong = [fault for of_ledger in found.closes.values() for fault in chained(of_ledger, keys)]
    if faults := found.faults + wrong:
        raise InvariantBroken(f"{faults[0].where}: {faults[0].said}; `exchange ledger verify` tells more")
    if found.unrowed:
        give_rows(node.store, [each for each in signed if each.digest in found.unrowed])
    return found.closes


def chained(signed: Sequence[SignedClose], keys: Sequence[str]) -> Iterator[Fault]:
    """What is wrong with a ledger's closes among themselves: signatures by `keys`, the newest last, and their order."""
    digest, newest = "", 0
    for number, each in enumerate(signed, start=1):
        where = f"close {each.close.number} of {each.close.asset}"
        place = keys.index(each.public_key) if each.public_key in keys else None
        if place is None or not holds(each, each.public_key):
            yield Fault(where, "its signature is not the operator's over what it says")
        elif place < newest:
            yield Fault(where, "it is signed with a key that another had taken the place of by then")
        newest = max(newest, place or 0)
        if each.close.number != number or each.close.previous != digest:
            yield Fault(where, "it does not follow on the close before it")
        digest = each.digest


def _tables(node: Node, found: Closes, since: Mark | None) -> tuple[list[Fault], Mark]:
    now = iso(node.settings.clock.now_us())
    with node.store.reading() as connection:
        faults = [] if since is None else list(changed_since(connection, since))
        if not faults:
            faults += audit(connection, since.seqs if since else None)
        # A close is held by the one after it: what was verified up to one is, if that still is in its place.
        known = {ledger: _known_of(of_ledger, since, ledger[1]) for ledger, of_ledger in found.items()}
        closes = {ledger: [each.close for each in of_ledger] for ledger, of_ledger in found.items()}
        faults += changed(connection, closes, known)
        mark = mark_now(connection, now, {asset: each[-1].digest for (_, asset), each in found.items()})
    return faults, mark


def _known_of(of_ledger: Sequence[SignedClose], since: Mark | None, asset: str) -> int:
    """How many of a ledger's closes were verified before."""
    digests = [each.digest for each in of_ledger]
    last = since.closes.get(asset) if since else None
    return digests.index(last) + 1 if last in digests else 0


def _furthest(heads: Iterable[JournalHead]) -> dict[Place, JournalPosition]:
    """The last of the places that each journal was at."""
    reached: dict[Place, JournalPosition] = {}
    for head in heads:
        position = JournalPosition(head.offset, head.claim, head.seq, bytes.fromhex(head.digest))
        place = (head.context, head.partition)
        reached[place] = max(position, reached.get(place, position), key=lambda each: each.offset)
    return reached


def _summed_up(
    node: Node, day: str | None, key: Ed25519PrivateKey, before: Closes
) -> list[SignedClose] | Refused:
    faults: list[Fault] = []
    now = node.settings.clock.now_us()
    with node.store.reading() as connection:
        now = max(now, last_at(connection))
        today, until = closing_day(day, now)
        stretches = up_to(connection, Moment() if until == now else Moment(until))
        for earlier in before.values():
            _refuse_covered(earlier[-1].close, stretches, today)
        last = {ledger: earlier[-1].close for ledger, earlier in before.items()}
        new = added(connection, stretches, last)
        totals, balances = trial_balances(connection, stretches), open_balances(connection, stretches)
        heads = journal_heads(connection, stretches)
    closes = [
        Close(
            node_id=node.node_id,
            currency=ledger[0],
            asset=ledger[1],
            number=len(before.get(ledger, ())) + 1,
            day=today,
            until=iso(until),
            closed_at=iso(now),
            previous=before[ledger][-1].digest if ledger in before else "",
            ranges=tuple(since.ranges),
            journals=heads,
            trial_balance=totals.get(ledger, ()),
            balances=balances.get(ledger, ()),
        )
        for ledger, since in new.items()
    ]
    for close in closes:
        ledger = (close.currency, close.asset)
        faults += not_following(close, last.get(ledger), new[ledger])
    return Refused(faults) if faults else [sign(close, key) for close in closes]


def closing_day(day: str | None, now: int) -> tuple[str, int]:
    """The day that is closed, and up to when: its end, or now. Units: microseconds; days are UTC's.

    Raises: Misuse if it is no day, or has not begun.
    """
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    today = (epoch + timedelta(microseconds=now)).date()
    try:
        wanted = today if day is None else datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError as error:
        raise Misuse(f"{day} is no day; write one like 2026-11-29") from error
    if wanted > today:
        raise Misuse(f"{wanted} has not begun; today is {today}, UTC")
    ends = datetime(wanted.year, wanted.month, wanted.day, tzinfo=UTC) + _DAY - epoch
    return wanted.isoformat(), min(now, ends // timedelta(microseconds=1) - 1)


def _refuse_covered(last: Close, stretches: Sequence[Stretch], day: str) -> None:
    reached = {(each.context, each.partition): each.before for each in stretches}
    if any(reached.get((each.context, each.partition), 0) < each.before for each in last.ranges):
        raise Misuse(
            f"{last.asset} is closed beyond {day} already, by close {last.number} of {last.day}; close a later day"
        )
