"""Lots of a registered capacity that a quote binds are sold to nobody else meanwhile. Source: market.md section 3."""

from typing import Any

import msgspec
import pytest

from exchange.kernel.bases import Command
from exchange.kernel.protocol import Refused
from exchange.kernel.time import DAY
from exchange.market.commands import BookRules, OpenInstrument, RegisterCapacity
from exchange.market.facts import CapacityRegistered, OrderReplaced, TradeMatched
from exchange.market.quotes.commands import (
    AcceptSample,
    AwardQuote,
    EndAward,
    Measured,
    Quality,
    Quote,
    RequestQuotes,
    Sampling,
    SubmitSample,
    Wanted,
    WithdrawQuote,
    WithdrawRequest,
)
from exchange.market.quotes.facts import QuoteAwarded, QuoteGiven, QuotesRequested
from tests.unit.market.floor import B1, BOOK, OP, S1, S2, order_of, trades
from tests.unit.market.stage import LICENCE, Stage, a_bid, an_ask, everyone, refusal, terms, the_ruleset
from tests.unit.market.test_book_changes import changing

SAMPLED: dict[str, Any] = {
    "quality": Quality(measure="uptime", threshold_bp=9_000),
    "sampling": Sampling(days=14, answer_days=5),
}


def a_seller_of_hours(posted_price: int | None = None) -> Stage:
    """Ten hours that one seller can deliver."""
    rules = BookRules(kind="compute", capacity_needed=True)
    book = terms(seller_id=S1, posted_price=posted_price, moves_data=False, unit="hour", rules=rules)
    stage = Stage().told(*everyone(), the_ruleset(), OpenInstrument(terms=book))
    stage.deposited(B1, 10_000)
    assert isinstance(stage.ask(OP, capacity(10))[0], CapacityRegistered)
    return stage


def capacity(quantity: int, who: str = S1) -> RegisterCapacity:
    return RegisterCapacity(instrument_id=BOOK, participant_id=who, quantity=quantity)


def a_request(stage: Stage, **changed: Any) -> str:
    values: dict[str, Any] = {
        "title": "Hours of a night",
        "unit": "hour",
        "quantity": 10,
        "currency": "CNY",
        "closes_at": stage.at + 7 * DAY,
    }
    (fact,) = stage.ask(B1, RequestQuotes(wanted=Wanted(**(values | changed))))
    assert isinstance(fact, QuotesRequested)
    return fact.request_id


def a_quote(stage: Stage, request_id: str, lots: int) -> Quote:
    until = stage.at + 14 * DAY
    return Quote(request_id=request_id, instrument_id=BOOK, price=9, quantity=lots, valid_until=until)


def quoted(stage: Stage, request_id: str, lots: int) -> str:
    (fact,) = stage.ask(S1, a_quote(stage, request_id, lots))
    assert isinstance(fact, QuoteGiven)
    return fact.quote_id


def awarding(quote_id: str, lots: int) -> AwardQuote:
    return AwardQuote(quote_id=quote_id, quantity=lots, licence_digest=LICENCE)


def left(stage: Stage) -> int:
    """How many lots could be asked for now."""

    def is_refused(lots: int) -> bool:
        return isinstance(stage.decider.decide(stage.market, an_ask(900, lots), stage.cause(S1))[0], Refused)

    return next((lots for lots in range(10, 0, -1) if not is_refused(lots)), 0)


def test_what_a_quote_binds_is_neither_asked_for_nor_quoted_again() -> None:
    stage = a_seller_of_hours()
    quoted(stage, a_request(stage), 7)
    another = a_request(stage)
    refused = refusal(stage.ask(S1, an_ask(9, 4)))
    assert refused.reason == "CAPACITY_INSUFFICIENT"
    assert refused.detail.endswith("0 are sold, 0 asked for and 7 quoted: 3 are left")
    assert refusal(stage.ask(S1, a_quote(stage, another, 4))).reason == "CAPACITY_INSUFFICIENT"
    stage.ask(S1, an_ask(9, 3))
    assert refusal(stage.ask(S1, a_quote(stage, another, 1))).reason == "CAPACITY_INSUFFICIENT"


