"""Refunds show what a broker gave back of its commission."""

from alembic import op
from sqlalchemy import BigInteger, Column, Text
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
    gave = "who gave its commission back, of a trade undone"
    op.add_column("refunds", Column("broker_id", text, nullable=False, server_default="", comment=gave))
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
