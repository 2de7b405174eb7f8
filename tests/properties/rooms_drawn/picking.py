"""Who is there and what is traded, and how one of what there is by then is picked."""

from collections.abc import Sequence
from typing import TypeVar

from exchange.kernel.bases import Command
from exchange.market.commands import Use
from tests.unit.market.stage import LICENCE, a_use

T = TypeVar("T")
Step = tuple[str, str, int, int]
Asked = tuple[str, Command]

BUYERS, SELLERS = ("A", "B", "C"), ("S", "T")
LINE, BROKER, SIBLING, ASSESSOR = "L", "K", "D", "X"
CALLS, SEATS, MONTHS, LINK, HOURS, RIGHTS = "calls", "seats", "months", "line", "hours", "rights"
RARE = 29
"""The number at which something is asked wrongly."""


def one_of(things: Sequence[T], which: int) -> T | None:
    """One of what there is, the newest first; none of nothing."""
    return things[-1 - which % len(things)] if things else None


def a_use_of(number: int) -> Use:
    """Mostly one that is admitted under the licence on offer."""
    if number == RARE:
        return a_use(licence_digest=b"another")
    return a_use(place_of_use="MY" if number == RARE - 1 else "JP")


def a_licence(number: int) -> bytes:
    return b"another" if number == RARE else LICENCE
