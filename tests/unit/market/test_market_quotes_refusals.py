"""Why a request, a quote, an award or a sample is refused: each reason once, and nothing changes."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from exchange.kernel.bases import Command
from exchange.kernel.time import DAY
from exchange.market.commands import (
    BookRules,
    OpenInstrument,
    RecordParticipant,
    RecordStanding,
    RegisterCapacity,
    SetInstrumentState,
    Use,
)
from exchange.market.quotes.awards import AWARDS_MAX
from exchange.market.quotes.commands import (
    AcceptSample,
    EndAward,
    Measured,
    RejectSample,
    RequestQuotes,
    SubmitSample,
    WithdrawQuote,
    WithdrawRequest,
)
from exchange.market.quotes.quoting import QUOTES_EACH_MAX, SELLERS_MAX
from exchange.market.quotes.requests import REQUESTS_MAX
from tests.unit.market.quoting import (
    ASKER,
    DIGEST,
    FIRST,
    MEASURE,
    SECOND,
    a_board,
    a_quote,
    a_sample,
    an_award,
    awarded,
    quoted,
    requested,
    speech,
    wanted,
)
from tests.unit.market.stage import BANK, LICENCE, NOON, Stage, a_standing, refusal

STRANGER, ASSESSOR = "SE-XX-01", "AS-CN-01"


def said(stage: Stage, actor: str, command: Command) -> tuple[str, str]:
    found = refusal(stage.ask(actor, command))
    return found.reason, found.subject


def ask(**changed: Any) -> RequestQuotes:
    return RequestQuotes(wanted=wanted(**changed))


@pytest.mark.parametrize(
    ("actor", "command", "reason"),
    [
        (STRANGER, ask(), "PARTICIPANT_UNKNOWN"),
        (BANK, ask(), "ROLE_MISSING"),
        (ASKER, ask(currency="XXX"), "CURRENCY_UNKNOWN"),
        (ASKER, ask(quality=None), "QUALITY_MISSING"),
        (ASKER, ask(use=Use(licence_digest=LICENCE)), "VALUE_OUT_OF_RANGE"),
        (ASKER, ask(closes_at=NOON), "TIME_OUT_OF_RANGE"),
        (ASKER, ask(closes_at=NOON + 91 * DAY), "TIME_OUT_OF_RANGE"),
        (ASKER, ask(invited=(FIRST, STRANGER)), "PARTICIPANT_UNKNOWN"),
    ],
)
def test_a_request_is_refused(actor: str, command: RequestQuotes, reason: str) -> None:
    assert said(a_board(), actor, command)[0] == reason


def test_a_suspended_buyer_asks_for_nothing() -> None:
    stage = a_board().told(RecordStanding(participant_id=ASKER, active=False))
    assert said(stage, ASKER, ask()) == ("PARTICIPANT_SUSPENDED", ASKER)


def test_the_open_requests_of_a_buyer_are_bounded() -> None:
    stage = a_board()
    requests = [requested(stage) for _ in range(REQUESTS_MAX)]
    assert said(stage, ASKER, ask()) == ("REQUESTS_TOO_MANY", ASKER)
    stage.ask(ASKER, WithdrawRequest(request_id=requests[0]))
    requested(stage)


def test_only_its_buyer_withdraws_a_request_that_is_open_and_has_no_award_under_way() -> None:
    stage = a_board()
    assert said(stage, ASKER, WithdrawRequest(request_id="RQ-0.9.0")) == ("REQUEST_UNKNOWN", "RQ-0.9.0")
    request = requested(stage)
    assert said(stage, FIRST, WithdrawRequest(request_id=request)) == ("NOT_PERMITTED", request)
    award = awarded(stage, quoted(stage, request))
    assert said(stage, ASKER, WithdrawRequest(request_id=request)) == ("AWARDS_OPEN", request)
    stage.ask(ASKER, EndAward(award_id=award, grounds="found another way"))
    stage.ask(ASKER, WithdrawRequest(request_id=request))
    assert said(stage, ASKER, WithdrawRequest(request_id=request)) == ("REQUEST_UNKNOWN", request)


@pytest.mark.parametrize(
    ("actor", "changed", "reason"),
    [
        (STRANGER, {}, "PARTICIPANT_UNKNOWN"),
        (ASKER, {}, "ROLE_MISSING"),
        (FIRST, {"request_id": "RQ-0.1.0"}, "REQUEST_UNKNOWN"),
        (FIRST, {"instrument_id": "L-9"}, "INSTRUMENT_UNKNOWN"),
        (FIRST, {"instrument_id": f"L-{SECOND}"}, "INSTRUMENT_FOREIGN"),
        (FIRST, {"instrument_id": "hours"}, "INSTRUMENT_FOREIGN"),
        (FIRST, {"instrument_id": "yen"}, "QUOTE_UNFIT"),
        (FIRST, {"instrument_id": "pooled"}, "FORM_DIFFERS"),
        (FIRST, {"instrument_id": "scarce", "quantity": 11}, "CAPACITY_INSUFFICIENT"),
        (FIRST, {"instrument_id": "by-the-hour"}, "QUOTE_UNFIT"),
        (FIRST, {"quantity": 18_001}, "QUOTE_TOO_LARGE"),
        (FIRST, {"price": 10**12}, "AMOUNT_TOO_LARGE"),
        (FIRST, {"valid_until": NOON}, "TIME_OUT_OF_RANGE"),
        (FIRST, {"valid_until": NOON + 367 * DAY}, "TIME_OUT_OF_RANGE"),
        (FIRST, {"instrument_id": "halted"}, "INSTRUMENT_NOT_OPEN"),
        (FIRST, {"instrument_id": "assessed"}, "CONFLICT_OF_INTEREST"),
    ],
)
def test_a_quote_is_refused(actor: str, changed: dict[str, Any], reason: str) -> None:
    stage = a_board()
    for name, terms in {
        "hours": {"seller_id": None},
        "yen": {"currency": "JPY"},
        "by-the-hour": {"unit": "hour"},
        "pooled": {"rules": BookRules(form="pool")},
        "scarce": {"rules": BookRules(form="quotes", capacity_needed=True)},
        "halted": {},
        "assessed": {"assessor_ids": (ASSESSOR, ASKER)},
    }.items():
        changes: dict[str, Any] = {"instrument_id": name, "moves_data": False, **terms}
        stage.told(OpenInstrument(terms=speech(FIRST, **changes)))
    stage.told(SetInstrumentState(instrument_id="halted", state="halted"))
    stage.told(RegisterCapacity(instrument_id="scarce", participant_id=FIRST, quantity=10))
    request = requested(stage)
    assert said(stage, actor, a_quote(request, **changed) if changed else a_quote(request))[0] == reason


def test_a_quote_of_a_suspended_seller_or_for_a_suspended_buyer_is_refused() -> None:
    for who in (FIRST, ASKER):
        stage = a_board()
        request = requested(stage)
        stage.told(RecordStanding(participant_id=who, active=False))
        assert said(stage, FIRST, a_quote(request)) == ("PARTICIPANT_SUSPENDED", who)


def test_nobody_quotes_to_itself() -> None:
    stage = a_board()
    both = a_standing(FIRST, "CN-LG", "seller", "buyer", beneficial_owner=f"UBO-{ASKER}")
    stage.told(RecordParticipant(standing=both))
    assert said(stage, FIRST, a_quote(requested(stage)))[0] == "BID_ON_OWN"


def test_who_is_not_invited_does_not_quote() -> None:
    stage = a_board()
    request = requested(stage, invited=(SECOND,))
    assert said(stage, FIRST, a_quote(request)) == ("NOT_INVITED", request)
    quoted(stage, request, SECOND)


def test_after_the_deadline_no_quote_is_taken_and_those_that_stand_are_awarded() -> None:
    stage = a_board()
    request = requested(stage)
    standing = quoted(stage, request)
    stage.at = NOON + 7 * DAY
    assert said(stage, SECOND, a_quote(request, SECOND)) == ("REQUEST_CLOSED", request)
    awarded(stage, standing)


def test_at_the_deadline_itself_it_is_too_late_even_before_it_was_applied() -> None:
    stage = a_board()
    request = requested(stage)
    standing = quoted(stage, request)
    stage.at = NOON + 14 * DAY
    late = refusal(stage.ask_without_deadlines(SECOND, a_quote(request, SECOND)))
    assert late.reason == "REQUEST_CLOSED"
    late = refusal(stage.ask_without_deadlines(ASKER, an_award(standing)))
    assert late.reason == "QUOTE_EXPIRED"


def test_without_a_ruleset_nothing_is_quoted() -> None:
    stage = a_board(moves_data=True)
    request = requested(stage)
    stage.market.rulesets.clear()
    assert said(stage, FIRST, a_quote(request))[0] == "RULESET_NONE"


def test_the_quotes_of_a_seller_are_bounded_replaced_ones_included_and_others_still_quote() -> None:
    stage = a_board()
    request = requested(stage)
    for price in range(QUOTES_EACH_MAX):
        quoted(stage, request, price=200 - price)
    assert said(stage, FIRST, a_quote(request)) == ("QUOTES_TOO_MANY", FIRST)
    quoted(stage, request, SECOND)


def test_the_sellers_that_quote_for_a_request_are_bounded() -> None:
    stage = a_board()
    request = requested(stage)
    for number in range(SELLERS_MAX):
        seller = f"SE-X-{number}"
        stage.told(RecordParticipant(standing=a_standing(seller, "CN-LG", "seller")))
        stage.told(OpenInstrument(terms=speech(seller, moves_data=False)))
        quoted(stage, request, seller)
    quoted(stage, request, "SE-X-0", price=94)
    assert said(stage, SECOND, a_quote(request, SECOND)) == ("QUOTES_TOO_MANY", request)


def test_a_quote_that_is_awarded_in_part_is_neither_withdrawn_nor_replaced() -> None:
    stage = a_board()
    request = requested(stage)
    quote = quoted(stage, request)
    award = awarded(stage, quote, 10)
    assert said(stage, FIRST, WithdrawQuote(quote_id=quote)) == ("QUOTE_AWARDED", quote)
    assert said(stage, FIRST, a_quote(request, price=99)) == ("QUOTE_AWARDED", quote)
    stage.ask(FIRST, EndAward(award_id=award, grounds="fell ill"))
    quoted(stage, request, price=99)
    assert said(stage, FIRST, WithdrawQuote(quote_id=quote)) == ("QUOTE_ENDED", quote)


def test_a_quote_is_withdrawn_by_its_seller_only() -> None:
    stage = a_board()
    quote = quoted(stage, requested(stage))
    assert said(stage, SECOND, WithdrawQuote(quote_id=quote)) == ("NOT_PERMITTED", quote)
    assert said(stage, FIRST, WithdrawQuote(quote_id="QU-0.1.0")) == ("QUOTE_UNKNOWN", "QU-0.1.0")


def test_an_award_is_refused_after_something_has_changed() -> None:
    changes: dict[str, Callable[[Stage, str, str], object]] = {
        "QUOTE_UNKNOWN": lambda stage, request, _: stage.ask(ASKER, WithdrawRequest(request_id=request)),
        "QUOTE_ENDED": lambda stage, _, quote: stage.ask(FIRST, WithdrawQuote(quote_id=quote)),
        "PARTICIPANT_SUSPENDED": lambda stage, *_: stage.told(
            RecordStanding(participant_id=FIRST, active=False)
        ),
        "INSTRUMENT_NOT_OPEN": lambda stage, *_: stage.told(
            SetInstrumentState(instrument_id=f"L-{FIRST}", state="closed")
        ),
    }
    for reason, change in changes.items():
        stage = a_board()
        request = requested(stage)
        quote = quoted(stage, request)
        change(stage, request, quote)
        assert said(stage, ASKER, an_award(quote))[0] == reason


@pytest.mark.parametrize(
    ("actor", "changed", "reason"),
    [
        (STRANGER, {}, "PARTICIPANT_UNKNOWN"),
        (BANK, {}, "ROLE_MISSING"),
        (SECOND, {}, "NOT_PERMITTED"),
        (ASKER, {"quote_id": "QU-0.1.0"}, "QUOTE_UNKNOWN"),
        (ASKER, {"quantity": 101}, "AWARD_TOO_LARGE"),
        (ASKER, {"licence_digest": b"\1"}, "LICENCE_NOT_ACCEPTED"),
    ],
)
def test_an_award_is_refused(actor: str, changed: dict[str, Any], reason: str) -> None:
    stage = a_board()
    command = an_award(quoted(stage, requested(stage), quantity=100), 100)
    assert said(stage, actor, msgspec.structs.replace(command, **changed))[0] == reason


def test_no_more_is_awarded_than_was_requested_nor_than_the_purse_holds() -> None:
    stage = a_board(cash_minor=950_000)
    request = requested(stage)
    first, second = quoted(stage, request), quoted(stage, request, SECOND, 10)
    assert said(stage, ASKER, an_award(first, 10_001)) == ("FUNDS_INSUFFICIENT", ASKER)
    awarded(stage, first, 1)
    assert said(stage, ASKER, an_award(second, 18_000)) == ("AWARD_TOO_LARGE", second)
    awarded(stage, second, 17_999)


def test_an_award_after_the_validity_of_its_quote_is_refused() -> None:
    stage = a_board()
    request = requested(stage)
    quote = quoted(stage, request, valid_until=NOON + DAY)
    stage.at = NOON + DAY
    assert said(stage, ASKER, an_award(quote)) == ("QUOTE_EXPIRED", quote)
    assert said(stage, FIRST, WithdrawQuote(quote_id=quote)) == ("QUOTE_EXPIRED", quote)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"price": 97}, "PRICE_OFF_TICK"),
        ({"quantity": 103}, "QUANTITY_OFF_LOT"),
        ({"quantity": 90}, "QUANTITY_TOO_SMALL"),
        ({"quantity": 1_010}, "QUANTITY_TOO_LARGE"),
    ],
)
def test_a_quote_is_in_the_steps_that_its_instrument_is_traded_in(
    changed: dict[str, int], reason: str
) -> None:
    stage = in_steps()
    values = {"price": 95, "quantity": 200} | changed
    wish = a_quote(requested(stage), instrument_id="stepped", **values)
    assert said(stage, FIRST, wish) == (reason, "stepped")


@pytest.mark.parametrize(
    ("quantity", "reason"), [(105, "QUANTITY_OFF_LOT"), (90, "QUANTITY_TOO_SMALL"), (110, None)]
)
def test_an_award_is_in_the_steps_that_its_instrument_is_traded_in(quantity: int, reason: str | None) -> None:
    stage = in_steps()
    quote = quoted(stage, requested(stage), instrument_id="stepped", quantity=200)
    if reason is None:
        awarded(stage, quote, quantity)
    else:
        assert said(stage, ASKER, an_award(quote, quantity)) == (reason, "stepped")


def in_steps() -> Stage:
    """Minutes by tens, from 100 to 1,000, at prices in steps of five cents."""
    stage = a_board()
    rules = BookRules(form="quotes", price_step=5, quantity_step=10, quantity_min=100, quantity_max=1_000)
    return stage.told(
        OpenInstrument(terms=speech(FIRST, instrument_id="stepped", moves_data=False, rules=rules))
    )


def test_no_more_is_quoted_than_the_seller_can_deliver() -> None:
    stage = a_board()
    rules = BookRules(form="quotes", capacity_needed=True)
    stage.told(OpenInstrument(terms=speech(FIRST, instrument_id="scarce", moves_data=False, rules=rules)))
    stage.told(RegisterCapacity(instrument_id="scarce", participant_id=FIRST, quantity=10))
    award = awarded(stage, quoted(stage, requested(stage), quantity=8, instrument_id="scarce"), 6)
    another = requested(stage)
    too_much = a_quote(another, quantity=3, instrument_id="scarce")
    assert said(stage, FIRST, too_much) == ("CAPACITY_INSUFFICIENT", FIRST)
    quoted(stage, another, quantity=2, instrument_id="scarce")
    stage.ask(FIRST, a_sample(award))
    stage.ask(ASKER, AcceptSample(award_id=award))
    too_much = a_quote(requested(stage), quantity=1, instrument_id="scarce")
    assert said(stage, FIRST, too_much) == ("CAPACITY_INSUFFICIENT", FIRST)


def test_the_awards_of_a_request_are_bounded() -> None:
    stage = a_board()
    request = requested(stage, sampling=None)
    quote = quoted(stage, request)
    for _ in range(AWARDS_MAX):
        awarded(stage, quote, 1)
    assert said(stage, ASKER, an_award(quote, 1)) == ("AWARDS_TOO_MANY", request)


def test_samples_are_shown_by_the_seller_and_answered_by_the_buyer_each_in_turn() -> None:
    stage = a_board()
    award = awarded(stage, quoted(stage, requested(stage)))
    accept, reject = AcceptSample(award_id=award), RejectSample(award_id=award, grounds="poor")
    for answer in (accept, reject):
        assert said(stage, ASKER, answer) == ("SAMPLE_NONE", award)
        assert said(stage, FIRST, answer) == ("NOT_PERMITTED", award)
    assert said(stage, SECOND, a_sample(award)) == ("NOT_PERMITTED", award)
    assert said(stage, FIRST, a_sample(award, measure="speed of speech")) == ("MEASURE_MISSING", award)
    twice = SubmitSample(award_id=award, digest=DIGEST, measured=(Measured(measure=MEASURE, value_bp=1),) * 2)
    assert said(stage, FIRST, twice) == ("MEASURE_MISSING", award)
    stage.ask(FIRST, a_sample(award))
    assert said(stage, FIRST, a_sample(award)) == ("SAMPLE_WAITING", award)
    stage.ask(ASKER, accept)
    for command in (accept, reject, EndAward(award_id=award, grounds="late")):
        assert said(stage, ASKER, command) == ("AWARD_UNKNOWN", award)
    assert said(stage, FIRST, a_sample(award)) == ("AWARD_UNKNOWN", award)


def test_an_award_is_ended_by_its_buyer_or_its_seller_only() -> None:
    stage = a_board()
    award = awarded(stage, quoted(stage, requested(stage)))
    assert said(stage, SECOND, EndAward(award_id=award, grounds="mine")) == ("NOT_PERMITTED", award)
    unknown = EndAward(award_id="AW-0.1.0", grounds="none")
    assert said(stage, ASKER, unknown) == ("AWARD_UNKNOWN", "AW-0.1.0")


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "RequestQuotes", "wanted": {"quantity": 0}},
        {"type": "RequestQuotes", "wanted": {"title": ""}},
        {"type": "RequestQuotes", "wanted": {"quality": {"measure": "m", "threshold_bp": 10_001}}},
        {"type": "RequestQuotes", "wanted": {"sampling": {"samples_max": 6}}},
        {"type": "RequestQuotes", "wanted": {"sampling": {"days": 0}}},
        {"type": "RequestQuotes", "wanted": {"sampling": {"answer_days": 31}}},
        {"type": "RequestQuotes", "wanted": {"invited": [FIRST] * 51}},
        {"type": "Quote", "price": 0},
        {"type": "Quote", "quantity": 0},
        {"type": "AwardQuote", "quantity": 10**9 + 1},
        {"type": "SubmitSample", "measured": []},
        {"type": "SubmitSample", "digest": b""},
        {"type": "RejectSample", "grounds": ""},
        {"type": "RejectSample", "value_bp": -1},
        {"type": "EndAward", "grounds": ""},
    ],
)
def test_every_field_keeps_its_bounds(wrong: dict[str, Any]) -> None:
    good: dict[str, Command] = {
        type(each).__name__: each
        for each in (
            ask(),
            a_quote("RQ-0.1.0"),
            an_award("QU-0.1.0"),
            a_sample("AW-0.1.0"),
            RejectSample(award_id="AW-0.1.0", grounds="poor"),
            EndAward(award_id="AW-0.1.0", grounds="late"),
        )
    }
    command = good[wrong["type"]]
    fields = msgspec.to_builtins(command, builtin_types=(bytes,))
    for name, value in wrong.items():
        if name == "wanted":
            fields["wanted"] |= value
        elif name != "type":
            fields[name] = value
    msgspec.convert(
        msgspec.to_builtins(command, builtin_types=(bytes,)), type(command), builtin_types=(bytes,)
    )
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(fields, type(command), builtin_types=(bytes,))
