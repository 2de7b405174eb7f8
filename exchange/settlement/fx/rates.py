"""What one amount is in another currency: exact, in whole numbers, rounded once and never in a customer's favour.

Source: settlement.md section 5 (5).
"""

from typing import NamedTuple

from exchange.kernel.money import SCALES, rounded_up
from exchange.settlement.fx.commands import FixedSide


class Ratio(NamedTuple):
    """Minor units bought for minor units sold, as a fraction."""

    bought: int
    sold: int


class Amounts(NamedTuple):
    """What is sold and what is bought for it. Units: minor units of each."""

    sold_minor: int
    bought_minor: int


def fraction(rate: str) -> tuple[int, int]:
    """A decimal as a fraction of whole numbers."""
    whole, _, decimals = rate.partition(".")
    return int(whole + decimals), 10 ** len(decimals)


def ratio(rate: str, base_currency: str, sell_currency: str, buy_currency: str) -> Ratio:
    """What a rate says of minor units. Shape: whoever sells the quote currency divides by the rate."""
    above, below = fraction(rate)
    if sell_currency != base_currency:
        above, below = below, above
    return Ratio(above * SCALES[buy_currency], below * SCALES[sell_currency])


def exchanged(side: FixedSide, amount_minor: int, at: Ratio) -> Amounts:
    """Both amounts, where one is fixed: what is bought is rounded down, what is sold is rounded up."""
    if side == "fixed_sell":
        return Amounts(amount_minor, amount_minor * at.bought // at.sold)
    return Amounts(rounded_up(amount_minor * at.sold, at.bought), amount_minor)
