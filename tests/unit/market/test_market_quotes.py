"""Requests for quotation: quotes replaced and expired, awards in part, samples and deadlines, how all of it ends."""

import pytest
from msgspec import structs

from exchange.kernel.time import DAY
from exchange.market.commands import OpenInstrument, Use
from exchange.market.facts import InstrumentOpened, TradeMatched
from exchange.market.quotes.commands import (
    AcceptSample,
    EndAward,
    Quality,
    RejectSample,
    Sampling,
    WithdrawQuote,
    WithdrawRequest,
)
from exchange.market.quotes.facts import (
    AwardEnded,
    QuoteAwarded,
    QuoteGiven,
    RequestEnded,
    SampleAccepted,
    SampleRejected,
    SampleSubmitted,
)
from exchange.market.quotes.state import Quoting
from tests.unit.market.quoting import (
    ASKER,
    CASH,
    FIRST,
    SECOND,
    a_board,
    a_quote,
    a_sample,
    an_award,
    awarded,
    quoted,
    requested,
    speech,
    the,
)
from tests.unit.market.stage import NOON, Stage, names, pack, sold_abroad, traits, unpack


def test_a_new_quote_takes_the_place_of_the_sellers_earlier_one() -> None:
    stage = a_board()
    request = requested(stage)
    first = quoted(stage, request)
    given = the(stage.ask(FIRST, a_quote(request, price=90)), QuoteGiven)
    assert given.replaces == first
    assert stage.market.quoting.quotes[first].ended == "replaced"
    stage.at = NOON + 14 * DAY
    assert names(stage.settle()) == ["QuotesClosed", "QuoteExpired", "RequestEnded"]


def test_after_one_was_withdrawn_or_has_expired_the_seller_quotes_anew_replacing_nothing() -> None:
    stage = a_board()
    request = requested(stage)
    stage.ask(FIRST, WithdrawQuote(quote_id=quoted(stage, request)))
    again = the(stage.ask(FIRST, a_quote(request, valid_until=NOON + DAY)), QuoteGiven)
    assert again.replaces == ""
    stage.at = NOON + 2 * DAY
    assert the(stage.ask(FIRST, a_quote(request)), QuoteGiven).replaces == ""


def test_without_a_sample_awards_trade_at_once_in_part_and_of_several_sellers() -> None:
    stage = a_board()
    request = requested(stage, sampling=None, quality=None)
    first, second = quoted(stage, request), quoted(stage, request, SECOND, 110)
    facts = stage.ask(ASKER, an_award(first, 10_000))
    assert names(facts) == ["QuoteAwarded", "TradeMatched", "EntitlementGranted", "AwardTraded"]
    assert the(facts, QuoteAwarded).due_at is None
    trade = the(stage.ask(ASKER, an_award(second, 8_000)), TradeMatched)
    assert (trade.seller_id, trade.amount_minor, trade.decision) == (SECOND, 880_000, None)
    ended = the(stage.settle(), RequestEnded)
    assert (ended.basis, ended.traded, ended.quote_ids) == ("traded", 18_000, (first, second))
    assert stage.market.quoting == Quoting()
    assert not stage.market.holds
    purse = stage.purse(ASKER, "USD")
    assert (purse.cash, purse.reserved) == (CASH - 950_000 - 880_000, 0)


def test_a_request_without_an_answer_ends_with_its_deadline() -> None:
    stage = a_board()
    request = requested(stage)
    stage.at = NOON + 7 * DAY
    closed, ended = stage.settle()
    assert names([closed]) == ["QuotesClosed"]
    expected = RequestEnded(request_id=request, buyer_id=ASKER, basis="no_quotes", traded=0, quote_ids=())
    assert ended == expected


