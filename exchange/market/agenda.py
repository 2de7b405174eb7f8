"""What happens by itself: deadlines in the order in which they fall due.

A deadline has a kind, which says who answers it, and a subject. Each fact that settles or moves one does so here, so
that the earliest is always at hand.
"""

from heapq import heappop, heappush

from exchange.market.state import Agenda

_COMPACTED_ABOVE = 64


def schedule(agenda: Agenda, at: int, kind: str, subject: str) -> None:
    """Let `kind` happen to `subject` at `at`; what was due for it before is not any more."""
    name = _name(kind, subject)
    if agenda.due.get(name) == at:
        return
    agenda.due[name] = at
    heappush(agenda.heap, (at, kind, subject))
    _tidy(agenda)


def settle(agenda: Agenda, kind: str, subject: str) -> None:
    """Let it not happen any more, if it was to."""
    if agenda.due.pop(_name(kind, subject), None) is not None:
        _tidy(agenda)


def due_at(agenda: Agenda, kind: str, subject: str) -> int | None:
    """When `kind` is to happen to `subject`, if it is."""
    return agenda.due.get(_name(kind, subject))


def earliest(agenda: Agenda) -> tuple[int, str, str] | None:
    """When the first deadline falls due, its kind and its subject."""
    return agenda.heap[0] if agenda.heap else None


def _tidy(agenda: Agenda) -> None:
    """Keep a deadline that still stands at the top, and those that do not from becoming the most."""
    heap, due = agenda.heap, agenda.due
    while heap and not _stands(due, heap[0]):
        heappop(heap)
    if len(heap) > 2 * len(due) + _COMPACTED_ABOVE:
        agenda.heap = sorted({each for each in heap if _stands(due, each)})


def _stands(due: dict[str, int], entry: tuple[int, str, str]) -> bool:
    at, kind, subject = entry
    return due.get(_name(kind, subject)) == at


def _name(kind: str, subject: str) -> str:
    return f"{kind} {subject}"
