"""Subscriptions begin, renew, wait for their money, and end; each amount by day."""

from itertools import pairwise
from typing import Any

import pytest

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.protocol import Refused
from exchange.kernel.time import DAY, HOUR, instant
from exchange.market.agenda import due_at
from exchange.market.bars import Bar
from exchange.market.commands import AcceptDelivery, SetInstrumentState
from exchange.market.disputes.commands import OpenDispute
from exchange.market.facts import PurchaseAccepted, Reason, TradeMatched
from exchange.market.plans.commands import AnnouncePrice
from exchange.market.purchases.commands import RejectDelivery
from exchange.market.subscriptions.facts import (
    PeriodBegun,
    RenewalFailed,
    SubscriptionCancelled,
    SubscriptionEnded,
    SubscriptionStarted,
    SubscriptionSuspended,
)
from exchange.market.subscriptions.fold import RENEWAL
from exchange.market.subscriptions.periods import days_from, days_left, period_of
from exchange.market.subscriptions.renewing import failed
from exchange.market.subscriptions.starting import SUBSCRIPTIONS_MAX
from tests.unit.market.plan_stage import (
    CALLS,
    MIDNIGHT,
    MONTHS,
    SEATS,
    a_cancellation,
    a_plan_market,
    a_purchase,
    a_subscription,
    asked,
    monthly,
    paid,
    seats,
    subscribed,
    suspended_again,
    the,
    tiers,
    until,
)
from tests.unit.market.stage import BUYER, OPERATOR, SELLER, Stage, a_use, names, pack, refusal, unpack

PRICE = 1_200_000
NEW_YEAR = instant("2026-12-31T16:00:00Z")


def on(stage: Stage, moment: str | int) -> Stage:
    until(stage, moment)
    return stage


def found(kind: type[Any], facts: list[Fact]) -> list[Any]:
    return [fact for fact in facts if isinstance(fact, kind)]


@pytest.mark.parametrize(
    ("begins", "days", "amount_minor"),
    [
        ("2026-11-30T16:00:00Z", 31, PRICE),
        ("2026-12-15T16:00:00Z", 16, 619_355),
        ("2026-12-16T15:59:59.999999Z", 16, 619_355),
        ("2026-12-31T15:59:59Z", 1, 38_710),
    ],
)
def test_the_first_period_is_paid_by_day(begins: str, days: int, amount_minor: int) -> None:
    stage = on(a_plan_market(), begins)
    facts = asked(stage, BUYER, a_subscription())
    begun = the(PeriodBegun, facts)
    assert (begun.number, begun.days_charged, begun.days) == (1, days, 31)
    assert (begun.price_minor, begun.amount_minor) == (PRICE, amount_minor)
    trade, right = paid(facts)
    assert (trade.trade_id, trade.amount_minor, trade.bid_id) == (begun.trade_id, amount_minor, begun.hold_id)
    assert (right.starts_at, right.ends_at, right.unit) == (stage.at, NEW_YEAR, "month")
    assert not stage.market.holds


def test_a_subscription_begins_in_one_outcome() -> None:
    facts = asked(a_plan_market(), BUYER, a_subscription(reference="berths"))
    assert names(facts)[1:] == ["SubscriptionStarted", "PeriodBegun", "TradeMatched", "EntitlementGranted"]
    started = the(SubscriptionStarted, facts)
    assert (started.seller_id, started.buyer_id, started.period) == (SELLER, BUYER, "month")
    assert started.reference == "berths"


def test_sc_02_one_month_costs_twelve_thousand() -> None:
    stage = on(a_plan_market(), MIDNIGHT)
    trade, _ = paid(asked(stage, BUYER, a_subscription()))
    (accepted,) = asked(stage, BUYER, AcceptDelivery(trade_id=trade.trade_id))
    assert isinstance(accepted, PurchaseAccepted)
    assert accepted.gross_minor == 1_200_000
    assert (accepted.fee_net_minor, accepted.fee_tax_minor, accepted.seller_minor) == (
        28_302,
        1_698,
        1_170_000,
    )


