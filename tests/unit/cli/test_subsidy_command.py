"""`exchange subsidy`: a programme from its opening to what was paid of it."""

import json
from pathlib import Path

import pytest

from tests.unit.cli.bourse_desk import BourseDesk
from tests.unit.settlement.bourse import Bourse
from tests.unit.settlement.stage import BANK, BUYER, GOVERNANCE, LICENSEE, OPERATOR


class Subsidising(BourseDesk):
    group = "subsidy"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Subsidising:
    return Subsidising(Bourse(), tmp_path, monkeypatch)


def test_sc_12_from_the_opening_of_a_programme_to_what_its_cap_kept(desk: Subsidising) -> None:
    assert desk("list") == "No programme was opened.\n"
    opened = desk("open", "SP-LG", "--sponsor", LICENSEE, "--cap", "10000000.00", "--as", OPERATOR)
    assert opened == (
        f"Opened: SP-LG, CNY 10,000,000.00 for each participant a year, sponsored by {LICENSEE}.\n"
    )
    assert "Nobody may claim yet." in desk("show", "SP-LG")
    assert desk("admit", "SP-LG", BUYER, "--as", GOVERNANCE) == f"Admitted: {BUYER} may claim from SP-LG.\n"
    promised = desk("pledge", "SP-LG", "20000000.00", "--as", LICENSEE)
    assert promised == f"Promised: CNY 20,000,000.00 for SP-LG by {LICENSEE}.\n"
    market = desk.bourse.listing.market_id
    claim = ("claim", "SP-LG", "9950000.00", "--for", "R-1", "--as", BUYER)
    assert "SUBSIDY_FUND_SHORT" in desk(*claim, code=1)
    came = desk("fund", "SP-LG", "15000000.00", "--reference", "IN-1", "--as", BANK)
    assert came == f"Funded: CNY 15,000,000.00 of {LICENSEE} for SP-LG, at {BANK}.\n"
    paid = json.loads(desk(*claim, "--json"))
    assert (paid["amount_minor"], paid["unpaid_minor"], paid["reason"]) == (995_000_000, 0, "")
    assert "SUBSIDY_CLAIMED" in desk(*claim, code=1)
    told = desk("claim", "SP-LG", "80000.00", "--for", "R-2", "--as", BUYER)
    assert told.startswith(f"Paid: CNY 50,000.00 to {BUYER} in {market}, SC-")
    assert told.endswith("; CNY 30,000.00 was not: SUBSIDY_CAP.\n")
    assert desk.bourse.purse(BUYER).cash == 1_000_000_000
    shown = desk("show", "SP-LG")
    assert f"May claim: {BUYER}" in shown
    assert "10,000,000.00" in shown
    document = json.loads(desk("show", "SP-LG", "--json"))
    assert document["programme"]["pledged_minor"] == 500_000_000
    assert [row["cap_left_minor"] for row in document["usage"]] == [0]
    assert [row["participant_id"] for row in document["admitted"]] == [BUYER]
    claims = json.loads(desk("claims", BUYER, "--programme", "SP-LG", "--json"))
    assert [row["unpaid_reason"] for row in claims] == ["", "SUBSIDY_CAP"]
    assert desk("claims", LICENSEE) == "Nothing was claimed.\n"


def test_amounts_are_of_the_currency_of_the_programme(desk: Subsidising) -> None:
    opening = ("--sponsor", LICENSEE, "--cap", "1000", "--currency", "JPY", "--window", "month")
    assert "JPY 1,000 for each participant a month" in desk("open", "SP-J", *opening, "--as", OPERATOR)
    assert "smaller than a minor unit" in desk.wrong("pledge", "SP-J", "0.5", "--as", LICENSEE)
    for words in (("show", "SP-9"), ("pledge", "SP-9", "1", "--as", LICENSEE)):
        assert "the tables have no programme SP-9; `exchange subsidy list` lists" in desk.wrong(*words)
