"""What may be asked of price plans and of the units sold by them."""

from typing import Annotated

import msgspec

from exchange.kernel.bases import Command, Line, Value
from exchange.kernel.ids import InstrumentId, ParticipantId
from exchange.kernel.money import AmountMinor
from exchange.kernel.plan import Metered, PlanTerms, Tiers
from exchange.kernel.time import Instant
from exchange.market.commands import Quantity, Use

Threshold = Annotated[int, msgspec.Meta(ge=0, le=10**18)]


class SetPricePlan(Command, frozen=True):
    """Sell units of an instrument by a price plan, or by another one from now on.

    Shape: sent by its seller, or by a policy where its listing came with a plan.
    """

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