def test_sc_14_what_ends_on_the_sixteenth_is_refunded_by_day() -> None:
    stage = on(a_plan_market(P07=monthly(tiers=tiers((0, 8_000_000_000)))), MIDNIGHT)
    name = subscribed(stage)
    on(stage, "2026-12-15T16:00:00Z")
    ended, accepted = asked(stage, BUYER, a_cancellation(name, "now"))
    assert isinstance(ended, SubscriptionEnded)
    assert isinstance(accepted, PurchaseAccepted)
    assert (ended.days_charged, ended.refunded_minor) == (15, 412_903)
    assert (accepted.gross_minor, accepted.seller_minor) == (387_097, 377_420)
    assert (accepted.fee_net_minor, accepted.fee_tax_minor) == (9_129, 548)
    assert stage.purse(BUYER).cash == 100_000_000 - 387_097


def test_each_period_renews_where_the_last_one_ended() -> None:
    stage = on(a_plan_market(), "2026-11-02T00:00:00Z")
    name = subscribed(stage)
    begun = found(PeriodBegun, until(stage, "2027-03-15T00:00:00Z"))
    assert [(each.number, each.days_charged, each.days) for each in begun] == [
        (2, 31, 31),
        (3, 31, 31),
        (4, 28, 28),
        (5, 31, 31),
    ]
    assert {each.amount_minor for each in begun} == {PRICE}
    assert all(first.ends_at == second.begins_at for first, second in pairwise(begun))
    assert stage.market.subscriptions.open[name].running is not None
    assert len(found(TradeMatched, [fact for fact, _ in stage.journal])) == 5


def test_a_renewal_is_one_outcome() -> None:
    stage = on(a_plan_market(), MIDNIGHT)
    subscribed(stage)
    assert names(until(stage, NEW_YEAR))[-3:] == ["PeriodBegun", "TradeMatched", "EntitlementGranted"]


def test_a_renewal_that_comes_late_leaves_no_gap() -> None:
    stage = on(a_plan_market(), MIDNIGHT)
    subscribed(stage)
    stage.at = NEW_YEAR + 3 * DAY
    begun = the(PeriodBegun, stage.settle())
    assert (begun.begins_at, begun.amount_minor) == (NEW_YEAR, PRICE)


def test_after_a_standstill_of_a_period_nobody_pays_for_it() -> None:
    stage = on(a_plan_market(), MIDNIGHT)
    subscribed(stage)
    stage.at = instant("2027-02-14T16:00:00Z")
    begun = the(PeriodBegun, stage.settle())
    assert (begun.begins_at, begun.days_charged, begun.amount_minor) == (stage.at, 14, 600_000)


@pytest.mark.parametrize(
    ("period", "begins", "ends", "days"),
    [
        ("day", "2026-12-04T16:00:00Z", "2026-12-05T16:00:00Z", 1),
        ("month", "2028-01-31T16:00:00Z", "2028-02-29T16:00:00Z", 29),
        ("year", "2026-12-31T16:00:00Z", "2027-12-31T16:00:00Z", 365),
        ("year", "2027-12-31T16:00:00Z", "2028-12-31T16:00:00Z", 366),
    ],
)
def test_periods_are_those_of_the_mainland_calendar(period: Any, begins: str, ends: str, days: int) -> None:
    begins_at, ends_at = instant(begins), instant(ends)
    for at in (begins_at, ends_at - 1):
        assert period_of(period, at) == (begins_at, ends_at, days)
    assert days_from(begins_at, ends_at) == days_left(begins_at, ends_at) == days
    assert days_left(begins_at + 1, ends_at) == days - 1
    assert days_from(ends_at - 1, ends_at) == 1


@pytest.mark.parametrize(
    ("who", "command", "reason"),
    [
        (BUYER, a_subscription("P-99"), "INSTRUMENT_UNKNOWN"),
        (BUYER, a_subscription(CALLS), "PLAN_SALE"),
        (BUYER, a_subscription(amount_max_minor=PRICE - 1), "PRICE_HIGHER"),
        (BUYER, a_subscription(units=10**6), "FUNDS_INSUFFICIENT"),
        (BUYER, a_subscription(use=a_use(licence_digest=None)), "LICENCE_NOT_ACCEPTED"),
        (BUYER, a_subscription(use=a_use(place_of_use="US")), "FENCE_REFUSED"),
        (SELLER, a_subscription(), "BID_ON_OWN"),
        ("AS-CN-01", a_subscription(), "ROLE_MISSING"),
        ("NOBODY", a_subscription(), "PARTICIPANT_UNKNOWN"),
    ],
)
def test_a_subscription_may_be_refused(who: str, command: Command, reason: str) -> None:
    assert refusal(a_plan_market().ask(who, command)).reason == reason


