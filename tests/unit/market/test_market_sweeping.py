"""Orders that stand crossed are tried again when something has changed who may trade with whom."""

from typing import Any

import pytest

from exchange.fence import Ruleset, newest
from exchange.kernel.bases import CommandMeta, Fact
from exchange.kernel.partition import Asked, Partition
from exchange.kernel.protocol import POLICY_ACTOR, Tick
from exchange.kernel.time import HOUR, instant
from exchange.market import sweeping
from exchange.market.commands import (
    AdoptRuleset,
    OpenInstrument,
    RecordParticipant,
    RecordStanding,
    SetInstrumentState,
)
from exchange.market.facts import BookSwept, TradeMatched
from exchange.market.weighing import weight
from tests.unit.fence.cases import rewritten
from tests.unit.market.stage import (
    BUYER,
    SELLER,
    Stage,
    a_bid,
    a_standing,
    a_use,
    an_ask,
    everyone,
    names,
    shipped,
    terms,
)

ELSEWHERE = a_use(place_of_use="MY")
"""A place the licence does not name."""


def licence_rule_until(day: str) -> Ruleset:
    """The shipped ruleset whose rule that the licence must cover the use ends with `day`."""

    def end(content: dict[str, Any]) -> None:
        (rule,) = [each for each in content["rules"] if each["id"] == "LIC-01"]
        rule["valid_to"] = day

    return rewritten(end)


STRICT, LAX, DATED = (
    newest(shipped()),
    licence_rule_until("2020-01-01"),
    licence_rule_until("2026-11-03"),
)


def adopting(ruleset: Ruleset, effective_at: int) -> AdoptRuleset:
    return AdoptRuleset(ruleset_version="x", ruleset_digest=ruleset.digest, effective_at=effective_at)


def a_floor(ruleset: Ruleset = STRICT, **changed: Any) -> Stage:
    """An open book of data, decided by `ruleset`; two buyers with money."""
    stage = Stage(rulesets={each.digest: each for each in (STRICT, LAX, DATED)})
    book = terms(posted_price=None, seller_id=None, unit="licence", **changed)
    stage.told(*everyone(), adopting(ruleset, 0), OpenInstrument(terms=book))
    return stage.deposited(BUYER, 10_000).deposited("BU-SG-01", 10_000)


def crossed(stage: Stage) -> Stage:
    """An ask and a younger bid that may not trade because of where the bid's data would go."""
    stage.ask(SELLER, an_ask(10))
    stage.ask(BUYER, a_bid(12, use=ELSEWHERE))
    return stage


def prices(facts: list[Fact]) -> list[int]:
    return [fact.price for fact in facts if isinstance(fact, TradeMatched)]


def test_a_book_whose_orders_do_not_cross_is_never_due() -> None:
    stage = a_floor()
    stage.ask(SELLER, an_ask(10))
    stage.ask(BUYER, a_bid(9))
    stage.told(RecordStanding(participant_id=BUYER, active=False), adopting(LAX, stage.at + 5))
    stage.told(RecordStanding(participant_id=BUYER, active=True))
    assert stage.decider.next_deadline(stage.market) is None


def test_the_younger_takes_at_the_olders_price_when_a_participant_is_reinstated() -> None:
    stage = a_floor()
    stage.ask(SELLER, an_ask(10))
    stage.told(RecordStanding(participant_id=SELLER, active=False))
    stage.ask(BUYER, a_bid(12))
    stage.told(RecordStanding(participant_id=SELLER, active=True))
    assert stage.decider.next_deadline(stage.market) == stage.at
    facts = stage.settle()
    assert names(facts) == [
        *("FenceDecided", "BookSwept"),
        *("TradeMatched", "EntitlementGranted", "BookSwept"),
    ]
    assert prices(facts) == [10]
    assert not stage.market.orders


def test_when_a_ruleset_takes_effect_the_crossed_books_are_tried_under_it() -> None:
    stage = crossed(a_floor())
    stage.told(adopting(LAX, stage.at + 1_000))
    assert stage.settle() == []
    assert stage.decider.next_deadline(stage.market) == stage.at + 1_000
    stage.at += 1_000
    facts = stage.settle()
    assert prices(facts) == [10]
    (trade,) = [fact for fact in facts if isinstance(fact, TradeMatched)]
    assert trade.decision is not None
    assert trade.decision.ruleset_digest == LAX.digest


def test_a_ruleset_that_is_effective_already_has_the_books_tried_at_once() -> None:
    stage = crossed(a_floor())
    stage.told(adopting(LAX, stage.at))
    assert prices(stage.settle()) == [10]


