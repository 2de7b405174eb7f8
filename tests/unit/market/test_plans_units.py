"""Units are bought, used up, filled up and over."""

from typing import Any

import pytest

from exchange.kernel.bases import Command
from exchange.kernel.plan import METERED_MAX
from exchange.kernel.protocol import POLICY_ACTOR
from exchange.kernel.time import instant
from exchange.market.commands import (
    AcceptDelivery,
    RecordParticipant,
    RefundPurchase,
    SetInstrumentState,
)
from exchange.market.disputes.commands import OpenDispute
from exchange.market.facts import PurchaseAccepted, TradeMatched
from exchange.market.plans.buying import BOUGHT_MAX, LOTS_MAX
from exchange.market.plans.commands import SetTopUp
from exchange.market.plans.facts import Draw, TopUpPaused, TopUpSet, UnitsBought, UnitsEnded, UsageRecorded
from exchange.market.plans.state import Balance, balance_name
from exchange.market.purchases.commands import ApproveRefund, BustTrade, RejectDelivery
from tests.unit.market.plan_stage import (
    CALLS,
    GIGABYTES,
    MONTHS,
    SEATS,
    a_plan,
    a_plan_market,
    a_purchase,
    a_top_up,
    an_instrument,
    asked,
    calls,
    gigabytes,
    on_sale,
    paid,
    suspended_again,
    the,
    tiers,
    until,
    usage,
)
from tests.unit.market.stage import (
    BUYER,
    OPERATOR,
    SELLER,
    Stage,
    a_market,
    a_standing,
    a_use,
    everyone,
    names,
    refusal,
)

GB = 10**9
CHEAP = gigabytes(tiers=tiers((0, 1)))
YEAR_LATER = instant("2027-11-02T00:00:00Z")


def balance(stage: Stage, name: str) -> Balance:
    return stage.market.plans.balances[balance_name(name, BUYER)]


def _used(stage: Stage, name: str, metered: int) -> UsageRecorded:
    used: UsageRecorded = the(UsageRecorded, asked(stage, SELLER, usage(name, metered)))
    return used


@pytest.mark.parametrize(
    ("who", "command", "reason"),
    [
        (BUYER, a_purchase("P-99", 1), "INSTRUMENT_UNKNOWN"),
        (BUYER, a_purchase(MONTHS, 1), "PLAN_SALE"),
        (BUYER, a_purchase(CALLS, 14, amount_max_minor=48), "PRICE_HIGHER"),
        (BUYER, a_purchase(SEATS, 21), "SEATS_INSUFFICIENT"),
        (BUYER, a_purchase(GIGABYTES, 55_556), "FUNDS_INSUFFICIENT"),
        (BUYER, a_purchase(SEATS, 1, use=a_use(licence_digest=None)), "LICENCE_NOT_ACCEPTED"),
        (BUYER, a_purchase(CALLS, 100, use=a_use(place_of_use="US")), "FENCE_REFUSED"),
        (SELLER, a_purchase(CALLS, 100), "BID_ON_OWN"),
        ("AS-CN-01", a_purchase(CALLS, 100), "ROLE_MISSING"),
        ("NOBODY", a_purchase(CALLS, 100), "PARTICIPANT_UNKNOWN"),
    ],
)
def test_a_purchase_may_be_refused(who: str, command: Command, reason: str) -> None:
    stage = a_plan_market()
    assert refusal(stage.ask(who, command)).reason == reason
    assert stage.purse(BUYER).cash == 100_000_000


def test_a_purchase_names_the_fence_s_codes() -> None:
    refused = refusal(a_plan_market().ask(BUYER, a_purchase(CALLS, 100, use=a_use(place_of_use="US"))))
    assert refused.codes


def test_a_purchase_needs_a_plan() -> None:
    stage = a_market(an_instrument(CALLS))
    assert refusal(stage.ask(BUYER, a_purchase(CALLS, 1))).reason == "PLAN_UNKNOWN"


