"""What a run of the order stream comes to."""

from typing import NamedTuple


class Sums(NamedTuple):
    """Fills, lots, and lots times price."""

    fills: int
    quantity: int
    notional: int
