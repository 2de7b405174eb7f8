"""Auctions and the bids in them. A sealed bid's price is in the tables once it was revealed, not before."""

from collections.abc import Iterable

from exchange.kernel.bases import Fact
from exchange.market.auctions.facts import FACTS as AUCTION_FACTS
from exchange.market.auctions.facts import (
    AuctionEnded,
    AuctionOpened,
    AuctionSold,
    BidCommitted,
    BidReleased,
    BidRevealed,
    DepositForfeited,
    DutchAuctionOpened,
    RevealingBegan,
)
from exchange.market.vocabulary import FACTS as MARKET_FACTS
from exchange.store import Change, Insert, Row, Update
from exchange.views.columns import as_json, count, flag, table, text
from exchange.views.view import COMMON_IGNORED, Here, View

AUCTIONS = table(
    "auctions",
    "Auctions without a book, sealed and Dutch, running and over",
    text("auction_id", key=True),
    count("partition"),
    count("seq"),
    text("market_id"),
    text("instrument_id"),
    text("listing_id"),
    text("product_id"),
    text("seller_id"),
    text("kind", comment="first_price, second_price or dutch"),
    text("currency"),
    count("quantity", comment="in lots, sold together"),
    flag("exclusive", comment="nothing else of the instrument is sold while the right to it lasts"),
    count("start_price", null=True, comment="in ticks a lot; of a Dutch auction"),
    count(
        "floor_price",
        comment="in ticks a lot: the reserve of a sealed auction, where a Dutch one's fall ends",
    ),
    count("step", null=True, comment="in ticks a lot, by which a Dutch auction's price falls"),
    count("step_interval_s", null=True),
    count("deposit_minor", null=True, comment="what a commitment costs until it is revealed"),
    count("committing_ends_at", null=True),
    count("ends_at", comment="when revealing ends, or a Dutch auction does"),
    text("state", comment="committing, revealing, open, sold, unsold, cancelled or void"),
    text("grounds", null=True, comment="why nothing was sold"),
    text("buyer_id", null=True),
    count("price", null=True, comment="in ticks a lot: what the winner pays"),
    text("trade_id", null=True),
    count("exclusive_ends_at", null=True),
    count("at"),
    count("changed_at"),
    indexes=[("instrument_id",), ("state",)],
)

AUCTION_BIDS = table(
    "auction_bids",
    "Sealed bids; price and salt are there once they were revealed",
    text("bid_id", key=True),
    text("auction_id"),
    count("partition"),
    count("position", comment="of equal prices the lower one wins"),
    text("participant_id"),
    text("commitment", comment="SHA-256 of the sealed bid"),
    text("use_of_data", comment="what the bidder means to do, as JSON"),
    count("price", null=True, comment="in ticks a lot"),
    text("salt", null=True, comment="the salt of its commitment, in hexadecimal"),
    text("state", comment="committed, revealed, won, released or forfeited"),
    text("grounds", null=True, comment="why its money went back"),
    text("decision_id", null=True, comment="the fence decision by which it could not win"),
    count("at"),
    count("changed_at"),
    indexes=[("auction_id", "state"), ("participant_id",)],
)


def _opened(here: Here, fact: AuctionOpened) -> Iterable[Change]:
    sealed: Row = {
        "kind": fact.kind,
        "floor_price": fact.reserve_price,
        "deposit_minor": fact.deposit_minor,
        "committing_ends_at": fact.commit_until,
        "ends_at": fact.reveal_until,
        "state": "committing",
    }
    yield Insert(AUCTIONS, {**_any_auction(here, fact), **sealed})


def _dutch_opened(here: Here, fact: DutchAuctionOpened) -> Iterable[Change]:
    dutch: Row = {
        "kind": "dutch",
        "start_price": fact.start_price,
        "floor_price": fact.floor_price,
        "step": fact.step,
        "step_interval_s": fact.step_interval_s,
        "ends_at": fact.open_until,
        "state": "open",
    }
    yield Insert(AUCTIONS, {**_any_auction(here, fact), **dutch})


