"""`exchange purchase penalties`, `charge` and `waive`."""

import json
from pathlib import Path

import pytest

from exchange.market.state import Purse
from tests.unit.cli.desk import Desk
from tests.unit.market.stage import OPERATOR, SELLER
from tests.unit.market.test_market_penalties import sold

LATE = ("--grounds", "A week late.")


@pytest.fixture
def late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Desk, str]:
    """A month for CNY 12,000.00, accepted, whose seller pays 5 % of what came late."""
    stage, trade = sold()
    return Desk("purchase", stage, tmp_path, monkeypatch), trade


def test_what_came_late_is_charged_and_taken_back(late: tuple[Desk, str]) -> None:
    desk, trade = late
    assert desk("penalties") == "No penalty was charged.\n"
    told = desk("charge", trade, "4000.00", *LATE, "--as", OPERATOR)
    assert told == f"Charged: CNY 200.00 to {SELLER} for {trade}.\n"
    (row,) = json.loads(desk("penalties", SELLER, "--json"))
    assert (row["trade_id"], row["of_minor"], row["amount_minor"], row["state"]) == (
        trade,
        400_000,
        20_000,
        "charged",
    )
    assert "200.00" in desk("penalties")
    told = desk("waive", trade, "--grounds", "It was the line.", "--as", OPERATOR)
    assert told == f"Waived: CNY 200.00 for {trade} is {SELLER}'s again.\n"
    assert "withdrawn" in desk("penalties", SELLER)
    assert "PENALTY_UNKNOWN" in desk("waive", trade, *LATE, "--as", OPERATOR, code=1)


def test_what_a_seller_does_not_have_it_owes_and_pays_by_what_it_gets_back(late: tuple[Desk, str]) -> None:
    desk, trade = late
    desk.stage.market.purses[SELLER]["CNY"] = Purse(payable=14_000)
    told = desk("charge", trade, "4000.00", *LATE, "--as", OPERATOR)
    assert told == f"Charged: CNY 200.00 to {SELLER} for {trade}; CNY 60.00 of it is owed from now on.\n"
    told = desk("waive", trade, *LATE, "--as", OPERATOR)
    assert told == f"Waived: CNY 200.00 for {trade} is {SELLER}'s again; CNY 60.00 of it pays what it owes.\n"


def test_a_penalty_that_cannot_be_charged_is_refused(late: tuple[Desk, str]) -> None:
    desk, trade = late
    assert "NOT_PERMITTED" in desk("charge", trade, "4000.00", *LATE, "--as", SELLER, code=1)
    assert "smaller than a minor unit" in desk.wrong("charge", trade, "0.001", *LATE, "--as", OPERATOR)
    assert "the tables have no trade T-9" in desk.wrong("waive", "T-9", *LATE, "--as", OPERATOR)
