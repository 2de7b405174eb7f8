"""Auctions, and what was bid in them."""

from typing import Any

from sqlalchemy import Select, and_, select, true

from exchange.views.auctions import AUCTION_BIDS, AUCTIONS
from exchange.views.queries.query import NamedQuery, Parameter


def _auctions(instrument: str | None, auction: str | None) -> Select[Any]:
    shown = (
        "auction_id",
        "market_id",
        "instrument_id",
        "listing_id",
        "seller_id",
        "kind",
        "state",
        "currency",
        "quantity",
        "start_price",
        "floor_price",
        "step",
        "step_interval_s",
        "deposit_minor",
        "committing_ends_at",
        "ends_at",
        "buyer_id",
        "price",
        "trade_id",
        "grounds",
        "at",
    )
    wanted = [] if instrument is None else [AUCTIONS.c.instrument_id == instrument]
    wanted += [] if auction is None else [AUCTIONS.c.auction_id == auction]
    ordered = (AUCTIONS.c.at, AUCTIONS.c.partition, AUCTIONS.c.seq)
    return select(*(AUCTIONS.c[name] for name in shown)).where(and_(true(), *wanted)).order_by(*ordered)


def _bids(auction: str) -> Select[Any]:
    shown = (
        "bid_id",
        "position",
        "participant_id",
        "state",
        "price",
        "grounds",
        "decision_id",
        "commitment",
        "at",
    )
    wanted = AUCTION_BIDS.c.auction_id == auction
    return select(*(AUCTION_BIDS.c[name] for name in shown)).where(wanted).order_by(AUCTION_BIDS.c.position)


QUERIES = (
    NamedQuery(
        "auctions",
        "Auctions, sealed and Dutch: until when, how they ended, who won at what price.",
        _auctions,
        (
            Parameter("instrument", "only of this instrument", required=False),
            Parameter("auction", "only this one", required=False),
        ),
    ),
    NamedQuery(
        "auction_bids",
        "An auction's sealed bids in the order of their commitments; prices are known once they are revealed.",
        _bids,
        (Parameter("auction", "whose bids"),),
    ),
)
