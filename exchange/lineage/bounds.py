"""How far a question about lineage goes at most."""

from typing import NamedTuple

from exchange.kernel.errors import Misuse

DEPTH_MAX = 1_000
BREADTH_MAX = 100_000


class Bounds(NamedTuple):
    """Steps away from what is asked about, and things followed from any one thing: the first by name."""

    depth: int
    breadth: int

    def checked(self) -> "Bounds":
        """These bounds. Raises: Misuse if one of them is less than one, or too large to be of use."""
        for word, given, most in (("depth", self.depth, DEPTH_MAX), ("breadth", self.breadth, BREADTH_MAX)):
            if not 1 <= given <= most:
                raise Misuse(f"a {word} of {given:,} is not between 1 and {most:,}; name one that is")
        return self


USUAL = Bounds(depth=50, breadth=1_000)
