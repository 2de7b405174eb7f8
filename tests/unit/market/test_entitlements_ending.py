"""What is not used of a suspended entitlement is refunded when it ends, to the cent; nothing of it resumes after."""

import pytest

from exchange.kernel.bases import Fact
from exchange.kernel.protocol import POLICY_ACTOR
from exchange.kernel.time import DAY, HOUR
from exchange.market.commands import AcceptDelivery, ConcludeDelivery
from exchange.market.disputes.commands import OpenDispute
from exchange.market.entitlements.commands import EndEntitlement
from exchange.market.entitlements.facts import DecisionRestored, DecisionRevoked, EntitlementEnded
from exchange.market.facts import EntitlementGranted, PurchaseAccepted, PurchaseRefunded
from exchange.market.plans.commands import AnnouncePrice
from exchange.market.plans.facts import UnitsEnded
from exchange.market.purchases.facts import RefundApproved
from exchange.market.subscriptions.facts import SubscriptionEnded
from tests.unit.market.plan_stage import MIDNIGHT, a_cancellation, asked, tiers, until, usage
from tests.unit.market.quoting import COUNTER
from tests.unit.market.running import (
    CALLED,
    DATA,
    HOST,
    LAPSES,
    MONTHLY,
    NEW_YEAR,
    PLAN,
    PRICE,
    a_house,
    bought,
    ruled,
    withdrawn,
)
from tests.unit.market.stage import BUYER, OPERATOR, Stage, names, refusal, the
from tests.unit.market.test_entitlements import replays


def said(trade_id: str) -> ConcludeDelivery:
    return ConcludeDelivery(trade_id=trade_id, verdict="accept", basis="evidence")


def ending(entitlement_id: str, grounds: str = "It is of no use to us any more.") -> EndEntitlement:
    return EndEntitlement(entitlement_id=entitlement_id, grounds=grounds)


def over(stage: Stage, moment: int = NEW_YEAR) -> list[Fact]:
    """What happens until the end of the term but for answers and subscriptions."""
    kinds = (
        EntitlementEnded,
        PurchaseAccepted,
        PurchaseRefunded,
        RefundApproved,
        DecisionRestored,
        UnitsEnded,
    )
    return [fact for fact in until(stage, moment) if isinstance(fact, kinds)]


def test_a_certificate_lapses_and_the_rest_of_the_month_is_refunded() -> None:
    """SC-14."""
    stage = a_house()
    cash = stage.purse(BUYER, "SGD").cash
    right = bought(stage)
    assert stage.purse(BUYER, "SGD").cash == cash - 800_000
    until(stage, LAPSES)
    assert stage.market.purchases[right.trade_id].escrow_minor == 800_000
    (ended,) = over(stage)
    assert isinstance(ended, EntitlementEnded)
    assert (ended.unused_days, ended.days, ended.refunded_minor, ended.by) == (16, 31, 412_903, "term")
    assert stage.purse(BUYER, "SGD").cash == cash - 800_000 + 412_903
    accepted = the(PurchaseAccepted, stage.ask(POLICY_ACTOR, said(right.trade_id)))
    assert (accepted.gross_minor, accepted.refunded_minor) == (387_097, 0)
    assert (accepted.fee_net_minor, accepted.fee_tax_minor) == (9_129, 548)
    assert accepted.seller_minor == stage.purse(HOST, "SGD").payable == 377_420
    replays(stage)


def test_nothing_resumes_once_it_has_ended() -> None:
    stage = a_house()
    bought(stage)
    until(stage, NEW_YEAR)
    ruled(stage, valid_until=NEW_YEAR + 90 * DAY)
    assert not [f for f in stage.settle() if isinstance(f, DecisionRestored | DecisionRevoked)]
    assert not stage.market.entitlements.running


def test_what_was_used_is_accepted_with_its_end_where_the_evidence_spoke_before() -> None:
    stage = a_house()
    right = bought(stage)
    until(stage, LAPSES)
    assert names(stage.ask(POLICY_ACTOR, said(right.trade_id))) == ["ConclusionNoted"]
    ended, accepted = over(stage)
    assert isinstance(ended, EntitlementEnded)
    assert isinstance(accepted, PurchaseAccepted)
    assert (ended.refunded_minor, accepted.gross_minor, accepted.basis) == (412_903, 387_097, "evidence")


