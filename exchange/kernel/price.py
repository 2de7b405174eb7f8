"""Prices for people: an instrument's ticks as decimals of its currency, exact both ways."""

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


def ticks_of(text: str, tick_micros: int, decimals: int, step: int = 1, called: str = "a price") -> int:
    """The ticks of a price as people write it, such as `1234.50`.

    Shape: `step` ticks lie between two prices; `called` is what an error calls it.
    Raises: Misuse if it is no price, or lies between two of them.
    """
    found = _NUMBER.match(text.replace(",", ""))
    if found is None:
        noun = called.split()[-1]
        raise Misuse(f"{text!r} is no {noun}; write it in the instrument's currency, such as 1234.50")
    fraction = found[2] or ""
    scale = max(len(fraction), _DECIMALS_MICRO)
    numerator = int(found[1] + fraction.ljust(scale, "0"))
    one: int = tick_micros * step * 10 ** (scale - _DECIMALS_MICRO)
    steps, rest = divmod(numerator, one)
    if rest or not steps:
        between = _between(text, steps, rounded_up(numerator, one), tick_micros * step, decimals)
        raise Misuse(f"{called} of {between}")
    return steps * step


def _between(text: str, below: int, above: int, step_micros: int, decimals: int) -> str:
    moves = price_text(1, step_micros, decimals)
    near = [price_text(each, step_micros, decimals) for each in dict.fromkeys((below, above, 1)) if each][:2]
    return f"{text} is off the tick: it moves in steps of {moves}; write {' or '.join(near)}"
