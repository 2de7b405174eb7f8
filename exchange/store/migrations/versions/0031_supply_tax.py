"""Supply tax that the exchange collects for sellers, and what of it went back with refunds."""

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Text
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the table of schedules, and the column of refunds."""
    op.create_table(
        "supply_taxes",
        Column("partition", BigInteger, autoincrement=False, nullable=False),
        Column("seq", BigInteger, autoincrement=False, nullable=False),
        Column("authority", TEXT, nullable=False, comment="the country of seller and buyer"),
        Column(
            "rate_bp",
            BigInteger,
            nullable=False,
            comment="of the price without tax, in basis points; 0: none any more",
        ),
        Column(
            "prices",
            TEXT,
            nullable=False,
            comment="inclusive: it is in the price; exclusive: it comes on top",
        ),
        Column("valid_from", BigInteger, nullable=False),
        Column("at", BigInteger, nullable=False),
        PrimaryKeyConstraint("partition", "seq", name="pk_supply_taxes"),
        comment="Sellers' tax that the exchange collects on sales at home, from when on",
        sqlite_with_rowid=False,
    )
    op.add_column(
        "refunds",
        Column(
            "supply_tax_minor",
            BigInteger,
            nullable=False,
            server_default="0",
            comment="out of the tax that the exchange had collected",
        ),
    )