def test_a_purchase_may_cost_what_the_buyer_says() -> None:
    stage = a_plan_market()
    assert paid(asked(stage, BUYER, a_purchase(CALLS, 14, amount_max_minor=49)))[0].amount_minor == 49


def test_units_that_cost_less_than_half_a_minor_unit_are_too_few() -> None:
    stage = a_plan_market(P08=calls(model="flat", tiers=tiers((0, 4_000))))
    assert refusal(stage.ask(BUYER, a_purchase(CALLS, 1))).reason == "AMOUNT_TOO_SMALL"
    assert paid(asked(stage, BUYER, a_purchase(CALLS, 2)))[0].amount_minor == 1


def test_units_beyond_what_one_purchase_may_be_worth_are_refused() -> None:
    stage = a_plan_market(P08=calls(model="flat", tiers=tiers((0, 10**12))))
    assert refusal(stage.ask(BUYER, a_purchase(CALLS, 10**9))).reason == "AMOUNT_TOO_LARGE"


def test_a_plan_says_how_many_are_sold_at_least() -> None:
    stage = a_plan_market(P08=calls(units_min=1_000))
    assert refusal(stage.ask(BUYER, a_purchase(CALLS, 999))).reason == "QUANTITY_TOO_SMALL"


def test_nothing_is_bought_of_who_is_suspended_or_of_what_is_halted() -> None:
    stage = a_plan_market()
    stage.told(SetInstrumentState(instrument_id=CALLS, state="halted"))
    assert refusal(stage.ask(BUYER, a_purchase(CALLS, 100))).reason == "INSTRUMENT_NOT_OPEN"
    suspended_again(stage, SELLER, "CN-LG", "seller", active=False)
    assert refusal(stage.ask(BUYER, a_purchase(GIGABYTES, 1))).subject == SELLER
    suspended_again(stage, SELLER, "CN-LG", "seller", active=True)
    suspended_again(stage, BUYER, "JP", "buyer", active=False)
    assert refusal(stage.ask(BUYER, a_purchase(GIGABYTES, 1))).subject == BUYER


def test_an_assessor_of_the_product_buys_nothing_of_it() -> None:
    stage = a_market(an_instrument(CALLS, assessor_ids=("AS-CN-01",)))
    asked(stage, SELLER, a_plan(CALLS))
    stage.told(
        RecordParticipant(standing=a_standing("BU-CN-01", "CN", "buyer", beneficial_owner="UBO-AS-CN-01"))
    )
    assert refusal(stage.ask("BU-CN-01", a_purchase(CALLS, 100))).reason == "CONFLICT_OF_INTEREST"


def test_without_a_ruleset_no_data_moves() -> None:
    stage = Stage().told(*everyone())
    on_sale(stage, CALLS)
    asked(stage, SELLER, a_plan(CALLS))
    assert refusal(stage.ask(BUYER, a_purchase(CALLS, 100))).reason == "RULESET_NONE"


def test_seats_are_free_again_when_their_time_is_over() -> None:
    stage = a_plan_market()
    _, right = paid(asked(stage, BUYER, a_purchase(SEATS, 12)))
    assert refusal(stage.ask(BUYER, a_purchase(SEATS, 9))).reason == "SEATS_INSUFFICIENT"
    (ended,) = until(stage, right.ends_at)
    assert isinstance(ended, UnitsEnded)
    assert (ended.units, ended.unused, ended.refunded_minor) == (12, 0, 0)
    asked(stage, BUYER, a_purchase(SEATS, 20))


def test_seats_are_free_again_when_their_purchase_is_refunded() -> None:
    stage = a_plan_market()
    trade, _ = paid(asked(stage, BUYER, a_purchase(SEATS, 20)))
    asked(stage, SELLER, RefundPurchase(trade_id=trade.trade_id, grounds="Bought by mistake."))
    asked(stage, BUYER, a_purchase(SEATS, 20))
    assert stage.decider.next_deadline(stage.market) is not None


