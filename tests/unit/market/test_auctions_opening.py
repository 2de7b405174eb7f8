"""Opening an auction, calling it off, and what it means to the book of its instrument."""

from typing import Any

import pytest

from exchange.kernel.time import DAY, SECOND
from exchange.market.auctions.commands import CancelAuction, OpenAuction
from exchange.market.auctions.facts import AuctionEnded, AuctionOpened
from exchange.market.commands import BookRules, CancelOrder, RecordStanding, SetInstrumentState
from exchange.market.facts import OrderAccepted
from tests.unit.market.auctioning import (
    COMMITTED,
    DEPOSIT,
    ONE,
    OPERATOR,
    RESERVE,
    REVEALED,
    SELLER,
    SERIES,
    a_dutch_auction,
    a_dutch_opening,
    a_sealed_auction,
    a_series_market,
    an_opening,
    only,
    the_series,
    to_use,
)
from tests.unit.market.stage import NOON, a_bid, a_market, an_ask, names, refusal

OTHER_SELLER = "SE-CN-02"


def test_a_seller_opens_an_auction_of_its_own_instrument() -> None:
    (opened,) = a_series_market().ask(SELLER, an_opening())
    assert isinstance(opened, AuctionOpened)
    assert (opened.auction_id, opened.seller_id, opened.currency) == ("A-0.18.0", SELLER, "JPY")
    assert (opened.reserve_price, opened.deposit_minor) == (RESERVE, DEPOSIT)
    assert (opened.commit_until, opened.reveal_until, opened.exclusive) == (COMMITTED, REVEALED, True)


def test_an_operator_opens_one_for_its_seller() -> None:
    (opened,) = a_series_market().ask(OPERATOR, a_dutch_opening())
    assert opened.seller_id == SELLER  # type: ignore[attr-defined]


@pytest.mark.parametrize("opening", [an_opening, a_dutch_opening])
def test_only_the_seller_or_an_operator_opens_one(opening: Any) -> None:
    stage = a_series_market()
    assert refusal(stage.ask(OTHER_SELLER, opening())).reason == "NOT_PERMITTED"
    assert refusal(stage.ask("SE-XX-01", opening())).reason == "PARTICIPANT_UNKNOWN"


@pytest.mark.parametrize("who", [SELLER, OPERATOR])
def test_while_the_seller_is_suspended_nobody_opens_one_of_its_instruments(who: str) -> None:
    stage = a_series_market().told(RecordStanding(participant_id=SELLER, active=False))
    told = refusal(stage.ask(who, an_opening()))
    assert (told.reason, told.subject) == ("PARTICIPANT_SUSPENDED", SELLER)


def test_a_suspended_operator_opens_none() -> None:
    stage = a_series_market().told(RecordStanding(participant_id=OPERATOR, active=False))
    told = refusal(stage.ask(OPERATOR, an_opening()))
    assert (told.reason, told.subject) == ("PARTICIPANT_SUSPENDED", OPERATOR)


def test_a_seller_the_market_does_not_know_sells_nothing() -> None:
    stage = a_market(the_series(seller_id="SE-JP-01"), cash_minor=0)
    told = refusal(stage.ask(OPERATOR, an_opening()))
    assert (told.reason, told.subject) == ("PARTICIPANT_UNKNOWN", "SE-JP-01")


@pytest.mark.parametrize("opening", [an_opening, a_dutch_opening])
def test_what_is_not_traded_here_is_not_auctioned(opening: Any) -> None:
    told = refusal(a_series_market().ask(SELLER, opening(instrument_id="L-0.99.0")))
    assert (told.reason, told.subject) == ("INSTRUMENT_UNKNOWN", "L-0.99.0")


@pytest.mark.parametrize(
    "changed",
    [
        {"posted_price": 3_000_000},
        {"seller_id": None},
        {"rules": BookRules(form="pool")},
        {"rules": BookRules(form="quotes")},
        {"rules": BookRules(capacity_needed=True)},
    ],
)
def test_what_is_sold_in_another_way_is_not_auctioned(changed: dict[str, Any]) -> None:
    stage = a_market(the_series(**changed), cash_minor=0)
    assert refusal(stage.ask(SELLER, an_opening())).reason == "NOT_AUCTIONABLE"


