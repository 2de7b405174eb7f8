"""e-CNY: at par with CNY, and never mixed with it."""

from typing import Any

import pytest

from exchange.kernel.protocol import POLICY_ACTOR
from exchange.market.commands import RecordStanding
from exchange.market.ecny.commands import ConvertEcny, CreditEcnyInterest, OpenEcnyWallet
from exchange.market.ecny.facts import EcnyConverted, EcnyInterestCredited, EcnyWalletOpened
from exchange.market.money_rules import BALANCE_MAX
from exchange.market.state import Purse
from exchange.market.transfers.commands import TransferMoney
from exchange.market.withdrawals.commands import RequestWithdrawal
from tests.properties.ledger import Ledger
from tests.unit.market.stage import BANK, BUYER, OPERATOR, SELLER, Stage, a_market, refusal, the

CASH, SECOND_BANK = 5_000_000, "BK-CN-01"
OPEN = OpenEcnyWallet(bank_id=BANK)


def conversion(amount_minor: int, direction: Any = "to_ecny", bank_id: str = BANK) -> ConvertEcny:
    return ConvertEcny(bank_id=bank_id, direction=direction, amount_minor=amount_minor)


def with_wallet() -> Stage:
    stage = a_market()
    the(EcnyWalletOpened, stage.ask(OPERATOR, OPEN))
    return stage


def test_cny_becomes_e_cny_at_par_and_back() -> None:
    stage = with_wallet()
    first = the(EcnyConverted, stage.ask(BUYER, conversion(2_000_000)))
    assert (first.currency, first.amount_minor, first.direction) == ("CNY", 2_000_000, "to_ecny")
    assert stage.purse(BUYER) == Purse(cash=CASH - 2_000_000)
    assert stage.purse(BUYER, "eCNY") == Purse(cash=2_000_000)
    assert stage.market.wallets == {BANK: 2_000_000}
    the(EcnyConverted, stage.ask(BUYER, conversion(500_000, "to_cny")))
    assert stage.purse(BUYER) == Purse(cash=CASH - 1_500_000)
    assert stage.purse(BUYER, "eCNY") == Purse(cash=1_500_000)
    assert stage.market.wallets == {BANK: 1_500_000}
    assert stage.market.tills["CNY"].paid_out == 2_000_000


def test_both_ledgers_balance_and_hold_what_the_purses_say() -> None:
    stage, ledger = with_wallet(), Ledger()
    stage.ask(BUYER, conversion(2_000_000))
    stage.ask(BUYER, conversion(500_000, "to_cny"))
    stage.ask(BANK, CreditEcnyInterest(amount_minor=70, reference="I-1"))
    for fact, _ in stage.journal:
        ledger.post(fact)
    ledger.check(stage.market)
    assert ledger.balances["eCNY"][1020, BANK] == 1_500_070
    assert ledger.balances["eCNY"][3000, "operator"] == 70
    assert ledger.balances["CNY"][1010, BANK] == CASH - 1_500_000


def test_what_becomes_cny_pays_what_is_owed_first() -> None:
    stage = with_wallet()
    stage.ask(BUYER, conversion(2_000_000))
    stage.market.purses[BUYER]["CNY"] = Purse(owed=300, clawback=50)
    back = the(EcnyConverted, stage.ask(BUYER, conversion(1_000, "to_cny")))
    assert (back.repaid_minor, back.recovered_minor) == (300, 50)
    assert stage.purse(BUYER) == Purse(cash=650)


@pytest.mark.parametrize("debt", ["owed", "clawback"])
def test_what_is_owed_does_not_become_e_cny(debt: str) -> None:
    stage = with_wallet()
    setattr(stage.market.purses[BUYER]["CNY"], debt, 1)
    assert refusal(stage.ask(BUYER, conversion(CASH))).reason == "FUNDS_INSUFFICIENT"


@pytest.mark.parametrize(
    ("actor", "command", "reason"),
    [
        (BUYER, conversion(CASH + 1), "FUNDS_INSUFFICIENT"),
        (BUYER, conversion(1, "to_cny"), "FUNDS_INSUFFICIENT"),
        (BUYER, conversion(1, bank_id=SECOND_BANK), "WALLET_UNKNOWN"),
        ("NOBODY", conversion(1), "PARTICIPANT_UNKNOWN"),
        (OPERATOR, OPEN, "WALLET_EXISTS"),
        (OPERATOR, OpenEcnyWallet(bank_id="NOBODY"), "PARTICIPANT_UNKNOWN"),
        (OPERATOR, OpenEcnyWallet(bank_id=SELLER), "ROLE_MISSING"),
        (BUYER, OPEN, "NOT_PERMITTED"),
        (SELLER, CreditEcnyInterest(amount_minor=1, reference="I-1"), "ROLE_MISSING"),
    ],
)
def test_what_is_refused_of_e_cny(actor: str, command: Any, reason: str) -> None:
    assert refusal(with_wallet().ask(actor, command)).reason == reason


def test_interest_needs_a_wallet_and_counts_once() -> None:
    interest = CreditEcnyInterest(amount_minor=70, reference="I-1")
    assert refusal(a_market().ask(BANK, interest)).reason == "WALLET_UNKNOWN"
    stage = with_wallet()
    the(EcnyInterestCredited, stage.ask(BANK, interest))
    assert stage.market.wallets == {BANK: 70}
    assert refusal(stage.ask(BANK, interest)).reason == "REFERENCE_TAKEN"


def test_a_suspended_participant_converts_nothing() -> None:
    stage = with_wallet()
    stage.ask(POLICY_ACTOR, RecordStanding(participant_id=BUYER, active=False))
    assert refusal(stage.ask(BUYER, conversion(1))).reason == "PARTICIPANT_SUSPENDED"


def test_a_wallet_gives_no_more_than_it_holds() -> None:
    stage = with_wallet()
    stage.ask(BUYER, conversion(1_000))
    # As if it had been converted at another bank.
    stage.market.wallets = {BANK: 400, SECOND_BANK: 600}
    assert refusal(stage.ask(BUYER, conversion(401, "to_cny"))).reason == "WALLET_SHORT"
    the(EcnyConverted, stage.ask(BUYER, conversion(600, "to_cny", SECOND_BANK)))


def test_a_purse_of_e_cny_is_bounded_too() -> None:
    stage = with_wallet()
    stage.market.purses[BUYER]["eCNY"] = Purse(cash=BALANCE_MAX)
    assert refusal(stage.ask(BUYER, conversion(1))).reason == "BALANCE_TOO_LARGE"


@pytest.mark.parametrize(
    "command",
    [
        RequestWithdrawal(currency="CNY", amount_minor=CASH - 1),
        TransferMoney(to_market_id="M-SZ", currency="CNY", amount_minor=CASH - 1),
    ],
)
def test_e_cny_is_not_taken_for_cny(command: Any) -> None:
    stage = with_wallet()
    stage.ask(BUYER, conversion(2))
    assert refusal(stage.ask(BUYER, command)).reason == "FUNDS_INSUFFICIENT"
