"""Items on their way between business zones, in accounts and among what is to leave."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Column, Text
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0016"
branch_labels = None
depends_on = None

TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
_BALANCES = "on their way to another business zone, which has not answered yet"
_COUNTS = "on their way to another business zone"
_STATE = "held, approved, in_transit, left, turned_away or withdrawn"
_GROUNDS = "why it was withdrawn, or turned away"


def upgrade() -> None:
    """Add the columns, and say what the words mean now."""
    op.add_column("consignment_balances", _whole("in_transit", _BALANCES))
    op.add_column("balance_counts", _whole("in_transit", _COUNTS))
    for name, comment in (
        ("to_zone_id", "of a transfer to another business zone, that zone"),
        ("to_consignment_id", "of a transfer that came in there, the consignment"),
    ):
        op.add_column("egresses", Column(name, TEXT, nullable=True, comment=comment))
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("egresses", "state", comment=_STATE)
        op.alter_column("egresses", "grounds", comment=_GROUNDS)


def _whole(name: str, comment: str) -> Column[Any]:
    return Column(
        name, BigInteger, autoincrement=False, nullable=False, server_default="0", comment=comment
    )