@pytest.mark.parametrize(
    ("opening", "reason"),
    [
        (an_opening(reserve_price=2_400_001, quantity=2), "PRICE_OFF_TICK"),
        (a_dutch_opening(start_price=3_000_001, quantity=2), "PRICE_OFF_TICK"),
        (a_dutch_opening(floor_price=1_000_001, quantity=2), "PRICE_OFF_TICK"),
        (a_dutch_opening(step=250_001, quantity=2), "PRICE_OFF_TICK"),
        (an_opening(quantity=3), "QUANTITY_OFF_LOT"),
        (a_dutch_opening(quantity=6), "QUANTITY_TOO_LARGE"),
    ],
)
def test_an_auction_is_in_the_steps_that_its_instrument_is_traded_in(opening: Any, reason: str) -> None:
    stage = a_series_market(rules=BookRules(price_step=1_000, quantity_step=2, quantity_max=4))
    told = refusal(stage.ask(SELLER, opening))
    assert (told.reason, told.subject) == (reason, SERIES)


def test_what_has_no_book_at_all_is_auctioned() -> None:
    stage = a_series_market(rules=BookRules(form="auction"))
    assert names(stage.ask(SELLER, an_opening())) == ["AuctionOpened"]


def test_a_halted_instrument_is_not_auctioned() -> None:
    stage = a_series_market().told(SetInstrumentState(instrument_id=SERIES, state="halted"))
    assert refusal(stage.ask(SELLER, an_opening())).reason == "INSTRUMENT_NOT_OPEN"


def test_an_instrument_is_in_one_auction_at_a_time() -> None:
    auction = a_sealed_auction()
    told = refusal(auction.stage.ask(SELLER, a_dutch_opening()))
    assert told.reason == "INSTRUMENT_AUCTIONED"
    assert auction.auction_id in told.detail


def test_orders_and_an_auction_do_not_go_together() -> None:
    stage = a_series_market()
    order = only(OrderAccepted, stage.ask(ONE, a_bid(2_000_000, instrument_id=SERIES, use=to_use())))
    assert refusal(stage.ask(SELLER, an_opening())).reason == "ORDERS_OPEN"
    stage.ask(ONE, CancelOrder(order_id=order.order_id))
    auction = a_sealed_auction(stage)
    for who, wish in (
        (SELLER, an_ask(2_000_000, instrument_id=SERIES)),
        (ONE, a_bid(2_000_000, instrument_id=SERIES, use=to_use())),
    ):
        told = refusal(stage.ask(who, wish))
        assert (told.reason, told.subject) == ("INSTRUMENT_AUCTIONED", SERIES)
        assert auction.auction_id in told.detail
    stage.at = COMMITTED
    assert names(stage.ask(SELLER, an_ask(2_000_000, instrument_id=SERIES))) == ["OrderAccepted"]


@pytest.mark.parametrize(
    "changed",
    [
        {"commit_until": NOON},
        {"commit_until": NOON - DAY},
        {"reveal_until": COMMITTED},
        {"reveal_until": COMMITTED + SECOND - 1},
        {"reveal_until": NOON + 366 * DAY + 1},
    ],
)
def test_the_phases_of_an_auction_follow_one_another_within_a_year(changed: dict[str, int]) -> None:
    assert refusal(a_series_market().ask(SELLER, an_opening(**changed))).reason == "AUCTION_TIMES"


def test_the_shortest_and_the_longest_auction_are_opened() -> None:
    for changed in (
        {"commit_until": NOON + 1, "reveal_until": NOON + SECOND + 1},
        {"reveal_until": NOON + 366 * DAY},
    ):
        assert names(a_series_market().ask(SELLER, an_opening(**changed))) == ["AuctionOpened"]


@pytest.mark.parametrize("until", [NOON, NOON + 366 * DAY + 1])
def test_a_dutch_auction_ends_in_the_future_and_within_a_year(until: int) -> None:
    told = refusal(a_series_market().ask(SELLER, a_dutch_opening(open_until=until)))
    assert told.reason == "AUCTION_TIMES"