def test_a_posted_price_sells_no_more_than_its_seller_s_quotes_leave() -> None:
    stage = a_seller_of_hours(posted_price=12)
    quoted(stage, a_request(stage), 7)
    assert refusal(stage.ask(B1, a_bid(12, 4))).reason == "CAPACITY_INSUFFICIENT"
    assert trades(stage.ask(B1, a_bid(12, 3))) == [(B1, S1, 12, 3)]


def test_an_ask_does_not_become_larger_than_quotes_leave() -> None:
    stage = a_seller_of_hours()
    order_id = order_of(stage.ask(S1, an_ask(9, 2)))
    quoted(stage, a_request(stage), 7)
    assert refusal(stage.ask(S1, changing(order_id, 4, 9))).reason == "CAPACITY_INSUFFICIENT"
    assert isinstance(stage.ask(S1, changing(order_id, 3, 9))[0], OrderReplaced)


def test_a_capacity_is_not_lowered_below_what_is_quoted() -> None:
    stage = a_seller_of_hours()
    quoted(stage, a_request(stage), 7)
    assert refusal(stage.ask(OP, capacity(6))).reason == "CAPACITY_INSUFFICIENT"
    assert isinstance(stage.ask(OP, capacity(7))[0], CapacityRegistered)
    assert isinstance(stage.ask(OP, capacity(0, S2))[0], CapacityRegistered)


def test_a_quote_that_takes_the_place_of_another_may_bind_what_that_one_did() -> None:
    stage = a_seller_of_hours()
    request_id = a_request(stage)
    quoted(stage, request_id, 7)
    quoted(stage, request_id, 10)
    assert left(stage) == 0
    quoted(stage, request_id, 2)
    assert left(stage) == 8


def test_what_was_quoted_is_awarded_and_sold_once() -> None:
    stage = a_seller_of_hours()
    quote_id = quoted(stage, a_request(stage), 7)
    assert trades(stage.ask(B1, awarding(quote_id, 4))) == [(B1, S1, 9, 4)]
    assert left(stage) == 3
    assert trades(stage.ask(B1, awarding(quote_id, 3))) == [(B1, S1, 9, 3)]
    assert left(stage) == 3
    assert stage.market.instruments[BOOK].lots_quoted == 0


@pytest.mark.parametrize("how", ["withdrawn", "request", "expired"])
def test_a_quote_that_ends_frees_its_lots(how: str) -> None:
    stage = a_seller_of_hours()
    request_id = a_request(stage)
    quote_id = quoted(stage, request_id, 7)
    assert left(stage) == 3
    ending: dict[str, tuple[str, Command]] = {
        "withdrawn": (S1, WithdrawQuote(quote_id=quote_id)),
        "request": (B1, WithdrawRequest(request_id=request_id)),
    }
    if how in ending:
        stage.ask(*ending[how])
    else:
        stage.at += 14 * DAY
    stage.settle()
    assert left(stage) == 10


def test_an_award_binds_its_lots_until_it_trades_or_ends() -> None:
    stage = a_seller_of_hours()
    quote_id = quoted(stage, a_request(stage, **SAMPLED), 7)
    awards = [fact for lots in (4, 3) for fact in stage.ask(B1, awarding(quote_id, lots))]
    first, second = (award.award_id for award in awards if isinstance(award, QuoteAwarded))
    assert left(stage) == 3
    measured = (Measured(measure="uptime", value_bp=9_500),)
    stage.ask(S1, SubmitSample(award_id=first, digest=bytes(range(16)), measured=measured))
    facts = stage.ask(B1, AcceptSample(award_id=first))
    assert [fact.quantity for fact in facts if isinstance(fact, TradeMatched)] == [4]
    assert left(stage) == 3
    stage.at += 15 * DAY
    stage.settle()
    assert second not in stage.market.quoting.awards
    assert left(stage) == 6


def test_an_award_that_is_let_go_while_its_quote_stands_stays_bound() -> None:
    stage = a_seller_of_hours()
    quote_id = quoted(stage, a_request(stage, **SAMPLED), 7)
    (award,) = stage.ask(B1, awarding(quote_id, 7))
    assert isinstance(award, QuoteAwarded)
    stage.ask(B1, EndAward(award_id=award.award_id, grounds="Others are cheaper."))
    assert left(stage) == 3
    before = msgspec.to_builtins(stage.market.instruments[BOOK])
    stage.settle()
    assert msgspec.to_builtins(stage.market.instruments[BOOK]) == before
