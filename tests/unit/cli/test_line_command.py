"""`exchange line`, before a market that decides and tables that follow it."""

from pathlib import Path

import pytest

from exchange.kernel.time import HOUR
from tests.unit.cli.desk import Desk
from tests.unit.market.line_stage import (
    ASSESSOR,
    BOOK,
    LINE,
    SETTLED,
    WORSE,
    a_line_market,
    bought,
    until,
)
from tests.unit.market.stage import OPERATOR

PROMISE = ("--operator", LINE, "--capacity", 100_000, "--rtt", 70, "--loss", 50)
READING = ("--from", "2026-11-10T03:00:00Z", "--hours", 2, "--rtt", 28, "--throughput", 41_000)
ROUND = ("--via", "LK-SG", "--via", "LK-SH", "--until", "2026-11-20T00:00:00Z", "--grounds", "Repair.")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk("line", a_line_market(), tmp_path, monkeypatch)


@pytest.fixture
def probe(tmp_path: Path) -> Path:
    file = tmp_path / "probe.csv"
    file.write_text("hour,loss\n3,80\n4,80\n")
    return file


def test_sc_13_at_a_terminal(desk: Desk, probe: Path) -> None:
    bought(desk.stage)
    assert "LK-HK" in desk("show")
    assert "No hour of it was measured." in desk("show", "LK-HK")
    desk.stage.at = WORSE + 3 * HOUR
    told = desk("measure", "LK-HK", "--as", ASSESSOR, *READING, "--loss", 80, "--evidence", probe)
    assert told.startswith("Measured: LK-HK, 2 hours, worse than promised: loss.")
    until(desk.stage, SETTLED)
    shown = desk("show", "LK-HK", "--month", "2026-11")
    assert "166.67" in shown
    assert "credited" in shown
    assert "No hour of it was measured." in desk("show", "LK-HK", "--month", "2026-10")


def test_what_was_measured_wrong_is_corrected(desk: Desk, probe: Path) -> None:
    desk.stage.at = WORSE + 3 * HOUR
    reading = ("measure", "LK-HK", *READING, "--evidence", probe)
    desk(*reading, "--as", ASSESSOR, "--loss", 80)
    told = desk(*reading, "--as", OPERATOR, "--loss", 10, "--correct", "A faulty probe.")
    assert told.startswith("Measured: LK-HK, 2 hours, as good as promised.")
    assert "A faulty probe." in desk("show", "LK-HK", "--json") or '"worse_hours":0' in desk(
        "show", "LK-HK", "--json"
    )


def test_a_line_is_recorded_and_gone_round(desk: Desk) -> None:
    told = desk("record", "LK-SG", "--as", OPERATOR, "--between", "CN-LG", "SG", *PROMISE)
    assert told == "Recorded: LK-SG from CN-LG to SG, in service; 70 ms and 50 ppm are promised.\n"
    desk("record", "LK-SH", "--as", OPERATOR, "--between", "SG", "HK", *PROMISE)
    told = desk("reroute", BOOK, "--as", LINE, *ROUND)
    assert told.startswith(f"Rerouted: {BOOK} goes over LK-SG, LK-SH (CN-LG to SG to HK) until 2026-11-20")
    assert "the fence: ALLOW." in told
    assert "taken" in desk("show", "LK-HK")
    assert desk("restore", BOOK, "--as", LINE) == f"Restored: {BOOK} goes over LK-HK again.\n"
    assert "ended" in desk("show", "LK-HK")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "LK-XX"), "the tables have no line LK-XX; `exchange line show` lists those there are"),
        (("show", "LK-HK", "--month", "May"), "month 'May' is no month; name one such as 2026-11"),
        (("restore", "LK-XX", "--as", LINE), "no instrument LK-XX is known"),
        (("reroute", "LK-XX", "--as", LINE, *ROUND), "no instrument LK-XX is known"),
        (
            ("record", "LK-SG", "--as", OPERATOR, "--between", "Rome", "SG", *PROMISE),
            "places[0]: expected str matching regex",
        ),
    ],
)
def test_what_cannot_be_meant_is_said_before_anything_is_sent(
    desk: Desk, words: tuple[str, ...], said: str
) -> None:
    assert said in desk.wrong(*words)
