"""What happened to price plans and to the units sold by them."""

from exchange.kernel.bases import Fact, Line, Names, Text, Value
from exchange.kernel.ids import EntitlementId, Id, InstrumentId, ParticipantId, TradeId
from exchange.kernel.money import BalanceMinor
from exchange.kernel.plan import Counts, Metered, MeteredSum, PlanTerms, Tiers
from exchange.kernel.time import Instant
from exchange.market.commands import Use
from exchange.market.plans.commands import TopUpTerms


class PricePlanSet(Fact, frozen=True):
    """Units of an instrument are sold by this plan. Shape: `replaces` names the one before, empty if there was none."""

    plan_id: Id
    instrument_id: InstrumentId
    seller_id: ParticipantId
    currency: Line
    plan: PlanTerms
    replaces: Line


class PriceAnnounced(Fact, frozen=True):
    """A subscription's prices will be these, from the first renewal at or after `effective_at` on."""

    plan_id: Id
    instrument_id: InstrumentId
    tiers: Tiers
    effective_at: Instant


class UnitsBought(Fact, frozen=True):
    """A buyer bought units at the price plan; its trade and the right follow, paid out of the hold.

    Units: `units` as the plan counts them, `metered` in calls or bytes (0 where none are prepaid); of those
    `covered` were used before they were bought. `amount_minor` of `currency` is the line, rounded once, half up;
    `drawn_minor` of credit was added for it.
    Shape: the right ends at `ends_at`; what is left then of units that are `refundable` is paid back, while their
    price is in escrow. It `resumes` a top-up that was paused, if it names one. What the plan `counts` as calls or bytes
    of the `product_id` is used up as it is received.
    """

    hold_id: Id
    entitlement_id: EntitlementId
    trade_id: TradeId
    plan_id: Id
    instrument_id: InstrumentId
    seller_id: ParticipantId
    buyer_id: ParticipantId
    units: int
    unit: Line
    metered: MeteredSum
    covered: MeteredSum
    refundable: bool
    currency: Line
    amount_minor: BalanceMinor
    ends_at: Instant
    top_up: bool
    resumes: Line
    use: Use
    drawn_minor: BalanceMinor = 0
    product_id: Line = ""
    counts: Counts = "units"


class Draw(Value, frozen=True):
    """What was used up of the units of one purchase. Units: calls or bytes."""

    entitlement_id: EntitlementId
    metered: Metered


class UsageRecorded(Fact, frozen=True):
    """A buyer used prepaid units, those first that end first.

    Units: calls or bytes; `metered` is the sum of the draws and of what was `uncovered`, which the next units bought
    cover; `left` is the balance, `owed` what is uncovered in all. Where a policy says what was used, what would be owed
    beyond 10^18 is left out of all of them.
    """

    instrument_id: InstrumentId
    seller_id: ParticipantId
    buyer_id: ParticipantId
    metered: MeteredSum
    draws: tuple[Draw, ...]
    uncovered: MeteredSum
    left: MeteredSum
    owed: MeteredSum
    reference: Line


class TopUpSet(Fact, frozen=True):
    """A balance fills up by itself, or no longer does. Shape: `replaces` names what was set before."""

    top_up_id: Id
    instrument_id: InstrumentId
    buyer_id: ParticipantId
    currency: Line
    top_up: TopUpTerms | None
    replaces: Line


class TopUpPaused(Fact, frozen=True):
    """A balance could not fill up: the purse was short, say. It waits until it is set, or units are bought, again."""

    top_up_id: Id
    instrument_id: InstrumentId
    buyer_id: ParticipantId
    reason: Line
    detail: Text
    codes: Names


class UnitsEnded(Fact, frozen=True):
    """The time of units bought is over, or their purchase was refunded: seats are free again, prepaid units gone.

    Units: `unused` in calls or bytes; `refunded_minor` of `currency` went from the trade's escrow back to the buyer.
    """

    entitlement_id: EntitlementId
    trade_id: TradeId
    instrument_id: InstrumentId
    buyer_id: ParticipantId
    units: int
    unused: MeteredSum
    currency: Line
    refunded_minor: BalanceMinor


FACTS: tuple[type[Fact], ...] = (
    PricePlanSet,
    PriceAnnounced,
    UnitsBought,
    UsageRecorded,
    TopUpSet,
    TopUpPaused,
    UnitsEnded,
)
