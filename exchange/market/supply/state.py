"""What is remembered of supply tax: who it is collected for, from when on."""

from typing import Annotated, Literal, TypeAlias

import msgspec

from exchange.kernel.bases import Line, Value
from exchange.kernel.time import Instant

SupplyRate = Annotated[int, msgspec.Meta(ge=0, le=9_999)]
"""Hundredths of a per cent of the price without tax; 0 collects none."""
Prices: TypeAlias = Literal["inclusive", "exclusive"]
"""Whether the tax is in the price, or comes on top of it."""


class SupplySchedule(Value, frozen=True):
    """What is collected for an authority from `valid_from` on."""

    authority: Line
    rate_bp: SupplyRate
    prices: Prices
    valid_from: Instant


Supply: TypeAlias = dict[str, list[SupplySchedule]]
"""By authority, in the order of `valid_from`; those that can never decide again are forgotten."""
