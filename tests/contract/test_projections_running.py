"""Running entitlements as rows: suspended, resumed, ended, and what went back."""

import pytest

from exchange.cli.fence_story import turn_said
from exchange.kernel.time import iso
from exchange.store import Store
from exchange.views.queries import run_query
from exchange.views.queries.fence import story_of
from tests.unit.market.running import LAPSES, NEW_YEAR
from tests.unit.views.running_story import rights_that_run
from tests.unit.views.story import play


@pytest.fixture
def told(store: Store) -> Store:
    play(store, rights_that_run())
    return store


def test_each_turn_of_a_right_is_a_line(told: Store) -> None:
    turns = run_query(told, "redecisions", {}).as_dicts()
    assert [(turn["turn"], turn["basis"], turn["unused_days"]) for turn in turns] == [
        ("revoked", "date", None),
        ("restored", "ruling", 5),
        ("revoked", "ruling", None),
        ("ended", "term", 12),
    ]
    assert turns[0]["since_at"] == LAPSES
    assert turns[0]["codes"] == '["LOCAL_LAW_REVIEW","SG_BOUND"]'
    assert turns[2]["rested_on"] == turns[1]["decision_id"]
    assert turns[3]["refunded_minor"] == 309_677


def test_a_right_says_whether_it_is_suspended_and_how_it_ended(told: Store) -> None:
    (right,) = run_query(told, "entitlements", {"state": "ended"}).as_dicts()
    assert (right["suspended_since_at"], right["suspended_codes"]) == (None, None)
    assert (right["unused_days"], right["ended_at"], right["ended_by"]) == (12, NEW_YEAR, "term")
    assert run_query(told, "entitlements", {"state": "suspended"}).rows == ()


def test_what_went_back_balances(told: Store) -> None:
    for row in run_query(told, "trial_balance", {}).as_dicts():
        assert row["difference_minor"] == 0
    (open_escrow,) = run_query(told, "escrow_open", {}).as_dicts()
    assert open_escrow["amount_minor"] == 800_000 - 309_677
    (trade,) = run_query(told, "trades", {}).as_dicts()
    assert trade["refunded_minor"] == 309_677


def test_both_decisions_of_a_suspension_tell_of_it(told: Store) -> None:
    first = run_query(told, "redecisions", {}).as_dicts()[0]
    for decision_id, said in (
        (first["rested_on"], f"rested on this decision, and is suspended since {iso(LAPSES)} by decision "),
        (first["decision_id"], f"and is suspended since {iso(LAPSES)} by this decision (date): "),
    ):
        story = story_of(told, decision_id)
        assert story is not None
        (turn, *_) = story.turns
        assert turn["entitlement_id"] == first["entitlement_id"]
        assert said in turn_said(turn, decision_id)