def test_a_plan_says_how_many_units_are_subscribed_to_at_least() -> None:
    stage = a_plan_market(P07=monthly(units_min=2))
    assert refusal(stage.ask(BUYER, a_subscription())).reason == "QUANTITY_TOO_SMALL"


def test_a_whole_period_costs_something() -> None:
    stage = on(a_plan_market(P07=monthly(tiers=tiers((0, 4_999)))), "2026-12-31T15:59:59Z")
    assert refusal(stage.ask(BUYER, a_subscription())).reason == "AMOUNT_TOO_SMALL"
    begun = the(PeriodBegun, asked(stage, BUYER, a_subscription(units=2)))
    assert (begun.price_minor, begun.amount_minor) == (1, 0), "the last day's part may round to nothing"


def test_nobody_has_more_subscriptions_than_may_be() -> None:
    stage = a_plan_market(P07=monthly(tiers=tiers((0, 1_000_000))))
    for _ in range(SUBSCRIPTIONS_MAX):
        name = subscribed(stage)
    assert refusal(stage.ask(BUYER, a_subscription())).reason == "SUBSCRIPTIONS_TOO_MANY"
    asked(stage, BUYER, a_cancellation(name, "now"))
    subscribed(stage)


def test_seats_that_are_subscribed_to_are_taken_until_it_ends() -> None:
    stage = a_plan_market(P11=seats(sale="subscription"))
    name = subscribed(stage, name=SEATS, units=12)
    assert refusal(stage.ask(BUYER, a_subscription(SEATS, 9))).reason == "SEATS_INSUFFICIENT"
    asked(stage, BUYER, a_cancellation(name))
    assert refusal(stage.ask(BUYER, a_subscription(SEATS, 9))).reason == "SEATS_INSUFFICIENT"
    on(stage, MIDNIGHT)
    begun = the(PeriodBegun, asked(stage, BUYER, a_subscription(SEATS, 9)))
    assert begun.amount_minor == 8_550_000


def test_other_prices_hold_from_the_first_renewal_after_them() -> None:
    stage = on(a_plan_market(), MIDNIGHT)
    subscribed(stage)
    dearer = AnnouncePrice(
        instrument_id=MONTHS, tiers=tiers((0, 15_000_000_000)), effective_at=instant("2027-01-15T00:00:00Z")
    )
    asked(stage, SELLER, dearer)
    begun = found(PeriodBegun, until(stage, "2027-02-15T00:00:00Z"))
    assert [each.amount_minor for each in begun] == [1_200_000, 1_500_000]


@pytest.mark.parametrize("who", [BUYER, SELLER])
def test_either_side_ends_it_with_the_running_period(who: str) -> None:
    stage = on(a_plan_market(), MIDNIGHT)
    name = subscribed(stage)
    (cancelled,) = stage.ask(who, a_cancellation(name))
    assert isinstance(cancelled, SubscriptionCancelled)
    assert (cancelled.by, cancelled.ends_at) == ("buyer" if who == BUYER else "seller", NEW_YEAR)
    assert refusal(stage.ask(who, a_cancellation(name))).reason == "SUBSCRIPTION_ENDING"
    (ended,) = until(stage, NEW_YEAR)
    assert isinstance(ended, SubscriptionEnded)
    assert (ended.grounds, ended.refunded_minor, ended.days_charged) == ("cancelled", 0, 31)
    assert refusal(stage.ask(who, a_cancellation(name))).reason == "SUBSCRIPTION_UNKNOWN"
    assert due_at(stage.market.agenda, RENEWAL, name) is None


def test_nobody_else_cancels_it_and_only_its_buyer_at_once() -> None:
    stage = on(a_plan_market(), MIDNIGHT)
    name = subscribed(stage)
    for who, at in ((OPERATOR, "period_end"), ("SE-CN-03", "now"), (SELLER, "now")):
        assert refusal(stage.ask(who, a_cancellation(name, at))).reason == "NOT_PERMITTED"
    assert refusal(stage.ask(BUYER, a_cancellation("SU-0.9.0"))).reason == "SUBSCRIPTION_UNKNOWN"


def test_a_first_period_that_ends_at_once_costs_the_days_begun() -> None:
    stage = on(a_plan_market(), "2026-12-10T04:00:00Z")
    name = subscribed(stage)
    on(stage, "2026-12-12T04:00:00Z")
    ended, accepted = asked(stage, BUYER, a_cancellation(name, "now"))
    assert isinstance(ended, SubscriptionEnded)
    assert isinstance(accepted, PurchaseAccepted)
    assert ended.days_charged == 3, "the tenth, the eleventh and the twelfth"
    assert accepted.gross_minor == 116_129
    assert ended.refunded_minor + accepted.gross_minor == 851_613


