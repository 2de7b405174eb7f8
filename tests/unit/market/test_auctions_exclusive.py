"""What is being auctioned, or was sold exclusively, is sold in no other way: by quote, by units, by subscription."""

import pytest

from exchange.kernel.bases import Command
from exchange.kernel.time import DAY
from exchange.market.commands import RefundPurchase, Use
from exchange.market.facts import TradeMatched
from exchange.market.plans.commands import BuyUnits, PlanTerms, SetPricePlan, SetTopUp, TopUpTerms
from exchange.market.quotes.commands import (
    AwardQuote,
    EndAward,
    Quality,
    Quote,
    RequestQuotes,
    Sampling,
    Wanted,
)
from exchange.market.quotes.facts import QuoteAwarded, QuoteGiven, QuotesRequested
from exchange.market.subscriptions.commands import CancelSubscription, Subscribe
from exchange.market.subscriptions.facts import SubscriptionStarted
from tests.unit.market.auctioning import (
    ONE,
    SELLER,
    SERIES,
    TWO,
    a_dutch_auction,
    a_dutch_opening,
    a_series_market,
    an_opening,
    only,
    to_use,
)
from tests.unit.market.plan_stage import asked, tiers
from tests.unit.market.stage import LICENCE, NOON, Stage, names, refusal

FLAT = tiers((0, 10**9))
BY_THE_MONTH = PlanTerms(
    sale="subscription", counts="units", unit="month", model="flat", tiers=FLAT, period="month"
)
BY_THE_CALL = PlanTerms(sale="once", counts="calls", unit="call", model="flat", tiers=FLAT)
TOP_UP = TopUpTerms(threshold=0, units=1, use=to_use())


def planned(plan: PlanTerms) -> Stage:
    """The series on sale by a price plan."""
    stage = a_series_market()
    asked(stage, SELLER, SetPricePlan(instrument_id=SERIES, plan=plan))
    return stage


def requested(stage: Stage, **changed: object) -> str:
    """A buyer asks for quotes of such a licence."""
    use = Use(purpose="sale", place_of_use="JP")
    values = {"title": "A series", "unit": "licence", "quantity": 1, "currency": "JPY", "use": use}
    wanted = Wanted(closes_at=stage.at + DAY, **(values | changed))  # type: ignore[arg-type]
    return only(QuotesRequested, stage.ask(TWO, RequestQuotes(wanted=wanted))).request_id


def a_quote(stage: Stage, request_id: str) -> Quote:
    return Quote(
        request_id=request_id, instrument_id=SERIES, price=1_000, quantity=1, valid_until=stage.at + DAY
    )


@pytest.mark.parametrize("taken", [False, True])
def test_it_is_not_quoted_while_it_is_auctioned_or_another_has_it_to_itself(taken: bool) -> None:
    auction = a_dutch_auction()
    if taken:
        auction.take(ONE)
    request_id = requested(auction.stage)
    told = refusal(auction.stage.ask(SELLER, a_quote(auction.stage, request_id)))
    assert (told.reason, told.subject) == ("INSTRUMENT_AUCTIONED", SERIES)


def test_a_quote_given_before_an_auction_is_not_awarded_until_it_is_over() -> None:
    stage = a_series_market()
    quote_id = only(QuoteGiven, stage.ask(SELLER, a_quote(stage, requested(stage)))).quote_id
    a_dutch_auction(stage, open_until=NOON + DAY // 2)
    award = AwardQuote(quote_id=quote_id, quantity=1, licence_digest=LICENCE)
    assert refusal(stage.ask(TWO, award)).reason == "INSTRUMENT_AUCTIONED"
    stage.at += DAY // 2
    assert "TradeMatched" in names(stage.ask(TWO, award))


@pytest.mark.parametrize(
    ("plan", "command"),
    [
        (BY_THE_CALL, BuyUnits(instrument_id=SERIES, units=1, use=to_use())),
        (BY_THE_CALL, SetTopUp(instrument_id=SERIES, top_up=TOP_UP)),
        (BY_THE_MONTH, Subscribe(instrument_id=SERIES, units=1, use=to_use())),
    ],
)
@pytest.mark.parametrize("taken", [False, True])
def test_it_is_not_sold_by_a_price_plan_either(plan: PlanTerms, command: Command, taken: bool) -> None:
    auction = a_dutch_auction(planned(plan))
    trade_id = only(TradeMatched, auction.take(ONE)).trade_id if taken else ""
    told = refusal(auction.stage.ask(TWO, command))
    assert (told.reason, told.subject) == ("INSTRUMENT_AUCTIONED", SERIES)
    if taken:
        auction.stage.ask(SELLER, RefundPurchase(trade_id=trade_id, grounds="the master was lost"))
        asked(auction.stage, TWO, command)


def test_what_is_subscribed_to_is_not_auctioned() -> None:
    stage = planned(BY_THE_MONTH)
    subscribe = Subscribe(instrument_id=SERIES, units=1, use=to_use())
    name = only(SubscriptionStarted, asked(stage, TWO, subscribe)).subscription_id
    for opening in (an_opening(), a_dutch_opening()):
        assert refusal(stage.ask(SELLER, opening)).reason == "ORDERS_OPEN"
    stage.ask(TWO, CancelSubscription(subscription_id=name, when="now"))
    assert names(stage.ask(SELLER, an_opening())) == ["AuctionOpened"]


def test_what_an_award_waits_for_a_sample_of_is_not_auctioned() -> None:
    stage = a_series_market()
    request_id = requested(
        stage, quality=Quality(measure="sharpness", threshold_bp=9_000), sampling=Sampling()
    )
    quote_id = only(QuoteGiven, stage.ask(SELLER, a_quote(stage, request_id))).quote_id
    award = AwardQuote(quote_id=quote_id, quantity=1, licence_digest=LICENCE)
    award_id = only(QuoteAwarded, stage.ask(TWO, award)).award_id
    told = refusal(stage.ask(SELLER, an_opening()))
    assert told.reason == "ORDERS_OPEN"
    assert award_id in told.detail
    stage.ask(TWO, EndAward(award_id=award_id, grounds="bought elsewhere"))
    assert names(stage.ask(SELLER, an_opening())) == ["AuctionOpened"]