def test_a_licence_without_a_limit_has_seats_for_all() -> None:
    stage = a_market(an_instrument(SEATS))
    asked(stage, SELLER, a_plan(SEATS))
    stage.deposited(BUYER, 10**10)
    asked(stage, BUYER, a_purchase(SEATS, 1_000))


def test_usage_draws_down_what_ends_first() -> None:
    stage = a_plan_market()
    first = paid(asked(stage, BUYER, a_purchase(CALLS, 100)))[1].entitlement_id
    stage.at += 1
    second = paid(asked(stage, BUYER, a_purchase(CALLS, 50)))[1].entitlement_id
    used = _used(stage, CALLS, 120)
    assert used.draws == (
        Draw(entitlement_id=first, metered=100),
        Draw(entitlement_id=second, metered=20),
    )
    assert (used.left, used.uncovered, used.owed) == (30, 0, 0)


def test_a_gigabyte_is_a_billion_bytes() -> None:
    stage = a_plan_market()
    bought = the(UnitsBought, asked(stage, BUYER, a_purchase(GIGABYTES, 3)))
    assert (bought.metered, bought.amount_minor) == (3 * GB, 5_400)
    assert _used(stage, GIGABYTES, 2_500_000_001).left == 499_999_999


def test_what_is_used_before_it_is_bought_comes_off_the_next_purchase() -> None:
    stage = a_plan_market()
    asked(stage, BUYER, a_purchase(CALLS, 100))
    used = _used(stage, CALLS, 130)
    assert (used.left, used.uncovered, used.owed) == (0, 30, 30)
    assert _used(stage, CALLS, 5).owed == 35
    bought = the(UnitsBought, asked(stage, BUYER, a_purchase(CALLS, 20)))
    assert bought.covered == 20
    bought = the(UnitsBought, asked(stage, BUYER, a_purchase(CALLS, 20)))
    assert bought.covered == 15
    assert _used(stage, CALLS, 1).left == 4


def test_usage_is_recorded_by_the_seller_or_a_policy_also_of_what_has_closed() -> None:
    stage = a_plan_market()
    asked(stage, BUYER, a_purchase(CALLS, 100))
    for who in (BUYER, "SE-CN-03", "NOBODY"):
        assert refusal(stage.ask(who, usage(CALLS, 1))).reason == "NOT_PERMITTED"
    assert refusal(stage.ask(SELLER, usage("P-99", 1))).reason == "INSTRUMENT_UNKNOWN"
    assert refusal(stage.ask(SELLER, usage(CALLS, 1, "BU-SG-01"))).reason == "BALANCE_UNKNOWN"
    stage.told(SetInstrumentState(instrument_id=CALLS, state="closed"))
    assert names(stage.ask(POLICY_ACTOR, usage(CALLS, 1))) == ["UsageRecorded"]
    assert _used(stage, CALLS, 1).left == 98


def test_a_balance_fills_up_when_usage_passes_the_threshold() -> None:
    stage = a_plan_market()
    asked(stage, BUYER, a_purchase(CALLS, 1_000))
    asked(stage, BUYER, a_top_up(CALLS, threshold=200, units=500))
    assert names(asked(stage, SELLER, usage(CALLS, 799))) == ["UsageRecorded"]
    facts = asked(stage, SELLER, usage(CALLS, 1))
    assert [type(fact) for fact in facts if not isinstance(fact, UsageRecorded)][-2:-1] == [TradeMatched]
    bought = the(UnitsBought, facts)
    assert (bought.top_up, bought.units, bought.amount_minor) == (True, 500, 1_750)
    assert _used(stage, CALLS, 1).left == 699


