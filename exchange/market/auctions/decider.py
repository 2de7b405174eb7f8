"""Auctions as a room of the market."""

from exchange.market.auctions.bidding import commit_bid, reveal_bid
from exchange.market.auctions.commands import (
    COMMANDS,
    CancelAuction,
    CommitBid,
    OpenAuction,
    OpenDutchAuction,
    RevealBid,
    TakeDutch,
)
from exchange.market.auctions.facts import FACTS
from exchange.market.auctions.fold import FOLDS
from exchange.market.auctions.meanwhile import SETTLING
from exchange.market.auctions.opening import cancel_auction, open_auction, open_dutch_auction
from exchange.market.auctions.settling import settle_auction
from exchange.market.auctions.taking import take_dutch
from exchange.market.room import Room

ROOM = Room(
    commands=COMMANDS,
    facts=FACTS,
    answers={
        OpenAuction: open_auction,
        OpenDutchAuction: open_dutch_auction,
        CommitBid: commit_bid,
        RevealBid: reveal_bid,
        TakeDutch: take_dutch,
        CancelAuction: cancel_auction,
    },
    folds=FOLDS,
    due={SETTLING: settle_auction},
)
