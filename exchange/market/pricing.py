"""The price band of an instrument, and the worst price an order may have.

Source: market.md sections 3 and 4.
"""

from typing import NamedTuple

from exchange.kernel.money import half_up
from exchange.market.commands import QUANTITY_MAX, BookRules, Side
from exchange.market.state import Instrument

_BP = 10_000


class Band(NamedTuple):
    """The prices an order may have. Units: ticks; both ends belong to it."""

    low: int
    high: int


def unconfined(rules: BookRules) -> bool:
    """Whether the rules permit every price and quantity."""
    return (
        rules.collar_bp is None
        and rules.price_step == rules.quantity_step == rules.quantity_min == 1
        and rules.quantity_max == QUANTITY_MAX
    )


def reference_price(instrument: Instrument) -> int | None:
    """What prices are compared with: that of the book's last trade, or before one the instrument's own."""
    return (
        instrument.last_price if instrument.last_price is not None else instrument.terms.rules.reference_price
    )


def band_of(instrument: Instrument) -> Band | None:
    """The collar around the reference price; None where there is none."""
    rules, reference = instrument.terms.rules, reference_price(instrument)
    if rules.collar_bp is None or reference is None:
        return None
    reach = half_up(reference * rules.collar_bp, _BP)
    return Band(max(1, reference - reach), reference + reach)


def worst_in_band(instrument: Instrument, side: Side) -> int | None:
    """The worst price for `side` that the collar permits; None where there is no collar."""
    band = band_of(instrument)
    if band is None:
        return None
    return band.high if side is Side.BID else band.low
