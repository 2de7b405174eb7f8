"""What the tables say of the story of consignments, on SQLite and on PostgreSQL."""

from typing import Any

import msgspec
import pytest

from exchange.bonded.credential import verifies
from exchange.fence import load_rulesets, newest
from exchange.store import Store
from exchange.views.queries import bonded, bonded_fenced, run_query, run_sql
from exchange.views.queries.fence import history
from exchange.views.queries.shadow import shadow
from tests.unit.bonded.tables import a_story_of_consignments
from tests.unit.views.story import play

FIRST, SECOND, HANDED_ON, AFAR = "C-0.15.0", "C-0.29.0", "C-0.41.0", "C-0.71.0"


@pytest.fixture(scope="module")
def told(migrated: Store) -> Store:
    """The story, projected once."""
    play(migrated, a_story_of_consignments())
    return migrated


def rows(store: Store, query: str, **params: str) -> list[dict[str, Any]]:
    return list(run_query(store, query, params).as_dicts())


def test_every_query_answers_of_the_story(told: Store) -> None:
    for query in (*bonded.QUERIES, *bonded_fenced.QUERIES):
        first = {"egress": "X-0.69.0"}
        params = {each.name: first.get(each.name, FIRST) for each in query.parameters if each.required}
        assert rows(told, query.name, **params), query.name


def test_what_a_handbook_handed_over_is_shown_under_the_terms_it_keeps(told: Store) -> None:
    kept = ("title", "consignor_id", "unit", "return_list", "retention_until")
    before, within, afar = (
        {each["consignment_id"]: each for each in rows(told, "consignments")}[name]
        for name in (SECOND, HANDED_ON, AFAR)
    )
    assert [before[name] for name in kept] == [within[name] for name in kept] == [afar[name] for name in kept]
    assert None not in [within[name] for name in kept]


def test_the_accounts_are_those_of_sc_03_and_of_what_followed(told: Store) -> None:
    ways = (
        "admitted",
        "transferred_in",
        "consumed",
        "returned",
        "transferred_out",
        "scrapped",
        "destroyed",
        "in_transit",
        "on_hand",
    )
    found = {
        name: tuple(rows(told, "consignment_balance", consignment=name)[0][way] for way in ways)
        for name in (FIRST, SECOND, HANDED_ON, AFAR)
    }
    assert found == {
        FIRST: (10_000, 0, 9_640, 310, 0, 0, 50, 0, 0),
        SECOND: (1_000, 0, 600, 0, 250, 10, 0, 0, 140),
        HANDED_ON: (0, 200, 0, 0, 0, 0, 0, 0, 200),
        AFAR: (0, 50, 0, 0, 0, 0, 0, 0, 50),
    }


def test_the_books_close_at_every_count_and_at_the_write_off(told: Store) -> None:
    counts = rows(told, "balance_counts", consignment=FIRST)
    assert [(each["step"], each["unit"], each["on_hand"]) for each in counts] == [
        ("counted", "byte", 720_000_000),
        ("counted", "frame", 360),
        ("written_off", "byte", 0),
        ("written_off", "frame", 0),
    ]
    moves = rows(told, "item_moves", consignment=FIRST)
    assert [(each["way"], each["first"], each["last"]) for each in moves] == [
        ("consumed", 0, 9_639),
        ("returned", 9_640, 9_949),
        ("destroyed", 9_950, 9_999),
    ]


def test_the_states_and_the_people_who_answer_are_there(told: Store) -> None:
    states = {
        each["handbook_no"]: (each["state"], each["balance_state"]) for each in rows(told, "consignments")
    }
    assert states == {
        "HB-0001": ("written_off", "written_off"),
        "HB-0002": ("admitted", "balanced"),
        "HB-0003": ("admitted", "open"),
        "HB-0004": ("admitted", "open"),
        "HB-0005": ("admitted", "open"),
    }
    incident, _ = rows(told, "incidents")
    assert (incident["own"], incident["state"]) == (True, "granted")
    assert len(msgspec.json.decode(incident["constituencies"])) == 3
    (deletion,) = rows(told, "deletions", consignment=FIRST)
    assert (deletion["state"], deletion["verifier_id"], deletion["operator_id"]) == (
        "certified",
        "AS-CN-01",
        "PR-CN-01",
    )
    assert verifies(deletion["credential"])


def test_what_left_what_waits_and_what_was_made_is_there(told: Store) -> None:
    egresses = [(each["kind"], each["state"]) for each in rows(told, "egresses")]
    assert egresses == [
        *(("export", "left"), ("return", "left"), ("export", "withdrawn"), ("transfer", "left")),
        ("transfer", "left"),
    ]
    there = [(each["to_zone_id"], each["to_consignment_id"]) for each in rows(told, "egresses", state="left")]
    assert there == [(None, None)] * 3 + [("BZ-3", AFAR)]
    outputs = rows(told, "job_outputs")
    assert [(each["kind"], each["exported_at"] is not None, each["domestic_pi"]) for each in outputs] == [
        ("product", True, False),
        ("by_product", False, False),
        ("product", False, False),
    ]
    assert [each["state"] for each in rows(told, "job_runs")] == [
        "failed",
        "completed",
        "completed",
        "failed",
    ]


def test_decisions_stand_among_all_others(told: Store) -> None:
    asked = "SELECT product_id, outcome FROM fence_decisions WHERE product_id LIKE 'HB-%' ORDER BY at, seq"
    assert [tuple(row) for row in run_sql(told, asked).rows] == [
        ("HB-0001", "ALLOW_COND"),
        ("HB-0002", "ALLOW_COND"),
        *[("HB-0004", "REVIEW")] * 3,
    ]


def test_decided_again_by_the_same_ruleset_nothing_changes_for_bonded_data_either(told: Store) -> None:
    ruleset = newest(load_rulesets())
    assert {each.change for each in shadow(history(told), ruleset)} == {"none"}


def test_sessions_and_volumes_are_as_they_were_decided_beside_what_their_port_did(told: Store) -> None:
    sessions = [(each["worker_id"], each["state"], each["basis"]) for each in rows(told, "work_sessions")]
    assert sessions == [("W-017", "ended", "asked"), ("W-018", "ended", "incident")]
    assert rows(told, "work_sessions", worker="W-018", state="open") == []
    volumes = [
        tuple(each[name] for name in ("subject_id", "state", "sealed", "mode", "enforced", "done"))
        for each in rows(told, "fenced_volumes")
    ]
    assert volumes == [
        (SECOND, "revoked", False, "read", None, None),
        ("J-0.48.0", "condemned", True, "write", "granted", True),
    ]
    (said,) = rows(told, "volume_enforcement", volume="V-0.52.0")
    assert (said["step"], said["strays"], said["merkle_root"]) == ("granted", "[]", None)
    incident = next(each for each in rows(told, "incidents") if each["kind"] == "session_breach")
    assert (incident["access_id"], incident["consignment_ids"]) == ("SN-0.56.0", None)


def test_what_is_behind_a_bonded_product_is_shown_as_it_is_now(told: Store) -> None:
    (made,) = rows(told, "bonded_products", product="P-01")
    assert (made["version"], made["origins"], made["domestic_pi"]) == ("1.1", '["DE"]', False)
    assert msgspec.json.decode(made["routes"]) == [{"place": "DE", "link_ids": ["LK-DE"]}]
    assert made["changed_at"] > made["at"]
