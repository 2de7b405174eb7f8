"""Price plans and subscriptions through the doors."""

from exchange.delivery.commands import ReportReading
from exchange.delivery.facts import ReadingTaken
from exchange.kernel.plan import PlanTerms, Tiers
from exchange.market.commands import Use
from exchange.market.facts import EntitlementGranted
from exchange.market.plans.commands import (
    AnnouncePrice,
    BuyUnits,
    RecordUsage,
    SetPricePlan,
    SetTopUp,
    TopUpTerms,
)
from exchange.market.plans.facts import PriceAnnounced, PricePlanSet, TopUpSet, UsageRecorded
from exchange.market.subscriptions.commands import CancelSubscription, Subscribe
from exchange.market.subscriptions.facts import SubscriptionCancelled, SubscriptionEnded
from exchange.sdk.door import Door
from exchange.sdk.plans import Bought, Subscribed, bought, cancelled, subscribed
from streams.deadline import DEADLINE_S, Deadline


class PlanBuyer(Door):
    """Buys units by a price plan, and subscribes."""

    async def buy_units(
        self,
        market_id: str,
        instrument_id: str,
        units: int,
        *,
        use: Use,
        amount_max_minor: int | None = None,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> Bought:
        """Buy units at an instrument's price plan: seats, or calls and gigabytes to use up."""
        command = BuyUnits(
            instrument_id=instrument_id, units=units, use=use, amount_max_minor=amount_max_minor
        )
        return bought(market_id, await self._settled("market", market_id, command, id, Deadline(deadline_s)))

    async def top_up(
        self,
        market_id: str,
        instrument_id: str,
        terms: TopUpTerms | None,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> TopUpSet:
        """Buy units whenever a record of usage leaves no more than a threshold; None: no longer."""
        command = SetTopUp(instrument_id=instrument_id, top_up=terms)
        return await self._fact(TopUpSet, "market", market_id, command, id, deadline_s)

    async def subscribe(
        self,
        market_id: str,
        instrument_id: str,
        units: int = 1,
        *,
        use: Use,
        amount_max_minor: int | None = None,
        reference: str = "",
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> Subscribed:
        """Subscribe from now on; the first period is paid by day.

        Units: a whole period may cost `amount_max_minor` now.
        """
        command = Subscribe(
            instrument_id=instrument_id,
            units=units,
            use=use,
            amount_max_minor=amount_max_minor,
            reference=reference,
        )
        answer = await self._settled("market", market_id, command, id, Deadline(deadline_s))
        return subscribed(market_id, answer)

    async def cancel_subscription(
        self,
        market_id: str,
        subscription_id: str,
        *,
        now: bool = False,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> SubscriptionCancelled | SubscriptionEnded:
        """End a subscription with its running period, or `now`: then the days begun are paid, the rest goes back."""
        command = CancelSubscription(subscription_id=subscription_id, when="now" if now else "period_end")
        return cancelled(await self._settled("market", market_id, command, id, Deadline(deadline_s)))


class PlanSeller(Door):
    """Sells by a price plan, and says what was used."""

    async def set_price_plan(
        self,
        market_id: str,
        instrument_id: str,
        plan: PlanTerms,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> PricePlanSet:
        """Sell units by a price plan, or by another one from now on."""
        command = SetPricePlan(instrument_id=instrument_id, plan=plan)
        return await self._fact(PricePlanSet, "market", market_id, command, id, deadline_s)

    async def announce_price(
        self,
        market_id: str,
        instrument_id: str,
        tiers: Tiers,
        effective_at: int,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> PriceAnnounced:
        """Announce other prices for a subscription, a whole period ahead or more."""
        command = AnnouncePrice(instrument_id=instrument_id, tiers=tiers, effective_at=effective_at)
        return await self._fact(PriceAnnounced, "market", market_id, command, id, deadline_s)

    async def record_usage(
        self,
        market_id: str,
        instrument_id: str,
        buyer_id: str,
        metered: int,
        *,
        reference: str = "",
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> UsageRecorded:
        """Say what a buyer has used of its prepaid units.

        Shape: give each reading an `id` of its own, so that it counts once however often it is sent.
        Units: `metered` in calls or bytes.
        """
        command = RecordUsage(
            instrument_id=instrument_id, buyer_id=buyer_id, metered=metered, reference=reference
        )
        return await self._fact(UsageRecorded, "market", market_id, command, id, deadline_s)

    async def cancel_subscription(
        self, market_id: str, subscription_id: str, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> SubscriptionCancelled | SubscriptionEnded:
        """End a subscription with its running period; one that is suspended ends at once."""
        command = CancelSubscription(subscription_id=subscription_id)
        return cancelled(await self._settled("market", market_id, command, id, Deadline(deadline_s)))

    async def report_reading(
        self,
        entitlement: EntitlementGranted,
        total: int,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> ReadingTaken:
        """Say where a gateway's meter stands for an entitlement; what was used since is drawn from what was prepaid.

        Units: `total` in calls or bytes, all that was ever used under it. Raises: Refusal, READING_OLD where it says
        nothing new: a reading may be sent again.
        """
        command = ReportReading(
            entitlement_id=entitlement.entitlement_id, product_id=entitlement.product_id, total=total
        )
        return await self._fact(ReadingTaken, "delivery", entitlement.product_id, command, id, deadline_s)