def _any_auction(here: Here, fact: AuctionOpened | DutchAuctionOpened) -> Row:
    """What auctions of every kind have, and nothing yet of what only some have."""
    unknown = (
        "start_price", "step", "step_interval_s", "deposit_minor", "committing_ends_at",
        "grounds", "buyer_id", "price", "trade_id", "exclusive_ends_at",
    )  # fmt: skip
    return {
        "auction_id": fact.auction_id,
        "partition": here.partition,
        "seq": here.seq,
        "market_id": fact.market_id,
        "instrument_id": fact.instrument_id,
        "listing_id": fact.listing_id,
        "product_id": fact.product_id,
        "seller_id": fact.seller_id,
        "currency": fact.currency,
        "quantity": fact.quantity,
        "exclusive": fact.exclusive,
        "at": here.at,
        "changed_at": here.at,
        **dict.fromkeys(unknown),
    }


def _committed(here: Here, fact: BidCommitted) -> Iterable[Change]:
    """A bid is new if it costs a deposit; else it takes the place of its bidder's earlier one."""
    sealed: Row = {
        "position": fact.position,
        "commitment": fact.commitment.hex(),
        "use_of_data": as_json(fact.use),
        "changed_at": here.at,
    }
    if not fact.deposit_minor:
        yield Update(AUCTION_BIDS, {"bid_id": fact.bid_id}, sealed)
        return
    yield Insert(
        AUCTION_BIDS,
        {
            "bid_id": fact.bid_id,
            "auction_id": fact.auction_id,
            "partition": here.partition,
            "participant_id": fact.participant_id,
            "price": None,
            "salt": None,
            "state": "committed",
            "grounds": None,
            "decision_id": None,
            "at": here.at,
            **sealed,
        },
    )


def _revealing(here: Here, fact: RevealingBegan) -> Iterable[Change]:
    yield _auction(here, fact.auction_id, {"state": "revealing"})


def _revealed(here: Here, fact: BidRevealed) -> Iterable[Change]:
    yield _bid(here, fact.bid_id, {"price": fact.price, "salt": fact.salt.hex(), "state": "revealed"})


def _released(here: Here, fact: BidReleased) -> Iterable[Change]:
    decision_id = None if fact.decision is None else fact.decision.decision_id
    yield _bid(here, fact.bid_id, {"state": "released", "grounds": fact.grounds, "decision_id": decision_id})


def _forfeited(here: Here, fact: DepositForfeited) -> Iterable[Change]:
    yield _bid(here, fact.bid_id, {"state": "forfeited"})


def _sold(here: Here, fact: AuctionSold) -> Iterable[Change]:
    yield _auction(
        here,
        fact.auction_id,
        {
            "state": "sold",
            "buyer_id": fact.buyer_id,
            "price": fact.price,
            "trade_id": fact.trade_id,
            "exclusive_ends_at": fact.exclusive_until,
        },
    )
    if fact.kind != "dutch":
        yield _bid(here, fact.bid_id, {"state": "won"})


def _ended(here: Here, fact: AuctionEnded) -> Iterable[Change]:
    yield _auction(here, fact.auction_id, {"state": fact.outcome, "grounds": fact.grounds})


def _auction(here: Here, auction_id: str, values: Row) -> Change:
    return Update(AUCTIONS, {"auction_id": auction_id}, {**values, "changed_at": here.at})


def _bid(here: Here, bid_id: str, values: Row) -> Change:
    return Update(AUCTION_BIDS, {"bid_id": bid_id}, {**values, "changed_at": here.at})


AUCTIONS_VIEW = View(
    name="auctions",
    contexts=("market",),
    tables=(AUCTIONS, AUCTION_BIDS),
    handlers={
        AuctionOpened: _opened,
        DutchAuctionOpened: _dutch_opened,
        BidCommitted: _committed,
        RevealingBegan: _revealing,
        BidRevealed: _revealed,
        BidReleased: _released,
        DepositForfeited: _forfeited,
        AuctionSold: _sold,
        AuctionEnded: _ended,
    },
    # What else happens in a market is none of an auction's; the trade that ends one is market data.
    ignores=COMMON_IGNORED | (frozenset[type[Fact]](MARKET_FACTS) - frozenset(AUCTION_FACTS)),
)
