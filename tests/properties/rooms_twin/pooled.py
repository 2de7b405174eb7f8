"""What a pool is, what it costs, what it saves, and how too small a supply is divided. Source: market.md section 8."""

from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

from exchange.market.pools.commands import OpenPool
from tests.properties.rooms_twin.calendar import DAY_US
from tests.properties.rooms_twin.ground import Shelf


@dataclass
class Share:
    """Somebody's part of a pool; its deposit is held under its name."""

    name: str
    who: str
    mbps: int
    deposit: int
    part: int = 0


@dataclass
class Pool:
    """A pool; `phase` is open, closed, approved, then failed or activated."""

    name: str
    shelf: Shelf
    asked: OpenPool
    begins: int
    ends: int
    phase: str = "open"
    late: bool = False
    reached: bool = False
    price: int = 0
    days_saved: int = 0
    approved_at: int = 0
    shares: list[Share] = field(default_factory=list)
    paid: list[tuple[int, int]] = field(default_factory=list)
    excluded: int = 0

    @property
    def seller(self) -> str:
        """Whose line it is."""
        return self.shelf.seller or ""

    @property
    def total(self) -> int:
        """What all have committed to."""
        return sum(share.mbps for share in self.shares)

    @property
    def tier(self) -> int:
        """The price that the total has come to (2)."""
        return min(
            [
                self.asked.list_price,
                *(each.price for each in self.asked.tiers if each.from_mbps <= self.total),
            ]
        )

    @property
    def individual_due(self) -> int:
        """When a buyer for itself would have its approval (6)."""
        return self.asked.closes_at + self.asked.approval_days_individual * DAY_US

    @property
    def pooled_due(self) -> int:
        """When the pool has to have its approval (6)."""
        return self.asked.closes_at + self.asked.approval_days_pooled * DAY_US


def saving(price: int, list_price: int) -> int:
    """1 - pooled price ÷ list price in basis points, no more than it is (7)."""
    return floor((1 - Fraction(price, list_price)) * 10_000)


def parts(shares: list[int], supply: int) -> list[int]:
    """Pro rata, largest remainder, to 1 Mbps; ties by commit offset (5)."""
    total = sum(shares)
    if total <= supply:
        return shares
    owed = [Fraction(mbps * supply, total) for mbps in shares]
    given = [floor(each) for each in owed]
    while sum(given) < supply:
        rests = [each - part for each, part in zip(owed, given, strict=True)]
        given[rests.index(max(rests))] += 1
    return given
