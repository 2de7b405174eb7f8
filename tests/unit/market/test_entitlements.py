"""Entitlements that run are decided again: when what they rest on changes, and in bounded steps."""

import pytest

from exchange.kernel.bases import Fact
from exchange.kernel.protocol import POLICY_ACTOR
from exchange.kernel.time import DAY, HOUR
from exchange.market.commands import AcceptDelivery, ConcludeDelivery, RecordStanding, RefundPurchase
from exchange.market.entitlements import deciding
from exchange.market.entitlements.facts import (
    DecisionRestored,
    DecisionRevoked,
    EntitlementEnded,
    RedecidingAdvanced,
    RedecidingBegun,
)
from exchange.market.facts import FenceDecided, PurchaseAccepted, TradeMatched
from exchange.market.purchases.commands import AcceptPart
from exchange.market.purchases.facts import ConclusionNoted
from exchange.market.subscriptions.facts import RenewalFailed, SubscriptionSuspended
from tests.unit.market.plan_stage import asked, until, usage
from tests.unit.market.quoting import ASKER
from tests.unit.market.running import (
    CALLED,
    DATA,
    HOST,
    LAPSES,
    MONTHLY,
    NEW_YEAR,
    PLAN,
    a_house,
    adopt,
    bought,
    revoked,
    ruled,
    stricter,
    withdrawn,
)
from tests.unit.market.stage import BUYER, Stage, a_sale, names, pack, refusal, the


def suspended(stage: Stage, name: str = MONTHLY) -> str:
    """A right whose rulings are withdrawn; its entitlement."""
    right = bought(stage, name)
    withdrawn(stage, *stage.market.rulings.held)
    assert stage.market.entitlements.running[right.entitlement_id].suspended_at is not None
    return right.entitlement_id


def of(facts: list[Fact], *kinds: type[Fact]) -> list[str]:
    return names([fact for fact in facts if isinstance(fact, kinds)])


def replays(stage: Stage) -> None:
    again = Stage(rulesets=None)
    again.decider = stage.decider
    again.market = stage.decider.initial(0)
    for fact, at in stage.journal:
        again.decider.evolve(again.market, fact, at)
    assert pack(again.market) == pack(stage.market)


def test_an_answer_that_ends_by_date_suspends_what_rests_on_it_at_that_moment() -> None:
    stage = a_house()
    right = bought(stage)
    sold_on = the(FenceDecided, [fact for fact, _ in stage.journal])
    assert not revoked(until(stage, LAPSES - 1))
    (found,) = revoked(until(stage, LAPSES + 3))
    assert (found.entitlement_id, found.trade_id) == (right.entitlement_id, right.trade_id)
    assert (found.since, found.ends_at, found.basis) == (LAPSES, NEW_YEAR, "date")
    assert found.codes[0] == "LOCAL_LAW_REVIEW"
    assert found.decision is not None
    assert (found.decision.outcome, found.rested_on) == ("REVIEW", sold_on.decision_id)
    assert found.decision.decision_id != sold_on.decision_id
    replays(stage)


def test_what_a_ruling_lifts_again_runs_on() -> None:
    stage = a_house()
    right = bought(stage)
    facts = withdrawn(stage, *stage.market.rulings.held)
    assert [each.basis for each in revoked(facts)] == ["ruling"]
    stage.at += HOUR
    restored = the(DecisionRestored, ruled(stage))
    assert (restored.entitlement_id, restored.unused_days, restored.basis) == (
        right.entitlement_id,
        0,
        "ruling",
    )
    assert restored.decision is not None
    assert restored.decision.ruling_ids
    assert not revoked(until(stage, LAPSES - 1))
    replays(stage)


def test_a_participant_that_is_suspended_and_reinstated() -> None:
    for who in (HOST, BUYER):
        stage = a_house()
        right = bought(stage, DATA)
        stage.told(RecordStanding(participant_id=who, active=False))
        (found,) = revoked(stage.settle())
        assert (found.entitlement_id, found.basis) == (right.entitlement_id, "participant")
        assert (found.codes, found.decision) == (("PARTICIPANT_SUSPENDED",), None)
        stage.told(RecordStanding(participant_id=who, active=True))
        assert the(DecisionRestored, stage.settle()).entitlement_id == right.entitlement_id
        stage.told(RecordStanding(participant_id=ASKER, active=False))
        assert not stage.settle()


def test_another_ruleset_decides_from_its_time_on() -> None:
    stage = a_house()
    right = bought(stage)
    stage.told(adopt(stricter(), stage.at + DAY))
    assert not stage.settle()
    facts = until(stage, stage.at + DAY)
    assert the(RedecidingBegun, facts).basis == "ruleset"
    (found,) = revoked(facts)
    assert (found.entitlement_id, found.since, found.basis) == (right.entitlement_id, stage.at, "ruleset")
    assert found.decision is not None
    assert (found.decision.outcome, found.decision.ruleset_version) == ("DENY", "2026.12.0")


def test_a_ruleset_that_is_in_force_at_once_decides_at_once() -> None:
    stage = a_house()
    bought(stage)
    stage.told(adopt(stricter(), stage.at))
    assert [each.basis for each in revoked(stage.settle())] == ["ruleset"]


def test_what_other_sales_add_to_the_count_of_persons_is_an_input() -> None:
    """The same version sold again adds nobody, so nothing is decided anew."""
    stage, _ = a_sale()
    before = len(stage.journal)
    stage.settle()
    assert len(stage.journal) == before


