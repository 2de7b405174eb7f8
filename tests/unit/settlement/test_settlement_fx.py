"""Quotes, and what is exchanged at them."""

from typing import Any

import pytest

from exchange.kernel.time import DAY, HOUR, MINUTE
from exchange.settlement.commands import KnowParticipant, KnowStanding
from exchange.settlement.fx.commands import CompleteFx, ReturnFx, WithdrawFxQuote
from exchange.settlement.fx.facts import FxCompleted, FxDealClosed, FxQuoteEnded, FxReturned
from exchange.settlement.fx.quoting import DEALS_MAX
from exchange.settlement.state import Settlement
from tests.support.stage import START, Stage, refusal, sound
from tests.unit.settlement.stage import (
    BANK,
    BUYER,
    EXCHANGE,
    OPERATOR,
    OTHER,
    OTHER_BANK,
    a_conversion,
    a_quote,
    a_settlement,
    converted,
    quoted,
)


def done(stage: Stage[Settlement], conversion_id: str) -> tuple[Any, ...]:
    return stage.ask(EXCHANGE, CompleteFx(conversion_id=conversion_id))


def given_back(stage: Stage[Settlement], conversion_id: str) -> tuple[Any, ...]:
    back = ReturnFx(conversion_id=conversion_id, reason="FUNDS_INSUFFICIENT", detail="JPY 0 is free")
    return stage.ask(EXCHANGE, back)


def names(facts: tuple[Any, ...]) -> list[str]:
    return [type(fact).__name__ for fact in facts]


@pytest.mark.parametrize(
    ("changed", "amount_minor", "amounts"),
    [
        ({}, 250_000, (250_000, 1_200_000)),
        ({}, 1_001, (1_001, 4_804)),
        ({"side": "fixed_buy"}, 1_200_000, (250_000, 1_200_000)),
        ({"side": "fixed_buy"}, 4_804, (1_001, 4_804)),
        ({"side": "fixed_buy"}, 4_805, (1_002, 4_805)),
        ({"sell_currency": "CNY"}, 1_200_000, (1_200_000, 250_000)),
        ({"sell_currency": "CNY"}, 4_804, (4_804, 1_000)),
        ({"sell_currency": "CNY", "side": "fixed_buy"}, 1_001, (4_805, 1_001)),
        ({"base_currency": "HKD", "sell_currency": "HKD", "rate": "0.9100"}, 50, (50, 45)),
        ({"base_currency": "HKD", "sell_currency": "CNY", "rate": "0.9100"}, 45, (45, 49)),
        ({"base_currency": "KWD", "sell_currency": "KWD", "rate": "23"}, 1_001, (1_001, 2_302)),
    ],
)
def test_the_amount_that_is_not_fixed_is_rounded_against_the_customer(
    changed: dict[str, Any], amount_minor: int, amounts: tuple[int, int]
) -> None:
    stage = a_settlement()
    quote = quoted(stage, **changed)
    of = stage.state.fx.deals[quote].quoted
    asked = converted(
        stage, quote, amount_minor, sell_currency=of.sell_currency, buy_currency=of.buy_currency
    )
    assert (asked.sold_minor, asked.bought_minor) == amounts
    assert (asked.rate, asked.source, asked.expires_at) == (of.rate, "desk", START + HOUR)
    assert sound(asked)


