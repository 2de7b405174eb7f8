"""Auctions through the doors: sealed bids that are kept, and answers that are one's own."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from exchange.kernel.bases import Command, Fact, FactMeta, Recorded
from exchange.kernel.errors import Misuse
from exchange.kernel.protocol import Refused
from exchange.kernel.time import DAY
from exchange.market.auctions.commands import CommitBid, RevealBid
from exchange.market.auctions.facts import BidRevealed
from exchange.market.auctions.sealing import commitment
from exchange.market.commands import OpenInstrument
from exchange.sdk import Buyer, SealedBid, Seller, sealed_bid
from streams.answers import Answer, AnswerPosition
from streams.deadline import Deadline
from tests.unit.market.auctioning import (
    COMMITTED,
    ONE,
    REVEALED,
    SELLER,
    SERIES,
    TWO,
    a_dutch_auction,
    a_sealed_auction,
    a_series_market,
    the_series,
    to_use,
)
from tests.unit.market.stage import Stage, an_ask
from tests.unit.views.story import a_listing


class PlayedMarket:
    """A client whose market is a stage; deadlines and the command are one outcome, as with a worker."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.asked: list[tuple[Any, Command]] = []

    async def watch_all(self, deadline: Deadline) -> None:
        pass

    async def settle(self, answer: Answer, deadline: Deadline) -> tuple[Answer, ...]:
        return ()

    async def ask(self, context: str, key: str, command: Command, *, actor: str, **_: Any) -> Answer:
        self.asked.append((key, command))
        facts: Sequence[Fact] = [*self.stage.settle(), *self.stage.ask(actor, command)]
        last = facts[-1]
        meta = FactMeta(
            seq=0, claim=0, cause=0, index=0, last=0, command_id="c", actor=actor, at=self.stage.at
        )
        return Answer(
            context=context,
            command_id="c",
            outcome=tuple(Recorded(meta, fact) for fact in facts),
            refused=last if isinstance(last, Refused) else None,
            position=AnswerPosition("market.journal", 0, 0, 0),
        )


def buyer(market: PlayedMarket, who: str) -> Buyer:
    return Buyer(market, who)  # type: ignore[arg-type]


def a_bid_of(auction_id: str, price: int = 2_500_000, who: str = ONE) -> SealedBid:
    return sealed_bid(auction_id=auction_id, market_id="M-DATA", participant_id=who, price=price)


def test_each_sealed_bid_has_a_salt_of_its_own_and_tells_nothing_but_its_commitment() -> None:
    first, second = a_bid_of("A-0.1.0"), a_bid_of("A-0.1.0")
    assert len(first.salt) == 32
    assert first.salt != second.salt
    assert first.commitment == commitment("A-0.1.0", ONE, 2_500_000, first.salt)


