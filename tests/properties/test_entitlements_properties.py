"""Whatever changes: a right is suspended exactly when the fence would refuse it, and nothing suspended is credited.

What is ruled against ends, and nothing that has ended resumes.
"""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.fence import newest
from exchange.kernel.bases import Fact
from exchange.kernel.protocol import POLICY_ACTOR
from exchange.kernel.time import DAY, HOUR
from exchange.market.commands import AcceptDelivery, ConcludeDelivery, RecordStanding, RefundPurchase
from exchange.market.entitlements.commands import EndEntitlement
from exchange.market.entitlements.facts import DecisionRestored, DecisionRevoked, EntitlementEnded
from exchange.market.entitlements.state import Pair
from exchange.market.facts import PurchaseAccepted, PurchaseRefunded, TradeMatched
from exchange.market.fencing import answer_key, fence_of
from exchange.market.plans.facts import UnitsEnded
from exchange.market.purchases.facts import RefundApproved
from exchange.market.subscriptions.facts import SubscriptionEnded
from tests.properties.market_machine import ConservingStage
from tests.unit.market.plan_stage import a_cancellation, a_purchase, a_subscription, until, usage
from tests.unit.market.quoting import COUNTER
from tests.unit.market.running import (
    CALLED,
    DATA,
    HOST,
    LAPSES,
    MONTHLY,
    PLAN,
    PRICE,
    a_house,
    adopt,
    against,
    every_ruleset,
    milder,
    ruling_on,
    stricter,
    withdrawn,
)
from tests.unit.market.stage import BUYER, OPERATOR, Stage, a_bid, a_use, pack, shipped

RULESETS = every_ruleset()
PRODUCTS = (PLAN, DATA, CALLED, MONTHLY)
names = st.sampled_from(PRODUCTS)
place = st.integers(0, 9)
STEPS = st.one_of(
    st.tuples(st.just("buy"), names),
    st.tuples(st.just("buy"), names),
    st.tuples(st.just("rule"), names, st.sampled_from((1, 30, 24 * 20, 24 * 300))),
    st.tuples(st.just("withdraw"), place),
    st.tuples(st.just("withdraw"), place),
    st.tuples(st.just("standing"), st.sampled_from((HOST, BUYER)), st.booleans()),
    st.tuples(st.just("against"), names, st.booleans()),
    st.tuples(
        st.just("ruleset"), st.sampled_from(("shipped", "stricter", "milder")), st.sampled_from((0, 0, 5, 30))
    ),
    st.tuples(st.just("wait"), st.sampled_from((1, 7, 30, 24 * 9))),
    st.tuples(st.just("conclude"), place, st.sampled_from(("accept", "accept", "reject"))),
    st.tuples(st.just("accept"), place),
    st.tuples(st.just("refund"), place),
    st.tuples(st.just("end"), place, st.sampled_from((BUYER, OPERATOR, COUNTER))),
    st.tuples(st.just("use"), st.integers(1, 20_000), st.booleans()),
    st.tuples(st.just("cancel"), place),
)


class WatchedStage(ConservingStage):
    """A stage on which nothing that is suspended earns its seller anything."""

    def fold(self, fact: Any) -> None:
        trade_id = getattr(fact, "trade_id", "")
        purchase = self.market.purchases.get(trade_id)
        running = self.market.entitlements.running.get("" if purchase is None else purchase.entitlement_id)
        if isinstance(fact, PurchaseAccepted) and running is not None and running.suspended_at is not None:
            # Prepaid units and periods that end at that moment: what is not used of them went back before.
            before = self.journal[-1][0]
            assert isinstance(before, SubscriptionEnded | UnitsEnded)
            assert fact.gross_minor < running.amount_minor
        super().fold(fact)


