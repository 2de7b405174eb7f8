"""Refunds show what a broker gave back of its commission; lots that went back with the right to them."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Text
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
_TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _text(name: str, comment: str | None = None) -> Column[Any]:
    return Column(name, _TEXT, nullable=False, comment=comment)


def _whole(name: str, comment: str | None = None) -> Column[Any]:
    return Column(name, BigInteger, autoincrement=False, nullable=False, comment=comment)


def upgrade() -> None:
    gave = "who gave its commission back, of a trade undone"
    op.add_column("refunds", Column("broker_id", _TEXT, nullable=True, comment=gave))
    for name, comment in (
        ("commission_minor", "out of what the broker was owed"),
        ("commission_clawback_minor", "the broker owes it from then on"),
    ):
        op.add_column(
            "refunds",
            Column(
                name, BigInteger, autoincrement=False, nullable=False, server_default="0", comment=comment
            ),
        )
    op.create_table(
        "returned_lots",
        _whole("partition"),
        _whole("seq"),
        _text("trade_id", "the trade whose end gave them back"),
        _text("instrument_id"),
        _text("buyer_id"),
        _text("seller_id"),
        _whole("quantity", "in lots"),
        _whole("sold_on", "in lots: what its buyer had sold on stays; negative where it was passed on later"),
        _whole("at"),
        PrimaryKeyConstraint("partition", "seq", name="pk_returned_lots"),
        comment="Lots that are sold no more, since the right to them ended with their money",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_returned_lots_trade_id", "returned_lots", ["trade_id"])
