"""The first tables: progress, snapshots and every view."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, LargeBinary, PrimaryKeyConstraint, Text
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _text(name: str, *, null: bool = False, comment: str | None = None) -> Column[Any]:
    return Column(name, TEXT, nullable=null, comment=comment)


def _whole(
    name: str, *, null: bool = False, start: str | None = None, comment: str | None = None
) -> Column[Any]:
    return Column(name, BigInteger, autoincrement=False, nullable=null, server_default=start, comment=comment)


def _flag(name: str, *, comment: str | None = None) -> Column[Any]:
    return Column(name, Boolean, nullable=False, comment=comment)


def upgrade() -> None:
    """Create every table."""
    op.create_table(
        "progress",
        _text("reader"),
        _text("topic"),
        _whole("partition"),
        _whole("next_offset"),
        _whole("claim"),
        _whole("seq"),
        _text("digest"),
        PrimaryKeyConstraint("reader", "topic", "partition", name="pk_progress"),
        comment="How far each reader has come in each journal partition; saved together with what it read",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "snapshots",
        _text("context"),
        _whole("partition"),
        _whole("engine_version"),
        _whole("next_offset"),
        _whole("claim"),
        _whole("seq"),
        _text("digest"),
        _text("state_digest"),
        Column("state", LargeBinary, nullable=False),
        PrimaryKeyConstraint("context", "partition", "engine_version", "next_offset", name="pk_snapshots"),
        comment="A decider's state at a seal: a cache that recovery may start from",
    )
    op.create_table(
        "balances",
        _text("context"),
        _whole("partition"),
        _whole("account"),
        _text("party"),
        _text("currency"),
        _whole("debit_minor", start="0", comment="sum of what was debited"),
        _whole("credit_minor", start="0", comment="sum of what was credited"),
        PrimaryKeyConstraint("context", "partition", "account", "party", "currency", name="pk_balances"),
        CheckConstraint(
            "credit_minor >= 0 AND credit_minor <= 9223372036854775807",
            name=op.f("ck_balances_credit_is_int64"),
        ),
        CheckConstraint(
            "debit_minor >= 0 AND debit_minor <= 9223372036854775807", name=op.f("ck_balances_debit_is_int64")
        ),
        comment="What every posting so far comes to, per account and party",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "entries",
        _text("context"),
        _whole("partition"),
        _whole("seq"),
        _whole("at"),
        _text("fact", comment="the type of the fact"),
        _text("subject", comment="the order, the trade or the bank's reference it is about"),
        _whole("cause", comment="offset of the command"),
        PrimaryKeyConstraint("context", "partition", "seq", name="pk_entries"),
        comment="What one fact moved, whole or not at all",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_entries_subject", "entries", ["subject"])
    op.create_table(
        "listings",
        _text("listing_id"),
        _text("product_id"),
        _text("version"),
        _text("seller_id"),
        _text("market_id"),
        _text("certificate_id"),
        _text("title"),
        _text("product_type"),
        _text("protection"),
        _text("stored_in"),
        _text("traits"),
        _text("licence"),
        _text("licence_digest"),
        _text("upstream"),
        _text("price_model", comment="one_off or subscription"),
        _whole("price_minor", comment="for one unit"),
        _text("currency"),
        _text("unit"),
        _text("book", comment="posted price, or a book of orders"),
        _text("transaction_type"),
        _whole("acceptance_days"),
        _text("state", comment="listed, suspended or withdrawn"),
        _text("grounds", comment="why it is off sale"),
        _whole("at", comment="listed at"),
        _whole("changed_at"),
        PrimaryKeyConstraint("listing_id", name="pk_listings"),
        comment="Product versions on sale, on stated terms",
    )
    op.create_index("ix_listings_product_id_version", "listings", ["product_id", "version"])
    op.create_index("ix_listings_seller_id", "listings", ["seller_id"])
    op.create_table(
        "opinions",
        _whole("partition"),
        _whole("seq"),
        _text("product_id"),
        _text("version"),
        _text("kind", comment="compliance or quality"),
        _flag("passed"),
        _text("assessor_id"),
        _text("report_digest"),
        _text("statement"),
        _whole("at"),
        PrimaryKeyConstraint("partition", "seq", name="pk_opinions"),
        comment="Assessors' opinions on product versions",
    )
    op.create_index("ix_opinions_product_id_version", "opinions", ["product_id", "version"])
    op.create_table(
        "participants",
        _text("participant_id"),
        _text("display_name"),
        _text("place"),
        _text("roles", comment="JSON array of roles"),
        _text("beneficial_owner"),
        _text("currency", comment="the currency it settles in"),
        _text("registered_zones", comment="JSON array of zone ids"),
        _flag("ciio", comment="operates critical information infrastructure"),
        _flag("gba_registered"),
        _flag("us_covered_person"),
        _flag("is_intermediary"),
        _flag("bound_by_comparable_law"),
        _text("commitment_digest"),
        _text("public_key"),
        _text("signature"),
        _text("state", comment="active or suspended"),
        _text("grounds", comment="why it is suspended"),
        _whole("at", comment="admitted at"),
        _whole("changed_at"),
        PrimaryKeyConstraint("participant_id", name="pk_participants"),
        comment="Who takes part, under which signed commitment",
    )
    op.create_table(
        "postings",
        _text("context"),
        _whole("partition"),
        _whole("seq"),
        _whole("line"),
        _whole("at"),
        _whole("debit_account"),
        _text("debit_party"),
        _whole("credit_account"),
        _text("credit_party"),
        _text("currency"),
        _whole("amount_minor"),
        PrimaryKeyConstraint("context", "partition", "seq", "line", name="pk_postings"),
        comment="Amounts that moved between two accounts",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "products",
        _text("product_id"),
        _text("version"),
        _text("seller_id"),
        _text("title"),
        _text("description"),
        _text("product_type"),
        _text("protection"),
        _text("stored_in"),
        _text("languages"),
        _text("traits", comment="what the fence has to know of the data, as JSON"),
        _text("licence", comment="what a buyer may do, as JSON"),
        _text("upstream", comment="what it was made from, as JSON"),
        _text("package_digest"),
        _text("state", comment="drafted or registered"),
        _text("certificate_id", null=True),
        _whole("at", comment="drafted at"),
        _whole("registered_at", null=True),
        PrimaryKeyConstraint("product_id", "version", name="pk_products"),
        comment="Product versions; a version never changes once registered",
    )
    op.create_index("ix_products_seller_id", "products", ["seller_id"])
