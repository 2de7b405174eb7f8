"""What units cost by a plan, and what somebody has of them. Source: market.md section 2, settlement.md section 5."""

from dataclasses import dataclass
from fractions import Fraction

from exchange.kernel.plan import PlanTerms, PriceTier
from exchange.market.plans.commands import TopUpTerms
from tests.properties.rooms_twin.ground import Shelf
from tests.properties.rooms_twin.money import half_up

METERED = ("calls", "bytes")
PER_UNIT = {"calls": 1, "bytes": 10**9}
EXPONENTS = {"CNY": 2, "JPY": 0}

Tiers = tuple[PriceTier, ...]


def line(model: str, tiers: Tiers, units: int, currency: str) -> int:
    """What units cost: exact until the line is rounded once, half up."""
    if model == "graduated":
        price = sum(_price_of_the(number, tiers) for number in range(1, units + 1))
    else:
        price = units * [each.unit_micros for each in tiers if each.from_units <= units][-1]
    return half_up(Fraction(price * 10 ** EXPONENTS[currency], 10**6))


def _price_of_the(number: int, tiers: Tiers) -> int:
    """Of graduated units, the one of this number: the first above a tier's beginning has that tier's price."""
    return [each.unit_micros for each in tiers if each.from_units < number][-1]


def rise(model: str, tiers: Tiers) -> bool:
    """Whether tiers are tiers: from none on, one above the other, of a flat price one."""
    froms = [each.from_units for each in tiers]
    return froms == sorted(set(froms)) and froms[0] == 0 and (model != "flat" or len(tiers) == 1)


@dataclass
class Plan:
    """How units of an instrument are sold; `prices` are dated, and the last whose time has come holds."""

    name: str
    terms: PlanTerms
    prices: list[tuple[int, Tiers]]

    def tiers(self, at: int) -> Tiers:
        """The prices of a moment."""
        return [tiers for begins, tiers in self.prices if begins <= at][-1]


@dataclass
class Units:
    """Units of one purchase that end, or are used up."""

    name: str
    trade: str
    shelf: Shelf
    who: str
    seats: int
    metered: int
    left: int
    refundable: bool
    price: int
    ends: int


@dataclass
class Balance:
    """What somebody has of an instrument: what was used before it was bought, and how it fills up."""

    owed: int = 0
    bought: int = 0
    top_up: TopUpTerms | None = None
    top_up_name: str = ""
    paused: bool = False
