"""Does whoever reads a partition move on? Idle is well; behind and where it was before is not."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Moving(NamedTuple):
    """One reader of one partition. Units: records behind the end; seconds for which it was behind and did not move."""

    behind: int
    stalled_s: float


class Pace:
    """Follows readers by their positions.

    Shape: a reader is named by anything that can be a key; whoever is no longer seen is forgotten, and begins
    anew when it comes back.
    """

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str, int], tuple[int, int, float]] = {}

    def look(self, places: Iterable[tuple[tuple[str, str, int], int, int]], now_s: float) -> None:
        """Take the position and the end of every reader that there is now."""
        seen = {}
        for name, position, end in places:
            before = self._seen.get(name)
            since = now_s
            if before is not None and before[0] == position and before[1] > position:
                since = before[2]
            seen[name] = (position, max(end, position), since)
        self._seen = seen

    def moving(self, now_s: float) -> Mapping[tuple[str, str, int], Moving]:
        """How it stands with each."""
        return {
            name: Moving(end - position, now_s - since if end > position else 0.0)
            for name, (position, end, since) in self._seen.items()
        }
