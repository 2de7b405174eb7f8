"""A ruling against ends what rests on it at once: open or accepted, suspended or not, on a ruling or without."""

from typing import Any

import pytest

from exchange.fence import newest
from exchange.kernel.bases import Fact
from exchange.kernel.protocol import POLICY_ACTOR
from exchange.kernel.time import DAY, HOUR
from exchange.market.commands import AcceptDelivery, ConcludeDelivery, RecordStanding
from exchange.market.disputes.commands import OpenDispute
from exchange.market.entitlements.facts import DecisionRestored, DecisionRevoked, EntitlementEnded
from exchange.market.facts import PurchaseAccepted, PurchaseRefunded
from exchange.market.purchases.facts import RefundApproved
from exchange.market.rulings.concluding import BYTES_MAX
from exchange.market.rulings.facts import CaseConcluded, CasePurchasesEnded
from exchange.market.weighing import weight
from tests.unit.market.paying import paid_before
from tests.unit.market.plan_stage import MIDNIGHT, asked, until
from tests.unit.market.running import (
    CALLED,
    DATA,
    MONTHLY,
    NEW_YEAR,
    PLAN,
    PRICE,
    a_house,
    adopt,
    against,
    bought,
    milder,
    ruled,
    stricter,
    withdrawn,
)
from tests.unit.market.stage import BUYER, Stage, names, shipped, the
from tests.unit.market.test_entitlements import replays

LOOKED_AT = (EntitlementEnded, PurchaseRefunded, PurchaseAccepted, RefundApproved)


def without_a_ruling(name: str) -> tuple[Stage, Any]:
    """A right that was admitted by milder rules, which are followed by those that ask for a look on the tenth."""
    stage = a_house(valid_until=NEW_YEAR)
    stage.told(adopt(milder(), stage.at))
    withdrawn(stage, *stage.market.rulings.held)
    right = bought(stage, name)
    until(stage, MIDNIGHT + 10 * DAY)
    stage.told(adopt(newest(shipped()), stage.at))
    return stage, right


def concluded(stage: Stage, name: str = MONTHLY, **changed: Any) -> list[Fact]:
    """What a ruling against brings, to its end."""
    before = len(stage.journal)
    stage.told(against(name, **changed))
    stage.settle()
    return [fact for fact, _ in stage.journal[before:]]


def ends(facts: list[Fact]) -> list[Fact]:
    return [fact for fact in facts if isinstance(fact, LOOKED_AT)]


@pytest.mark.parametrize("name", [PLAN, MONTHLY, CALLED, DATA])
def test_what_was_suspended_for_a_review_that_is_ruled_against_ends_at_once(name: str) -> None:
    stage, right = without_a_ruling(name)
    assert the(DecisionRevoked, stage.settle()).codes[0] == "LOCAL_LAW_REVIEW"
    stage.at += 2 * DAY
    facts = concluded(stage, name)
    assert the(CaseConcluded, facts).purchases == 1
    ended = the(EntitlementEnded, facts)
    assert (ended.entitlement_id, ended.by, ended.grounds) == (
        right.entitlement_id,
        "counter",
        "There is no consent.",
    )
    assert ended.ended_at == stage.at
    ruled(stage, valid_until=NEW_YEAR + 90 * DAY)
    turns = [f for f in until(stage, right.ends_at) if isinstance(f, DecisionRestored | DecisionRevoked)]
    assert not turns
    assert right.entitlement_id not in stage.market.entitlements.running
    replays(stage)


def test_what_is_unused_of_a_suspended_month_goes_back_and_the_rest_waits_for_its_evidence() -> None:
    stage, right = without_a_ruling(MONTHLY)
    stage.settle()
    stage.at += 2 * DAY
    (ended,) = ends(concluded(stage))
    assert isinstance(ended, EntitlementEnded)
    assert (ended.unused_days, ended.days, ended.refunded_minor) == (21, 31, 541_935)
    assert stage.market.purchases[right.trade_id].escrow_minor == PRICE - 541_935


def test_an_accepted_month_that_is_ruled_against_ends_at_once_and_what_is_unused_goes_back() -> None:
    stage = a_house(valid_until=NEW_YEAR)
    right = bought(stage, MONTHLY)
    asked(stage, BUYER, AcceptDelivery(trade_id=right.trade_id))
    until(stage, MIDNIGHT + 10 * DAY + HOUR)
    ended, back = ends(concluded(stage))
    assert isinstance(ended, EntitlementEnded)
    assert isinstance(back, RefundApproved)
    assert (ended.by, ended.unused_days, ended.refunded_minor) == ("counter", 20, 0)
    assert (back.amount_minor, back.basis) == (516_129, "suspension")
    assert not stage.market.rulings.ending
    replays(stage)


