"""Money in suspense that is put into a purse, as if its bank had confirmed it."""

from typing import Any

import pytest
from msgspec.structs import replace

from exchange.kernel.protocol import POLICY_ACTOR
from exchange.market.commands import ConfirmDeposit
from exchange.market.deposits.commands import CreditDeposit
from exchange.market.facts import DepositConfirmed
from exchange.market.money_rules import BALANCE_MAX
from exchange.market.state import Purse
from tests.unit.market.stage import BANK, BUYER, OPERATOR, a_market, refusal

CREDIT = CreditDeposit(
    line_id="BL-0.7.0", participant_id=BUYER, currency="CNY", amount_minor=500, bank_id=BANK, reference="D-7"
)


def test_it_is_a_deposit_of_the_bank() -> None:
    stage = a_market()
    stage.market.purses.setdefault(BUYER, {})["CNY"] = Purse(owed=100, cash=100, clawback=50)
    (fact,) = stage.ask(POLICY_ACTOR, CREDIT)
    assert fact == DepositConfirmed(
        participant_id=BUYER,
        currency="CNY",
        amount_minor=500,
        bank_id=BANK,
        reference="D-7",
        repaid_minor=100,
        recovered_minor=50,
    )
    assert stage.purse(BUYER) == Purse(cash=450)


def test_the_banks_own_word_for_it_does_not_book_again() -> None:
    stage = a_market()
    stage.ask(POLICY_ACTOR, CREDIT)
    word = ConfirmDeposit(participant_id=BUYER, currency="CNY", amount_minor=500, reference="D-7")
    assert refusal(stage.ask(BANK, word)).reason == "REFERENCE_TAKEN"
    again = refusal(stage.ask(POLICY_ACTOR, CREDIT))
    assert (again.reason, again.subject) == ("REFERENCE_TAKEN", CREDIT.line_id)


@pytest.mark.parametrize(
    ("actor", "changed", "reason"),
    [
        (BANK, {}, "NOT_PERMITTED"),
        (OPERATOR, {}, "NOT_PERMITTED"),
        (POLICY_ACTOR, {"participant_id": "NOBODY"}, "PARTICIPANT_UNKNOWN"),
    ],
)
def test_what_cannot_be_credited_is_told_by_its_line(
    actor: str, changed: dict[str, Any], reason: str
) -> None:
    refused = refusal(a_market().ask(actor, replace(CREDIT, **changed)))
    assert refused.reason == reason
    assert actor != POLICY_ACTOR or refused.subject == CREDIT.line_id


def test_a_full_purse_takes_no_more() -> None:
    stage = a_market()
    stage.market.purses.setdefault(BUYER, {})["CNY"] = Purse(cash=BALANCE_MAX - 499)
    refused = refusal(stage.ask(POLICY_ACTOR, CREDIT))
    assert (refused.reason, refused.subject) == ("BALANCE_TOO_LARGE", CREDIT.line_id)
