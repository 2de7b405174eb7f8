"""`exchange pool`, before a market that decides and tables that follow it."""

from pathlib import Path

import pytest

from tests.unit.cli.desk import Desk
from tests.unit.market.pool_stage import CLOSES, LINE, SHARES, a_line_market, at
from tests.unit.market.stage import OPERATOR

OPENING = (
    *("open", "LK-SG", "--as", LINE, "--month", "2026-12", "--list-price", "1,000.00"),
    *("--tier", "0=1000", "--tier", "400=520.00", "--tier", "800=200.00", "--threshold", "400"),
    *("--supply", "10000", "--closes", "2026-10-16T00:00:00Z"),
)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk("pool", a_line_market(), tmp_path, monkeypatch)


def opened(desk: Desk) -> str:
    told = desk(*OPENING)
    assert told.startswith("Opened: pool PL-")
    assert "of LK-SG for 2026-12; one may commit until 2026-10-16T00:00:00Z:" in told
    return told.split()[2]


def committed(desk: Desk, pool: str, who: str, mbps: int) -> str:
    told = desk("commit", pool, "--as", who, "--mbps", mbps, "--reference", "ours")
    assert told.startswith("Committed: share SH-")
    return told.split()[2]


def test_sc_08_at_a_terminal(desk: Desk) -> None:
    assert "No pool was opened yet" in desk("show")
    pool = opened(desk)
    assert "Nobody has committed to a share yet." in desk("show", pool)
    shares = [committed(desk, pool, who, mbps) for who, mbps in SHARES]
    (line,) = desk("show").splitlines()[1:]
    assert line.split()[:10] == [
        pool,
        "LK-SG",
        "2026-12",
        "open",
        "4",
        "850",
        "400",
        "CNY",
        "1,000.00",
        "200.00",
    ]
    told = desk("withdraw", shares[1], "--as", SHARES[1][0])
    assert told == f"Withdrawn: {shares[1]}; CNY 0.00 went back, CNY 15,000.00 is forfeited: it was late.\n"
    at(desk.stage, CLOSES)
    told = desk("approve", pool, "--as", OPERATOR)
    assert told.startswith(f"Approved: {pool} of 700 Mbps at CNY 520.00 a Mbps and month; ")
    desk.stage.settle()
    shown = desk("show", pool)
    assert "activated" in shown
    assert "156,000.00" in shown


def test_a_pool_that_is_left_early_or_refused_gives_back_what_was_left(desk: Desk) -> None:
    pool = opened(desk)
    share = committed(desk, pool, "PR-CN-01", 300)
    assert desk("withdraw", share, "--as", "PR-CN-01") == f"Withdrawn: {share}; CNY 30,000.00 went back.\n"
    for who in ("PR-CN-01", "PR-CN-02"):
        committed(desk, pool, who, 200)
    at(desk.stage, CLOSES)
    told = desk("refuse", pool, "--as", OPERATOR, "--grounds", "The line is cut.")
    assert told == f"Refused: {pool}; CNY 40,000.00 went back to 2 shares.\n"


def test_a_pool_may_open_later_and_for_the_link_that_is_named(desk: Desk) -> None:
    told = desk(*OPENING, "--opens", "2026-10-02T00:00:00Z", "--link", "LK-SG", "--json")
    assert '"opens_at":1790899200000000' in told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "PL-9"), "the tables have no pool PL-9; `exchange pool show` lists those there are"),
        (("commit", "PL-9", "--as", "PR-CN-01", "--mbps", "1"), "the tables have no pool PL-9"),
        (
            ("withdraw", "SH-9", "--as", "PR-CN-01"),
            "the tables have no share SH-9; `exchange pool show POOL`",
        ),
        (("approve", "PL-9", "--as", OPERATOR), "the tables have no pool PL-9"),
        (("refuse", "PL-9", "--as", OPERATOR, "--grounds", "no"), "the tables have no pool PL-9"),
        (
            (*OPENING, "--tier", "many"),
            "--tier 'many': expected from how much on and the price, such as 400=520.00",
        ),
        ((*OPENING, "--tier", "900=0.001"), "a price of 0.001 is off the tick"),
        ((*OPENING, "--closes", "soon"), "soon is no time"),
        ((*OPENING, "--month", "December"), "delivery_month: expected str matching regex"),
    ],
)
def test_what_cannot_be_meant_is_said_before_anything_is_sent(
    desk: Desk, words: tuple[str, ...], said: str
) -> None:
    assert said in desk.wrong(*words)
