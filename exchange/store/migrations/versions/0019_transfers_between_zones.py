"""Items on their way between business zones, and whose persons count in an exporter's year."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Text
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
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
    _exports_counted()
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("egresses", "state", comment=_STATE)
        op.alter_column("egresses", "grounds", comment=_GROUNDS)


def _exports_counted() -> None:
    op.create_table(
        "exports_counted",
        *(_key(name) for name in ("partition", "seq")),
        _text("exporter_id"),
        Column(
            "year",
            BigInteger,
            autoincrement=False,
            nullable=False,
            comment="a calendar year in Asia/Shanghai",
        ),
        _text("owner", "the group of whoever receives them"),
        _text("ways", "JSON array of product versions, and of outputs that are none"),
        _text("origins", "JSON array of all consignments and sources behind it"),
        _text("persons", "JSON array of the persons of each that holds some"),
        Column("at", BigInteger, autoincrement=False, nullable=False),
        PrimaryKeyConstraint("partition", "seq", name="pk_exports_counted"),
        comment="Whose persons came to count in an exporter's year, as a zone let them out or a market sold them",
    )
    op.create_index("ix_exports_counted_exporter_id", "exports_counted", ["exporter_id"])


def _key(name: str) -> Column[Any]:
    return Column(name, BigInteger, autoincrement=False, nullable=False)


def _text(name: str, comment: str | None = None) -> Column[Any]:
    return Column(name, TEXT, nullable=False, comment=comment)


def _whole(name: str, comment: str) -> Column[Any]:
    return Column(name, BigInteger, autoincrement=False, nullable=False, server_default="0", comment=comment)
