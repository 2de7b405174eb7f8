"""How many distinct persons consignments and sources of business zones hold together."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Text
from sqlalchemy.dialects import postgresql

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _text(name: str, comment: str | None = None) -> Column[Any]:
    return Column(name, TEXT, nullable=False, comment=comment)


def _whole(name: str, comment: str | None = None) -> Column[Any]:
    return Column(name, BigInteger, autoincrement=False, nullable=False, comment=comment)


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "persons_united",
        _text("exporter_id"),
        _whole("year", "calendar year in Asia/Shanghai"),
        _text("origins", "JSON array of consignments, sources, and lots described apart, in order"),
        _whole("partition"),
        _whole("seq"),
        _text("declaration_id", "the last declaration of these, which counts"),
        _whole("persons", "collected in the mainland"),
        _whole("sensitive_persons", "those of them whose information is sensitive"),
        _whole("foreign_persons", "collected elsewhere"),
        _text("sets", "JSON array of the sets that show it; empty: exact counts were supplied"),
        _whole("at"),
        PrimaryKeyConstraint("exporter_id", "year", "origins", name="pk_persons_united"),
        comment="How many distinct persons several consignments and sources of a business zone hold together",
        sqlite_with_rowid=False,
    )
