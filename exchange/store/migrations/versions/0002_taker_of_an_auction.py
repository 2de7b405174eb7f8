"""A trade of an auction has no taker."""

from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
_BEFORE = "the side that arrived"
_NOW = "the side that arrived; none in an auction"


def upgrade() -> None:
    with op.batch_alter_table("trades") as trades:
        trades.alter_column(
            "taker", existing_type=_TEXT, nullable=True, comment=_NOW, existing_comment=_BEFORE
        )
