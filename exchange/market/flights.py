"""A ladder in flights: however many prices it has, one more is put among a few hundred of them.

The best ones are the ladder's own, so that most of what is asked of it looks no further; the others stand behind.
"""

from bisect import bisect_left
from collections.abc import Iterator

from exchange.market.state import Flight, Ladder, Level

FLIGHT_MAX = 1_000
"""Prices in one flight; with one more it is parted into two."""


def flight_of(ladder: Ladder, merit: int) -> Flight:
    """The flight behind that has this merit's place; the ladder has some, and its own merits are all better."""
    behind = ladder.behind
    place = bisect_left(behind, merit, key=_best)
    return behind[place] if place < len(behind) else behind[-1]


def part(ladder: Ladder, flight: Ladder | Flight) -> None:
    """Let the worse half of a flight stand for itself."""
    half, behind = len(flight.merits) // 2, ladder.behind
    worse = Flight(flight.merits[:half], flight.levels[:half])
    flight.merits, flight.levels = flight.merits[half:], flight.levels[half:]
    place = len(behind) if flight is ladder else bisect_left(behind, flight.merits[-1], key=_best)
    behind.insert(place, worse)


def go_on(ladder: Ladder, flight: Ladder | Flight) -> bool:
    """A flight has no level left: leave it out, and say whether the ladder has another."""
    if isinstance(flight, Flight):
        ladder.behind.remove(flight)
        return True
    if not ladder.behind:
        return False
    following = ladder.behind.pop()
    ladder.merits, ladder.levels = following.merits, following.levels
    return True


def best_first(ladder: Ladder) -> Iterator[Level]:
    """All levels of a ladder, the best price first."""
    yield from reversed(ladder.levels)
    for flight in reversed(ladder.behind):
        yield from reversed(flight.levels)


def _best(flight: Flight) -> int:
    return flight.merits[-1]
