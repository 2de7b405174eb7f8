"""What an order reserves, what a trade costs, and how what is paid is split.

Source: settlement.md sections 3 and 5.
"""

from typing import NamedTuple

from exchange.kernel.money import MICRO, SCALES, half_up
from exchange.market.commands import InstrumentTerms
from exchange.market.fees.state import FeeSchedule
from exchange.market.state import Market

BALANCE_MAX = 10**17
"""The most one purse may hold in cash and reserve, in minor units."""
CURRENCY_MAX = 10**18
"""The most one market may hold in one currency, in minor units: no sum of it overflows a 64-bit integer."""

_BP = 10_000


class Split(NamedTuple):
    """Where a gross amount goes: gross = seller + fee net + fee tax + commission. Units: minor units."""

    seller_minor: int
    fee_net_minor: int
    fee_tax_minor: int
    commission_minor: int


def fee_schedule(market: Market, at: int) -> FeeSchedule:
    """The schedule in force at `at`."""
    return next(each for each in reversed(market.fees.schedules) if each.valid_from <= at)


def amount_minor(terms: InstrumentTerms, price: int, quantity: int) -> int:
    """What `quantity` lots at `price` cost: rounded once, half up."""
    return half_up(price * quantity * (terms.tick_micros * SCALES[terms.currency]), MICRO)


def lot_reserve_minor(terms: InstrumentTerms, price: int) -> int:
    """What one lot at `price` reserves: rounded up, so that no sequence of fills overdraws it."""
    return -(-price * (terms.tick_micros * SCALES[terms.currency]) // MICRO)


def split(gross_minor: int, currency: str, schedule: FeeSchedule, commission_bp: int = 0) -> Split:
    """Split a gross amount; the fee includes its tax, and the seller gets the difference, never rounded itself.

    Shape: a fee's minimum and then a commission are at most what is there.
    """
    least = next((each.amount_minor for each in schedule.minimums if each.currency == currency), 0)
    fee = min(max(half_up(gross_minor * schedule.fee_bp, _BP), least), gross_minor)
    commission = min(half_up(gross_minor * commission_bp, _BP), gross_minor - fee)
    net = taxed(fee, schedule.tax_rate_bp)
    return Split(gross_minor - fee - commission, net, fee - net, commission)


def taxed(fee_minor: int, tax_rate_bp: int) -> int:
    """What is left of a fee that includes its tax: fee ÷ (1 + rate), half up."""
    return half_up(fee_minor * _BP, _BP + tax_rate_bp)
