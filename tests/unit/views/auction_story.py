"""What an auction puts into a market's journal, as facts."""

from typing import Any

from exchange.kernel.bases import Fact
from exchange.kernel.time import DAY, instant
from exchange.market.auctions.facts import (
    AuctionEnded,
    AuctionOpened,
    AuctionSold,
    BidCommitted,
    BidReleased,
    BidRevealed,
    DepositForfeited,
    RevealingBegan,
)
from exchange.market.commands import Use

AUCTION, BID, BIDDER = "A-0.50.0", "B-0.51.0", "BU-JP-01"
BEGIN = instant("2026-11-03T00:00:00Z")


def an_auction(**changed: Any) -> AuctionOpened:
    values: dict[str, Any] = {
        "auction_id": AUCTION,
        "instrument_id": "L-0.25.0",
        "market_id": "main",
        "listing_id": "L-0.25.0",
        "product_id": "P-25",
        "seller_id": "SE-CN-03",
        "kind": "first_price",
        "currency": "CNY",
        "reserve_price": 1_000,
        "deposit_minor": 100,
        "commit_until": BEGIN + DAY,
        "reveal_until": BEGIN + 2 * DAY,
        "quantity": 1,
        "exclusive": True,
    }
    return AuctionOpened(**(values | changed))


def a_commitment(bid_id: str = BID, **changed: Any) -> BidCommitted:
    values: dict[str, Any] = {
        "bid_id": bid_id,
        "auction_id": AUCTION,
        "participant_id": BIDDER,
        "commitment": bytes(32),
        "position": 51,
        "use": Use(purpose="sale", place_of_use="JP"),
        "currency": "CNY",
        "deposit_minor": 100,
    }
    return BidCommitted(**(values | changed))


def a_reveal(bid_id: str = BID, **changed: Any) -> BidRevealed:
    values: dict[str, Any] = {
        "bid_id": bid_id,
        "auction_id": AUCTION,
        "participant_id": BIDDER,
        "price": 1_500,
        "salt": bytes(16),
        "currency": "CNY",
        "deposit_minor": 100,
        "held_minor": 1_400,
    }
    return BidRevealed(**(values | changed))


def a_release(bid_id: str = BID, **changed: Any) -> BidReleased:
    values: dict[str, Any] = {
        "bid_id": bid_id,
        "auction_id": AUCTION,
        "participant_id": BIDDER,
        "currency": "CNY",
        "deposit_minor": 0,
        "reserved_minor": 1_500,
        "grounds": "outbid",
        "decision": None,
    }
    return BidReleased(**(values | changed))


def a_forfeit(bid_id: str = BID) -> DepositForfeited:
    return DepositForfeited(
        bid_id=bid_id, auction_id=AUCTION, participant_id=BIDDER, currency="CNY", amount_minor=100
    )


def a_sale(**changed: Any) -> AuctionSold:
    values: dict[str, Any] = {
        "auction_id": AUCTION,
        "kind": "dutch",
        "instrument_id": "L-0.25.0",
        "seller_id": "SE-CN-03",
        "buyer_id": BIDDER,
        "bid_id": BID,
        "price": 1_500,
        "quantity": 1,
        "currency": "CNY",
        "reserved_minor": 1_500,
        "use": Use(purpose="sale", place_of_use="JP"),
        "trade_id": "T-0.52.0",
        "exclusive_until": None,
    }
    return AuctionSold(**(values | changed))


def an_unsold_auction(partition: int) -> tuple[tuple[Fact, ...], ...]:
    """The outcomes of an auction whose only bidder may not trade in the end, and gets its money back."""
    auction, bid = f"A-{partition}.50.0", f"B-{partition}.51.0"
    return (
        (an_auction(auction_id=auction),),
        (a_commitment(bid, auction_id=auction),),
        (RevealingBegan(auction_id=auction, commitments=1, reveal_until=BEGIN + 2 * DAY),),
        (a_reveal(bid, auction_id=auction),),
        (
            a_release(bid, auction_id=auction, grounds="may_not_trade"),
            AuctionEnded(
                auction_id=auction, instrument_id="L-0.25.0", outcome="unsold", grounds="nobody_admitted"
            ),
        ),
    )
