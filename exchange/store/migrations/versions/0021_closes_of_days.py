"""Signed summaries of ledgers at the close of a day."""

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Text
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None
_TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "ledger_closes",
        Column("currency", _TEXT, nullable=False),
        Column("asset", _TEXT, nullable=False, comment="what settles it: the currency's own money, or eCNY"),
        Column("number", BigInteger, autoincrement=False, nullable=False),
        Column("day", _TEXT, nullable=False),
        Column("closed_at", BigInteger, nullable=False),
        Column("digest", _TEXT, nullable=False),
        Column("document", _TEXT, nullable=False, comment="canonical JSON, with its signature"),
        PrimaryKeyConstraint("currency", "asset", "number", name="pk_ledger_closes"),
        comment="Signed summaries of ledgers at the close of a day, as the files beside them say it",
        sqlite_with_rowid=False,
    )
