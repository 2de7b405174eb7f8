"""Auctions and their bids."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, PrimaryKeyConstraint, Text
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _text(name: str, *, null: bool = False, comment: str | None = None) -> Column[Any]:
    return Column(name, _TEXT, nullable=null, comment=comment)


def _whole(name: str, *, null: bool = False, comment: str | None = None) -> Column[Any]:
    return Column(name, BigInteger, autoincrement=False, nullable=null, comment=comment)


def upgrade() -> None:
    op.create_table(
        "auctions",
        _text("auction_id"),
        _whole("partition"),
        _whole("seq"),
        _text("market_id"),
        _text("instrument_id"),
        _text("listing_id"),
        _text("product_id"),
        _text("seller_id"),
        _text("kind", comment="first_price, second_price or dutch"),
        _text("currency"),
        _whole("quantity", comment="in lots, sold together"),
        Column(
            "exclusive",
            Boolean,
            nullable=False,
            comment="nothing else of the instrument is sold while the right to it lasts",
        ),
        _whole("start_price", null=True, comment="in ticks a lot; of a Dutch auction"),
        _whole(
            "floor_price",
            comment="in ticks a lot: the reserve of a sealed auction, where a Dutch one's fall ends",
        ),
        _whole("step", null=True, comment="in ticks a lot, by which a Dutch auction's price falls"),
        _whole("step_interval_s", null=True),
        _whole("deposit_minor", null=True, comment="what a commitment costs until it is revealed"),
        _whole("committing_ends_at", null=True),
        _whole("ends_at", comment="when revealing ends, or a Dutch auction does"),
        _text("state", comment="committing, revealing, open, sold, unsold, cancelled or void"),
        _text("grounds", null=True, comment="why nothing was sold"),
        _text("buyer_id", null=True),
        _whole("price", null=True, comment="in ticks a lot: what the winner pays"),
        _text("trade_id", null=True),
        _whole("exclusive_ends_at", null=True),
        _whole("at"),
        _whole("changed_at"),
        PrimaryKeyConstraint("auction_id", name="pk_auctions"),
        comment="Auctions without a book, sealed and Dutch, running and over",
    )
    op.create_index("ix_auctions_instrument_id", "auctions", ["instrument_id"])
    op.create_index("ix_auctions_state", "auctions", ["state"])
    op.create_table(
        "auction_bids",
        _text("bid_id"),
        _text("auction_id"),
        _whole("partition"),
        _whole("position", comment="of equal prices the lower one wins"),
        _text("participant_id"),
        _text("commitment", comment="SHA-256 of the sealed bid"),
        _text("use_of_data", comment="what the bidder means to do, as JSON"),
        _whole("price", null=True, comment="in ticks a lot"),
        _text("salt", null=True, comment="the salt of its commitment, in hexadecimal"),
        _text("state", comment="committed, revealed, won, released or forfeited"),
        _text("grounds", null=True, comment="why its money went back"),
        _text("decision_id", null=True, comment="the fence decision by which it could not win"),
        _whole("at"),
        _whole("changed_at"),
        PrimaryKeyConstraint("bid_id", name="pk_auction_bids"),
        comment="Sealed bids; price and salt are there once they were revealed",
    )
    op.create_index("ix_auction_bids_auction_id_state", "auction_bids", ["auction_id", "state"])
    op.create_index("ix_auction_bids_participant_id", "auction_bids", ["participant_id"])
