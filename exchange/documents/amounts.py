"""Amounts as documents write them, exact: decimal text to minor units by the currency's exponent, and back."""

import re

from exchange.documents.errors import AmountOverflows, AmountUnreadable, CurrencyNotKnown, ExponentWrong
from exchange.kernel.money import AMOUNT_MAX, exponent, known_currency

BALANCE_MAX = 10**18
_DECIMAL = re.compile(r"([+-]?)(\d*)(?:\.(\d*))?", re.ASCII)
_DIGITS_MAX = 60


def minor_of(text: str, currency: str, where: str, *, largest: int = AMOUNT_MAX) -> int:
    """The minor units that a decimal text means.

    Raises: CurrencyNotKnown; ExponentWrong if it is finer than the currency; AmountOverflows beyond `largest`;
    AmountUnreadable if it is no decimal. Source: ISO 4217; settlement.md section 5, rule 8.
    """
    decimals = exponent_of(currency, where)
    sign, whole, rest = _parts(text, where)
    if rest[decimals:].strip("0"):
        raise ExponentWrong(
            f"{where}: {currency} {text} is finer than {currency} goes, which has {decimals} decimals; "
            "have it written with no more of them"
        )
    minor = int(whole + rest[:decimals].ljust(decimals, "0") or "0")
    if minor > largest:
        raise AmountOverflows(
            f"{where}: {currency} {text} is more than the books hold; split it, or see whether it is right"
        )
    return -minor if sign == "-" else minor


def exponent_of(currency: str, where: str) -> int:
    """How many decimals a currency has. Raises: CurrencyNotKnown."""
    if not known_currency(currency):
        raise CurrencyNotKnown(
            f"{where}: currency {currency!r} is not one of ISO 4217 with a minor unit; use one like CNY or JPY"
        )
    return exponent(currency)


def decimal_text(minor: int, currency: str) -> str:
    """Minor units as documents write them: `12000.00`, `250000`."""
    decimals = exponent(currency)
    whole, rest = divmod(abs(minor), 10**decimals)
    return ("-" if minor < 0 else "") + str(whole) + (f".{rest:0{decimals}d}" if decimals else "")


def _parts(text: str, where: str) -> tuple[str, str, str]:
    found = _DECIMAL.fullmatch(text.strip())
    sign, whole, rest = (found[1], found[2], found[3] or "") if found else ("", "", "")
    if not whole + rest or len(text) > _DIGITS_MAX:
        raise AmountUnreadable(f"{where}: {text[:_DIGITS_MAX]!r} is no amount; write it like 12000.00")
    return sign, whole, rest
