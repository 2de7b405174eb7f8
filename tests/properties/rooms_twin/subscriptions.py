"""Subscriptions: paid by day, renewed by time, waiting for their money. Source: market.md section 2."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from typing import Any

from exchange.market.subscriptions.commands import CancelSubscription, Subscribe
from tests.properties.rooms_twin.calendar import DAY_US, local, midnight, period
from tests.properties.rooms_twin.ground import Answer, Due, Said, Shelf, said
from tests.properties.rooms_twin.money import half_up
from tests.properties.rooms_twin.plans import Plans
from tests.properties.rooms_twin.priced import Plan, line

SUBSCRIPTIONS_MAX = 100


@dataclass
class Subscription:
    """Somebody's right that renews; `next_at` is when its period is over, or its renewal is tried again."""

    name: str
    shelf: Shelf
    who: str
    asked: Subscribe
    unit: str
    seats: int
    suspended: bool = False
    ending: bool = False
    attempts: int = 0
    next_at: int = 0
    grace_until: int = 0
    number: int = 0
    trade: str = ""
    ends: int = 0
    charged: int = 0
    days: int = 0
    price: int = 0
    paid: int = 0

    @property
    def seller(self) -> str:
        """Whose product it is."""
        return self.shelf.seller or ""


@dataclass
class Subscriptions:
    """Those that have not ended."""

    plans: Plans
    open: dict[str, Subscription] = field(default_factory=dict)

    def answers(self) -> dict[type, Callable[[str, Any], Answer]]:
        """What each command is answered by."""
        return {Subscribe: self.subscribe, CancelSubscription: self.cancel}

    def count(self, shelf: Shelf) -> int:
        """How many there are of an instrument."""
        return sum(each.shelf is shelf for each in self.open.values())

    def seats(self, shelf: Shelf) -> int:
        """How many seats they take."""
        return sum(each.seats for each in self.open.values() if each.shelf is shelf)

    def subscribe(self, who: str, asked: Subscribe) -> Answer:
        """The rest of the period is paid by day."""
        ground = self.plans.ground
        shelf = ground.shelves[asked.instrument_id]
        plan = self.plans.plan_of(shelf, "subscription")
        if isinstance(plan, set):
            return plan
        unit = plan.terms.period or ""
        seats = asked.units if plan.terms.counts == "seats" else 0
        new = Subscription(ground.named("SU"), shelf, who, asked, unit, seats)
        price, amount, *_ = self._due(plan, new, ground.at)
        reasons = self._barred(new) | self.plans.too_few(shelf, plan, asked.units)
        reasons |= ground.money.short(who, shelf.currency, amount)
        if not price:
            reasons.add("AMOUNT_TOO_SMALL")
        if asked.amount_max_minor is not None and price > asked.amount_max_minor:
            reasons.add("PRICE_HIGHER")
        if sum(each.who == who for each in self.open.values()) >= SUBSCRIPTIONS_MAX:
            reasons.add("SUBSCRIPTIONS_TOO_MANY")
        if reasons:
            return reasons
        self.open[new.name] = new
        started = said("SubscriptionStarted", subscription_id=new.name, buyer_id=who, units=asked.units)
        return [started, *self._begin(plan, new, ground.at)]

    def _barred(self, it: Subscription) -> set[str]:
        use, ground = it.asked.use, self.plans.ground
        return ground.barred(it.shelf, it.who, use.licence_digest)

    def _due(self, plan: Plan, it: Subscription, begins: int) -> tuple[int, int, int, int, int]:
        """Price of the period, that of its days from a moment on, these days, all days, the end."""
        first, following = period(it.unit, begins)
        days, charged = (following - first).days, (following - local(begins).date()).days
        price = line(plan.terms.model, plan.tiers(begins), it.asked.units, it.shelf.currency)
        return price, half_up(Fraction(price * charged, days)), charged, days, midnight(following)

    def _begin(self, plan: Plan, it: Subscription, begins: int) -> list[Said]:
        ground = self.plans.ground
        it.price, it.paid, it.charged, it.days, it.ends = self._due(plan, it, begins)
        number = ground.next_trade()
        hold, it.trade = ground.named("H", number), ground.named("T", number)
        it.number += 1
        it.suspended, it.attempts, it.next_at = False, 0, it.ends
        begun = said(
            "PeriodBegun",
            subscription_id=it.name,
            number=it.number,
            begins_at=begins,
            ends_at=it.ends,
            days_charged=it.charged,
            days=it.days,
            price_minor=it.price,
            amount_minor=it.paid,
            drawn_minor=ground.money.hold(hold, it.who, it.shelf.currency, it.paid),
        )
        average, lasts = half_up(Fraction(it.paid, it.asked.units) / it.shelf.lot), (begins, it.ends)
        sides = (it.who, it.seller)
        return [begun, *ground.trade(hold, it.shelf, *sides, average, it.asked.units, it.paid, lasts=lasts)]

    def dues(self) -> Iterator[Due]:
        """Renewals."""
        for it in self.open.values():
            yield Due(it.next_at, "subscription-renewal", it.name, partial(self._renew, it))

    def money_comes(self, who: str) -> None:
        """What waits for its money tries again at once."""
        for it in self.open.values():
            if it.who == who and it.suspended:
                it.next_at = self.plans.ground.at

    def _renew(self, it: Subscription) -> list[Said]:
        grounds = self._over(it)
        if grounds:
            return [self._end(it, grounds)]
        ground, plan = self.plans.ground, self.plans.plans[it.shelf.name]
        begins = it.ends
        whole = midnight(period(it.unit, begins)[1])
        if it.suspended or whole <= ground.at:
            begins = ground.at
        _, amount, *_ = self._due(plan, it, begins)
        barred = self._barred(it)
        reasons = barred | ground.money.short(it.who, it.shelf.currency, amount)
        return self._fail(plan, it, reasons, barred) if reasons else self._begin(plan, it, begins)

    def _over(self, it: Subscription) -> str:
        people = self.plans.ground.people
        if it.ending:
            return "cancelled"
        if it.shelf.for_good:
            return "instrument_closed"
        both = people[it.who].active and people[it.seller].active
        return "" if both else "participant_suspended"

    def _fail(self, plan: Plan, it: Subscription, reasons: set[str], barred: set[str]) -> list[Said]:
        """A day later once more, until the days of grace are over."""
        at, it.attempts = self.plans.ground.at, it.attempts + 1
        if not it.suspended:
            it.grace_until = at + plan.terms.grace_days * DAY_US
        last = at >= it.grace_until
        it.next_at = min(at + DAY_US, it.grace_until)
        failed = said(
            "RenewalFailed",
            subscription_id=it.name,
            attempt=it.attempts,
            next_attempt_at=None if last else it.next_at,
            reason=reasons,
        )
        if last:
            return [failed, self._end(it, "not_admitted" if barred else "unpaid")]
        if it.suspended:
            return [failed]
        it.suspended = True
        return [failed, said("SubscriptionSuspended", subscription_id=it.name, ends_at=it.grace_until)]

    def _end(self, it: Subscription, grounds: str, charged: int | None = None, back: int = 0) -> Said:
        del self.open[it.name]
        return said(
            "SubscriptionEnded",
            subscription_id=it.name,
            grounds=grounds,
            trade_id=it.trade,
            days_charged=it.charged if charged is None else charged,
            refunded_minor=back,
        )

    def cancel(self, who: str, asked: CancelSubscription) -> Answer:
        """With the period by either side, at once by its buyer, who pays for the days begun."""
        it = self.open.get(asked.subscription_id)
        if it is None:
            return {"SUBSCRIPTION_UNKNOWN"}
        if who != it.who and (who != it.seller or asked.when == "now"):
            return {"NOT_PERMITTED"}
        if it.suspended:
            return [self._end(it, "cancelled")]
        if asked.when == "now":
            return self._at_once(it)
        if it.ending:
            return {"SUBSCRIPTION_ENDING"}
        it.ending = True
        by = "buyer" if who == it.who else "seller"
        return [said("SubscriptionCancelled", subscription_id=it.name, by=by, ends_at=it.ends)]

    def _at_once(self, it: Subscription) -> list[Said]:
        """The days that have not begun go back, while their price is in escrow; what stays is accepted."""
        ground, deal = self.plans.ground, self.plans.ground.deals[it.trade]
        if deal.stage != "escrow" or deal.rejected is not None or deal.disputed is not None:
            return [self._end(it, "cancelled")]
        today = local(ground.at).date()
        begun = ground.at > midnight(today)
        to_come = max(0, (local(it.ends).date() - today).days - begun)
        charged = it.charged - min(to_come, it.charged)
        back = min(it.paid - half_up(Fraction(it.price * charged, it.days)), deal.escrow)
        deal.escrow -= back
        ground.money.of(it.who, it.shelf.currency).cash += back
        return [self._end(it, "cancelled", charged, back), self.plans.after.accepted(deal, "buyer")]
