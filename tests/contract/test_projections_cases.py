"""What the tables say of cases and seats, on SQLite and on PostgreSQL."""

import json
from typing import Any

import pytest

from exchange.store import Store
from exchange.views.queries import cases, run_query
from tests.unit.views.cases_story import CASE, LACKING, LATER, OTHER, before_the_counter, in_a_market
from tests.unit.views.story import Journal, play


def told_of_cases() -> tuple[Journal, Journal]:
    """The registry's and a market's journal."""
    registry, market = Journal("registry", 1), Journal("market", 7)
    for outcome in before_the_counter():
        registry.add(*outcome)
    for outcome in in_a_market():
        market.add(*outcome)
    return registry, market


@pytest.fixture
def told(store: Store) -> Store:
    play(store, *told_of_cases())
    return store


def rows(store: Store, query: str, **params: str) -> list[dict[str, Any]]:
    return list(run_query(store, query, params).as_dicts())


def test_every_query_answers_of_the_story(told: Store) -> None:
    for query in cases.QUERIES:
        params = {each.name: CASE for each in query.parameters if each.required}
        found = rows(told, query.name, **params)
        assert found or query.name in ("review_cases", "case_answers"), query.name


def test_what_the_fence_answered_otherwise_is_told_and_what_it_lacked_before(told: Store) -> None:
    answers = rows(told, "case_answers", case=LACKING)
    assert [(each["decision_id"], each["answered_by"], each["outcome"]) for each in answers] == [
        ("D-7.6.0", "D-7.7.0", "REVIEW"),
        ("D-7.7.0", "D-7.8.0", "ALLOW"),
    ]
    (case,) = rows(told, "review_case", case=LACKING)
    assert (case["state"], case["missing"], case["demanded"]) == ("answered", '["scenario_id"]', "[]")


def test_cases_are_found_by_how_they_stand_and_by_whom_they_are_about(told: Store) -> None:
    assert rows(told, "review_cases") == rows(told, "review_cases", state="overdue") == []
    found = rows(told, "review_cases", state="all", participant="BU-JP-01")
    assert [(each["case_id"], each["state"]) for each in found] == [
        (OTHER, "withdrawn"),
        (LACKING, "answered"),
        (CASE, "closed"),
    ]
    assert rows(told, "review_cases", state="all", participant="BU-XX-01") == []
    assert len(rows(told, "review_cases", state="all", subject="P-07")) == 3


def test_what_is_open_or_late_is_told_until_it_is_ruled_on(store: Store) -> None:
    registry = Journal("registry", 1)
    for outcome in before_the_counter()[:3]:
        registry.add(*outcome)
    play(store, registry)
    (late,) = rows(store, "review_cases", state="overdue")
    assert (late["case_id"], late["asked_again"], late["due_at"]) == (CASE, 1, LATER)


def test_a_case_shows_its_decisions_its_rulings_and_what_they_ended(told: Store) -> None:
    (case,) = rows(told, "review_case", case=CASE)
    assert (case["appealed_by"], case["appeal_grounds"], case["asked_again"]) == ("SE-CN-02", "No.", 1)
    first, second = rows(told, "case_rulings", case=CASE)
    assert (first["verdict"], bool(first["on_appeal"]), first["valid_until_at"]) == ("lifted", False, LATER)
    assert (second["verdict"], bool(second["on_appeal"])) == ("against", True)
    assert [each["name"] for each in json.loads(second["panel"])] == ["Member 4", "Member 5", "Member 6"]
    assert [(each["decision_id"], each["basis"]) for each in rows(told, "case_decisions", case=CASE)] == [
        ("D-7.1.0", "opened"),
        ("D-7.2.0", "joined"),
        ("D-7.3.0", "ruled"),
    ]
    (waited,) = rows(told, "case_decisions", case=OTHER)
    assert (waited["decision_id"], waited["basis"]) == ("D-7.5.0", "opened"), "it waited for room before"
    (effect,) = rows(told, "case_effects", case=CASE)
    assert (effect["verdict"], effect["rulings"], effect["purchases"]) == ("against", 1, 2)


def test_the_last_one_seated_holds_the_seat(told: Store) -> None:
    found = rows(told, "body_seats")
    assert [(each["constituency"], each["name"]) for each in found] == [
        ("government", "Member 0"),
        ("industry", "Member 9"),
        ("institution", "Member 1"),
    ]
    assert json.loads(found[0]["approved_by"]) == ["Member 1"]
