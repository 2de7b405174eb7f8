"""Prices and amounts as people write them, exact both ways: ticks and minor units as decimals of a currency."""

import re

from exchange.kernel.errors import Misuse
from exchange.kernel.money import MICRO, exponent, rounded_up

_DECIMALS_MICRO = 6
_NUMBER = re.compile(r"(\d{1,15})(?:\.(\d{1,12}))?\Z")


def decimals_of(tick_micros: int, currency: str, wanted: int = 0) -> int:
    """How many decimals show every price of an instrument: those wanted, the currency's, as many as its tick has."""
    exact = _DECIMALS_MICRO
    while exact and tick_micros % 10 ** (_DECIMALS_MICRO - exact + 1) == 0:
        exact -= 1
    return min(_DECIMALS_MICRO, max(exact, wanted, exponent(currency)))


def price_text(ticks: int, tick_micros: int, decimals: int) -> str:
    """A price for people: `1,234.50`. Shape: cut to `decimals`, of which `decimals_of` gives enough."""
    whole, rest = divmod(ticks * tick_micros, MICRO)
    return f"{whole:,}" + (f".{rest:06d}"[: decimals + 1] if decimals else "")


def ticks_of(text: str, tick_micros: int, decimals: int, step: int = 1) -> int:
    """The ticks of a price as people write it, such as `1234.50`.

    Shape: `step` ticks lie between two prices. Raises: Misuse if it is no price, or lies between two of them.
    """
    found = _NUMBER.match(text.replace(",", ""))
    if found is None:
        raise Misuse(f"{text!r} is no price; write it in the instrument's currency, such as 1234.50")
    fraction = found[2] or ""
    scale = max(len(fraction), _DECIMALS_MICRO)
    numerator = int(found[1] + fraction.ljust(scale, "0"))
    one: int = tick_micros * step * 10 ** (scale - _DECIMALS_MICRO)
    steps, rest = divmod(numerator, one)
    if rest or not steps:
        raise Misuse(_between(text, steps, rounded_up(numerator, one), tick_micros * step, decimals))
    return steps * step


def minor_of(text: str, currency: str) -> int:
    """The minor units of an amount as people write it, such as `1234.50`. Raises: Misuse if it is none."""
    found, decimals = _NUMBER.match(text.replace(",", "")), exponent(currency)
    if found is None:
        raise Misuse(f"{text!r} is no amount of money; write it as 1234.50, without the currency")
    fraction = (found[2] or "").rstrip("0")
    if len(fraction) > decimals:
        raise Misuse(f"an amount of {text} is smaller than a minor unit; {currency} has {decimals} decimals")
    return int(found[1] + fraction.ljust(decimals, "0"))


def _between(text: str, below: int, above: int, step_micros: int, decimals: int) -> str:
    moves = price_text(1, step_micros, decimals)
    near = [price_text(each, step_micros, decimals) for each in dict.fromkeys((below, above, 1)) if each][:2]
    return f"a price of {text} is off the tick: it moves in steps of {moves}; write {' or '.join(near)}"