def test_each_right_of_a_seller_is_reckoned_with_what_the_one_before_left_in_its_purse() -> None:
    stage = a_house(valid_until=NEW_YEAR)
    trades = [bought(stage, MONTHLY).trade_id for _ in range(3)]
    for trade_id in trades:
        asked(stage, BUYER, AcceptDelivery(trade_id=trade_id))
    purse = stage.purse(seller := stage.market.after.sales[trades[0]].seller_id, "SGD")
    paid_before(stage, seller, purse.payable - 600_000, currency="SGD")
    found = concluded(stage)
    back = [fact for fact in found if isinstance(fact, RefundApproved)]
    assert [each.trade_id for each in back] == trades
    assert [each.payable_minor > 0 for each in back] == [True, False, False]
    assert [each.looked_at for each in found if isinstance(each, CasePurchasesEnded)] == [1, 1, 1]
    assert stage.purse(seller, "SGD").payable == 0
    replays(stage)


def test_data_that_was_handed_over_and_accepted_is_used_and_may_be_used_no_longer() -> None:
    stage = a_house(valid_until=NEW_YEAR)
    right = bought(stage, DATA)
    asked(stage, BUYER, AcceptDelivery(trade_id=right.trade_id))
    (ended,) = ends(concluded(stage, DATA))
    assert isinstance(ended, EntitlementEnded)
    assert ended.refunded_minor == 0


def test_what_the_evidence_spoke_for_while_it_was_suspended_is_not_given_back() -> None:
    stage = a_house(valid_until=NEW_YEAR)
    right = bought(stage, DATA)
    withdrawn(stage, *stage.market.rulings.held)
    said = ConcludeDelivery(trade_id=right.trade_id, verdict="accept", basis="evidence")
    assert names(stage.ask(POLICY_ACTOR, said)) == ["ConclusionNoted"]
    ended, accepted = ends(concluded(stage, DATA))
    assert isinstance(ended, EntitlementEnded)
    assert isinstance(accepted, PurchaseAccepted)
    assert (ended.refunded_minor, accepted.gross_minor) == (0, PRICE)


def test_what_was_bought_on_a_ruling_and_waits_for_its_evidence_goes_back_whole() -> None:
    stage = a_house(valid_until=NEW_YEAR)
    cash = stage.purse(BUYER, "SGD").cash
    bought(stage, MONTHLY)
    until(stage, MIDNIGHT + 10 * DAY)
    (back,) = ends(concluded(stage))
    assert isinstance(back, PurchaseRefunded)
    assert (back.basis, back.amount_minor, stage.purse(BUYER, "SGD").cash) == ("counter", PRICE, cash)


def test_a_right_in_dispute_ends_and_its_money_is_the_other_panel_s() -> None:
    stage = a_house(valid_until=NEW_YEAR)
    right = bought(stage, MONTHLY)
    asked(stage, BUYER, OpenDispute(trade_id=right.trade_id, grounds="Half of it is missing."))
    (ended,) = ends(concluded(stage))
    assert isinstance(ended, EntitlementEnded)
    assert ended.refunded_minor == 0
    assert stage.market.disputes[right.trade_id].held_minor == PRICE


@pytest.mark.parametrize(
    "changed",
    [
        {"codes": ("CN_SPLITTING",)},
        {"buyer_id": "BU-SG-01"},
        {"instrument_id": DATA},
        {"product_id": "P-99"},
        {"verdict": "withdrawn"},
    ],
)
def test_what_is_of_another_matter_stays_suspended(changed: dict[str, Any]) -> None:
    stage, right = without_a_ruling(MONTHLY)
    facts = concluded(stage, **changed)
    assert the(CaseConcluded, facts).purchases == 0
    assert stage.market.entitlements.running[right.entitlement_id].suspended_at is not None


def test_what_other_rules_admit_or_bar_by_now_does_not_rest_on_it() -> None:
    for ruleset in (milder(), stricter()):
        stage = a_house(valid_until=NEW_YEAR)
        right = bought(stage, MONTHLY)
        asked(stage, BUYER, AcceptDelivery(trade_id=right.trade_id))
        stage.told(adopt(ruleset, stage.at))
        stage.settle()
        assert not ends(concluded(stage))


def test_a_right_of_a_party_that_may_not_trade_rests_on_what_was_last_said() -> None:
    stage = a_house(valid_until=NEW_YEAR)
    right = bought(stage, MONTHLY)
    asked(stage, BUYER, AcceptDelivery(trade_id=right.trade_id))
    stage.told(RecordStanding(participant_id=BUYER, active=False))
    stage.settle()
    assert the(EntitlementEnded, concluded(stage)).entitlement_id == right.entitlement_id


def test_long_grounds_make_no_outcome_too_large() -> None:
    stage = a_house(valid_until=NEW_YEAR)
    stage.deposited(BUYER, 60 * PRICE, "SGD")
    for _ in range(30):
        bought(stage, DATA)
    grounds = "\u6ca1\u6709\u540c\u610f" * 500
    stage.told(against(DATA, grounds=grounds))
    steps = []
    while stage.market.rulings.ending:
        steps.append(stage.expire())
    refunds = [[fact for fact in step if isinstance(fact, PurchaseRefunded)] for step in steps]
    assert sum(map(len, refunds)) == 30
    one = weight(next(step[0] for step in refunds if step))
    assert max(sum(map(weight, step)) for step in refunds) < BYTES_MAX + one
    replays(stage)
