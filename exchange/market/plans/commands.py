"""What may be asked of price plans and of the units sold by them."""

from typing import Annotated, Literal

import msgspec

from exchange.kernel.bases import Command, Line, Value
from exchange.kernel.ids import InstrumentId, ParticipantId
from exchange.kernel.money import AmountMinor
from exchange.kernel.time import Instant
from exchange.market.commands import Quantity, Use

Sale = Literal["once", "subscription"]
Counts = Literal["units", "seats", "calls", "bytes"]
Model = Literal["flat", "volume", "graduated"]
PeriodUnit = Literal["day", "month", "year"]
Metered = Annotated[int, msgspec.Meta(ge=1, le=10**18)]
"""Calls, or bytes: what a meter counts."""
Threshold = Annotated[int, msgspec.Meta(ge=0, le=10**18)]
MicroPrice = Annotated[int, msgspec.Meta(ge=1, le=10**15)]
"""Millionths of the currency's major unit for one unit: a price with six decimals."""
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
    units_min: Quantity = 1
    grace_days: Annotated[int, msgspec.Meta(ge=0, le=90)] = GRACE_DAYS


class SetPricePlan(Command, frozen=True):
    """Sell units of an instrument by a price plan, or by another one from now on. Sent by its seller."""

    instrument_id: InstrumentId
    plan: PlanTerms


class AnnouncePrice(Command, frozen=True):
    """Announce other prices for a subscription, a whole period ahead or more. Sent by its seller.

    Shape: a subscription pays them from its first renewal at or after `effective_at` on, whoever subscribes then from
    that moment on. Another announcement takes the place of one that is not in effect yet.
    """

    instrument_id: InstrumentId
    tiers: Tiers
    effective_at: Instant


class BuyUnits(Command, frozen=True):
    """Buy units at the price plan: seats, or calls and gigabytes to use up.

    Units: `units` as the plan counts them; the whole may cost `amount_max_minor`, None whatever the plan says.
    """

    instrument_id: InstrumentId
    units: Quantity
    use: Use
    amount_max_minor: AmountMinor | None = None


class RecordUsage(Command, frozen=True):
    """Say what a buyer has used of its prepaid units. Sent by the seller, or by a policy.

    Units: `metered` in calls or bytes. Shape: `reference` is the meter's own name for the reading.
    """

    instrument_id: InstrumentId
    buyer_id: ParticipantId
    metered: Metered
    reference: Line = ""


class TopUpTerms(Value, frozen=True):
    """How a balance of prepaid units fills up by itself.

    Units: `threshold` in calls or bytes, `units` as the plan counts them.
    """

    threshold: Threshold
    units: Quantity
    use: Use
    amount_max_minor: AmountMinor | None = None


class SetTopUp(Command, frozen=True):
    """Buy units whenever a record of usage leaves no more than a threshold, or no longer (`top_up` None)."""

    instrument_id: InstrumentId
    top_up: TopUpTerms | None


COMMANDS: tuple[type[Command], ...] = (SetPricePlan, AnnouncePrice, BuyUnits, RecordUsage, SetTopUp)
