"""Orders have a type, an expiry and conditions; instruments have more states."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Text, false
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
_STATES = "announced, call, uncrossing, open, halted, closing or closed"


def upgrade() -> None:
    for column in (
        Column(
            "order_type", _TEXT, nullable=False, server_default="2", comment="FIX OrdType: 1 market, 2 limit"
        ),
        Column("expires_at", BigInteger, nullable=True),
        Column("post_only", Boolean, nullable=False, server_default=false()),
        Column("display_quantity", BigInteger, nullable=True, comment="in lots: an iceberg's shown part"),
    ):
        op.add_column("orders", column)
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, altered, comment in (
        ("orders", "time_in_force", "FIX TimeInForce: 0 day, 1, 3, 4, 6"),
        ("orders", "grounds", "why what was left of it ended"),
        ("instruments", "state", _STATES),
    ):
        op.alter_column(table, altered, comment=comment)