def test_a_top_up_covers_what_was_used_too_much() -> None:
    stage = a_plan_market()
    asked(stage, BUYER, a_purchase(CALLS, 100))
    asked(stage, BUYER, a_top_up(CALLS, threshold=0, units=100))
    bought = the(UnitsBought, asked(stage, SELLER, usage(CALLS, 130)))
    assert bought.covered == 30
    assert balance(stage, CALLS).owed == 0


def test_a_top_up_waits_when_the_purse_is_short_until_units_are_bought_or_it_is_set_again() -> None:
    stage = a_plan_market()
    asked(stage, BUYER, a_purchase(GIGABYTES, 55_555))
    asked(stage, BUYER, a_top_up(GIGABYTES, threshold=54_000 * GB, units=10))
    facts = asked(stage, SELLER, usage(GIGABYTES, 2_000 * GB))
    paused = the(TopUpPaused, facts)
    assert paused.reason == "FUNDS_INSUFFICIENT"
    assert names(asked(stage, SELLER, usage(GIGABYTES, GB))) == ["UsageRecorded"]
    stage.deposited(BUYER, 100_000)
    assert names(asked(stage, SELLER, usage(GIGABYTES, GB))) == ["UsageRecorded"]
    asked(stage, BUYER, a_purchase(GIGABYTES, 1))
    assert "UnitsBought" in names(asked(stage, SELLER, usage(GIGABYTES, GB)))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [({"amount_max_minor": 3}, "PRICE_HIGHER"), ({"use": a_use(place_of_use="US")}, "FENCE_REFUSED")],
)
def test_a_top_up_waits_for_whatever_bars_a_purchase(changed: dict[str, Any], reason: str) -> None:
    stage = a_plan_market()
    asked(stage, BUYER, a_purchase(CALLS, 100))
    asked(stage, BUYER, a_top_up(CALLS, threshold=99, units=100, **changed))
    paused = the(TopUpPaused, asked(stage, SELLER, usage(CALLS, 1)))
    assert paused.reason == reason
    asked(stage, BUYER, a_top_up(CALLS, threshold=99, units=100))
    assert the(UnitsBought, asked(stage, SELLER, usage(CALLS, 1))).top_up


def test_a_top_up_can_be_ended() -> None:
    stage = a_plan_market()
    asked(stage, BUYER, a_purchase(CALLS, 100))
    (first,) = asked(stage, BUYER, a_top_up(CALLS, threshold=99, units=100))
    (ended,) = asked(stage, BUYER, SetTopUp(instrument_id=CALLS, top_up=None))
    assert isinstance(first, TopUpSet)
    assert isinstance(ended, TopUpSet)
    assert (ended.replaces, ended.top_up) == (first.top_up_id, None)
    assert names(asked(stage, SELLER, usage(CALLS, 50))) == ["UsageRecorded"]
    again = stage.ask(BUYER, SetTopUp(instrument_id=CALLS, top_up=None))
    assert refusal(again).reason == "TOP_UP_NONE"


@pytest.mark.parametrize(
    ("who", "command", "reason"),
    [
        (BUYER, a_top_up("P-99", 1, 1), "INSTRUMENT_UNKNOWN"),
        (BUYER, a_top_up(MONTHS, 1, 1), "PLAN_SALE"),
        (BUYER, a_top_up(SEATS, 1, 1), "PLAN_SALE"),
        (BUYER, a_top_up(CALLS, 1, 1, use=a_use(licence_digest=None)), "LICENCE_NOT_ACCEPTED"),
        (SELLER, a_top_up(CALLS, 1, 1), "BID_ON_OWN"),
    ],
)
def test_a_top_up_may_be_refused(who: str, command: Command, reason: str) -> None:
    assert refusal(a_plan_market().ask(who, command)).reason == reason