def test_what_was_cancelled_for_the_period_can_still_be_ended_at_once() -> None:
    stage = on(a_plan_market(), MIDNIGHT)
    name = subscribed(stage)
    asked(stage, SELLER, a_cancellation(name))
    assert the(SubscriptionEnded, asked(stage, BUYER, a_cancellation(name, "now"))).days_charged == 0


def test_a_period_that_was_accepted_is_paid_whole() -> None:
    stage = on(a_plan_market(), MIDNIGHT)
    facts = asked(stage, BUYER, a_subscription())
    name = the(SubscriptionStarted, facts).subscription_id
    asked(stage, BUYER, AcceptDelivery(trade_id=paid(facts)[0].trade_id))
    (ended,) = asked(stage, BUYER, a_cancellation(name, "now"))
    assert isinstance(ended, SubscriptionEnded)
    assert (ended.refunded_minor, ended.days_charged) == (0, 31)


def short(grace_days: int = 3) -> tuple[Stage, str]:
    """A subscription whose purse is short at New Year."""
    stage = on(a_plan_market(cash_minor=PRICE + 1, P07=monthly(grace_days=grace_days)), MIDNIGHT)
    return stage, subscribed(stage)


def test_a_subscription_waits_for_its_money_and_ends_without_it() -> None:
    stage, name = short()
    facts = until(stage, NEW_YEAR + 10 * DAY)
    failed = found(RenewalFailed, facts)
    assert [(each.attempt, each.next_attempt_at) for each in failed] == [
        (1, NEW_YEAR + DAY),
        (2, NEW_YEAR + 2 * DAY),
        (3, NEW_YEAR + 3 * DAY),
        (4, None),
    ]
    assert {each.reason for each in failed} == {"FUNDS_INSUFFICIENT"}
    assert the(SubscriptionSuspended, facts).ends_at == NEW_YEAR + 3 * DAY
    ended = the(SubscriptionEnded, facts)
    assert (ended.subscription_id, ended.grounds, ended.refunded_minor) == (name, "unpaid", 0)
    assert not stage.market.subscriptions.of


def test_without_grace_it_ends_at_once() -> None:
    stage, _ = short(grace_days=0)
    facts = until(stage, NEW_YEAR)
    assert names(facts)[-2:] == ["RenewalFailed", "SubscriptionEnded"]


def test_a_deposit_resumes_it_from_then_on() -> None:
    stage, name = short()
    on(stage, NEW_YEAR + DAY + HOUR)
    stage.deposited(BUYER, PRICE)
    begun = the(PeriodBegun, stage.settle())
    assert (begun.begins_at, begun.days_charged, begun.amount_minor) == (NEW_YEAR + DAY + HOUR, 30, 1_161_290)
    subscription = stage.market.subscriptions.open[name]
    assert (subscription.state, subscription.attempts) == ("active", 0)


def test_a_deposit_that_is_too_small_is_one_more_attempt() -> None:
    stage, _ = short()
    on(stage, NEW_YEAR + HOUR)
    stage.deposited(BUYER, 1)
    failed = the(RenewalFailed, stage.settle())
    assert (failed.attempt, failed.next_attempt_at) == (2, NEW_YEAR + HOUR + DAY)


def test_what_is_suspended_is_cancelled_at_once() -> None:
    stage, name = short()
    on(stage, NEW_YEAR + HOUR)
    (ended,) = asked(stage, SELLER, a_cancellation(name))
    assert isinstance(ended, SubscriptionEnded)
    assert ended.grounds == "cancelled"
    assert due_at(stage.market.agenda, RENEWAL, name) is None


def test_whoever_the_fence_no_longer_admits_waits_with_its_codes() -> None:
    stage = on(a_plan_market(P07=monthly(grace_days=2)), MIDNIGHT)
    subscribed(stage)
    suspended_again(stage, BUYER, "US", "buyer", active=True)
    facts = until(stage, NEW_YEAR)
    failed = the(RenewalFailed, facts)
    assert (failed.reason, failed.next_attempt_at) == ("FENCE_REFUSED", NEW_YEAR + DAY)
    assert failed.codes
    assert "FenceDecided" in names(facts)
    suspended_again(stage, BUYER, "JP", "buyer", active=True)
    assert the(PeriodBegun, until(stage, NEW_YEAR + DAY)).days_charged == 30


