"""Amounts of an invoice: what of a price is tax, and what one unit costs."""

from exchange.kernel.money import MICRO, SCALES, half_up

_BP = 10_000
_DECIMALS = 6


def untaxed(gross_minor: int, rate_bp: int) -> int:
    """What is left of an amount without the tax that it includes, half up; the tax is the rest."""
    return half_up(gross_minor * _BP, _BP + rate_bp)


def price_of(net_minor: int, quantity: int, currency: str) -> tuple[str, int]:
    """The price of one unit as a decimal; where six decimals do not make up the whole again, that of all of them.

    Shape: the price, and the number of units that it is for.
    """
    scale = SCALES[currency]
    micros = half_up(net_minor * MICRO, scale * quantity)
    if half_up(micros * quantity * scale, MICRO) == net_minor:
        return _decimal(micros), 1
    return _decimal(net_minor * MICRO // scale), quantity


def _decimal(micros: int) -> str:
    """A decimal without trailing zeros."""
    whole, rest = divmod(micros, MICRO)
    return f"{whole}.{rest:0{_DECIMALS}d}".rstrip("0").rstrip(".")