def test_a_request_stays_open_while_a_quote_stands_or_an_award_is_under_way() -> None:
    stage = a_board()
    request = requested(stage)
    award = awarded(stage, quoted(stage, request, valid_until=NOON + 8 * DAY))
    stage.at = NOON + 10 * DAY
    assert names(stage.settle()) == ["QuotesClosed", "QuoteExpired"]
    stage.ask(FIRST, a_sample(award))
    stage.ask(ASKER, AcceptSample(award_id=award))
    assert names(stage.settle()) == ["RequestEnded"]


def test_a_withdrawn_request_takes_its_standing_quotes_with_it() -> None:
    stage = a_board()
    request = requested(stage)
    stage.ask(FIRST, WithdrawQuote(quote_id=quoted(stage, request)))
    standing = quoted(stage, request, SECOND)
    (ended,) = stage.ask(ASKER, WithdrawRequest(request_id=request))
    assert ended == RequestEnded(
        request_id=request, buyer_id=ASKER, basis="withdrawn", traded=0, quote_ids=(standing,)
    )
    assert stage.market.quoting == Quoting()
    assert stage.decider.next_deadline(stage.market) is None


def test_quotes_that_end_with_their_request_are_named_as_they_were_given_also_after_a_restart() -> None:
    stage = a_board()
    request = requested(stage)
    given = (quoted(stage, request, FIRST), quoted(stage, request, SECOND))
    stage.market = unpack(pack(stage.market))
    (ended,) = stage.ask(ASKER, WithdrawRequest(request_id=request))
    assert isinstance(ended, RequestEnded)
    assert ended.quote_ids == given


def test_an_award_without_a_sample_in_time_ends_and_its_money_goes_back() -> None:
    stage = a_board()
    quote = quoted(stage, requested(stage), valid_until=NOON + 30 * DAY)
    award = awarded(stage, quote)
    stage.at = NOON + 14 * DAY
    ended = the(stage.settle(), AwardEnded)
    assert (ended.basis, ended.released_minor, ended.award_id) == ("time", 1_710_000, award)
    assert stage.purse(ASKER, "USD").cash == CASH
    assert awarded(stage, quote)


@pytest.mark.parametrize(("who", "basis"), [(ASKER, "buyer"), (FIRST, "seller")])
def test_either_side_may_end_an_award_before_it_trades(who: str, basis: str) -> None:
    stage = a_board()
    award = awarded(stage, quoted(stage, requested(stage)), 100)
    stage.ask(FIRST, a_sample(award))
    (ended,) = stage.ask(who, EndAward(award_id=award, grounds="another plan"))
    assert isinstance(ended, AwardEnded)
    assert (ended.basis, ended.released_minor, ended.quantity, ended.unanswered) == (basis, 9_500, 100, 1)
    assert (stage.purse(ASKER, "USD").cash, stage.market.holds) == (CASH, {})
    assert not stage.market.quoting.awards


def test_a_rejected_sample_may_be_reworked_as_often_as_was_agreed() -> None:
    stage = a_board()
    award = awarded(stage, quoted(stage, requested(stage)))
    poor = RejectSample(award_id=award, grounds="time codes are missing", value_bp=9_100)
    stage.ask(FIRST, a_sample(award, 9_900))
    stage.at += DAY
    (rejected,) = stage.ask(ASKER, poor)
    assert isinstance(rejected, SampleRejected)
    assert (rejected.number, rejected.value_bp, rejected.due_at) == (1, 9_100, stage.at + 14 * DAY)
    assert the(stage.ask(FIRST, a_sample(award)), SampleSubmitted).number == 2
    last, ended = stage.ask(ASKER, poor)
    assert isinstance(last, SampleRejected)
    assert isinstance(ended, AwardEnded)
    assert (last.due_at, ended.basis, ended.released_minor, ended.unanswered) == (
        None,
        "rejected",
        1_710_000,
        0,
    )
    assert stage.purse(ASKER, "USD").cash == CASH