def test_a_bid_is_kept_for_its_owner_only_and_read_again(tmp_path: Path) -> None:
    path, bid = tmp_path / "bid.json", a_bid_of("A-0.1.0")
    bid.write(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert SealedBid.read(path) == bid


def test_a_kept_bid_is_never_written_over(tmp_path: Path) -> None:
    path, bid = tmp_path / "bid.json", a_bid_of("A-0.1.0")
    bid.write(path)
    with pytest.raises(Misuse, match="cannot be kept"):
        a_bid_of("A-0.2.0").write(path)
    assert SealedBid.read(path) == bid


@pytest.mark.parametrize("text", [None, "{}", "not JSON"])
def test_what_is_no_kept_bid_is_refused_with_its_name(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "bid.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(Misuse, match=r"bid\.json"):
        SealedBid.read(path)


@pytest.mark.parametrize("price", [0, 10**12 + 1])
def test_a_price_out_of_bounds_is_not_sealed(price: int) -> None:
    with pytest.raises(Misuse, match="no bid"):
        a_bid_of("A-0.1.0", price)


async def test_a_bid_is_committed_and_revealed_by_who_sealed_it() -> None:
    auction = a_sealed_auction()
    market = PlayedMarket(auction.stage)
    bid = a_bid_of(auction.auction_id)
    committed = await buyer(market, ONE).commit(bid, use=to_use())
    assert committed.commitment == bid.commitment
    auction.stage.at = COMMITTED
    revealed = await buyer(market, ONE).reveal(bid)
    assert isinstance(revealed, BidRevealed)
    assert revealed.price == 2_500_000
    assert [(key, type(command)) for key, command in market.asked] == [
        ("M-DATA", CommitBid),
        ("M-DATA", RevealBid),
    ]


async def test_a_bid_of_another_is_not_sent() -> None:
    market = PlayedMarket(a_series_market())
    for send in (buyer(market, TWO).reveal, lambda bid: buyer(market, TWO).commit(bid, use=to_use())):
        with pytest.raises(Misuse, match=f"sealed by {ONE}"):
            await send(a_bid_of("A-0.1.0"))
    assert market.asked == []


SECOND_SERIES = "L-0.26.0"


def two_series() -> Stage:
    """A market with another series of the same seller."""
    another = the_series(instrument_id=SECOND_SERIES, listing_id=SECOND_SERIES, product_id="P-26")
    return a_series_market().told(OpenInstrument(terms=another))


async def test_a_seller_opens_auctions_of_its_listings_and_calls_them_off() -> None:
    market = PlayedMarket(a_series_market())
    seller = Seller(market, SELLER)  # type: ignore[arg-type]
    listing = a_listing(listing_id=SERIES, market_id="M-DATA")
    opened = await seller.open_auction(
        listing,
        kind="first_price",
        reserve_price=2_400_000,
        deposit_minor=240_000,
        commit_until=COMMITTED,
        reveal_until=REVEALED,
    )
    assert (opened.instrument_id, opened.market_id, opened.exclusive) == (SERIES, "M-DATA", True)
    assert (await seller.cancel_auction(opened)).outcome == "cancelled"
    assert {key for key, _ in market.asked} == {"M-DATA"}
    with pytest.raises(Misuse, match="market_id"):
        await seller.cancel_auction(opened.auction_id)


async def test_who_takes_an_auction_is_told_of_its_own_trade_though_another_is_settled_with_it() -> None:
    stage = two_series()
    other = a_sealed_auction(stage).committed(two=2_600_000).revealed(two=2_600_000)
    market = PlayedMarket(stage)
    opened = await Seller(market, SELLER).open_dutch_auction(  # type: ignore[arg-type]
        a_listing(listing_id=SECOND_SERIES, market_id="M-DATA"),
        start_price=1_000,
        floor_price=500,
        step=1,
        step_interval_s=60,
        open_until=REVEALED + DAY,
    )
    stage.at = REVEALED
    taken = await buyer(market, ONE).take(opened, use=to_use())
    assert taken.sold.auction_id == opened.auction_id
    assert (taken.trade.buyer_id, taken.entitlement.buyer_id) == (ONE, ONE)
    assert taken.trade.trade_id == taken.sold.trade_id == taken.entitlement.trade_id
    assert other.auction_id in stage.market.auctions.over


async def test_who_bids_in_a_book_is_told_of_its_own_trades_though_an_auction_is_settled_with_it() -> None:
    stage = two_series()
    a_sealed_auction(stage).committed(two=2_600_000).revealed(two=2_600_000)
    stage.ask(SELLER, an_ask(1_000, instrument_id=SECOND_SERIES))
    stage.at = REVEALED
    listing = a_listing(listing_id=SECOND_SERIES, market_id="M-DATA")
    placed = await buyer(PlayedMarket(stage), ONE).buy(listing, 1, 1_000, use=to_use())
    assert (placed.trade.buyer_id, placed.trade.price) == (ONE, 1_000)
    assert placed.entitlement.trade_id == placed.trade.trade_id


async def test_an_auction_named_by_its_id_needs_its_market() -> None:
    auction = a_dutch_auction()
    market = PlayedMarket(auction.stage)
    with pytest.raises(Misuse, match="market_id"):
        await buyer(market, ONE).take(auction.auction_id, use=to_use())
    taken = await buyer(market, ONE).take(auction.auction_id, "M-DATA", use=to_use(), price_max=3_000_000)
    assert taken.sold.price == 3_000_000
