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
    """Where a gross amount goes: gross = seller + fee net + fee tax + commission + supply tax. Units: minor units."""

    seller_minor: int
    fee_net_minor: int
    fee_tax_minor: int
    commission_minor: int
    supply_tax_minor: int = 0


def fee_schedule(market: Market, at: int) -> FeeSchedule:
    """The schedule in force at `at`."""
    return next(each for each in reversed(market.fees.schedules) if each.valid_from <= at)


def amount_minor(terms: InstrumentTerms, price: int, quantity: int, on_top_bp: int = 0) -> int:
    """What `quantity` lots at `price` cost: rounded once, half up. What comes on top in tax is rounded by itself."""
    amount = half_up(price * quantity * (terms.tick_micros * SCALES[terms.currency]), MICRO)
    return amount + half_up(amount * on_top_bp, _BP) if on_top_bp else amount


def lot_reserve_minor(terms: InstrumentTerms, price: int, on_top_bp: int = 0) -> int:
    """What one lot at `price` reserves: rounded up, tax on top too, so that no sequence of fills overdraws it."""
    lot = -(-price * (terms.tick_micros * SCALES[terms.currency]) // MICRO)
    return lot - (-lot * on_top_bp // _BP) if on_top_bp else lot


def split(
    gross_minor: int, currency: str, schedule: FeeSchedule, commission_bp: int = 0, supply_bp: int = 0
) -> Split:
    """Split a gross amount; the fee includes its tax, and the seller gets the difference, never rounded itself.

    Shape: fee and commission are of what is left without supply tax; a fee's minimum and then a commission are at most
    what is there.
    """
    sold = taxed(gross_minor, supply_bp) if supply_bp else gross_minor
    least = next((each.amount_minor for each in schedule.minimums if each.currency == currency), 0)
    fee = min(max(half_up(sold * schedule.fee_bp, _BP), least), sold)
    commission = min(half_up(sold * commission_bp, _BP), sold - fee)
    net = taxed(fee, schedule.tax_rate_bp)
    return Split(sold - fee - commission, net, fee - net, commission, gross_minor - sold)


def taxed(gross_minor: int, tax_rate_bp: int) -> int:
    """What is left of an amount that includes its tax: amount ÷ (1 + rate), half up.

    Shape: of an amount on top of which the tax came, rounded half up, that is the very amount.
    """
    return half_up(gross_minor * _BP, _BP + tax_rate_bp)