def test_when_a_dated_rule_ends_the_crossed_books_are_tried_without_it() -> None:
    stage = crossed(a_floor(DATED))
    due = stage.decider.next_deadline(stage.market)
    assert due == instant("2026-11-03T16:00:00Z")
    stage.at = due
    assert prices(stage.settle()) == [10]


def test_a_sweep_that_finds_nothing_says_so_once() -> None:
    stage = crossed(a_floor())
    stage.told(RecordStanding(participant_id=BUYER, active=True))
    (swept,) = stage.settle()
    assert isinstance(swept, BookSwept)
    assert swept.next_place is None
    assert stage.decider.next_deadline(stage.market) == swept.retry_at != stage.at
    assert len(stage.market.orders) == 2


def test_a_participant_recorded_anew_has_the_crossed_books_tried_again() -> None:
    stage = crossed(a_floor())
    stage.told(RecordParticipant(standing=a_standing("NEW", "JP", "buyer")))
    assert stage.settle() == []
    stage.told(RecordParticipant(standing=a_standing(BUYER, "SG", "buyer")))
    assert names(stage.settle()) == ["BookSwept"]


def test_a_halted_book_is_tried_when_it_opens_again() -> None:
    stage = crossed(a_floor())
    stage.told(SetInstrumentState(instrument_id="L-0.1.0", state="halted"), adopting(LAX, stage.at))
    assert stage.decider.next_deadline(stage.market) is None
    stage.told(SetInstrumentState(instrument_id="L-0.1.0", state="open"))
    assert prices(stage.settle()) == [10]


def test_a_crossed_book_that_closes_is_not_tried_any_more() -> None:
    stage = crossed(a_floor())
    stage.told(SetInstrumentState(instrument_id="L-0.1.0", state="closed"), adopting(LAX, stage.at))
    assert stage.decider.next_deadline(stage.market) is None
    assert not stage.market.crossed


def test_orders_are_tried_in_the_order_in_which_they_came() -> None:
    stage = a_floor(moves_data=False)
    stage.ask(SELLER, an_ask(10))
    stage.told(RecordStanding(participant_id=SELLER, active=False))
    stage.ask(BUYER, a_bid(11))
    stage.ask("BU-SG-01", a_bid(15))
    stage.told(RecordStanding(participant_id=SELLER, active=True))
    (trade,) = [fact for fact in stage.settle() if isinstance(fact, TradeMatched)]
    assert (trade.buyer_id, trade.price, trade.released_minor) == (BUYER, 10, 1)


def test_a_large_sweep_goes_on_in_bounded_steps_with_ids_of_its_own() -> None:
    stage = a_floor(moves_data=False)
    stage.told(RecordStanding(participant_id=SELLER, active=False))
    stage.told(RecordStanding(participant_id=SELLER, active=True))
    for _ in range(50):
        stage.ask(SELLER, an_ask(10))
    stage.told(RecordStanding(participant_id=SELLER, active=False))
    stage.ask(BUYER, a_bid(10, 45))
    stage.ask("BU-SG-01", a_bid(10, 5))
    stage.told(RecordStanding(participant_id=SELLER, active=True))
    steps = []
    while stage.decider.next_deadline(stage.market) is not None:
        steps.append(stage.expire())
    assert [len(prices(step)) for step in steps] == [0, 13, 13, 13, 6, 5]
    trade_ids = [fact.trade_id for step in steps for fact in step if isinstance(fact, TradeMatched)]
    assert len(set(trade_ids)) == 50
    assert not stage.market.orders


def test_a_sweep_passes_those_that_may_not_trade_over_at_once() -> None:
    stage = a_floor()
    for _ in range(250):
        stage.ask(BUYER, a_bid(10, use=ELSEWHERE))
    stage.ask("BU-SG-01", a_bid(10))
    stage.told(RecordStanding(participant_id="BU-SG-01", active=False))
    stage.ask(SELLER, an_ask(10, 5))
    stage.told(RecordStanding(participant_id="BU-SG-01", active=True))
    steps = []
    while (due := stage.decider.next_deadline(stage.market)) is not None and due <= stage.at:
        steps.append(stage.expire())
    swept = [step[-1] for step in steps]
    assert [fact.next_place for fact in swept if isinstance(fact, BookSwept)] == [0, 252, None]
    assert [prices(step) for step in steps] == [[], [10], []]


