"""Whether closes still are what the tables say: every posting is read once, whatever was closed however often."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import Connection

from exchange.views.ledger.as_of import at_places, partitions
from exchange.views.ledger.books import Fault, named
from exchange.views.ledger.closing import furthest, places_of
from exchange.views.ledger.ranges import Asset, Digested, Place, entries_between
from exchange.views.ledger.summary import Close
from exchange.views.ledger.sums import Chosen, balances_at

Closed = Mapping[Asset, Sequence[Close]]
"""Each ledger's closes, by number."""
_Key = TypeVar("_Key", bound=Any)


def changed(
    connection: Connection, closes: Closed, known: Mapping[Asset, int] | None = None
) -> Iterator[Fault]:
    """What the tables say otherwise than closes do.

    Shape: so many of each ledger's closes are `known` to be right, and begun with.
    """
    before = {ledger: each[: (known or {}).get(ledger, 0)] for ledger, each in closes.items()}
    wanted = [close for ledger, each in closes.items() for close in each[len(before[ledger]) :]]
    if (behind := _behind(connection, wanted)) is not None:
        yield behind
        return
    reading = _Reading(connection, {ledger: each[-1] for ledger, each in before.items() if each})
    # Closes of one day end at the same places; what came later goes on from there.
    for _, of_a_day in groupby(sorted(wanted, key=_extent), key=_extent):
        closed = list(of_a_day)
        reading.read_to(places_of(closed[0]))
        for close in closed:
            yield from reading.compared(close)


def _behind(connection: Connection, closes: Sequence[Close]) -> Fault | None:
    reached = {head[:2]: head.next for head in partitions(connection)}
    for close in closes:
        for place, before in places_of(close).items():
            if reached.get(place, 0) < before:
                ends = f"{_title(close)}, which ends before fact {before}"
                said = f"the tables do not show all of {ends}; let them catch up"
                return Fault("/".join(map(str, place)), said)
    return None


def _extent(close: Close) -> tuple[int, list[tuple[Place, int]]]:
    places = sorted(places_of(close).items())
    return sum(before for _, before in places), places


class _Reading:
    """Postings read so far, summed up by account, and digested since the last close of their ledger.

    Shape: `closed` are the closes to begin with, the last of each ledger.
    """

    def __init__(self, connection: Connection, closed: Mapping[Asset, Close]) -> None:
        self._connection = connection
        self._places = {ledger: places_of(close) for ledger, close in closed.items()}
        self._reached = furthest(self._places.values())
        self._ranges: dict[tuple[Asset, Place], Digested] = {}
        self._totals: defaultdict[Asset, dict[int, list[int]]] = defaultdict(dict)
        self._balances: defaultdict[Asset, dict[tuple[int, str], list[int]]] = defaultdict(dict)
        if self._reached:
            for row in connection.execute(balances_at(at_places(connection, self._reached), Chosen())):
                ledger, amounts = (row.currency, row.asset), (row.debit_minor, row.credit_minor)
                for side, amount in enumerate(amounts):
                    self._add(ledger, (row.account, row.party), side, amount)

    def read_to(self, places: Mapping[Place, int]) -> None:
        """Take in what was posted up to there."""
        for place, before in places.items():
            for posted in entries_between(self._connection, place, self._reached.get(place, 0), before):
                self._range(posted.ledger, place).take(posted.digested)
                self._add(posted.ledger, posted.debit, 0, posted.amount_minor)
                self._add(posted.ledger, posted.credit, 1, posted.amount_minor)
            self._reached[place] = max(before, self._reached.get(place, 0))

    def compared(self, close: Close) -> Iterator[Fault]:
        """What is not as a close says that ends where reading is; the next one of its ledger begins there."""
        ledger, title = (close.currency, close.asset), _title(close)
        for was in close.ranges:
            place = (was.context, was.partition)
            now = self._range(ledger, place).up_to(was.before)
            if was != now:
                where = f"{was.context}/{was.partition}/{was.first} to {was.before - 1}"
                has = f"{was.entries}, {was.postings}"
                shown = f"{now.entries} entries, {now.postings} postings where {title} has {has}"
                yield Fault(where, f"entries are not those of {title}: {shown}")
            del self._ranges[ledger, place]
        signed = {each.account: (each.debit_minor, each.credit_minor) for each in close.trial_balance}
        totals = {account: (debit, credit) for account, (debit, credit) in self._totals[ledger].items()}
        yield from _differing(
            totals, signed, lambda code: f"account {code} of all parties in {close.asset}", title
        )
        kept = {(each.account, each.party): (each.debit_minor, each.credit_minor) for each in close.balances}
        balances = {
            key: (debit, credit) for key, (debit, credit) in self._balances[ledger].items() if debit != credit
        }
        yield from _differing(balances, kept, lambda key: named((*key, *ledger)), title)
        self._places[ledger] = places_of(close)

    def _range(self, ledger: Asset, place: Place) -> Digested:
        if (ledger, place) not in self._ranges:
            first = self._places.get(ledger, {}).get(place, 0)
            self._ranges[ledger, place] = Digested(place, first)
        return self._ranges[ledger, place]

    def _add(self, ledger: Asset, account: tuple[int, str], side: int, amount_minor: int) -> None:
        self._totals[ledger].setdefault(account[0], [0, 0])[side] += amount_minor
        self._balances[ledger].setdefault(account, [0, 0])[side] += amount_minor


def _title(close: Close) -> str:
    return f"close {close.number} of {close.asset}"


def _differing(
    now: Mapping[_Key, tuple[int, int]],
    was: Mapping[_Key, tuple[int, int]],
    name: Callable[[_Key], str],
    title: str,
) -> Iterator[Fault]:
    for key in sorted(now.keys() | was.keys()):
        have, signed = (
            "nothing" if each is None else f"debit {each[0]}, credit {each[1]}"
            for each in (now.get(key), was.get(key))
        )
        if have != signed:
            yield Fault(name(key), f"it comes to {have} where {title} has {signed}")