def test_so_many_purchases_have_something_left_and_no_more() -> None:
    stage = a_plan_market()
    for _ in range(LOTS_MAX):
        asked(stage, BUYER, a_purchase(CALLS, 100))
    assert refusal(stage.ask(BUYER, a_purchase(CALLS, 100))).reason == "PREPAID_TOO_MANY"
    asked(stage, BUYER, a_top_up(CALLS, threshold=10**6, units=100))
    paused = the(TopUpPaused, asked(stage, SELLER, usage(CALLS, 1)))
    assert paused.reason == "PREPAID_TOO_MANY"
    used = _used(stage, CALLS, 100 * LOTS_MAX)
    assert len(used.draws) == LOTS_MAX
    asked(stage, BUYER, a_purchase(CALLS, 100))


def test_no_more_is_owed_than_can_be_counted() -> None:
    stage = a_plan_market()
    asked(stage, BUYER, a_purchase(CALLS, 100))
    assert _used(stage, CALLS, METERED_MAX).owed == METERED_MAX - 100
    assert refusal(stage.ask(SELLER, usage(CALLS, 101))).reason == "USAGE_TOO_LARGE"
    assert _used(stage, CALLS, 99).owed == METERED_MAX - 1
    clamped = the(UsageRecorded, stage.ask(POLICY_ACTOR, usage(CALLS, 101)))
    assert (clamped.metered, clamped.uncovered, clamped.owed) == (1, 1, METERED_MAX)
    asked(stage, BUYER, a_purchase(CALLS, 100))
    assert balance(stage, CALLS).owed == METERED_MAX - 100


def test_what_a_policy_says_draws_down_what_is_left_even_where_the_rest_is_too_much() -> None:
    stage = a_plan_market()
    asked(stage, BUYER, a_purchase(CALLS, 100))
    balance(stage, CALLS).owed = METERED_MAX - 7
    used = the(UsageRecorded, stage.ask(POLICY_ACTOR, usage(CALLS, METERED_MAX)))
    assert (used.metered, used.uncovered, used.left, used.owed) == (107, 7, 0, METERED_MAX)
    assert [draw.metered for draw in used.draws] == [100]


def test_no_more_is_prepaid_than_can_be_counted() -> None:
    stage = a_plan_market(P06=CHEAP)
    asked(stage, BUYER, a_purchase(GIGABYTES, 10**9))
    assert refusal(stage.ask(BUYER, a_purchase(GIGABYTES, 5_000))).reason == "PREPAID_TOO_LARGE"
    assert _used(stage, GIGABYTES, 5_000 * GB).left == METERED_MAX - 5_000 * GB
    asked(stage, BUYER, a_purchase(GIGABYTES, 5_000))


def test_a_top_up_beyond_what_can_be_counted_waits() -> None:
    stage = a_plan_market(P06=CHEAP)
    asked(stage, BUYER, a_purchase(GIGABYTES, 10**9))
    asked(stage, BUYER, a_top_up(GIGABYTES, threshold=METERED_MAX, units=5_000))
    used, paused = asked(stage, SELLER, usage(GIGABYTES, 5_000 * GB - 1))
    assert isinstance(used, UsageRecorded)
    assert isinstance(paused, TopUpPaused)
    assert paused.reason == "PREPAID_TOO_LARGE"
    asked(stage, BUYER, a_top_up(GIGABYTES, threshold=METERED_MAX, units=5_000))
    assert the(UnitsBought, asked(stage, SELLER, usage(GIGABYTES, 1))).top_up


