"""Dutch auctions: the price of the moment, and who has it."""

import pytest

from exchange.kernel.time import DAY, HOUR, SECOND
from exchange.market.auctions.commands import CommitBid, RevealBid
from exchange.market.auctions.facts import AuctionEnded, AuctionSold
from exchange.market.auctions.pricing import dutch_price
from exchange.market.commands import RecordStanding, SetInstrumentState, Side
from exchange.market.facts import EntitlementGranted, TradeMatched
from exchange.market.state import Purse
from tests.unit.market.auctioning import (
    CASH,
    FOUR,
    ONE,
    SALT,
    SELLER,
    SERIES,
    TWO,
    a_dutch_auction,
    a_sealed_auction,
    a_series_market,
    only,
    to_use,
)
from tests.unit.market.stage import LICENCE, NOON, OPERATOR, names, refusal


@pytest.mark.parametrize(
    ("after", "price"),
    [
        (0, 3_000_000),
        (HOUR - 1, 3_000_000),
        (HOUR, 2_750_000),
        (2 * HOUR - 1, 2_750_000),
        (8 * HOUR, 1_000_000),
        (23 * HOUR, 1_000_000),
    ],
)
def test_the_price_falls_with_every_interval_down_to_the_floor(after: int, price: int) -> None:
    assert dutch_price(3_000_000, 1_000_000, 250_000, 3_600, NOON, NOON + after) == price


def test_a_last_step_that_would_pass_the_floor_ends_there() -> None:
    assert dutch_price(10, 4, 4, 1, 0, 2 * SECOND) == 4


def test_the_first_to_take_it_buys_at_the_price_of_exchange_time() -> None:
    auction = a_dutch_auction()
    facts = auction.take(ONE, hours=3)
    assert names(facts) == ["FenceDecided", "AuctionSold", "TradeMatched", "EntitlementGranted"]
    sold, trade = only(AuctionSold, facts), only(TradeMatched, facts)
    assert (sold.kind, sold.price, sold.reserved_minor) == ("dutch", 2_250_000, 2_250_000)
    assert (trade.bid_id, trade.taker, trade.amount_minor) == (sold.bid_id, Side.BID, 2_250_000)
    assert sold.exclusive_until == only(EntitlementGranted, facts).ends_at
    assert auction.stage.purse(ONE, "JPY") == Purse(cash=CASH - 2_250_000)
    assert auction.stage.market.holds == {}
    assert refusal(auction.take(TWO, hours=3)).reason == "AUCTION_OVER"


def test_several_lots_reserve_each_rounded_up_and_cost_the_sum_rounded_once() -> None:
    auction = a_dutch_auction(
        a_series_market(tick_micros=1_500_000), start_price=101, floor_price=1, step=1, quantity=3
    )
    facts = auction.take(ONE)
    sold, trade = only(AuctionSold, facts), only(TradeMatched, facts)
    assert (sold.reserved_minor, trade.amount_minor, trade.released_minor) == (456, 455, 1)


def test_a_buyer_says_how_much_it_would_pay_at_most() -> None:
    auction = a_dutch_auction()
    told = refusal(auction.take(ONE, hours=1, price_max=2_749_999))
    assert told.reason == "PRICE_TOO_HIGH"
    assert "it costs JPY 2,750,000 now, which is more than JPY " in told.detail
    assert names(auction.take(ONE, hours=1, price_max=2_750_000))[-1] == "EntitlementGranted"


def test_what_nobody_takes_is_unsold_when_time_is_up() -> None:
    auction = a_dutch_auction()
    auction.stage.at = NOON + DAY
    (ended,) = auction.stage.settle()
    assert ended == AuctionEnded(
        auction_id=auction.auction_id, instrument_id=SERIES, outcome="unsold", grounds="not_taken"
    )
    assert refusal(auction.take(ONE, hours=24)).reason == "AUCTION_OVER"


def test_a_dutch_auction_whose_instrument_closes_is_void() -> None:
    auction = a_dutch_auction()
    auction.stage.told(SetInstrumentState(instrument_id=SERIES, state="closed"))
    (ended,) = auction.stage.settle()
    assert isinstance(ended, AuctionEnded)
    assert (ended.outcome, ended.grounds) == ("void", "instrument_not_open")


def test_takes_are_refused_for_reasons_of_their_own() -> None:
    auction = a_dutch_auction()
    auction.stage.told(RecordStanding(participant_id=FOUR, active=False))
    cases = {
        "BU-XX-01": "PARTICIPANT_UNKNOWN",
        FOUR: "PARTICIPANT_SUSPENDED",
        "AS-CN-01": "CONFLICT_OF_INTEREST",
        OPERATOR: "ROLE_MISSING",
        SELLER: "BID_ON_OWN",
        "BU-SG-01": "FUNDS_INSUFFICIENT",
    }
    assert {who: refusal(auction.take(who)).reason for who in cases} == cases
    uses = {
        "LICENCE_NOT_ACCEPTED": to_use(licence_digest=LICENCE[::-1]),
        "FENCE_REFUSED": to_use(place_of_use="SG"),
    }
    assert [refusal(auction.take(ONE, use=use)).reason for use in uses.values()] == list(uses)
    auction.stage.told(SetInstrumentState(instrument_id=SERIES, state="halted"))
    assert refusal(auction.take(ONE)).reason == "INSTRUMENT_NOT_OPEN"
    assert auction.stage.purse(ONE, "JPY") == Purse(cash=CASH)


def test_without_a_ruleset_nobody_takes_it() -> None:
    auction = a_dutch_auction()
    auction.stage.market.rulesets.clear()
    assert refusal(auction.take(ONE)).reason == "RULESET_NONE"


def test_sealed_and_dutch_are_not_mixed_up() -> None:
    dutch = a_dutch_auction()
    commit = CommitBid(auction_id=dutch.auction_id, commitment=bytes(32), use=to_use())
    reveal = RevealBid(auction_id=dutch.auction_id, price=1, salt=SALT)
    for command in (commit, reveal):
        assert refusal(dutch.stage.ask(ONE, command)).reason == "AUCTION_KIND"
    assert refusal(a_sealed_auction().take(ONE)).reason == "AUCTION_KIND"


def test_an_auction_that_never_was_is_neither_bid_in_nor_taken() -> None:
    dutch = a_dutch_auction()
    dutch.auction_id = "A-0.99.0"
    assert refusal(dutch.take(ONE)).reason == "AUCTION_UNKNOWN"
    assert refusal(dutch.commit(ONE, 1)).reason == "AUCTION_UNKNOWN"
    assert refusal(dutch.reveal(ONE, 1)).reason == "AUCTION_UNKNOWN"