@pytest.mark.parametrize(
    ("actor", "changed", "reason"),
    [
        ("NOBODY", {}, "PARTICIPANT_UNKNOWN"),
        (BUYER, {}, "ROLE_MISSING"),
        (OPERATOR, {}, "ROLE_MISSING"),
        (BANK, {"base_currency": "QQQ"}, "CURRENCY_UNKNOWN"),
        (BANK, {"quote_currency": "JPY"}, "QUOTE_CONFLICT"),
        (BANK, {"sell_currency": "EUR"}, "QUOTE_CONFLICT"),
        (BANK, {"rate": "0.0000"}, "QUOTE_CONFLICT"),
        (BANK, {"expires_at": START}, "QUOTE_EXPIRY"),
        (BANK, {"expires_at": START + 8 * DAY}, "QUOTE_EXPIRY"),
        (BANK, {"participant_id": "NOBODY"}, "PARTICIPANT_UNKNOWN"),
    ],
)
def test_a_quote_that_cannot_be_is_refused(actor: str, changed: dict[str, Any], reason: str) -> None:
    assert refusal(a_settlement().ask(actor, a_quote(**changed)))[0] == reason


def test_a_suspended_bank_quotes_nothing() -> None:
    stage = a_settlement()
    stage.given(EXCHANGE, KnowStanding(participant_id=BANK, active=False))
    assert refusal(stage.ask(BANK, a_quote()))[0] == "PARTICIPANT_SUSPENDED"
    stage.given(EXCHANGE, KnowStanding(participant_id=BANK, active=True))
    quoted(stage)


def test_whoever_is_described_anew_has_other_roles_and_stays_suspended() -> None:
    stage = a_settlement()
    stage.given(EXCHANGE, KnowStanding(participant_id=BANK, active=False))
    stage.given(EXCHANGE, KnowParticipant(participant_id=BANK, roles=("custodian", "buyer")))
    assert refusal(stage.ask(BANK, a_quote()))[0] == "PARTICIPANT_SUSPENDED"
    stage.given(EXCHANGE, KnowParticipant(participant_id=BUYER, roles=("custodian",)))
    assert stage.ask(BUYER, a_quote())


def test_a_bank_has_so_many_quotes_and_no_more() -> None:
    stage = a_settlement()
    stage.state.fx.of_bank[BANK] = DEALS_MAX
    assert refusal(stage.ask(BANK, a_quote()))[0] == "QUOTES_TOO_MANY"


@pytest.mark.parametrize(
    ("quote", "asked", "reason"),
    [
        ({}, {"quote_id": "FX-0.99.0"}, "QUOTE_UNKNOWN"),
        ({"participant_id": OTHER}, {}, "QUOTE_FOREIGN"),
        ({}, {"sell_currency": "CNY", "buy_currency": "JPY"}, "CURRENCY_DIFFERS"),
        ({}, {"buy_currency": "EUR"}, "CURRENCY_DIFFERS"),
        ({"max_minor": 249_999}, {}, "QUOTE_USED_UP"),
        ({"rate": "0.0001"}, {"amount_minor": 99}, "AMOUNT_UNFIT"),
        ({"rate": "999999999", "max_minor": 10**15}, {"amount_minor": 10**15}, "AMOUNT_UNFIT"),
    ],
)
def test_a_quote_that_does_not_fit_is_not_taken(
    quote: dict[str, Any], asked: dict[str, Any], reason: str
) -> None:
    stage = a_settlement()
    values = {"quote_id": quoted(stage, **quote), **asked}
    assert refusal(stage.ask(BUYER, a_conversion(**values)))[0] == reason


def test_a_quote_for_one_is_taken_by_that_one() -> None:
    stage = a_settlement()
    converted(stage, quoted(stage, participant_id=BUYER))


def test_a_quote_that_has_run_out_is_gone() -> None:
    stage = a_settlement()
    quote = quoted(stage, expires_at=stage.at + MINUTE)
    stage.later(MINUTE)
    facts = stage.ask(BUYER, a_conversion(quote))
    assert names(facts) == ["FxQuoteEnded", "FxDealClosed", "Refused"]
    assert facts[0] == FxQuoteEnded(quote_id=quote, by="time")
    assert facts[2].reason == "QUOTE_UNKNOWN"  # type: ignore[attr-defined]
    assert stage.state.fx.deals == {}
    assert stage.state.fx.of_bank == {}


