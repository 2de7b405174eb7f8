"""`exchange purse`, before a market that sent cash to others, takes some in, and keeps e-CNY."""

import json
from pathlib import Path

import pytest

from exchange.kernel.protocol import POLICY_ACTOR
from exchange.kernel.time import MINUTE
from exchange.market.commands import RefundPurchase
from exchange.market.transfers.commands import ConcludeMoneyTransfer, TransferMoney
from exchange.market.transfers.facts import TransferSent
from tests.unit.cli.desk import Desk
from tests.unit.market.stage import BANK, BUYER, OPERATOR, SELLER, a_market, the
from tests.unit.market.test_market_penalties import bought


class Purses(Desk):
    """Somebody has sent twice: one is late, one came back."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        stage = a_market()
        move = TransferMoney(to_market_id="M-SZ", currency="CNY", amount_minor=1_200_000)
        self.late, back = (the(TransferSent, stage.ask(BUYER, move)).transfer_id for _ in range(2))
        full = ConcludeMoneyTransfer(transfer_id=back, reason="BALANCE_TOO_LARGE", detail="It is full.")
        stage.ask(POLICY_ACTOR, full)
        stage.at += MINUTE
        stage.settle()
        super().__init__("purse", stage, directory, monkeypatch)


@pytest.fixture
def purses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Purses:
    return Purses(tmp_path, monkeypatch)


def test_what_somebody_has_is_shown_by_partition_and_currency(purses: Purses) -> None:
    (row,) = json.loads(purses("show", BUYER, "--json"))
    assert (row["partition"], row["currency"], row["cash_minor"]) == (0, "CNY", 3_800_000)
    assert "38,000.00" in purses("show", BUYER)
    assert purses("show", SELLER).strip() == f"{SELLER} never had any money here."


def test_what_was_moved_says_whether_it_is_late_or_came_back_and_why(purses: Purses) -> None:
    late, back = json.loads(purses("transfers", BUYER, "--json"))
    assert (late["transfer_id"], late["state"], late["to_partition"]) == (purses.late, "in_transit", None)
    assert late["delayed_at"] == late["at"] + MINUTE
    assert (back["state"], back["reason"], back["delayed_at"]) == ("returned", "BALANCE_TOO_LARGE", None)
    assert "BALANCE_TOO_LARGE" in purses("transfers", BUYER)
    assert purses("transfers", SELLER).strip() == f"{SELLER} has moved nothing between markets."


def test_e_cny_is_kept_at_a_bank_converted_and_bears_interest(purses: Purses) -> None:
    market = ("--market", "M-DATA")
    assert purses("wallets") == "No e-CNY is kept anywhere.\n"
    assert purses("conversions") == "Nothing was converted.\n"
    opened = purses("open-wallet", BANK, *market, "--as", OPERATOR)
    assert opened == f"Opened: e-CNY of M-DATA is kept at {BANK}.\n"
    told = purses("ecny", "500.00", "--at", BANK, *market, "--as", BUYER)
    assert told.startswith(f"Converted: 500.00 CNY became e-CNY at {BANK}, conversion EC-")
    borne = purses("interest", "1.25", *market, "--reference", "INT-1", "--as", BANK)
    assert borne == f"Credited: CNY 1.25 of interest on the e-CNY of M-DATA at {BANK}.\n"
    interest = ("interest", "1.25", *market, "--reference", "INT-1", "--as", BANK)
    assert "REFERENCE_TAKEN" in purses(*interest, code=1)
    (wallet,) = json.loads(purses("wallets", "--json"))
    assert (wallet["currency"], wallet["held_minor"], wallet["interest_minor"]) == ("CNY", 50_125, 125)
    assert "501.25" in purses("wallets")
    (row,) = json.loads(purses("conversions", BUYER, "--json"))
    assert (row["direction"], row["amount_minor"]) == ("to_ecny", 50_000)
    assert purses("conversions", SELLER) == "Nothing was converted.\n"


def test_money_comes_in_by_the_word_of_a_bank_and_leaves_by_it(purses: Purses) -> None:
    market = ("--market", "M-DATA")
    deposit = ("deposit", BUYER, "250000", "JPY", *market, "--reference", "IN-9", "--as", BANK)
    assert purses(*deposit) == f"Deposited: JPY 250,000 for {BUYER} in M-DATA.\n"
    assert "REFERENCE_TAKEN" in purses(*deposit, code=1)
    assert purses("withdrawals") == "Nobody has asked for money back.\n"
    asked = json.loads(purses("withdraw", "50000", "JPY", *market, "--as", BUYER, "--json"))
    told = purses("withdraw", "1", "JPY", *market, "--as", BUYER)
    assert told.startswith("Asked for: JPY 1, ")
    assert "exchange purse pay " in told
    (row, other) = json.loads(purses("withdrawals", "--state", "requested", "--json"))
    assert (row["withdrawal_id"], row["amount_minor"]) == (asked["withdrawal_id"], 50_000)
    paid = purses("pay", row["withdrawal_id"], *market, "--reference", "OUT-1", "--as", BANK)
    assert paid == f"Paid: JPY 50,000 to {BUYER}, {row['withdrawal_id']}.\n"
    back = purses("decline", other["withdrawal_id"], *market, "--grounds", "No account.", "--as", BANK)
    assert back == f"Declined: JPY 1 is {BUYER}'s cash again.\n"
    assert purses.stage.purse(BUYER, "JPY").cash == 200_000
    assert "smaller than a minor unit" in purses.wrong("withdraw", "0.5", "JPY", *market, "--as", BUYER)


def test_a_deposit_pays_first_what_a_default_left_to_be_owed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, trade = bought()
    stage.ask(SELLER, RefundPurchase(trade_id=trade, grounds="No data."))
    stage.settle()
    purses = Desk("purse", stage, tmp_path, monkeypatch)
    said = ("1000.00", "CNY", "--market", "M-DATA", "--as", BANK, "--reference")
    told = purses("deposit", SELLER, *said, "IN-10")
    assert told == f"Deposited: CNY 1,000.00 for {SELLER} in M-DATA; CNY 600.00 of it pays what it owed.\n"
    assert purses("deposit", SELLER, *said, "IN-11") == f"Deposited: CNY 1,000.00 for {SELLER} in M-DATA.\n"