def test_a_sweep_of_many_that_find_nobody_goes_on_in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "_TRIED_MAX", 100)
    stage = a_floor(moves_data=False)
    stage.ask(SELLER, an_ask(10))
    for _ in range(150):
        stage.ask(SELLER, an_ask(20))
    stage.told(RecordStanding(participant_id=SELLER, active=False))
    stage.ask(BUYER, a_bid(30))
    stage.told(RecordStanding(participant_id=SELLER, active=True))
    swept = [fact for fact in stage.settle() if isinstance(fact, BookSwept)]
    assert [fact.next_place for fact in swept] == [0, 100, 152]


def test_where_no_ruleset_is_in_force_a_sweep_admits_nothing() -> None:
    stage = crossed(a_floor())
    stage.market.rulesets.clear()
    stage.told(RecordStanding(participant_id=BUYER, active=True))
    assert names(stage.settle()) == ["BookSwept"]


def test_a_sweep_with_many_decisions_is_spread_over_outcomes_that_fit() -> None:
    stage = a_floor()
    buyers = [f"BU-{number}" for number in range(80)]
    for buyer in buyers:
        stage.told(RecordParticipant(standing=a_standing(buyer, "JP", "buyer"))).deposited(buyer, 100)
    stage.ask(SELLER, an_ask(10, len(buyers)))
    stage.told(RecordStanding(participant_id=SELLER, active=False))
    for buyer in buyers:
        stage.ask(buyer, a_bid(10))
    stage.told(RecordStanding(participant_id=SELLER, active=True))
    partition = Partition(stage.decider, 0)
    partition.state = stage.market
    tick = Asked(CommandMeta(id="tick", actor=POLICY_ACTOR, valid_until=stage.at), Tick())
    sizes = []
    for offset in range(1_000, 1_010):
        for outcome in partition.answer(offset, stage.at, tick, 0):
            sizes.append(sum(weight(fact) for _, fact in outcome))
    assert not stage.market.orders
    assert len(sizes) > 2
    assert max(sizes) < 128 * 1024


def crossed_by_many_uses(monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A book of data in which five bids, each for a use of its own, stand crossed with an older ask."""
    monkeypatch.setattr(sweeping, "_DECIDED_MAX", 1)
    stage = Stage().told(*everyone(), adopting(STRICT, 0))
    stage.told(OpenInstrument(terms=terms(posted_price=None, seller_id=None)))
    stage.deposited(BUYER, 10**6)
    stage.ask(SELLER, an_ask(9))
    for number in range(5):
        use = a_use(place_of_use="MY", scenario_id=f"S-{number}")
        assert "OrderAccepted" in names(stage.ask(BUYER, a_bid(10, use=use)))
    return stage


def test_a_sweep_asks_the_fence_so_much_in_a_step_and_goes_on_in_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = crossed_by_many_uses(monkeypatch)
    stage.told(RecordStanding(participant_id=SELLER, active=False))
    stage.ask(BUYER, a_bid(10))
    stage.told(RecordStanding(participant_id=SELLER, active=True))
    facts = stage.settle()
    assert [fact.buyer_id for fact in facts if isinstance(fact, TradeMatched)] == [BUYER]
    steps = [fact.next_place for fact in facts if isinstance(fact, BookSwept)]
    assert steps == list(range(8))


@pytest.mark.parametrize(("pairs", "soon"), [(3, True), (5, False)])
def test_a_book_of_too_many_standings_to_ask_about_is_looked_at_again_within_the_hour(
    pairs: int, soon: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = crossed_by_many_uses(monkeypatch)
    monkeypatch.setattr(sweeping, "_PAIRS_MAX", pairs)
    stage.told(RecordParticipant(standing=a_standing(BUYER, "JP", "buyer")))
    stage.settle()
    due = stage.decider.next_deadline(stage.market)
    assert (due == stage.at + HOUR) == soon


def test_those_that_may_trade_by_the_end_of_a_sweep_are_not_left_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While a large sweep goes on a rule ends that kept two apart, whose turn is over by then."""
    monkeypatch.setattr(sweeping, "_TRIED_MAX", 1)
    stage = a_floor(DATED)
    stage.ask(SELLER, an_ask(10, 5))
    stage.ask(BUYER, a_bid(12, use=ELSEWHERE))
    stage.told(RecordStanding(participant_id=SELLER, active=False))
    stage.ask("BU-SG-01", a_bid(11))
    stage.at = instant("2026-11-03T16:00:00Z") - 1
    stage.told(RecordStanding(participant_id=SELLER, active=True))
    for _ in range(3):
        assert prices(stage.expire()) == []
    stage.at += 1
    traded = [fact for fact in stage.settle() if isinstance(fact, TradeMatched)]
    assert [(trade.buyer_id, trade.price) for trade in traded] == [("BU-SG-01", 10), (BUYER, 10)]
    assert not stage.market.crossed
