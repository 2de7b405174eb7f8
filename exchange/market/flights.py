"""A ladder's prices in flights: however many it has, one more is put among a few hundred of them.

The best ones are the ladder's own, so that most of what is asked of it looks no further; the others stand behind.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator

from exchange.market.state import Ladder, Level

FLIGHT_MAX = 1_000
"""Prices in one flight; with one more it is parted into two."""


def add_price(ladder: Ladder, merit: int) -> None:
    """Put the merit of a new level among the others."""
    merits = ladder.merits
    if merit > merits[-1]:
        flight = merits
        flight.append(merit)
    else:
        flight = _flight_of(ladder, merit) if ladder.behind else merits
        insort(flight, merit)
    if len(flight) > FLIGHT_MAX:
        _part(ladder, flight)


def drop_price(ladder: Ladder, merit: int) -> bool:
    """Take the merit of a level out that nobody stands at; say whether the ladder has any other."""
    merits = ladder.merits
    if merits[-1] == merit:
        merits.pop()
        if not merits and ladder.behind:
            ladder.merits = ladder.behind.pop()
            return True
        return bool(merits)
    flight = _flight_of(ladder, merit) if ladder.behind else merits
    del flight[bisect_left(flight, merit)]
    if not flight:
        ladder.behind.remove(flight)
    return True


def best_first(ladder: Ladder) -> Iterator[Level]:
    """All levels of a ladder, the best price first."""
    levels = ladder.levels
    for merit in reversed(ladder.merits):
        yield levels[merit]
    for flight in reversed(ladder.behind):
        for merit in reversed(flight):
            yield levels[merit]


def _flight_of(ladder: Ladder, merit: int) -> list[int]:
    """Where a merit has its place, in a ladder that has flights behind."""
    if merit >= ladder.merits[0]:
        return ladder.merits
    behind = ladder.behind
    place = bisect_left(behind, merit, key=_best)
    return behind[place] if place < len(behind) else behind[-1]


def _part(ladder: Ladder, flight: list[int]) -> None:
    """Let the worse half of a flight stand for itself."""
    half, behind = len(flight) // 2, ladder.behind
    worse = flight[:half]
    del flight[:half]
    place = len(behind) if flight is ladder.merits else bisect_left(behind, flight[-1], key=_best)
    behind.insert(place, worse)


def _best(flight: list[int]) -> int:
    return flight[-1]
