"""`exchange purchase show` and `end`, of a right that was suspended, before a market that decides."""

from pathlib import Path

import pytest

from exchange.kernel.time import DAY
from tests.unit.cli.desk import Desk
from tests.unit.market.plan_stage import until
from tests.unit.market.running import LAPSES, NEW_YEAR, a_house, bought, ruled
from tests.unit.market.stage import BUYER

GROUNDS = ("--grounds", "Of no use any more.")


class Rights(Desk):
    """The words about one month at SGD 8,000.00 whose certificate lapses on 16 December."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        stage = a_house()
        right = bought(stage)
        self.trade, self.name = right.trade_id, right.entitlement_id
        super().__init__("purchase", stage, directory, monkeypatch)

    def said(self, word: str, *more: object, code: int = 0) -> str:
        return " ".join(self(word, self.trade, *more, code=code).split())


@pytest.fixture
def rights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rights:
    return Rights(tmp_path, monkeypatch)


def test_a_right_that_runs_says_until_when(rights: Rights) -> None:
    assert f"Its right {rights.name} runs until 2026-12-31T16:00:00Z." in rights.said("show")
    refusal = rights.said("end", "--as", BUYER, *GROUNDS, code=1)
    assert "ENTITLEMENT_RUNS" in refusal


def test_a_suspended_right_says_since_when_and_why_and_is_ended_by_its_buyer(rights: Rights) -> None:
    until(rights.stage, LAPSES + DAY)
    shown = rights.said("show")
    assert (
        f"Its right {rights.name} is SUSPENDED since 2026-12-15T16:00:00Z: LOCAL_LAW_REVIEW, SG_BOUND;"
        in shown
    )
    assert f"Entitlement {rights.name} rested on D-" in shown
    assert "(date): LOCAL_LAW_REVIEW and SG_BOUND." in shown
    told = rights.said("end", "--as", BUYER, *GROUNDS)
    assert told == (
        f"Ended: {rights.name}; 16 of its 31 days were not used, SGD 4,129.03 of the escrow went back to {BUYER}."
    )
    assert f"Its right {rights.name} ended at 2026-12-16T16:00:00Z." in rights.said("show")
    assert "SGD 4,129.03 went back out of escrow" in rights.said("show")


def test_a_right_that_ran_again_tells_what_it_lost(rights: Rights) -> None:
    until(rights.stage, LAPSES + 3 * DAY)
    ruled(rights.stage, valid_until=NEW_YEAR)
    shown = rights.said("show")
    assert "(ruling); 3 days of its term unused." in shown
