"""What an order reserves, what a trade costs, and how what is paid is split.

Source: settlement.md sections 3 and 5.
"""

from functools import cache
from typing import NamedTuple

from exchange.kernel.money import MICRO, exponent, half_up
from exchange.kernel.time import instant
from exchange.market.commands import InstrumentTerms

BALANCE_MAX = 10**17
"""The most one purse may hold in cash and reserve, in minor units."""
CURRENCY_MAX = 10**18
"""The most one market may hold in one currency, in minor units: no sum of it overflows a 64-bit integer."""

_BP = 10_000


class FeeSchedule(NamedTuple):
    """What the exchange takes of a sale from `valid_from` on.

    Units: basis points; `fee_bp` of the gross, of which `tax_rate_bp` on the net is tax.
    """

    valid_from: int
    fee_bp: int
    tax_authority: str
    tax_rate_bp: int


class Split(NamedTuple):
    """Where a gross amount goes: gross = seller + fee net + fee tax. Units: minor units."""

    seller_minor: int
    fee_net_minor: int
    fee_tax_minor: int


FEE_SCHEDULES: tuple[FeeSchedule, ...] = (
    FeeSchedule(valid_from=instant("1970-01-01T00:00:00Z"), fee_bp=250, tax_authority="CN", tax_rate_bp=600),
)
"""Oldest first; each holds until the next one begins."""


def fee_schedule(at: int) -> FeeSchedule:
    """The schedule in force at `at`."""
    return next(each for each in reversed(FEE_SCHEDULES) if each.valid_from <= at)


def amount_minor(terms: InstrumentTerms, price: int, quantity: int) -> int:
    """What `quantity` lots at `price` cost: rounded once, half up."""
    return half_up(price * quantity * _tick(terms.tick_micros, terms.currency), MICRO)


def lot_reserve_minor(terms: InstrumentTerms, price: int) -> int:
    """What one lot at `price` reserves: rounded up, so that no sequence of fills overdraws it."""
    return -(-price * _tick(terms.tick_micros, terms.currency) // MICRO)


@cache
def _tick(tick_micros: int, currency: str) -> int:
    """What a tick is worth, in millionths of the minor unit."""
    scale: int = 10 ** exponent(currency)
    return tick_micros * scale


def split(gross_minor: int, schedule: FeeSchedule) -> Split:
    """Split a gross amount; the fee includes its tax, and the seller gets the difference, never rounded itself."""
    fee = half_up(gross_minor * schedule.fee_bp, _BP)
    fee_net = half_up(fee * _BP, _BP + schedule.tax_rate_bp)
    return Split(seller_minor=gross_minor - fee, fee_net_minor=fee_net, fee_tax_minor=fee - fee_net)
