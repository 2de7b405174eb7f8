"""Seats that a quote binds, or that are being auctioned, are sold to nobody else meanwhile."""

from typing import Any

import pytest

from exchange.kernel.time import DAY
from exchange.market.auctions.commands import OpenDutchAuction
from exchange.market.plans.commands import SetPricePlan
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
from tests.unit.market.plan_stage import a_purchase, a_subscription, asked, seats, the, until
from tests.unit.market.stage import BUYER, LICENCE, NOON, SELLER, Stage, a_use, an_ask, pack, refusal
from tests.unit.market.test_seats import NAME, OTHER, a_seller_of_seats, bid, taken

SAMPLED: dict[str, Any] = {
    "quality": Quality(measure="answers", threshold_bp=9_000),
    "sampling": Sampling(days=14, answer_days=5),
}


def a_request(stage: Stage, **changed: Any) -> str:
    """Of a buyer for up to twenty seats."""
    values: dict[str, Any] = {
        "title": "Seats for a team",
        "unit": "seat",
        "quantity": 20,
        "currency": "CNY",
        "closes_at": NOON + 7 * DAY,
        "use": a_use(licence_digest=None),
    }
    asking = RequestQuotes(wanted=Wanted(**(values | changed)))
    return the(QuotesRequested, asked(stage, BUYER, asking)).request_id


def a_quote(request_id: str, count: int, **changed: Any) -> Quote:
    values: dict[str, Any] = {
        "request_id": request_id,
        "instrument_id": NAME,
        "price": 9_000,
        "quantity": count,
        "valid_until": NOON + 14 * DAY,
    }
    return Quote(**(values | changed))


def quoted(stage: Stage, request_id: str, count: int, **changed: Any) -> str:
    return the(QuoteGiven, asked(stage, SELLER, a_quote(request_id, count, **changed))).quote_id


def awarded(stage: Stage, quote_id: str, count: int) -> str:
    award = AwardQuote(quote_id=quote_id, quantity=count, licence_digest=LICENCE)
    return the(QuoteAwarded, asked(stage, BUYER, award)).award_id


def bound(stage: Stage) -> int:
    return stage.market.instruments[NAME].lots_quoted


def test_what_a_quote_binds_is_sold_neither_in_the_book_nor_by_a_plan_nor_quoted_again() -> None:
    stage = a_seller_of_seats()
    asked(stage, SELLER, SetPricePlan(instrument_id=NAME, plan=seats(unit="seat")))
    request_id, another = a_request(stage), a_request(stage)
    quoted(stage, request_id, 15)
    for who, command in (
        (OTHER, bid(6, OTHER)),
        (BUYER, a_purchase(NAME, 6)),
        (SELLER, a_quote(another, 6)),
    ):
        refused = refusal(stage.ask(who, command))
        assert (refused.reason, "5 are left" in refused.detail) == ("SEATS_INSUFFICIENT", True)
    asked(stage, OTHER, bid(5, OTHER))


def test_a_subscription_finds_no_seat_that_is_bound_and_an_ask_stands_behind_none() -> None:
    stage = a_seller_of_seats(posted=False)
    asked(stage, SELLER, SetPricePlan(instrument_id=NAME, plan=seats(sale="subscription", unit="seat")))
    quoted(stage, a_request(stage), 15)
    assert refusal(stage.ask(OTHER, a_subscription(NAME, 6))).reason == "SEATS_INSUFFICIENT"
    assert refusal(stage.ask(SELLER, an_ask(9_500, 6, instrument_id=NAME))).reason == "SEATS_INSUFFICIENT"


def test_a_quote_that_takes_anothers_place_binds_its_own_seats_alone() -> None:
    stage = a_seller_of_seats()
    request_id = a_request(stage)
    quoted(stage, request_id, 15)
    quoted(stage, request_id, 20)
    assert bound(stage) == 20


def test_seats_that_are_awarded_are_taken_once_and_the_others_stay_bound() -> None:
    stage = a_seller_of_seats()
    quote_id = quoted(stage, a_request(stage), 20)
    awarded(stage, quote_id, 12)
    assert (taken(stage), bound(stage)) == (12, 8)
    awarded(stage, quote_id, 8)
    assert (taken(stage), bound(stage)) == (20, 0)


