"""How units are priced and sold, as a listing says it and as a market does it. Source: market.md section 2."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Literal

import msgspec

from exchange.kernel.bases import Line, Value

Sale = Literal["once", "subscription"]
Counts = Literal["units", "seats", "calls", "bytes"]
Meter = Literal["calls", "bytes"]
"""What of a plan's counts is used up, so that a meter counts it."""
Model = Literal["flat", "volume", "graduated"]
PeriodUnit = Literal["day", "month", "year"]
MicroPrice = Annotated[int, msgspec.Meta(ge=1, le=10**15)]
"""Millionths of the currency's major unit for one unit: a price with six decimals."""
METERED_MAX = 10**18
Metered = Annotated[int, msgspec.Meta(ge=1, le=METERED_MAX)]
"""Calls, or bytes: what a meter counts."""
MeteredSum = Annotated[int, msgspec.Meta(ge=0, le=METERED_MAX)]
"""What is left of calls or bytes, or owed, in all."""
GRACE_DAYS = 7


class PriceTier(Value, frozen=True):
    """A unit price, and from how many units on it holds."""

    from_units: Annotated[int, msgspec.Meta(ge=0, le=10**9)]
    unit_micros: MicroPrice


Tiers = Annotated[tuple[PriceTier, ...], msgspec.Meta(min_length=1, max_length=16)]


class PlanTerms(Value, frozen=True):
    """How units of something are priced and sold.

    Units: `unit_micros` of the instrument's currency; one unit is one of what the plan `counts`, of bytes 10^9.
    Shape: `flat` has one tier; with `volume` all units have the price of the tier they reach; with `graduated` each
    unit has that of its slice, a slice being the units above its tier's `from_units`. What is sold `once` lasts for
    a `period` from then on, or as long as the licence; a subscription renews at each end of a `period` of the calendar.
    Calls and bytes are prepaid; what is left of them at the end is `unused`. At most the licence's seats are sold at a
    time. `grace_days` is how long a subscription waits for its money. Source: market.md section 2.
    """

    sale: Sale
    counts: Counts
    unit: Line
    model: Model
    tiers: Tiers
    period: PeriodUnit | None = None
    unused: Literal["expires", "refunded"] = "expires"
    units_min: Annotated[int, msgspec.Meta(ge=1, le=10**9)] = 1
    grace_days: Annotated[int, msgspec.Meta(ge=0, le=90)] = GRACE_DAYS


def wrong_tiers(model: Model, tiers: Tiers) -> Iterator[str]:
    """What of a plan's prices contradicts itself."""
    if tiers[0].from_units != 0:
        yield f"the first tier begins at {tiers[0].from_units} units; it has to begin at 0"
    if model == "flat" and len(tiers) > 1:
        yield f"a flat price has one tier, there are {len(tiers)}; use volume or graduated"
    for lower, higher in pairwise(tiers):
        if higher.from_units <= lower.from_units:
            yield f"a tier from {higher.from_units} units comes after one from {lower.from_units}; they have to rise"


def wrong_plan(plan: PlanTerms) -> Iterator[str]:
    """What of a plan contradicts itself."""
    prepaid = plan.counts in ("calls", "bytes")
    if plan.sale == "subscription" and plan.period is None:
        yield "a subscription renews at the end of a period; name day, month or year"
    if plan.sale == "subscription" and prepaid:
        yield f"{plan.counts} are prepaid and used up; sell them once, with top-up"
    if plan.unused == "refunded" and not prepaid:
        yield f"nothing of {plan.counts} is left over to refund; only calls and bytes are used up"
