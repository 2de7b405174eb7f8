"""Pools of lines and their shares."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, PrimaryKeyConstraint, Text
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _text(name: str, *, null: bool = False, comment: str | None = None) -> Column[Any]:
    return Column(name, TEXT, nullable=null, comment=comment)


def _whole(name: str, *, null: bool = False, comment: str | None = None) -> Column[Any]:
    return Column(name, BigInteger, autoincrement=False, nullable=null, comment=comment)


def upgrade() -> None:
    """Create both tables."""
    _pools()
    _pool_shares()


def _pools() -> None:
    op.create_table(
        "pools",
        _text("pool_id"),
        _whole("partition"),
        _whole("seq"),
        _text("instrument_id"),
        _text("seller_id"),
        _text("link_id"),
        _text("delivery_month"),
        _text("currency"),
        _whole("list_price", comment="in ticks, for one Mbps and month"),
        _text("tiers", comment="JSON array of the prices in ticks, and from which total on"),
        _whole("threshold_mbps"),
        _whole("supply_mbps"),
        _whole("deposit_pct", comment="of the list price"),
        _whole("opens_at"),
        _whole("closes_at"),
        _whole("approval_due_at"),
        _whole("individual_due_at", comment="when one buyer for itself would have had its approval"),
        _whole("starts_at", comment="the month begins"),
        _whole("ends_at"),
        _text("state", comment="open, closed, approved, activated or failed"),
        Column("threshold_reached", Boolean, nullable=False),
        _whole("shares", comment="that are in it; once activated, those that were"),
        _whole("excluded", comment="shares of an approved pool that got nothing"),
        _whole("total_mbps", comment="of the shares in it, and at the close"),
        _whole("price", comment="the tier's of the total, in ticks; it stands from closing on"),
        _whole("mbps", comment="what is to be provided, then what was paid"),
        _whole("amount_minor", comment="what the shares cost: expected once closed, then what was paid"),
        _whole("list_minor", comment="what they would cost without the pool"),
        _whole("forfeited_minor", comment="deposits that leavers and those who did not pay lost"),
        _whole("days_saved", null=True),
        _text("grounds", null=True, comment="why it failed"),
        _text("detail", null=True),
        _whole("at"),
        _whole("changed_at"),
        PrimaryKeyConstraint("pool_id", name="pk_pools"),
        comment="Lines that many buy together: the more, the cheaper",
    )
    op.create_index("ix_pools_instrument_id_delivery_month", "pools", ["instrument_id", "delivery_month"])
    op.create_index("ix_pools_state", "pools", ["state"])


def _pool_shares() -> None:
    op.create_table(
        "pool_shares",
        _text("share_id"),
        _whole("partition"),
        _whole("seq"),
        _text("pool_id"),
        _text("participant_id"),
        _whole("mbps"),
        _whole("allotted_mbps", null=True, comment="of the supply, once approved"),
        _text("currency"),
        _whole("deposit_minor"),
        _whole("rest_minor", null=True, comment="what was paid beside the deposit"),
        _whole("amount_minor", null=True, comment="the price of what was allotted"),
        _text("trade_id", null=True),
        _whole("returned_minor", comment="of the deposit, without a trade"),
        _whole("forfeited_minor"),
        _text("state", comment="committed, activated, excluded, withdrawn or returned"),
        _text(
            "grounds",
            null=True,
            comment="why it was excluded or its pool failed; late, if it was withdrawn late",
        ),
        _text("reference", comment="the buyer's own name for it"),
        _whole("at"),
        _whole("changed_at"),
        PrimaryKeyConstraint("share_id", name="pk_pool_shares"),
        comment="Shares of pools, and what became of them and of their deposits",
    )
    op.create_index("ix_pool_shares_pool_id", "pool_shares", ["pool_id"])
    op.create_index("ix_pool_shares_participant_id", "pool_shares", ["participant_id"])