def test_while_it_is_suspended_nothing_of_it_is_credited() -> None:
    stage = a_house()
    name = suspended(stage)
    trade_id = stage.market.entitlements.running[name].trade_id
    for actor, command in (
        (BUYER, AcceptDelivery(trade_id=trade_id)),
        (BUYER, AcceptPart(trade_id=trade_id, grounds="half of it", amount_minor=1)),
    ):
        found = refusal(stage.ask(actor, command))
        assert (found.reason, found.subject) == ("ENTITLEMENT_SUSPENDED", name)
    conclude = ConcludeDelivery(trade_id=trade_id, verdict="accept", basis="evidence")
    assert names(stage.ask(POLICY_ACTOR, conclude)) == ["ConclusionNoted"]
    assert stage.purse(HOST, "SGD").payable == 0


def test_what_the_evidence_spoke_for_meanwhile_is_accepted_once_it_runs_again() -> None:
    stage = a_house()
    name = suspended(stage)
    trade_id = stage.market.entitlements.running[name].trade_id
    conclude = ConcludeDelivery(trade_id=trade_id, verdict="accept", basis="evidence")
    assert isinstance(stage.ask(POLICY_ACTOR, conclude)[0], ConclusionNoted)
    facts = ruled(stage)
    assert of(facts, DecisionRestored, PurchaseAccepted) == ["DecisionRestored", "PurchaseAccepted"]
    assert the(PurchaseAccepted, facts).basis == "evidence"
    replays(stage)


def test_evidence_against_it_gives_all_of_it_back_and_ends_it() -> None:
    stage = a_house()
    name = suspended(stage)
    trade_id = stage.market.entitlements.running[name].trade_id
    reject = ConcludeDelivery(trade_id=trade_id, verdict="reject", basis="ruling")
    assert names(stage.ask(POLICY_ACTOR, reject)) == ["PurchaseRefunded"]
    assert name not in stage.market.entitlements.running
    assert not of(until(stage, NEW_YEAR + 40 * DAY), EntitlementEnded, DecisionRevoked, DecisionRestored)


def test_a_right_that_was_refunded_is_not_decided_again() -> None:
    stage = a_house()
    right = bought(stage)
    asked(stage, HOST, RefundPurchase(trade_id=right.trade_id, grounds="by agreement"))
    assert not revoked(withdrawn(stage, *stage.market.rulings.held))
    assert not stage.market.entitlements.running
    assert not stage.market.entitlements.pairs


def test_a_renewal_that_falls_into_a_suspension_is_not_charged() -> None:
    stage = a_house()
    bought(stage)
    facts = until(stage, NEW_YEAR)
    assert of(facts, RenewalFailed, SubscriptionSuspended, TradeMatched) == [
        "RenewalFailed",
        "SubscriptionSuspended",
    ]
    assert the(RenewalFailed, facts).reason == "FENCE_REFUSED"


def test_a_sellers_own_reading_counts_nothing_while_it_is_suspended() -> None:
    stage = a_house()
    name = suspended(stage, CALLED)
    found = refusal(stage.ask(HOST, usage(CALLED, 100)))
    assert (found.reason, found.subject) == ("ENTITLEMENT_SUSPENDED", name)
    ruled(stage)
    assert names(asked(stage, HOST, usage(CALLED, 100))) == ["UsageRecorded"]


def test_each_step_is_bounded_and_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "BYTES_MAX", 2_000)
    stage = a_house()
    rights = [bought(stage, DATA).entitlement_id for _ in range(9)]
    rights += [bought(stage, MONTHLY).entitlement_id for _ in range(2)]
    stage.told(RecordStanding(participant_id=BUYER, active=False))
    steps = []
    while stage.market.entitlements.todo:
        steps.append(stage.expire())
        stage.at += 1_000
    assert [len(revoked(step)) for step in steps] == [5, 5, 1]
    assert [each.entitlement_id for step in steps for each in revoked(step)] == rights
    assert [the(RedecidingAdvanced, step).left for step in steps] == [2, 1, 0]
    assert [the(RedecidingAdvanced, step).member for step in steps] == [5, 1, 0]
    replays(stage)


def test_a_change_in_the_midst_of_a_pair_begins_it_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "BYTES_MAX", 2_000)
    stage = a_house()
    for _ in range(9):
        bought(stage, DATA)
    stage.told(RecordStanding(participant_id=BUYER, active=False))
    first = stage.expire()
    assert 0 < len(revoked(first)) < 9
    stage.ask_without_deadlines(POLICY_ACTOR, RecordStanding(participant_id=BUYER, active=True))
    rest = until(stage, stage.at + HOUR)
    assert not revoked(rest)
    assert len(of(rest, DecisionRestored)) == len(revoked(first))
    assert all(each.suspended_at is None for each in stage.market.entitlements.running.values())


def test_rights_that_are_over_are_forgotten_as_others_come() -> None:
    stage = a_house(valid_until=NEW_YEAR + 300 * DAY)
    first = bought(stage, MONTHLY)
    until(stage, first.ends_at)
    second = bought(stage, MONTHLY)
    assert [*stage.market.entitlements.running] == [second.entitlement_id]


def test_what_moves_no_data_rests_on_no_decision() -> None:
    stage = a_house()
    assert PLAN in stage.market.instruments
    assert not stage.market.entitlements.running