def test_a_rework_that_does_not_come_ends_the_award() -> None:
    stage = a_board()
    quote = quoted(stage, requested(stage), valid_until=NOON + 90 * DAY)
    award = awarded(stage, quote)
    stage.ask(FIRST, a_sample(award))
    stage.ask(ASKER, RejectSample(award_id=award, grounds="poor"))
    stage.at += 14 * DAY
    assert the(stage.settle(), AwardEnded).basis == "time"


def test_of_a_silent_buyer_the_measured_value_accepts() -> None:
    stage = a_board()
    award = awarded(stage, quoted(stage, requested(stage)))
    answer_by = the(stage.ask(FIRST, a_sample(award, 9_500)), SampleSubmitted).answer_by
    assert answer_by == stage.at + 5 * DAY
    stage.at = answer_by
    facts = stage.settle()
    trade = ["SampleAccepted", "TradeMatched", "EntitlementGranted", "AwardTraded"]
    assert names(facts) == [*trade, "RequestEnded"]
    assert the(facts, SampleAccepted).basis == "measure"
    assert not stage.market.holds


def test_of_a_silent_buyer_the_measured_value_rejects() -> None:
    stage = a_board()
    award = awarded(stage, quoted(stage, requested(stage)))
    stage.ask(FIRST, a_sample(award, 9_499))
    stage.at += 5 * DAY
    rejected = the(stage.settle(), SampleRejected)
    assert (rejected.basis, rejected.value_bp, rejected.number) == ("measure", 9_499, 1)
    assert "9499 of 10,000, less than 9500" in rejected.grounds


def test_a_buyer_may_accept_a_sample_that_measures_less() -> None:
    stage = a_board()
    award = awarded(stage, quoted(stage, requested(stage)))
    stage.ask(FIRST, a_sample(award, 1))
    accepted = the(stage.ask(ASKER, AcceptSample(award_id=award)), SampleAccepted)
    assert (accepted.basis, accepted.value_bp, accepted.threshold_bp) == ("buyer", 1, 9_500)


def test_what_an_award_takes_out_of_the_mainland_is_counted() -> None:
    """Folds hold no rule: the same facts of an instrument whose sale is a crossing."""
    stage, again = a_board(), Stage()
    data = traits(contains_pi=True, collected_in=("CN",), persons=400, sensitive_persons=3)
    terms = speech(FIRST, instrument_id="home", stored_in="CN", traits=data, moves_data=False)
    stage.told(OpenInstrument(terms=terms))
    request = requested(stage, sampling=None, use=Use(purpose="sale", place_of_use="SG"))
    awarded(stage, quoted(stage, request, instrument_id="home"))
    assert sold_abroad(stage, FIRST) == {}
    for fact, at in stage.journal:
        if isinstance(fact, InstrumentOpened) and fact.terms == terms:
            fact = InstrumentOpened(terms=structs.replace(terms, moves_data=True))
        again.decider.evolve(again.market, fact, at)
    assert sold_abroad(again, FIRST) == {"P-04/1": (400, 3, 0)}


def test_the_price_is_rounded_once_for_all_that_is_awarded() -> None:
    stage = a_board()
    stage.told(OpenInstrument(terms=speech(FIRST, instrument_id="fine", tick_micros=1, moves_data=False)))
    request = requested(stage, sampling=Sampling(), quality=Quality(measure="m", threshold_bp=0))
    quote = quoted(stage, request, price=333, instrument_id="fine")
    held = the(stage.ask(ASKER, an_award(quote, 100)), QuoteAwarded).held_minor
    assert held == 3  # 100 × 0.000333 USD = 3.33 cents.


def test_what_a_market_remembers_of_quotes_survives_a_snapshot() -> None:
    stage = a_board()
    award = awarded(stage, quoted(stage, requested(stage)))
    stage.ask(FIRST, a_sample(award))
    assert unpack(pack(stage.market)) == stage.market
    again = Stage()
    for fact, at in stage.journal:
        again.decider.evolve(again.market, fact, at)
    assert again.market == stage.market
