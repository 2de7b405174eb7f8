"""What is sold by plans in the tables: plans, units, balances, top-ups, subscriptions, and where the money lies."""

import json
from collections.abc import Sequence

from exchange.kernel.bases import Fact
from exchange.kernel.position import BEGINNING
from exchange.kernel.time import DAY, instant
from exchange.market.commands import OpenInstrument, RefundPurchase
from exchange.market.plans.commands import AnnouncePrice, SetTopUp
from exchange.store import VIEWS_READER, Store, save
from exchange.views import VIEWS, project_batch
from exchange.views.queries import run_query
from tests.unit.market.plan_stage import (
    CALLS,
    MIDNIGHT,
    MONTHS,
    SEATS,
    a_cancellation,
    a_plan,
    a_purchase,
    a_top_up,
    an_instrument,
    asked,
    paid,
    subscribed,
    tiers,
    until,
    usage,
)
from tests.unit.market.stage import BUYER, SELLER, Stage, everyone, licence, the_ruleset
from tests.unit.views.story import Journal, position_after

NEW_YEAR = instant("2026-12-31T16:00:00Z")


class WrittenStage(Stage):
    """A stage whose outcomes are written down as a journal."""

    def __init__(self) -> None:
        super().__init__(at=MIDNIGHT)
        self.written = Journal("market")

    def take(self, facts: Sequence[Fact]) -> None:
        super().take(facts)
        self.written.add(*facts)


def a_written_market(cash_minor: int) -> WrittenStage:
    stage = WrittenStage()
    stage.told(*everyone(), the_ruleset())
    for name in (CALLS, SEATS, MONTHS):
        stage.told(OpenInstrument(terms=an_instrument(name, licence=licence(seats=20))))
        asked(stage, SELLER, a_plan(name))
    stage.deposited(BUYER, cash_minor)
    return stage


def projected(store: Store, stage: WrittenStage) -> None:
    """Save all that happened, in one batch."""
    changes = project_batch(VIEWS, "market", 0, stage.written.outcomes)
    save(store, VIEWS_READER, "market.journal", 0, BEGINNING, position_after(stage.written.outcomes), changes)


def escrow_left(store: Store) -> int:
    rows = run_query(store, "balances").as_dicts()
    return sum(int(str(row["balance_minor"])) for row in rows if row["account"] == 2100)


def test_units_are_shown_as_they_are_bought_used_and_over(store: Store) -> None:
    stage = a_written_market(10_000_000)
    asked(stage, SELLER, a_plan(CALLS, period="month", unused="refunded"))
    asked(stage, BUYER, a_purchase(CALLS, 1_000))
    asked(stage, BUYER, a_top_up(CALLS, threshold=100, units=500, amount_max_minor=2_000))
    asked(stage, SELLER, usage(CALLS, 1_100))
    asked(stage, SELLER, usage(CALLS, 50))
    seats, _ = paid(asked(stage, BUYER, a_purchase(SEATS, 2)))
    asked(stage, SELLER, RefundPurchase(trade_id=seats.trade_id, grounds="By mistake."))
    until(stage, MIDNIGHT + 40 * DAY)
    projected(store, stage)
    plans = run_query(store, "price_plans", {"instrument": CALLS}).as_dicts()
    assert [(row["state"], row["period"], row["unused"]) for row in plans] == [
        ("replaced", None, "expires"),
        ("in_force", "month", "refunded"),
    ]
    assert json.loads(str(plans[1]["tiers"]))[1] == {"from_units": 100_000, "unit_micros": 28_000}
    units = run_query(store, "units_bought", {"buyer": BUYER}).as_dicts()
    assert [
        (row["units"], row["used"], row["state"], row["top_up"], row["refunded_minor"]) for row in units
    ] == [
        (1_000, 1_000, "ended", False, 0),
        (500, 150, "ended", True, 1_225),
        (2, 0, "ended", False, 0),
    ]
    (balance,) = run_query(store, "prepaid_balances", {"instrument": CALLS}).as_dicts()
    assert (balance["bought"], balance["used"], balance["unused"]) == (1_500, 1_150, 350)
    assert (balance["left_now"], balance["owed"]) == (0, 0)
    readings = run_query(store, "usage", {"buyer": BUYER}).as_dicts()
    assert [(row["metered"], row["uncovered"], row["left_after"], row["owed_after"]) for row in readings] == [
        (1_100, 100, 0, 100),
        (50, 0, 350, 0),
    ]
    assert escrow_left(store) == 0