def test_whoever_is_never_admitted_again_loses_it() -> None:
    stage = on(a_plan_market(P07=monthly(grace_days=2)), MIDNIGHT)
    subscribed(stage)
    suspended_again(stage, BUYER, "US", "buyer", active=True)
    assert the(SubscriptionEnded, until(stage, NEW_YEAR + 5 * DAY)).grounds == "not_admitted"


def test_it_waits_while_its_instrument_is_halted() -> None:
    stage = on(a_plan_market(), MIDNIGHT)
    subscribed(stage)
    stage.told(SetInstrumentState(instrument_id=MONTHS, state="halted"))
    assert the(RenewalFailed, until(stage, NEW_YEAR)).reason == "INSTRUMENT_NOT_OPEN"
    stage.at += HOUR
    stage.told(SetInstrumentState(instrument_id=MONTHS, state="open"))
    assert the(PeriodBegun, stage.settle()).days_charged == 31, "as soon as it is open again"


@pytest.mark.parametrize("who", [(BUYER, "JP", "buyer"), (SELLER, "CN-LG", "seller")])
def test_it_ends_when_one_of_both_is_suspended(who: tuple[str, str, str]) -> None:
    stage = on(a_plan_market(), MIDNIGHT)
    subscribed(stage)
    suspended_again(stage, *who, active=False)
    ended = the(SubscriptionEnded, until(stage, NEW_YEAR))
    assert isinstance(ended, SubscriptionEnded)
    assert ended.grounds == "participant_suspended"


def test_it_ends_when_its_instrument_has_closed() -> None:
    stage = on(a_plan_market(), MIDNIGHT)
    subscribed(stage)
    stage.told(SetInstrumentState(instrument_id=MONTHS, state="closed"))
    (ended,) = until(stage, NEW_YEAR)
    assert isinstance(ended, SubscriptionEnded)
    assert ended.grounds == "instrument_closed"


def test_the_fence_s_next_change_brings_the_next_attempt_forward() -> None:
    stage, name = short()
    subscription = stage.market.subscriptions.open[name]
    bar = Bar(Reason.FENCE_REFUSED, MONTHS, "", (), stage.at + HOUR)
    cause = Cause("market", 0, stage.offset, OPERATOR, "tick", stage.at)
    (first, _) = failed(stage.market, subscription, bar, cause)
    assert isinstance(first, RenewalFailed)
    assert first.next_attempt_at == stage.at + HOUR


def test_units_and_subscriptions_replay_to_the_same_state() -> None:
    stage, _ = short()
    asked(stage, BUYER, a_purchase(SEATS, 1))
    until(stage, NEW_YEAR + 2 * DAY)
    again = stage.decider.initial(0)
    for fact, at in stage.journal:
        assert not isinstance(fact, Refused)
        stage.decider.evolve(again, fact, at)
    assert pack(again) == pack(stage.market)
    assert pack(unpack(pack(again))) == pack(again)


def test_each_renewal_is_an_outcome_of_its_own_whatever_else_is_due() -> None:
    stage = on(a_plan_market(), MIDNIGHT)
    for _ in range(5):
        subscribed(stage)
    stage.at = NEW_YEAR
    outcomes = []
    while (due := stage.decider.next_deadline(stage.market)) is not None and due <= stage.at:
        outcomes.append(stage.expire())
    assert len(outcomes) == 5
    assert all(
        names(facts)[-3:] == ["PeriodBegun", "TradeMatched", "EntitlementGranted"] for facts in outcomes
    )
    assert len({paid(facts)[0].trade_id for facts in outcomes}) == 5


@pytest.mark.parametrize("word", [RejectDelivery, OpenDispute])
def test_a_period_that_was_rejected_or_disputed_is_left_to_its_ruling(word: type[Command]) -> None:
    stage = on(a_plan_market(), MIDNIGHT)
    facts = asked(stage, BUYER, a_subscription())
    name, trade_id = the(SubscriptionStarted, facts).subscription_id, paid(facts)[0].trade_id
    asked(stage, BUYER, word(trade_id=trade_id, grounds="Nothing came."))  # type: ignore[call-arg]
    (ended,) = asked(stage, BUYER, a_cancellation(name, "now"))
    assert isinstance(ended, SubscriptionEnded)
    assert (ended.refunded_minor, ended.days_charged) == (0, 31)
    assert trade_id in stage.market.purchases
