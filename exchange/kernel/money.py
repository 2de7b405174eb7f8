"""Money is an integer of minor units and an ISO 4217 code; a price is an integer of ticks."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Final

import msgspec
from iso4217 import Currency

from exchange.kernel.errors import Misuse

AmountMinor = Annotated[int, msgspec.Meta(ge=1, le=10**15)]
"""A positive amount in minor units."""
BalanceMinor = Annotated[int, msgspec.Meta(ge=0, le=10**18)]
CurrencyCode = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}\Z")]

CNY = "CNY"
ECNY = "eCNY"
"""Mainland digital cash: it settles amounts in CNY, in purses and a ledger of its own.

Source: settlement.md section 4.
"""
BESIDE: Final[Mapping[str, str]] = {ECNY: CNY}
"""Of what settles amounts of a currency beside its own money, that currency."""

MICRO = 1_000_000
AMOUNT_MAX = 10**15


@cache
def exponent(currency: str) -> int:
    """How many decimals a currency's minor unit has.

    Raises: Misuse if the code is not in ISO 4217. Source: ISO 4217.
    """
    try:
        decimals: int | None = Currency(currency).exponent
    except ValueError as error:
        raise Misuse(
            f"currency {currency!r} is not an ISO 4217 code; use one like CNY, JPY or EUR"
        ) from error
    if decimals is None:
        raise Misuse(f"currency {currency!r} has no minor unit; use one like CNY, JPY or EUR")
    return decimals


def known_currency(currency: str) -> bool:
    """Whether money can be held in this currency here."""
    try:
        exponent(currency)
    except Misuse:
        return False
    return True


class _Scales(dict[str, int]):
    """How many minor units one unit of each currency has; looked up far more often than there are currencies."""

    def __missing__(self, currency: str) -> int:
        scale: int = 10 ** exponent(currency)
        self[currency] = scale
        return scale


SCALES: Final[Mapping[str, int]] = _Scales()
"""Minor units of one unit, by currency. Raises: as `exponent`."""


def half_up(numerator: int, denominator: int) -> int:
    """Divide non-negative integers, rounding a half up. Source: settlement.md section 5."""
    return (2 * numerator + denominator) // (2 * denominator)


def rounded_up(numerator: int, denominator: int) -> int:
    """Divide non-negative integers, rounding up."""
    return -(-numerator // denominator)


def in_turn(amount_minor: int, *pockets: int) -> tuple[int, ...]:
    """What an amount takes of each pocket, one after another, as far as each goes."""
    taken: list[int] = []
    for pocket in pockets:
        taken.append(min(amount_minor, pocket))
        amount_minor -= taken[-1]
    return tuple(taken)


def format_minor(amount_minor: int, currency: str) -> str:
    """Write an amount of a currency, or of what settles it, for people: `CNY 12,000.00`, `JPY 250,000`, `eCNY 1.00`."""
    decimals = exponent(BESIDE.get(currency, currency))
    whole, rest = divmod(abs(amount_minor), 10**decimals)
    sign = "-" if amount_minor < 0 else ""
    return f"{currency} {sign}{whole:,}" + (f".{rest:0{decimals}d}" if decimals else "")