def test_days_of_a_suspension_that_is_over_are_refunded_at_the_end_too() -> None:
    stage = a_house()
    right = bought(stage)
    until(stage, LAPSES + 5 * DAY + HOUR)
    facts = ruled(stage, valid_until=NEW_YEAR + 90 * DAY)
    assert the(DecisionRestored, facts).unused_days == 5
    accepted = the(PurchaseAccepted, stage.ask(BUYER, AcceptDelivery(trade_id=right.trade_id)))
    assert accepted.gross_minor == 800_000
    ended, back = over(stage)
    assert isinstance(ended, EntitlementEnded)
    assert isinstance(back, RefundApproved)
    assert (ended.unused_days, ended.refunded_minor) == (5, 0)
    assert (back.amount_minor, back.basis, back.reference) == (129_032, "suspension", "suspension")
    assert back.grounds == "not used on 5 of its 31 days"
    assert back.payable_minor + back.clawback_minor + back.fee_net_minor + back.fee_tax_minor == 129_032
    replays(stage)


def test_a_suspension_of_less_than_a_day_leaves_nothing_unused() -> None:
    stage = a_house()
    bought(stage)
    until(stage, LAPSES - HOUR)
    withdrawn(stage, *stage.market.rulings.held)
    stage.at = LAPSES
    facts = ruled(stage, valid_until=NEW_YEAR + 90 * DAY)
    assert the(DecisionRestored, facts).unused_days == 0
    assert not over(stage)


def test_what_was_suspended_from_its_first_day_is_refunded_whole() -> None:
    stage = a_house()
    right = bought(stage)
    withdrawn(stage, *stage.market.rulings.held)
    ended, refunded = over(stage)
    assert isinstance(ended, EntitlementEnded)
    assert isinstance(refunded, PurchaseRefunded)
    assert (ended.unused_days, ended.refunded_minor) == (31, 0)
    assert (refunded.amount_minor, refunded.basis) == (800_000, "suspension")
    assert right.trade_id in stage.market.concluded


def test_data_that_was_handed_over_once_and_accepted_is_used_whatever_comes_after() -> None:
    stage = a_house(valid_until=NEW_YEAR)
    right = bought(stage, DATA)
    asked(stage, BUYER, AcceptDelivery(trade_id=right.trade_id))
    (ended,) = over(stage, right.ends_at)
    assert isinstance(ended, EntitlementEnded)
    assert ended.unused_days > 300
    assert stage.purse(HOST, "SGD").payable == stage.market.after.sales[right.trade_id].seller_left


def test_data_that_had_all_arrived_is_accepted_whole_at_its_end() -> None:
    stage = a_house(valid_until=NEW_YEAR)
    right = bought(stage, DATA)
    until(stage, NEW_YEAR)
    asked(stage, POLICY_ACTOR, said(right.trade_id))
    ended, accepted = over(stage, right.ends_at)
    assert isinstance(ended, EntitlementEnded)
    assert isinstance(accepted, PurchaseAccepted)
    assert (ended.refunded_minor, accepted.gross_minor) == (0, PRICE)


def test_a_dispute_decides_alone_what_its_money_comes_to() -> None:
    stage = a_house()
    right = bought(stage)
    until(stage, LAPSES)
    asked(stage, BUYER, OpenDispute(trade_id=right.trade_id, grounds="half of it was wrong"))
    (ended,) = over(stage)
    assert isinstance(ended, EntitlementEnded)
    assert ended.refunded_minor == 0
    assert stage.market.disputes[right.trade_id].held_minor == 800_000


def test_its_buyer_ends_what_is_suspended_and_has_the_rest_back_at_once() -> None:
    stage = a_house()
    right = bought(stage)
    name = right.entitlement_id
    found = refusal(stage.ask(BUYER, ending(name)))
    assert (found.reason, found.subject) == ("ENTITLEMENT_RUNS", name)
    until(stage, LAPSES + 3 * DAY)
    assert refusal(stage.ask(HOST, ending(name))).reason == "NOT_PERMITTED"
    assert refusal(stage.ask(BUYER, ending(name, " "))).reason == "GROUNDS_MISSING"
    ended = the(EntitlementEnded, asked(stage, BUYER, ending(name)))
    assert (ended.by, ended.ended_at, ended.unused_days) == ("buyer", LAPSES + 3 * DAY, 16)
    assert ended.refunded_minor == 412_903
    assert refusal(stage.ask(BUYER, ending(name))).reason == "ENTITLEMENT_UNKNOWN"
    assert not over(stage)
    replays(stage)


