"""What a market remembers of price plans and of units that were bought."""

import msgspec

from exchange.kernel.ids import EntitlementId, Id, InstrumentId, ParticipantId, TradeId
from exchange.kernel.plan import PlanTerms, Tiers
from exchange.market.plans.commands import TopUpTerms


class Announced(msgspec.Struct, frozen=True):
    """Prices to come."""

    tiers: Tiers
    effective_at: int


class Plan(msgspec.Struct):
    """How units of one instrument are sold.

    Shape: `tiers` are the prices in force before those `announced`, at first the plan's own. `lots` are
    purchases whose units are counted down, `balances` buyers that ever prepaid units, `subscriptions` those that have
    not ended.
    """

    plan_id: Id
    terms: PlanTerms
    tiers: Tiers
    announced: Announced | None = None
    lots: int = 0
    balances: int = 0
    subscriptions: int = 0


class Lot(msgspec.Struct):
    """The units of one purchase: seats taken, or prepaid units. Units: `metered` and `left` in calls or bytes."""

    entitlement_id: EntitlementId
    trade_id: TradeId
    instrument_id: InstrumentId
    buyer_id: ParticipantId
    units: int
    metered: int
    left: int
    refundable: bool
    amount_minor: int
    ends_at: int
    seats: int


class Balance(msgspec.Struct):
    """What a buyer has prepaid of an instrument.

    Units: calls or bytes. Shape: `lots` have something left, those first that end first; `owed` was used before it
    was bought, `bought` is all there ever was; a top-up that is `paused` does not happen.
    """

    lots: list[EntitlementId] = msgspec.field(default_factory=list)
    owed: int = 0
    bought: int = 0
    top_up_id: str = ""
    top_up: TopUpTerms | None = None
    paused: bool = False


class Plans(msgspec.Struct):
    """Plans by instrument, open lots by entitlement, which of them a trade paid, balances by instrument and buyer."""

    plans: dict[InstrumentId, Plan] = msgspec.field(default_factory=dict)
    lots: dict[EntitlementId, Lot] = msgspec.field(default_factory=dict)
    paid_by: dict[TradeId, EntitlementId] = msgspec.field(default_factory=dict)
    balances: dict[str, Balance] = msgspec.field(default_factory=dict)


def balance_name(instrument_id: str, buyer_id: str) -> str:
    """What a balance is kept under."""
    return f"{instrument_id} {buyer_id}"


def tiers_at(plan: Plan, at: int) -> Tiers:
    """The prices that hold at a moment."""
    if plan.announced is not None and plan.announced.effective_at <= at:
        return plan.announced.tiers
    return plan.tiers
