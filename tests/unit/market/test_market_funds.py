"""Money comes in and goes out on the custodian bank's word only."""

import pytest

from exchange.kernel.bases import Command
from exchange.market.commands import ConfirmDeposit, RecordStanding
from exchange.market.facts import DepositConfirmed
from exchange.market.money_rules import BALANCE_MAX
from exchange.market.state import Till
from tests.unit.market.stage import BANK, BUYER, SELLER, a_market, names, refusal


def a_deposit(amount_minor: int = 100, reference: str = "R-1", **changed: str) -> ConfirmDeposit:
    values = {"participant_id": BUYER, "currency": "CNY", "reference": reference}
    return ConfirmDeposit(amount_minor=amount_minor, **(values | changed))


def test_a_confirmed_deposit_is_cash_in_the_purse() -> None:
    stage = a_market(cash_minor=0)
    (confirmed,) = stage.ask(BANK, a_deposit(250_000))
    assert isinstance(confirmed, DepositConfirmed)
    assert confirmed.bank_id == BANK
    assert stage.purse(BUYER).cash == 250_000


def test_a_deposit_is_counted_once_for_each_reference_of_the_bank() -> None:
    stage = a_market(cash_minor=0)
    stage.ask(BANK, a_deposit(100, "R-1"))
    assert refusal(stage.ask(BANK, a_deposit(100, "R-1"))).reason == "REFERENCE_TAKEN"
    assert refusal(stage.ask(BANK, a_deposit(999, "R-1", participant_id=SELLER))).reason == "REFERENCE_TAKEN"
    stage.ask(BANK, a_deposit(100, "R-2"))
    assert stage.purse(BUYER).cash == 200


@pytest.mark.parametrize(
    ("actor", "reason"),
    [("NOBODY", "PARTICIPANT_UNKNOWN"), (BUYER, "ROLE_MISSING"), ("OP-CN-01", "ROLE_MISSING")],
)
def test_only_a_custodian_says_that_money_has_moved(actor: str, reason: str) -> None:
    assert refusal(a_market().ask(actor, a_deposit())).reason == reason


def test_a_suspended_bank_is_not_believed() -> None:
    stage = a_market().told(RecordStanding(participant_id=BANK, active=False))
    assert refusal(stage.ask(BANK, a_deposit())).reason == "PARTICIPANT_SUSPENDED"


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (a_deposit(participant_id="NOBODY"), "PARTICIPANT_UNKNOWN"),
        (a_deposit(currency="QQQ"), "CURRENCY_UNKNOWN"),
        (a_deposit(currency="XAU"), "CURRENCY_UNKNOWN"),
    ],
)
def test_a_bank_is_told_what_cannot_be(command: Command, reason: str) -> None:
    assert refusal(a_market().ask(BANK, command)).reason == reason


def test_a_suspended_participants_money_arrives_all_the_same() -> None:
    stage = a_market(cash_minor=0).told(RecordStanding(participant_id=BUYER, active=False))
    assert names(stage.ask(BANK, a_deposit())) == ["DepositConfirmed"]


def test_a_purse_does_not_grow_past_its_limit() -> None:
    stage = a_market(cash_minor=0)
    full = -(-BALANCE_MAX // 10**15)
    for number in range(full):
        stage.ask(BANK, a_deposit(10**15, f"R-{number}"))
    assert stage.purse(BUYER).cash == BALANCE_MAX
    said = refusal(stage.ask(BANK, a_deposit(1, "R-last")))
    assert (said.reason, said.subject) == ("BALANCE_TOO_LARGE", BUYER)


def test_a_market_does_not_hold_more_of_a_currency_than_it_can_count() -> None:
    stage = a_market(cash_minor=0)
    stage.market.tills["CNY"] = Till(deposited=10**18 + 50, paid_out=100)
    assert names(stage.ask(BANK, a_deposit(50, "R-1"))) == ["DepositConfirmed"]
    said = refusal(stage.ask(BANK, a_deposit(1, "R-2")))
    assert (said.reason, said.subject) == ("BALANCE_TOO_LARGE", "CNY")