def test_a_top_up_is_shown_paused_resumed_and_ended(store: Store) -> None:
    stage = a_written_market(10_000_000)
    asked(stage, BUYER, a_purchase(CALLS, 100))
    asked(stage, BUYER, a_top_up(CALLS, threshold=100, units=100, amount_max_minor=1))
    asked(stage, SELLER, usage(CALLS, 10))
    asked(stage, BUYER, a_top_up(CALLS, threshold=100, units=100, amount_max_minor=2))
    asked(stage, SELLER, usage(CALLS, 10))
    asked(stage, BUYER, a_purchase(CALLS, 100))
    asked(stage, BUYER, SetTopUp(instrument_id=CALLS, top_up=None))
    asked(stage, BUYER, a_top_up(CALLS, threshold=1_000, units=200, amount_max_minor=3))
    asked(stage, SELLER, usage(CALLS, 10))
    projected(store, stage)
    shown = run_query(store, "top_ups", {"instrument": CALLS, "buyer": BUYER}).as_dicts()
    assert [(row["state"], row["units"], row["reason"]) for row in shown] == [
        ("replaced", 100, "PRICE_HIGHER"),
        ("replaced", 100, None),
        ("ended", None, None),
        ("paused", 200, "PRICE_HIGHER"),
    ]


def test_a_subscription_is_shown_with_its_periods_waits_and_end(store: Store) -> None:
    stage = a_written_market(2_500_000)
    name = subscribed(stage, reference="berths")
    dearer = AnnouncePrice(
        instrument_id=MONTHS, tiers=tiers((0, 15_000_000_000)), effective_at=instant("2027-02-01T00:00:00Z")
    )
    asked(stage, SELLER, dearer)
    until(stage, instant("2027-02-01T00:00:00Z"))
    projected(store, stage)
    (shown,) = run_query(store, "subscriptions", {"buyer": BUYER}).as_dicts()
    assert (shown["state"], shown["periods"], shown["paid_minor"]) == ("suspended", 2, 2_400_000)
    assert (shown["reason"], shown["attempts"]) == ("FUNDS_INSUFFICIENT", 1)
    assert shown["next_attempt_at"] == instant("2027-02-01T16:00:00Z")
    periods = run_query(store, "subscription_periods", {"subscription": name}).as_dicts()
    assert [(row["number"], row["begins_at"], row["ends_at"], row["days_charged"]) for row in periods] == [
        (1, MIDNIGHT, NEW_YEAR, 31),
        (2, NEW_YEAR, instant("2027-01-31T16:00:00Z"), 31),
    ]
    (plan,) = run_query(store, "price_plans", {"instrument": MONTHS}).as_dicts()
    assert plan["effective_at"] == dearer.effective_at


def test_a_subscription_that_ends_at_once_shows_what_was_paid_in_the_end(store: Store) -> None:
    stage = a_written_market(10_000_000)
    first, second = subscribed(stage), subscribed(stage)
    until(stage, MIDNIGHT + 10 * DAY)
    asked(stage, BUYER, a_cancellation(first, "now"))
    asked(stage, SELLER, a_cancellation(second))
    projected(store, stage)
    shown = run_query(store, "subscriptions", {"instrument": MONTHS}).as_dicts()
    assert [(row["state"], row["grounds"], row["paid_minor"]) for row in shown] == [
        ("ended", "cancelled", 387_097),
        ("ending", None, 1_200_000),
    ]
    assert shown[1]["ends_at"] == NEW_YEAR
    assert escrow_left(store) == 1_200_000
