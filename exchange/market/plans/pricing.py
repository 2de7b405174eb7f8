"""What units cost by a price plan: exact until the line is rounded, once, half up.

Source: market.md section 2, settlement.md section 5 (2).
"""

from collections.abc import Iterator

from exchange.kernel.money import MICRO, exponent, half_up
from exchange.kernel.plan import Counts, Model, Tiers
from exchange.market.commands import InstrumentTerms

_BYTES_OF_A_GIGABYTE = 10**9
_METERED = {"calls": 1, "bytes": _BYTES_OF_A_GIGABYTE}


def line_minor(model: Model, tiers: Tiers, units: int, currency: str) -> int:
    """What `units` cost, in minor units."""
    return half_up(_micros(model, tiers, units) * 10 ** exponent(currency), MICRO)


def part_minor(price_minor: int, days_used: int, days: int) -> int:
    """The price of a part of a period, by day."""
    return half_up(price_minor * days_used, days)


def metered(counts: Counts, units: int) -> int:
    """What a meter counts of so many units; 0 where nothing is metered."""
    return units * _METERED.get(counts, 0)


def price_in_ticks(terms: InstrumentTerms, amount_minor: int, units: int) -> int:
    """What one unit cost on average, in the instrument's ticks, half up: exact where a unit costs whole ticks."""
    return half_up(amount_minor * MICRO, units * terms.tick_micros * 10 ** exponent(terms.currency))


def _micros(model: Model, tiers: Tiers, units: int) -> int:
    if model == "graduated":
        return sum(count * price for count, price in _slices(tiers, units))
    reached = next(each for each in reversed(tiers) if each.from_units <= units)
    return units * reached.unit_micros


def _slices(tiers: Tiers, units: int) -> Iterator[tuple[int, int]]:
    """How many of `units` lie in each tier's slice, and what each of them costs."""
    ends = (*(each.from_units for each in tiers[1:]), units)
    for tier, end in zip(tiers, ends, strict=True):
        yield max(0, min(units, end) - tier.from_units), tier.unit_micros