def test_a_dutch_auction_does_not_begin_below_its_floor() -> None:
    told = refusal(a_series_market().ask(SELLER, a_dutch_opening(floor_price=3_000_001)))
    assert told.reason == "AUCTION_PRICES"
    assert names(a_series_market().ask(SELLER, a_dutch_opening(floor_price=3_000_000))) == [
        "DutchAuctionOpened"
    ]


def test_a_deposit_is_at_most_the_reserve() -> None:
    told = refusal(a_series_market().ask(SELLER, an_opening(deposit_minor=RESERVE + 1)))
    assert (told.reason, told.subject) == ("DEPOSIT_TOO_LARGE", SERIES)
    assert names(a_series_market().ask(SELLER, an_opening(deposit_minor=RESERVE))) == ["AuctionOpened"]


@pytest.mark.parametrize(
    "opening",
    [
        an_opening(reserve_price=10**12, quantity=10**4),
        a_dutch_opening(start_price=10**12, quantity=10**4),
    ],
)
def test_what_nobody_could_pay_is_not_offered(opening: OpenAuction) -> None:
    assert refusal(a_series_market().ask(SELLER, opening)).reason == "AMOUNT_TOO_LARGE"


# Calling it off.


@pytest.mark.parametrize("who", [SELLER, OPERATOR])
def test_an_auction_nobody_has_committed_to_is_called_off(who: str) -> None:
    auction = a_sealed_auction()
    (ended,) = auction.stage.ask(who, CancelAuction(auction_id=auction.auction_id))
    assert ended == AuctionEnded(
        auction_id=auction.auction_id, instrument_id=SERIES, outcome="cancelled", grounds="asked"
    )
    assert auction.stage.decider.next_deadline(auction.stage.market) is None
    assert refusal(auction.commit(ONE, RESERVE)).reason == "AUCTION_OVER"


def test_a_dutch_auction_is_called_off_until_it_is_taken() -> None:
    auction = a_dutch_auction()
    (ended,) = auction.stage.ask(SELLER, CancelAuction(auction_id=auction.auction_id))
    assert ended.outcome == "cancelled"  # type: ignore[attr-defined]
    assert refusal(auction.take(ONE)).reason == "AUCTION_OVER"


def test_a_commitment_binds_the_seller() -> None:
    auction = a_sealed_auction().committed(one=RESERVE)
    for who in (SELLER, OPERATOR):
        told = refusal(auction.stage.ask(who, CancelAuction(auction_id=auction.auction_id)))
        assert told.reason == "BIDS_COMMITTED"


def test_others_call_nothing_off() -> None:
    auction = a_sealed_auction()
    told = refusal(auction.stage.ask(OTHER_SELLER, CancelAuction(auction_id=auction.auction_id)))
    assert told.reason == "NOT_PERMITTED"


def test_an_auction_that_never_was_and_one_that_is_over_are_told_apart() -> None:
    auction = a_sealed_auction()
    for auction_id, reason in (("A-0.99.0", "AUCTION_UNKNOWN"), (auction.auction_id, "AUCTION_OVER")):
        auction.stage.ask(SELLER, CancelAuction(auction_id=auction.auction_id))
        assert refusal(auction.stage.ask(SELLER, CancelAuction(auction_id=auction_id))).reason == reason


def test_halting_and_opening_again_do_not_end_an_auction() -> None:
    auction = a_sealed_auction()
    for state in ("halted", "open"):
        auction.stage.told(SetInstrumentState(instrument_id=SERIES, state=state))  # type: ignore[arg-type]
    assert names(auction.commit(ONE, RESERVE)) == ["FenceDecided", "BidCommitted"]


def test_what_moves_no_data_is_auctioned_without_asking_the_fence() -> None:
    stage = a_series_market(moves_data=False)
    auction = a_sealed_auction(stage)
    assert names(auction.commit(ONE, RESERVE, to_use(place_of_use="US"))) == ["BidCommitted"]
    assert names(auction.revealed(one=RESERVE).settled()) == [
        "AuctionSold",
        "TradeMatched",
        "EntitlementGranted",
    ]
