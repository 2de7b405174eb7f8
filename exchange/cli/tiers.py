"""Prices that change with how much is bought, as they are typed: `400=520.00`, from 400 on at 520.00."""

import re
from collections.abc import Callable, Sequence

from exchange.kernel.errors import Misuse

_DECIMALS = 6
_TIER = re.compile(r"(\d{1,10})=(\S+)\Z")


def tiers_of(typed: Sequence[str], price_of: Callable[[str], int]) -> list[tuple[int, int]]:
    """From how much on, and the price as `price_of` reads it. Raises: Misuse if one is none."""
    return [_tier(each, price_of) for each in typed]


def micros_of(written: str) -> int:
    """A unit price with up to six decimals, in millionths. Raises: Misuse if it is none."""
    from exchange.kernel.price import ticks_of

    return ticks_of(written, 1, _DECIMALS)


def told(tiers: str) -> str:
    """The tiers of a price plan, as the tables have them, for people."""
    import msgspec

    from exchange.kernel.price import price_text

    found = msgspec.json.decode(tiers, type=list[dict[str, int]])
    prices = [price_text(each["unit_micros"], 1, _DECIMALS) for each in found]
    if len(found) == 1:
        return prices[0]
    return "; ".join(
        f"from {each['from_units']:,} {price}" for each, price in zip(found, prices, strict=True)
    )


def _tier(text: str, price_of: Callable[[str], int]) -> tuple[int, int]:
    found = _TIER.match(text)
    if found is None:
        raise Misuse(f"--tier {text!r}: expected from how much on and the price, such as 400=520.00")
    return int(found[1]), price_of(found[2])
