"""An edge of the lineage, and what was known of it at a moment."""

from collections.abc import Mapping
from typing import Literal, NamedTuple, TypeAlias

from exchange.kernel.errors import Misuse

Place: TypeAlias = tuple[str, int]
"""A context and its partition."""
Direction: TypeAlias = Literal["up", "down"]
"""Up: to what something was made from; down: to what was made from it."""


class Edge(NamedTuple):
    """`downstream` was made from `upstream`.

    Shape: `context`, `partition`, `seq` name the fact that says so, the run; `line` tells its edges apart.
    """

    context: str
    partition: int
    seq: int
    line: int
    downstream: str
    upstream: str
    kind: str
    job: str
    terms: str
    at: int


class Moment(NamedTuple):
    """As of when a question is asked: up to a time, and in the partitions named up to a fact, both included."""

    until_at: int | None = None
    places: Mapping[Place, int] = {}

    def shows(self, place: Place, seq: int, at: int) -> bool:
        """Whether something of this fact was known by then."""
        if self.until_at is not None and at > self.until_at:
            return False
        return seq <= self.places.get(place, seq)


NOW = Moment()
_CONTEXTS = ("registry", "market", "delivery", "bonded", "settlement")


def moment_of(until_at: int | None = None, position: str | None = None) -> Moment:
    """The moment that a question names: a time, and facts as CONTEXT/PARTITION/SEQ with commas between.

    Raises: Misuse if a fact is named in another way, or of a journal that there is not.
    """
    places: dict[Place, int] = {}
    for given in position.split(",") if position else ():
        context, *numbers = given.strip().split("/")
        if not context or len(numbers) != 2 or not all(each.isdecimal() for each in numbers):
            raise Misuse(f"{given!r} is no place of a fact; write CONTEXT/PARTITION/SEQ, such as market/0/17")
        if context not in _CONTEXTS:
            raise Misuse(f"{given!r} is of no journal; there are those of {', '.join(_CONTEXTS)}")
        place = (context, int(numbers[0]))
        places[place] = max(int(numbers[1]), places.get(place, 0))
    return Moment(until_at, places)
