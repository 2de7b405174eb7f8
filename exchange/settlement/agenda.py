"""What happens by itself, the earliest first; at one instant in the order of the kinds' names."""

from bisect import bisect_left, insort

from exchange.settlement.state import Settlement


def schedule(settlement: Settlement, at: int, kind: str, subject: str) -> None:
    """Let `kind` happen to `subject` at `at`."""
    insort(settlement.agenda, (at, kind, subject))


def settle(settlement: Settlement, at: int, kind: str, subject: str) -> None:
    """Let it not happen any more, if it was to."""
    entry = (at, kind, subject)
    place = bisect_left(settlement.agenda, entry)
    if place < len(settlement.agenda) and settlement.agenda[place] == entry:
        del settlement.agenda[place]