def test_an_award_keeps_its_seats_until_its_sample_is_accepted() -> None:
    stage = a_seller_of_seats()
    award_id = awarded(stage, quoted(stage, a_request(stage, **SAMPLED), 20), 20)
    assert (taken(stage), bound(stage)) == (0, 20)
    assert refusal(stage.ask(OTHER, bid(1, OTHER))).reason == "SEATS_INSUFFICIENT"
    shown = SubmitSample(
        award_id=award_id, digest=bytes(16), measured=(Measured(measure="answers", value_bp=9_500),)
    )
    asked(stage, SELLER, shown)
    asked(stage, BUYER, AcceptSample(award_id=award_id))
    assert (taken(stage), bound(stage)) == (20, 0)


def test_an_award_that_ends_leaves_its_seats_to_its_quote_as_long_as_that_stands() -> None:
    stage = a_seller_of_seats()
    award_id = awarded(stage, quoted(stage, a_request(stage, **SAMPLED), 20), 12)
    asked(stage, BUYER, EndAward(award_id=award_id, grounds="Another offer."))
    assert bound(stage) == 20


def test_an_award_that_ends_after_its_quote_binds_no_seats_any_more() -> None:
    stage = a_seller_of_seats()
    request_id = a_request(stage, **SAMPLED)
    award_id = awarded(stage, quoted(stage, request_id, 20, valid_until=NOON + DAY), 12)
    until(stage, NOON + DAY)
    assert bound(stage) == 12
    asked(stage, BUYER, EndAward(award_id=award_id, grounds="Another offer."))
    assert bound(stage) == 0


@pytest.mark.parametrize("how", ["withdrawn", "expired", "its request withdrawn", "its request over"])
def test_a_quote_that_ends_binds_nothing(how: str) -> None:
    stage = a_seller_of_seats()
    request_id = a_request(stage)
    quote_id = quoted(stage, request_id, 15)
    if how == "withdrawn":
        asked(stage, SELLER, WithdrawQuote(quote_id=quote_id))
    elif how == "its request withdrawn":
        asked(stage, BUYER, WithdrawRequest(request_id=request_id))
    else:
        until(stage, NOON + (14 if how == "expired" else 20) * DAY)
    assert bound(stage) == 0
    asked(stage, OTHER, bid(20, OTHER))


def test_where_nobody_counts_seats_none_are_bound() -> None:
    stage = a_seller_of_seats(None)
    quoted(stage, a_request(stage), 15)
    assert bound(stage) == 0


def test_seats_that_are_being_auctioned_are_not_sold_otherwise_and_not_while_they_are_bound() -> None:
    stage = a_seller_of_seats(posted=False)
    asked(stage, SELLER, SetPricePlan(instrument_id=NAME, plan=seats(unit="seat")))
    request_id = a_request(stage)
    quote_id = quoted(stage, request_id, 15)

    def dutch(count: int) -> OpenDutchAuction:
        return OpenDutchAuction(
            instrument_id=NAME,
            start_price=9_500,
            floor_price=9_000,
            step=100,
            step_interval_s=60,
            open_until=NOON + DAY,
            quantity=count,
            exclusive=False,
        )

    assert refusal(stage.ask(SELLER, dutch(6))).reason == "SEATS_INSUFFICIENT"
    asked(stage, SELLER, dutch(5))
    award = AwardQuote(quote_id=quote_id, quantity=1, licence_digest=LICENCE)
    for who, command in ((OTHER, bid(1, OTHER)), (BUYER, a_purchase(NAME, 1)), (BUYER, award)):
        assert refusal(stage.ask(who, command)).reason == "INSTRUMENT_AUCTIONED"


def test_seats_that_are_bound_are_remembered() -> None:
    stage = a_seller_of_seats()
    awarded(stage, quoted(stage, a_request(stage, **SAMPLED), 20), 12)
    again = stage.decider.initial(0)
    for fact, at in stage.journal:
        stage.decider.evolve(again, fact, at)
    assert pack(again) == pack(stage.market)
