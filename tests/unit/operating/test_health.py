"""Standing still is told from being idle, and each trouble names its partition and what to do."""

from typing import Any

from streams.health import STALLED_S_MAX, UNSEEN_S_MAX, worker_health
from streams.pace import Moving, Pace

MARKET = ("projections", "market", 1)


def test_who_is_behind_and_does_not_move_stands_still_from_when_it_was_seen_first() -> None:
    pace = Pace()
    pace.look([(MARKET, 5, 9)], now_s=100.0)
    pace.look([(MARKET, 5, 12)], now_s=107.0)
    assert pace.moving(now_s=110.0) == {MARKET: Moving(behind=7, stalled_s=10.0)}


def test_who_moves_or_has_nothing_to_do_does_not_stand_still() -> None:
    pace = Pace()
    pace.look([(MARKET, 5, 9)], now_s=100.0)
    pace.look([(MARKET, 6, 90)], now_s=107.0)
    assert pace.moving(now_s=107.0) == {MARKET: Moving(behind=84, stalled_s=0.0)}
    pace.look([(MARKET, 90, 90)], now_s=108.0)
    pace.look([(MARKET, 90, 90)], now_s=500.0)
    assert pace.moving(now_s=900.0) == {MARKET: Moving(behind=0, stalled_s=0.0)}
    pace.look([(MARKET, 90, 91)], now_s=901.0)
    assert pace.moving(now_s=902.0) == {MARKET: Moving(behind=1, stalled_s=1.0)}


def test_who_let_go_is_forgotten_and_begins_anew() -> None:
    pace = Pace()
    pace.look([(MARKET, 5, 9)], now_s=100.0)
    pace.look([], now_s=150.0)
    assert pace.moving(now_s=150.0) == {}
    pace.look([(MARKET, 5, 9)], now_s=200.0)
    assert pace.moving(now_s=201.0)[MARKET].stalled_s == 1.0


def a_report(**changed: Any) -> dict[str, Any]:
    place = {"context": "market", "partition": 1, "behind": 0, "stalled_s": 0.0}
    return {
        "unseen_s": 1.0,
        "leads": [dict(place)],
        "policies": [dict(place)],
        "projections": [dict(place)],
        **changed,
    }


def test_a_worker_is_red_for_each_thing_that_stands_still() -> None:
    assert worker_health("w", "running", a_report()).ready
    for part in ("leads", "policies", "projections"):
        still = {"context": "market", "partition": 1, "behind": 7, "stalled_s": STALLED_S_MAX + 2}
        found = worker_health("w", "running", a_report(**{part: [still]}))
        assert not found.healthy
        assert not found.ready
        (trouble,) = found.troubles
        assert (trouble.process, trouble.context, trouble.partition) == ("w", "market", 1)
        assert "market/1 stands still" in trouble.problem
        assert trouble.remedy


def test_a_worker_that_does_not_see_kafka_is_red_and_one_that_joins_is_only_not_ready() -> None:
    (trouble,) = worker_health("w", "running", a_report(unseen_s=UNSEEN_S_MAX + 1)).troubles
    assert "Kafka" in trouble.problem
    joining = worker_health("w", "joining", a_report())
    assert (joining.healthy, joining.ready) == (True, False)