@pytest.mark.parametrize(
    ("who", "by"), [(OPERATOR, "operator"), (COUNTER, "counter"), (POLICY_ACTOR, "counter")]
)
def test_the_counter_and_operators_end_what_runs(who: str, by: str) -> None:
    stage = a_house(valid_until=NEW_YEAR)
    right = bought(stage)
    until(stage, MIDNIGHT + 10 * DAY + HOUR)
    ended = the(EntitlementEnded, asked(stage, who, ending(right.entitlement_id)))
    assert (ended.by, ended.unused_days, ended.refunded_minor) == (by, 20, 516_129)


def test_a_subscription_that_is_cancelled_while_suspended_charges_no_day_of_it() -> None:
    stage = a_house()
    bought(stage)
    until(stage, LAPSES + 3 * DAY)
    (subscription_id,) = stage.market.subscriptions.open
    facts = asked(stage, BUYER, a_cancellation(subscription_id, "now"))
    ended = the(SubscriptionEnded, facts)
    assert (ended.days_charged, ended.refunded_minor) == (15, 412_903)
    assert the(PurchaseAccepted, facts).seller_minor == 377_420
    assert not over(stage)


def test_a_subscription_that_is_cancelled_once_its_right_has_ended_gives_nothing_back_twice() -> None:
    stage = a_house(valid_until=NEW_YEAR)
    right = bought(stage)
    until(stage, MIDNIGHT + 10 * DAY + HOUR)
    assert (
        the(EntitlementEnded, asked(stage, COUNTER, ending(right.entitlement_id))).refunded_minor == 516_129
    )
    until(stage, MIDNIGHT + 20 * DAY)
    (subscription_id,) = stage.market.subscriptions.open
    facts = asked(stage, BUYER, a_cancellation(subscription_id, "now"))
    ended = the(SubscriptionEnded, facts)
    assert (ended.days_charged, ended.refunded_minor) == (11, 0)
    assert the(PurchaseAccepted, facts).gross_minor == 800_000 - 516_129
    replays(stage)


def test_a_subscription_whose_price_came_to_nothing_is_cancelled_once_its_right_has_ended() -> None:
    stage = a_house(valid_until=NEW_YEAR + 31 * DAY)
    bought(stage)
    nothing = AnnouncePrice(instrument_id=PLAN, tiers=tiers((0, 1)), effective_at=NEW_YEAR)
    asked(stage, HOST, nothing)
    right = the(EntitlementGranted, until(stage, NEW_YEAR + HOUR))
    asked(stage, COUNTER, ending(right.entitlement_id))
    until(stage, NEW_YEAR + DAY)
    (subscription_id,) = stage.market.subscriptions.open
    facts = asked(stage, BUYER, a_cancellation(subscription_id, "now"))
    ended = the(SubscriptionEnded, facts)
    assert (ended.days_charged, ended.refunded_minor) == (31, 0)
    assert the(PurchaseAccepted, facts).gross_minor == 0
    replays(stage)


@pytest.mark.parametrize(("used", "back"), [(1_000, 56_000), (21_000, 35_000)])
def test_prepaid_units_are_refunded_by_day_but_never_beyond_what_is_left(used: int, back: int) -> None:
    stage = a_house()
    right = bought(stage, CALLED)
    asked(stage, POLICY_ACTOR, usage(CALLED, used))
    until(stage, LAPSES)
    assert stage.market.purchases[right.trade_id].escrow_minor == 108_500
    ended, _, accepted = over(stage)
    assert isinstance(ended, EntitlementEnded)
    assert isinstance(accepted, PurchaseAccepted)
    assert (ended.refunded_minor, accepted.gross_minor) == (back, 108_500 - back)
    replays(stage)


def test_a_month_that_is_bought_in_the_book_ends_by_day_as_well() -> None:
    stage = a_house()
    right = bought(stage, MONTHLY)
    assert right.ends_at == NEW_YEAR
    (ended,) = (until(stage, LAPSES), over(stage))[1]
    assert isinstance(ended, EntitlementEnded)
    assert ended.refunded_minor == 412_903
