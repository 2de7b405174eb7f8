"""Posted price: tiers, seats, prepaid calls with top-up. Source: market.md section 2, settlement.md section 5."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from typing import Any

from exchange.kernel.plan import PlanTerms
from exchange.market.plans.commands import (
    AnnouncePrice,
    BuyUnits,
    RecordUsage,
    SetPricePlan,
    SetTopUp,
    TopUpTerms,
)
from tests.properties.rooms_twin.after import POLICY, Afterwards
from tests.properties.rooms_twin.calendar import DAY_US, later
from tests.properties.rooms_twin.ground import Answer, Due, Ground, Said, Shelf, said
from tests.properties.rooms_twin.money import half_up
from tests.properties.rooms_twin.priced import METERED, PER_UNIT, Balance, Plan, Units, line, rise

LOTS_MAX = 32
COUNTED_MAX = 10**18


@dataclass
class Plans:
    """Plans by instrument, units by right, balances by instrument and buyer."""

    ground: Ground
    after: Afterwards
    subscribed: Callable[[Shelf], int] = lambda shelf: 0
    seats_subscribed: Callable[[Shelf], int] = lambda shelf: 0
    plans: dict[str, Plan] = field(default_factory=dict)
    units: dict[str, Units] = field(default_factory=dict)
    balances: dict[tuple[str, str], Balance] = field(default_factory=dict)

    def answers(self) -> dict[type, Callable[[str, Any], Answer]]:
        """What each command is answered by."""
        return {
            SetPricePlan: self.set_plan,
            AnnouncePrice: self.announce,
            BuyUnits: self.buy,
            RecordUsage: self.use,
            SetTopUp: self.set_top_up,
        }

    def set_plan(self, who: str, asked: SetPricePlan) -> Answer:
        """A plan, or another one as long as nothing rests on the old one that it would change."""
        shelf, terms = self.ground.shelves[asked.instrument_id], asked.plan
        reasons = self._not_its_seller(shelf, who)
        if shelf.form not in ("book", "plan") or shelf.counted:
            reasons.add("PLAN_INSTRUMENT")
        if not rise(terms.model, terms.tiers):
            reasons.add("PLAN_TIERS")
        if (terms.sale == "subscription" and (terms.period is None or terms.counts in METERED)) or (
            terms.unused == "refunded" and terms.counts not in METERED
        ):
            reasons.add("PLAN_TERMS")
        before = self.plans.get(shelf.name)
        if before is not None and self._in_use(before, shelf, terms):
            reasons.add("PLAN_IN_USE")
        if reasons:
            return reasons
        self.plans[shelf.name] = Plan(self.ground.named("PP"), terms, [(0, terms.tiers)])
        return [said("PricePlanSet", plan_id=self.ground.named("PP"), replaces=before.name if before else "")]

    def _in_use(self, before: Plan, shelf: Shelf, terms: PlanTerms) -> bool:
        counted = [each for each in self.units.values() if each.shelf is shelf]
        counted_down = bool(counted) or any(name == shelf.name for name, _ in self.balances)
        same = (before.terms.sale, before.terms.counts) == (terms.sale, terms.counts)
        return self.subscribed(shelf) > 0 or (counted_down and not same)

    def announce(self, who: str, asked: AnnouncePrice) -> Answer:
        """Other prices, a period ahead or more; what was announced and is not in force yet is forgotten."""
        shelf = self.ground.shelves[asked.instrument_id]
        reasons = self._not_its_seller(shelf, who)
        plan = self.plan_of(shelf, "subscription")
        if isinstance(plan, set):
            return reasons | plan
        if not rise(plan.terms.model, asked.tiers):
            reasons.add("PLAN_TIERS")
        if asked.effective_at < later(plan.terms.period or "", self.ground.at):
            reasons.add("PRICE_TOO_SOON")
        if reasons:
            return reasons
        known = [each for each in plan.prices if each[0] <= self.ground.at]
        plan.prices = [*known, (asked.effective_at, asked.tiers)]
        return [said("PriceAnnounced", plan_id=plan.name, effective_at=asked.effective_at)]

    def plan_of(self, shelf: Shelf, sale: str) -> Plan | set[str]:
        """The plan of an instrument, if it sells this way."""
        plan = self.plans.get(shelf.name)
        if plan is None:
            return {"PLAN_UNKNOWN"}
        return plan if plan.terms.sale == sale else {"PLAN_SALE"}

    def _not_its_seller(self, shelf: Shelf, who: str) -> set[str]:
        reasons = set() if who == shelf.seller else {"NOT_PERMITTED"}
        reasons |= self.ground.idle(who) if who in self.ground.people else set()
        return reasons | ({"INSTRUMENT_NOT_OPEN"} if shelf.for_good else set())

    # Units are bought.

    def buy(self, who: str, asked: BuyUnits) -> Answer:
        """Units at the plan's price."""
        shelf = self.ground.shelves[asked.instrument_id]
        plan = self.plan_of(shelf, "once")
        if isinstance(plan, set):
            return plan
        reasons = self.refuses(shelf, plan, who, asked)
        return reasons or self._sell(shelf, plan, who, asked, self.balance(shelf, who).owed)

    def refuses(self, shelf: Shelf, plan: Plan, who: str, asked: BuyUnits | TopUpTerms) -> set[str]:
        """Every reason why somebody may not have these units now."""
        amount = line(plan.terms.model, plan.terms.tiers, asked.units, shelf.currency)
        reasons = self.ground.barred(shelf, who, asked.use.licence_digest)
        reasons |= self.ground.money.short(who, shelf.currency, amount)
        reasons |= self.too_few(shelf, plan, asked.units)
        counted = asked.units * PER_UNIT.get(plan.terms.counts, 0)
        left = sum(each.left for each in self.having(shelf, who))
        if left + counted > COUNTED_MAX or self.balance(shelf, who).bought + counted > 8 * COUNTED_MAX:
            reasons.add("PREPAID_TOO_LARGE")
        if not amount:
            reasons.add("AMOUNT_TOO_SMALL")
        if asked.amount_max_minor is not None and amount > asked.amount_max_minor:
            reasons.add("PRICE_HIGHER")
        if len(self.having(shelf, who)) >= LOTS_MAX:
            reasons.add("PREPAID_TOO_MANY")
        return reasons

    def too_few(self, shelf: Shelf, plan: Plan, units: int) -> set[str]:
        """The reason, if so few are not sold, or so many seats are not left."""
        reasons = {"QUANTITY_TOO_SMALL"} if units < plan.terms.units_min else set()
        if (
            plan.terms.counts == "seats"
            and shelf.seats is not None
            and units > shelf.seats - self.seated(shelf)
        ):
            reasons.add("SEATS_INSUFFICIENT")
        return reasons

    def seated(self, shelf: Shelf) -> int:
        """How many seats are taken."""
        bought = sum(each.seats for each in self.units.values() if each.shelf is shelf)
        return bought + self.seats_subscribed(shelf)

    def balance(self, shelf: Shelf, who: str) -> Balance:
        """Somebody's balance, or an empty one."""
        return self.balances.get((shelf.name, who), Balance())

    def having(self, shelf: Shelf, who: str) -> list[Units]:
        """Somebody's units that have something left, those first that end first."""
        mine = [each for each in self.units.values() if (each.shelf, each.who) == (shelf, who) and each.left]
        return sorted(mine, key=lambda each: each.ends)

    def _sell(
        self, shelf: Shelf, plan: Plan, who: str, asked: BuyUnits | TopUpTerms, owed: int
    ) -> list[Said]:
        ground, terms = self.ground, plan.terms
        amount = line(terms.model, terms.tiers, asked.units, shelf.currency)
        number, metered = ground.next_trade(), asked.units * PER_UNIT.get(terms.counts, 0)
        hold, right, trade = (ground.named(kind, number) for kind in ("H", "E", "T"))
        ends = later(terms.period, ground.at) if terms.period else ground.at + shelf.term_days * DAY_US
        covered = min(owed, metered)
        balance = self.balance(shelf, who)
        bought = said(
            "UnitsBought",
            hold_id=hold,
            entitlement_id=right,
            trade_id=trade,
            units=asked.units,
            metered=metered,
            covered=covered,
            amount_minor=amount,
            ends_at=ends,
            top_up=isinstance(asked, TopUpTerms),
            resumes=balance.top_up_name if balance.paused else "",
            drawn_minor=ground.money.hold(hold, who, shelf.currency, amount),
        )
        if metered:
            self.balances[shelf.name, who] = balance
            balance.owed -= covered
            balance.bought += metered
            balance.paused = False
        if metered or terms.counts == "seats":
            seats = asked.units if terms.counts == "seats" else 0
            refundable = terms.unused == "refunded"
            self.units[right] = Units(
                right, trade, shelf, who, seats, metered, metered - covered, refundable, amount, ends
            )
        average = half_up(Fraction(amount, asked.units) / shelf.lot)
        lasts = (ground.at, ends)
        seller = shelf.seller or ""
        return [bought, *ground.trade(hold, shelf, who, seller, average, asked.units, amount, lasts=lasts)]

    # Units are used up, and fill up.

    def use(self, who: str, asked: RecordUsage) -> Answer:
        """Those first that end first; what is not covered comes off the next ones bought."""
        shelf, buyer = self.ground.shelves[asked.instrument_id], asked.buyer_id
        if who not in (shelf.seller, POLICY):
            return {"NOT_PERMITTED"}
        balance = self.balances.get((shelf.name, buyer))
        if balance is None:
            return {"BALANCE_UNKNOWN"}
        purchases, rest, draws = len(self.having(shelf, buyer)), asked.metered, []
        spare = sum(each.left for each in self.having(shelf, buyer)) + COUNTED_MAX - balance.owed
        if asked.metered > spare:
            if who != POLICY:
                return {"USAGE_TOO_LARGE"}
            rest = spare
        for units in self.having(shelf, buyer):
            taken = min(rest, units.left)
            rest -= taken
            units.left -= taken
            draws += [{"entitlement_id": units.name, "metered": taken}] if taken else []
        balance.owed += rest
        left = sum(each.left for each in self.having(shelf, buyer))
        used = said("UsageRecorded", draws=draws, uncovered=rest, left=left, owed=balance.owed)
        if balance.top_up is None or balance.paused or left > balance.top_up.threshold:
            return [used]
        return [used, *self._fill_up(shelf, buyer, balance, balance.top_up, purchases)]

    def _fill_up(
        self, shelf: Shelf, who: str, balance: Balance, wanted: TopUpTerms, purchases: int
    ) -> list[Said]:
        """Another purchase, or a pause. Units used up by this very record still count as somebody's purchases."""
        plan = self.plans[shelf.name]
        reasons = self.refuses(shelf, plan, who, wanted)
        if purchases >= LOTS_MAX:
            reasons.add("PREPAID_TOO_MANY")
        if not reasons:
            return self._sell(shelf, plan, who, wanted, balance.owed)
        balance.paused = True
        return [said("TopUpPaused", top_up_id=balance.top_up_name, reason=reasons)]

    def set_top_up(self, who: str, asked: SetTopUp) -> Answer:
        """How a balance fills up, or that it does not."""
        shelf = self.ground.shelves[asked.instrument_id]
        plan = self.plan_of(shelf, "once")
        if isinstance(plan, set):
            return plan
        reasons = set() if plan.terms.counts in METERED else {"PLAN_SALE"}
        balance = self.balance(shelf, who)
        if asked.top_up is not None:
            reasons |= self.ground.barred(shelf, who, asked.top_up.use.licence_digest)
        elif balance.top_up is None:
            reasons.add("TOP_UP_NONE")
        if reasons:
            return reasons
        self.balances[shelf.name, who] = balance
        before, name = balance.top_up_name, self.ground.named("TU")
        balance.top_up, balance.paused = asked.top_up, False
        balance.top_up_name = "" if asked.top_up is None else name
        return [said("TopUpSet", top_up_id=name, replaces=before)]

    # Units end.

    def dues(self) -> Iterator[Due]:
        """Units whose time is over."""
        for units in self.units.values():
            yield Due(units.ends, "units-end", units.name, partial(self._end, units))

    def given_back(self, trade: str) -> None:
        """Units whose purchase was given back end at once."""
        for units in self.units.values():
            if units.trade == trade:
                units.ends = self.ground.at

    def _end(self, units: Units) -> list[Said]:
        """What is left goes back where the plan says so, as far as its price is in escrow; the rest is accepted."""
        del self.units[units.name]
        deal = self.ground.deals[units.trade]
        open_still = deal.stage == "escrow" and deal.rejected is None and deal.disputed is None
        back = 0
        if open_still and units.refundable:
            back = min(half_up(Fraction(units.price * units.left, units.metered)), deal.escrow)
        deal.escrow -= back
        self.ground.money.of(units.who, units.shelf.currency).cash += back
        ended = said(
            "UnitsEnded",
            entitlement_id=units.name,
            unused=units.left,
            refunded_minor=back,
            buyer_id=units.who,
        )
        return [ended, self.after.accepted(deal, "time")] if open_still and units.metered else [ended]