class Played:
    """A house, and what was done in it."""

    def __init__(self) -> None:
        self.stage = a_house(WatchedStage, valid_until=LAPSES + 200 * DAY)
        self.stage.deposited(BUYER, 100 * PRICE, "SGD")
        for name in (*PRODUCTS, DATA):
            self.buy(name)
        assert len(self.stage.market.entitlements.running) == len(PRODUCTS) + 1

    def step(self, kind: str, *values: Any) -> None:
        getattr(self, kind)(*values)
        until(self.stage, self.stage.at + HOUR)
        self.suspended_exactly_when_refused()

    def buy(self, name: str) -> None:
        use = a_use(purpose="sale")
        self.stage.ask(
            BUYER,
            a_subscription(PLAN, use=use)
            if name == PLAN
            else a_purchase(CALLED, 31_000, use=use)
            if name == CALLED
            else a_bid(price=PRICE, instrument_id=name, use=use),
        )

    def rule(self, name: str, hours: int) -> None:
        until_then = self.stage.at + hours * HOUR
        self.stage.ask(POLICY_ACTOR, ruling_on(self.stage, name, valid_until=until_then))

    def withdraw(self, number: int) -> None:
        if held := sorted(self.stage.market.rulings.held):
            withdrawn(self.stage, held[number % len(held)])

    def standing(self, who: str, active: bool) -> None:
        self.stage.ask(POLICY_ACTOR, RecordStanding(participant_id=who, active=active))

    def against(self, name: str, of_the_buyer: bool) -> None:
        case = f"RC-0.{self.stage.offset}.0"
        ruled = against(name, case_id=case, buyer_id=BUYER if of_the_buyer else None)
        self.stage.ask(POLICY_ACTOR, ruled)
        self.stage.settle()
        self.nothing_rests_on(name)

    def ruleset(self, which: str, hours: int) -> None:
        first = newest(shipped())
        found = {"shipped": first, "stricter": stricter(), "milder": milder()}[which]
        self.stage.ask(POLICY_ACTOR, adopt(found, self.stage.at + hours * HOUR))

    def wait(self, hours: int) -> None:
        until(self.stage, self.stage.at + hours * HOUR)

    def _trade(self, number: int) -> str:
        trades = sorted(self.stage.market.purchases)
        return trades[number % len(trades)] if trades else "T-none"

    def conclude(self, number: int, verdict: Any) -> None:
        said = ConcludeDelivery(trade_id=self._trade(number), verdict=verdict, basis="ruling")
        self.stage.ask(POLICY_ACTOR, said)

    def accept(self, number: int) -> None:
        self.stage.ask(BUYER, AcceptDelivery(trade_id=self._trade(number)))

    def refund(self, number: int) -> None:
        self.stage.ask(HOST, RefundPurchase(trade_id=self._trade(number), grounds="by agreement"))

    def end(self, number: int, who: str) -> None:
        running = sorted(self.stage.market.entitlements.running)
        if running:
            name = running[number % len(running)]
            self.stage.ask(who, EndEntitlement(entitlement_id=name, grounds="of no use"))

    def use(self, metered: int, by_receipts: bool) -> None:
        self.stage.ask(POLICY_ACTOR if by_receipts else HOST, usage(CALLED, metered))

    def cancel(self, number: int) -> None:
        if running := sorted(self.stage.market.subscriptions.open):
            self.stage.ask(BUYER, a_cancellation(running[number % len(running)], "now"))

    def nothing_rests_on(self, name: str) -> None:
        market = self.stage.market
        assert not market.rulings.ending
        for running in market.entitlements.running.values():
            pair = market.entitlements.pairs[running.pair]
            over = running.ends_at <= self.stage.at
            assert over or pair.instrument_id != name or "LOCAL_LAW_REVIEW" not in pair.review_codes

    def suspended_exactly_when_refused(self) -> None:
        market = self.stage.market
        assert not market.entitlements.todo
        refused: dict[str, bool] = {}
        for name, running in market.entitlements.running.items():
            pair = market.entitlements.pairs[running.pair]
            assert name in pair.names
            assert pair.key == answer_key(pair.instrument_id, pair.seller_id, pair.buyer_id, pair.use)
            if running.ends_at <= self.stage.at:
                continue
            if pair.key not in refused:
                refused[pair.key] = _refused(self.stage, pair)
            assert (running.suspended_at is not None) == refused[pair.key]


def _refused(stage: Stage, pair: Pair) -> bool:
    """Whether the same would be refused now, asked of the fence anew."""
    market = stage.market
    seller, buyer = market.participants[pair.seller_id], market.participants[pair.buyer_id]
    kept, market.answers = market.answers, {}
    fence = fence_of(market, market.instruments[pair.instrument_id], stage.cause(BUYER), RULESETS)
    assert fence is not None
    admitted = fence.ask(seller, buyer, pair.use).admitted
    market.answers = kept
    return not (admitted and seller.active and buyer.active)


def never_more_than_was_paid(journal: list[tuple[Fact, int]]) -> None:
    """What goes back of a trade, and what its seller earns of it, come to its price at most."""
    paid: dict[str, int] = {}
    for fact, _ in journal:
        if isinstance(fact, TradeMatched):
            paid[fact.trade_id] = fact.amount_minor
        elif isinstance(fact, EntitlementEnded | UnitsEnded | SubscriptionEnded):
            paid[fact.trade_id] -= fact.refunded_minor
        elif isinstance(fact, PurchaseAccepted):
            assert fact.gross_minor + fact.refunded_minor == paid[fact.trade_id]
        elif isinstance(fact, PurchaseRefunded):
            assert fact.amount_minor == paid[fact.trade_id]
        elif isinstance(fact, RefundApproved):
            paid[fact.trade_id] -= fact.amount_minor
        assert min(paid.values(), default=0) >= 0


def nothing_resumes(journal: list[tuple[Fact, int]]) -> None:
    """A right ends once, and is neither suspended nor restored after that."""
    over = set[str]()
    for fact, _ in journal:
        if isinstance(fact, EntitlementEnded | DecisionRevoked | DecisionRestored):
            assert fact.entitlement_id not in over
        if isinstance(fact, EntitlementEnded | PurchaseRefunded):
            over.add(fact.entitlement_id)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEPS, min_size=5, max_size=30))
def test_a_right_is_suspended_exactly_when_it_would_be_refused_and_earns_nothing_then(
    steps: list[Any],
) -> None:
    played = Played()
    for step in steps:
        played.step(*step)
    until(played.stage, played.stage.at + 400 * DAY)
    assert not played.stage.market.entitlements.todo
    never_more_than_was_paid(played.stage.journal)
    nothing_resumes(played.stage.journal)
    again = WatchedStage(rulesets=RULESETS)
    for fact, at in played.stage.journal:
        again.decider.evolve(again.market, fact, at)
    assert pack(again.market) == pack(played.stage.market)