def test_what_was_ever_prepaid_can_be_counted() -> None:
    stage = a_plan_market(P06=CHEAP)
    for _ in range(BOUGHT_MAX // METERED_MAX):
        asked(stage, BUYER, a_purchase(GIGABYTES, 10**9))
        _used(stage, GIGABYTES, METERED_MAX)
    assert refusal(stage.ask(BUYER, a_purchase(GIGABYTES, 5_000))).reason == "PREPAID_TOO_LARGE"


def test_what_is_left_at_the_end_expires_and_what_was_used_is_accepted() -> None:
    stage = a_plan_market()
    asked(stage, BUYER, a_purchase(CALLS, 1_000))
    _used(stage, CALLS, 400)
    ended, accepted = until(stage, YEAR_LATER)
    assert isinstance(ended, UnitsEnded)
    assert isinstance(accepted, PurchaseAccepted)
    assert (ended.unused, ended.refunded_minor, accepted.gross_minor) == (600, 0, 3_500)
    assert balance(stage, CALLS).lots == []


def test_what_is_left_at_the_end_is_refunded_by_part_where_the_plan_says_so() -> None:
    stage = a_plan_market(P06=gigabytes(unused="refunded", period="month"))
    before = stage.purse(BUYER).cash
    asked(stage, BUYER, a_purchase(GIGABYTES, 7))
    _used(stage, GIGABYTES, 2 * GB + 1)
    ended, accepted = until(stage, "2026-12-02T00:00:00Z")
    assert isinstance(ended, UnitsEnded)
    assert isinstance(accepted, PurchaseAccepted)
    assert (ended.unused, ended.refunded_minor) == (5 * GB - 1, 9_000)
    assert (accepted.gross_minor, accepted.basis) == (3_600, "time")
    assert stage.purse(BUYER).cash == before - 3_600


def test_who_accepted_before_the_end_has_accepted_the_whole() -> None:
    stage = a_plan_market(P06=gigabytes(unused="refunded", period="month"))
    trade, _ = paid(asked(stage, BUYER, a_purchase(GIGABYTES, 7)))
    asked(stage, BUYER, AcceptDelivery(trade_id=trade.trade_id))
    (ended,) = until(stage, "2026-12-02T00:00:00Z")
    assert isinstance(ended, UnitsEnded)
    assert (ended.unused, ended.refunded_minor) == (7 * GB, 0)


def test_what_was_refunded_cannot_be_used() -> None:
    stage = a_plan_market()
    trade, _ = paid(asked(stage, BUYER, a_purchase(CALLS, 100)))
    asked(stage, SELLER, RefundPurchase(trade_id=trade.trade_id, grounds="The gateway is gone."))
    assert _used(stage, CALLS, 10).owed == 10
    assert until(stage, YEAR_LATER) == []


@pytest.mark.parametrize("undone", [False, True])
def test_what_was_given_back_after_acceptance_cannot_be_used(undone: bool) -> None:
    stage = a_plan_market()
    trade, _ = paid(asked(stage, BUYER, a_purchase(CALLS, 100)))
    asked(stage, BUYER, AcceptDelivery(trade_id=trade.trade_id))
    given: dict[str, Any] = {"trade_id": trade.trade_id, "grounds": "The gateway is gone."}
    part = ApproveRefund(**given, amount_minor=trade.amount_minor - 1, reference="R-1")
    rest = ApproveRefund(**given, amount_minor=1, reference="R-2")
    asked(stage, SELLER, part)
    assert stage.settle() == []
    asked(stage, *((OPERATOR, BustTrade(**given)) if undone else (SELLER, rest)))
    ended = the(UnitsEnded, stage.settle())
    assert (ended.units, ended.unused, ended.refunded_minor) == (100, 100, 0)
    assert _used(stage, CALLS, 10).owed == 10


@pytest.mark.parametrize("word", [RejectDelivery, OpenDispute])
def test_units_whose_delivery_was_rejected_or_disputed_are_not_accepted_by_their_end(
    word: type[Command],
) -> None:
    stage = a_plan_market(P06=gigabytes(unused="refunded", period="day"))
    trade, right = paid(asked(stage, BUYER, a_purchase(GIGABYTES, 7)))
    asked(stage, BUYER, word(trade_id=trade.trade_id, grounds="The gateway is down."))  # type: ignore[call-arg]
    ended = the(UnitsEnded, until(stage, right.ends_at))
    assert (ended.unused, ended.refunded_minor) == (7 * GB, 0)
    assert trade.trade_id in stage.market.purchases
