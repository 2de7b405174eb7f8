"""Whatever is bought by plans: money is conserved, periods neither overlap nor leave gaps, sums are the plan's."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.kernel.bases import Fact
from exchange.kernel.plan import PriceTier
from exchange.kernel.protocol import Refused
from exchange.kernel.time import DAY
from exchange.market.commands import (
    AcceptDelivery,
    ConfirmDeposit,
    OpenInstrument,
    RecordParticipant,
    RecordStanding,
    RefundPurchase,
)
from exchange.market.credit.commands import SetCreditLimit
from exchange.market.entitlements.suspended import is_suspended
from exchange.market.facts import PurchaseRefunded, TradeMatched
from exchange.market.plans.commands import AnnouncePrice, SetTopUp
from exchange.market.plans.facts import UnitsBought, UnitsEnded, UsageRecorded
from exchange.market.subscriptions.facts import (
    PeriodBegun,
    RenewalFailed,
    SubscriptionEnded,
    SubscriptionStarted,
)
from tests.properties.market_machine import ConservingStage
from tests.unit.market.plan_stage import (
    CALLS,
    MONTHS,
    SEATS,
    a_cancellation,
    a_plan,
    a_purchase,
    a_subscription,
    a_top_up,
    an_instrument,
    until,
    usage,
)
from tests.unit.market.stage import (
    BANK,
    OPERATOR,
    SELLER,
    Stage,
    a_standing,
    licence,
    pack,
    the_ruleset,
)

BUYERS = ("B", "C")
FRACTIONS = {
    CALLS: ((0, 35_500), (60, 28_001)),
    SEATS: ((0, 9_533_333), (3, 7_200_001)),
    MONTHS: ((0, 12_345_678), (2, 11_000_000)),
}
"""Unit prices in millionths of a yuan, from so many units on."""

who = st.sampled_from(BUYERS)
few = st.integers(1, 4)
STEPS = st.one_of(
    st.tuples(st.just("wait"), st.integers(0, 45 * DAY)),
    st.tuples(st.just("deposit"), who, st.integers(1, 4_000)),
    st.tuples(st.just("limit"), who, st.sampled_from((0, 1_000, 5_000))),
    st.tuples(st.just("buy"), who, st.integers(1, 200)),
    st.tuples(st.just("seats"), who, few),
    st.tuples(st.just("use"), who, st.integers(1, 250)),
    st.tuples(st.just("top_up"), who, st.integers(0, 50), st.integers(1, 100)),
    st.tuples(st.just("no_top_up"), who),
    st.tuples(st.just("subscribe"), who, few),
    st.tuples(st.just("cancel"), who, st.sampled_from(("period_end", "now"))),
    st.tuples(st.just("announce"), st.integers(1, 20_000_000), st.integers(31, 70)),
    st.tuples(st.just("accept"), who),
    st.tuples(st.just("refund"), who),
    st.tuples(st.just("standing"), who, st.booleans()),
)


class Played:
    """A market of plans, and what was asked of it."""

    def __init__(self) -> None:
        self.stage = ConservingStage()
        self.stage.told(the_ruleset())
        told = ((BANK, "custodian"), (OPERATOR, "operator"), (SELLER, "seller"))
        for name, *roles in (*told, *((each, "buyer") for each in BUYERS)):
            self.stage.told(
                RecordParticipant(standing=a_standing(name, "CN-LG" if name == SELLER else "JP", *roles))
            )
        for name, prices in FRACTIONS.items():
            sold = an_instrument(name, licence=licence(seats=6), tick_micros=10_000)
            self.stage.told(OpenInstrument(terms=sold))
            plan = {"tiers": _tiers(prices), "unused": "refunded" if name == CALLS else "expires"}
            plan |= {"period": "month"} if name == CALLS else {"grace_days": 4} if name == MONTHS else {}
            self._granted(SELLER, a_plan(name, **plan, **({"model": "volume"} if name == MONTHS else {})))
        for buyer_id in BUYERS:
            self.deposit(buyer_id, 1_000)
            self.limit(buyer_id, 2_000)
        self.announced: list[tuple[int, tuple[tuple[int, int], ...]]] = [(0, FRACTIONS[MONTHS])]

    def _granted(self, actor: str, command: Any) -> None:
        assert not isinstance(self.stage.ask(actor, command)[-1], Refused)

    def deposit(self, buyer_id: str, amount: int) -> None:
        reference = f"R-{self.stage.offset}"
        self._granted(
            BANK,
            ConfirmDeposit(participant_id=buyer_id, currency="CNY", amount_minor=amount, reference=reference),
        )

    def limit(self, buyer_id: str, limit: int) -> None:
        command = SetCreditLimit(participant_id=buyer_id, currency="CNY", limit_minor=limit)
        self._granted(OPERATOR, command)

    def step(self, kind: str, *values: Any) -> None:
        """Do one thing, and let everything that is due happen."""
        self.stage.settle()
        getattr(self, kind)(*values)
        self.stage.settle()
        self.nothing_is_held()

    def wait(self, how_long: int) -> None:
        until(self.stage, self.stage.at + how_long)

    def buy(self, buyer_id: str, units: int) -> None:
        self.stage.ask(buyer_id, a_purchase(CALLS, units))

    def seats(self, buyer_id: str, units: int) -> None:
        self.stage.ask(buyer_id, a_purchase(SEATS, units))

    def use(self, buyer_id: str, metered: int) -> None:
        self.stage.ask(SELLER, usage(CALLS, metered, buyer_id))

    def top_up(self, buyer_id: str, threshold: int, units: int) -> None:
        self.stage.ask(buyer_id, a_top_up(CALLS, threshold, units))

    def no_top_up(self, buyer_id: str) -> None:
        self.stage.ask(buyer_id, SetTopUp(instrument_id=CALLS, top_up=None))

    def subscribe(self, buyer_id: str, units: int) -> None:
        self.stage.ask(buyer_id, a_subscription(units=units))

    def cancel(self, buyer_id: str, at: str) -> None:
        for name in self.stage.market.subscriptions.of.get(buyer_id, [])[:1]:
            self.stage.ask(buyer_id, a_cancellation(name, at))

    def accept(self, buyer_id: str) -> None:
        """Nothing is accepted while a party may do nothing: what it rests on is revoked."""
        for trade_id in self._open(buyer_id):
            suspended = is_suspended(self.stage.market, self.stage.market.purchases[trade_id].entitlement_id)
            answer = self.stage.ask(buyer_id, AcceptDelivery(trade_id=trade_id))[-1]
            assert isinstance(answer, Refused) == suspended

    def refund(self, buyer_id: str) -> None:
        for trade_id in self._open(buyer_id):
            self._granted(SELLER, RefundPurchase(trade_id=trade_id, grounds="A mistake."))

    def standing(self, buyer_id: str, active: bool) -> None:
        self.stage.told(RecordStanding(participant_id=buyer_id, active=active))

    def announce(self, price: int, days: int) -> None:
        effective_at = self.stage.at + days * DAY
        prices = ((0, price), (2, price // 2 + 1))
        self._granted(
            SELLER, AnnouncePrice(instrument_id=MONTHS, tiers=_tiers(prices), effective_at=effective_at)
        )
        at = self.stage.at
        self.announced = [each for each in self.announced if each[0] <= at] + [(effective_at, prices)]

    def _open(self, buyer_id: str) -> list[str]:
        purchases = self.stage.market.purchases.values()
        return [each.trade_id for each in purchases if each.buyer_id == buyer_id][:1]

    def nothing_is_held(self) -> None:
        """Every hold ends in the outcome in which it began; no more seats are taken than there are."""
        assert not self.stage.market.holds
        for instrument in self.stage.market.instruments.values():
            assert 0 <= instrument.seats_taken <= 6

    def price_at(self, at: int) -> tuple[tuple[int, int], ...]:
        """The prices of a month that hold then."""
        return [prices for since, prices in self.announced if since <= at][-1]


def _tiers(prices: Any) -> tuple[PriceTier, ...]:
    return tuple(PriceTier(from_units=units, unit_micros=micros) for units, micros in prices)


def _rounded(exact: Fraction) -> int:
    """Half up, in minor units."""
    return int(exact + Fraction(1, 2))


def _by_volume(prices: Any, units: int) -> Fraction:
    reached = max(each for each in prices if each[0] <= units)
    return units * Fraction(reached[1], 10_000)


def _by_slices(prices: Any, units: int) -> Fraction:
    return sum(
        (Fraction(max(each for each in prices if each[0] <= done)[1], 10_000) for done in range(units)),
        Fraction(0),
    )


def _day(at: int) -> date:
    return (
        (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at))
        .astimezone(ZoneInfo("Asia/Shanghai"))
        .date()
    )


def _found(stage: Stage, kind: type[Any]) -> list[Any]:
    return [fact for fact, _ in stage.journal if isinstance(fact, kind)]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(STEPS, min_size=5, max_size=25))
def test_plans_conserve_money_and_charge_what_they_say(steps: list[tuple[Any, ...]]) -> None:
    played = Played()
    for step in steps:
        played.step(*step)
        periods_cost_what_was_announced(played)
    stage = played.stage
    purchases_cost_what_the_plan_says(stage)
    periods_follow_one_another(stage)
    balances_are_what_was_bought_and_not_used(stage)
    again = stage.decider.initial(0)
    for fact, at in stage.journal:
        stage.decider.evolve(again, fact, at)
    assert pack(again) == pack(stage.market)


def purchases_cost_what_the_plan_says(stage: Stage) -> None:
    for bought in _found(stage, UnitsBought):
        by = _by_slices if bought.instrument_id == CALLS else _by_volume
        assert bought.amount_minor == _rounded(by(FRACTIONS[bought.instrument_id], bought.units))
    paid = {fact.trade_id: fact.amount_minor for fact in _found(stage, TradeMatched)}
    said = {
        each.trade_id: each.amount_minor
        for each in (*_found(stage, UnitsBought), *_found(stage, PeriodBegun))
    }
    assert paid == said


def periods_cost_what_was_announced(played: Played) -> None:
    """Checked while what was announced is known; the days are counted by themselves."""
    units = {each.subscription_id: each.units for each in _found(played.stage, SubscriptionStarted)}
    for begun in _found(played.stage, PeriodBegun)[-3:]:
        first, after = _day(begun.begins_at), _day(begun.ends_at)
        month = after - timedelta(days=1)
        assert after.day == 1
        assert begun.days == month.day
        assert begun.days_charged == month.day - first.day + 1
        price = _rounded(_by_volume(played.price_at(begun.begins_at), units[begun.subscription_id]))
        assert begun.price_minor == price
        assert begun.amount_minor == _rounded(Fraction(price * begun.days_charged, begun.days))


def periods_follow_one_another(stage: Stage) -> None:
    begun: dict[str, list[PeriodBegun]] = {}
    failed: dict[str, int] = {}
    for fact, _ in stage.journal:
        if isinstance(fact, PeriodBegun):
            earlier = begun.setdefault(fact.subscription_id, [])
            if earlier:
                gap = fact.begins_at - earlier[-1].ends_at
                assert gap >= 0
                assert not gap or fact.subscription_id in failed
            earlier.append(fact)
            assert fact.number == len(earlier)
            failed.pop(fact.subscription_id, None)
        if isinstance(fact, RenewalFailed):
            failed[fact.subscription_id] = fact.attempt
    for periods in begun.values():
        assert all(first.ends_at <= second.begins_at for first, second in pairwise(periods))


def balances_are_what_was_bought_and_not_used(stage: Stage) -> None:
    refunded = {each.trade_id for each in _found(stage, PurchaseRefunded)}
    for name, balance in stage.market.plans.balances.items():
        buyer_id = name.split(" ")[1]
        bought = {
            each.entitlement_id: each for each in _found(stage, UnitsBought) if each.buyer_id == buyer_id
        }
        used = [each for each in _found(stage, UsageRecorded) if each.buyer_id == buyer_id]
        drawn: dict[str, int] = {key: each.covered for key, each in bought.items()}
        for draw in (draw for each in used for draw in each.draws):
            drawn[draw.entitlement_id] += draw.metered
        over = {each.entitlement_id for each in _found(stage, UnitsEnded)}
        over |= {key for key, each in bought.items() if each.trade_id in refunded}
        left = sum(each.metered - drawn[key] for key, each in bought.items() if key not in over)
        assert left == sum(stage.market.plans.lots[key].left for key in balance.lots)
        covered = sum(each.covered for each in bought.values())
        uncovered = sum(each.uncovered for each in used)
        assert sum(each.metered for each in used) == sum(drawn.values()) - covered + uncovered
        assert balance.owed == uncovered - covered


def test_the_facts_say_what_goes_back() -> None:
    """One fixed play, so that what the property looks at is known to happen."""
    played = Played()
    for step in (
        ("deposit", "B", 3_000),
        ("buy", "B", 100),
        ("top_up", "B", 10, 50),
        ("use", "B", 95),
        ("subscribe", "B", 2),
        ("announce", 13_000_000, 31),
        ("seats", "C", 2),
        ("wait", 45 * DAY),
        ("wait", 45 * DAY),
        ("cancel", "B", "now"),
    ):
        played.step(*step)
        periods_cost_what_was_announced(played)
    kinds: set[type[Fact]] = {type(fact) for fact, _ in played.stage.journal}
    assert {UnitsBought, UsageRecorded, UnitsEnded, PeriodBegun, SubscriptionEnded} <= kinds
    periods_follow_one_another(played.stage)
    balances_are_what_was_bought_and_not_used(played.stage)
