"""SC-13 in the tables: how good a line was, what its holders got back, where the money lies, and ways round."""

import pytest

from exchange.kernel.time import HOUR
from exchange.market.lines.commands import EndReroute
from exchange.store import Store
from exchange.views.queries import run_query
from tests.contract.test_projections_quotes import journal_of
from tests.unit.market.line_stage import (
    ASSESSOR,
    BOOK,
    HOLDER,
    LINE,
    OTHER,
    SETTLED,
    WORSE,
    a_line,
    a_line_market,
    a_measurement,
    a_way_round,
    bought,
    until,
)
from tests.unit.market.stage import OPERATOR, Stage
from tests.unit.views.story import play

LOSSES = (0, 0, 10, 20, 80, 90, 10, 20, 40, 50)


@pytest.fixture(scope="module")
def stage() -> Stage:
    """Ten hours, two of them worse than promised; two holders, of whom one has not accepted; and two ways round."""
    stage = a_line_market()
    bought(stage)
    bought(stage, OTHER, accepted=False)
    for number, loss in enumerate(LOSSES):
        stage.at = WORSE + (number + 1) * HOUR
        stage.ask(
            ASSESSOR, a_measurement(from_at=WORSE + number * HOUR, hours=1, loss_ppm=loss, rtt_ms=20 + number)
        )
    wrong = a_measurement(from_at=WORSE, hours=1, loss_ppm=1, corrects=True, grounds="Read again.", rtt_ms=20)
    stage.ask(OPERATOR, wrong)
    for line in (a_line("LK-SG", "CN-LG", "SG"), a_line("LK-SH", "HK", "SG"), a_line("LK-TY", "CN-LG", "JP")):
        stage.ask(OPERATOR, line)
    stage.ask(OPERATOR, a_line("LK-TH", "JP", "HK"))
    stage.ask(LINE, a_way_round("LK-SG", "LK-SH"))
    stage.ask(LINE, a_way_round("LK-TY", "LK-TH"))
    stage.ask(LINE, EndReroute(instrument_id=BOOK, link_id="LK-HK"))
    until(stage, SETTLED)
    return stage


@pytest.fixture
def projected(store: Store, stage: Stage) -> Store:
    play(store, journal_of(stage))
    return store


def test_how_good_a_line_was_is_told_in_percentiles_beside_its_promise(projected: Store) -> None:
    (quality,) = run_query(projected, "line_quality", {"line": "LK-HK", "month": "2026-11"}).as_dicts()
    wanted = {
        "hours": 10,
        "worse_hours": 2,
        "loss_ppm_max": 50,
        "loss_ppm_p50": 20,
        "loss_ppm_p95": 90,
        "loss_ppm_worst": 90,
        "rtt_ms_p50": 24,
        "rtt_ms_p99": 29,
        "busiest_pct": 41,
        "first_at": WORSE,
        "last_at": WORSE + 9 * HOUR,
    }
    assert {name: quality[name] for name in wanted} == wanted
    assert run_query(projected, "line_quality", {"month": "2026-12"}).rows == ()
    assert len(run_query(projected, "lines").rows) == 5
    assert [row["link_id"] for row in run_query(projected, "lines", {"line": "LK-SG"}).as_dicts()] == [
        "LK-SG"
    ]


def test_credits_show_who_got_what_and_who_waits(projected: Store) -> None:
    (given,) = run_query(projected, "line_credits", {"state": "credited"}).as_dicts()
    assert (given["buyer_id"], given["seller_id"], given["hours"]) == (HOLDER, LINE, 2)
    assert (given["term_hours"], given["price_minor"], given["amount_minor"]) == (720, 600_000, 16_667)
    (waits,) = run_query(projected, "line_credits", {"line": "LK-HK", "buyer": OTHER}).as_dicts()
    assert (waits["state"], waits["amount_minor"], waits["currency"]) == ("deferred", 0, None)
    (refund,) = [row for row in run_query(projected, "refunds").as_dicts() if row["basis"] == "quality"]
    assert (refund["amount_minor"], refund["payable_minor"], refund["left_minor"]) == (
        16_667,
        16_667,
        583_333,
    )
    owed = {
        row["party"]: row["balance_minor"]
        for row in run_query(projected, "balances", {"account": 2200}).as_dicts()
    }
    assert owed == {LINE: 585_000 - 16_667}


def test_ways_round_show_what_the_fence_said(projected: Store) -> None:
    routes = run_query(projected, "line_routes", {"line": "LK-HK"}).as_dicts()
    assert [(row["state"], row["outcome"], row["ended_by"]) for row in routes] == [
        ("ended", "ALLOW", "operator"),
        ("barred", "DENY", None),
    ]
    assert '"LICENCE"' in routes[1]["codes"]