def test_a_quote_that_has_ended_waits_for_what_was_asked_before() -> None:
    stage = a_settlement()
    quote = quoted(stage)
    first, second = converted(stage, quote, 333), converted(stage, quote, 334)
    (ended,) = stage.ask(BANK, WithdrawFxQuote(quote_id=quote))
    assert ended == FxQuoteEnded(quote_id=quote, by="bank")
    assert refusal(stage.ask(BUYER, a_conversion(quote)))[0] == "QUOTE_EXPIRED"
    assert refusal(stage.ask(BANK, WithdrawFxQuote(quote_id=quote)))[0] == "QUOTE_UNKNOWN"
    assert names(done(stage, first.conversion_id)) == ["FxCompleted"]
    assert names(given_back(stage, second.conversion_id)) == ["FxReturned", "FxDealClosed"]


def test_all_conversions_at_a_quote_are_one_deal_and_its_residue_is_known() -> None:
    stage = a_settlement()
    quote = quoted(stage)
    for _ in range(3):
        done(stage, converted(stage, quote, 333).conversion_id)
    _, closed = stage.ask(BANK, WithdrawFxQuote(quote_id=quote))
    assert closed == FxDealClosed(
        quote_id=quote,
        bank_id=BANK,
        conversions=3,
        sell_currency="JPY",
        sold_minor=999,
        buy_currency="CNY",
        bought_minor=4_795,
        currency="CNY",
        residual_minor=4_795 - 3 * 1_598,
    )


def test_what_a_market_did_not_exchange_may_be_asked_for_again() -> None:
    stage = a_settlement()
    quote = quoted(stage, max_minor=1_000)
    asked = converted(stage, quote, 1_000)
    assert refusal(stage.ask(OTHER, a_conversion(quote, 1)))[0] == "QUOTE_USED_UP"
    (returned,) = given_back(stage, asked.conversion_id)
    assert isinstance(returned, FxReturned)
    assert returned.detail == "JPY 0 is free"
    converted(stage, quote, 1_000, OTHER)


def test_a_conversion_is_answered_once() -> None:
    stage = a_settlement()
    asked = converted(stage, quoted(stage))
    (completed,) = done(stage, asked.conversion_id)
    assert isinstance(completed, FxCompleted)
    assert refusal(done(stage, asked.conversion_id))[0] == "CONVERSION_NOT_OPEN"
    assert refusal(given_back(stage, asked.conversion_id))[0] == "CONVERSION_NOT_OPEN"


@pytest.mark.parametrize(
    "command",
    [
        CompleteFx(conversion_id="FC-0.9.0"),
        ReturnFx(conversion_id="FC-0.9.0", reason="X", detail=""),
        KnowParticipant(participant_id="X", roles=()),
        KnowStanding(participant_id=BUYER, active=False),
    ],
)
def test_what_policies_say_nobody_else_says(command: Any) -> None:
    assert refusal(a_settlement().ask(OPERATOR, command))[0] == "NOT_PERMITTED"


def test_a_quote_is_its_banks_to_withdraw() -> None:
    stage = a_settlement()
    quote = quoted(stage)
    assert refusal(stage.ask(OTHER_BANK, WithdrawFxQuote(quote_id=quote)))[0] == "QUOTE_UNKNOWN"
    assert refusal(stage.ask(BUYER, WithdrawFxQuote(quote_id=quote)))[0] == "ROLE_MISSING"


def test_the_standing_of_a_stranger_is_none() -> None:
    unknown = KnowStanding(participant_id="NOBODY", active=True)
    assert refusal(a_settlement().ask(EXCHANGE, unknown)) == ("PARTICIPANT_UNKNOWN", "NOBODY")


def test_a_settlement_comes_back_from_its_journal_and_from_what_was_written_down() -> None:
    stage = a_settlement()
    quote = quoted(stage)
    done(stage, converted(stage, quote).conversion_id)
    converted(stage, quote, 7)
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()
