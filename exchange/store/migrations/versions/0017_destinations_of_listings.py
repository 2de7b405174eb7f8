"""Where each listing could be sold; how the clock of a case counts its days; what waits for room there."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Text
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
_STATES_BEFORE = "listed, suspended or withdrawn"
_BASIS_BEFORE = "opened, joined, ruled, or too_many, too_many_of_buyer, too_many_of_seller: none was opened"
_BASIS = "opened, joined, ruled, waits for room; or too_many, too_many_of_buyer, too_many_of_seller"
_STATES = "listed, suspended, withdrawn, or barred: it could be sold nowhere"


def _text(name: str, comment: str | None = None, *, null: bool = False) -> Column[Any]:
    return Column(name, TEXT, nullable=null, comment=comment)


def _whole(name: str, comment: str | None = None) -> Column[Any]:
    return Column(name, BigInteger, autoincrement=False, nullable=False, comment=comment)


def upgrade() -> None:
    """Create the table, and the column, in which cases until now counted all days."""
    counted = "how: days, working_days, or weekdays where working days are not published"
    op.add_column(
        "review_cases", Column("counted_in", TEXT, nullable=False, server_default="days", comment=counted)
    )
    with op.batch_alter_table("listings") as listings:
        listings.alter_column(
            "state", existing_type=TEXT, nullable=False, comment=_STATES, existing_comment=_STATES_BEFORE
        )
    with op.batch_alter_table("review_case_decisions") as decisions:
        decisions.alter_column(
            "basis", existing_type=TEXT, nullable=False, comment=_BASIS, existing_comment=_BASIS_BEFORE
        )
    op.create_table(
        "destinations",
        _text("instrument_id"),
        _whole("partition"),
        _whole("seq"),
        _text("listing_id"),
        _text("market_id"),
        _text("product_id"),
        _text("version"),
        _text("seller_id", null=True),
        _text("verdict", "open, wanting: not yet, or nowhere: the listing was barred"),
        _text("destination", "the place that the fence likes best"),
        _text("purpose"),
        _text("outcome", "there: ALLOW, ALLOW_COND, FILE, ASSESS, REVIEW or DENY"),
        _text("codes", "JSON array of reason codes; nowhere: of all places"),
        _text("missing", "JSON array of facts that are not known"),
        _text("obligations", "JSON array"),
        _text("safeguards", "JSON array of kinds that would count"),
        _text("ruleset_version"),
        _text("ruleset_digest"),
        _text("inputs_digest"),
        _whole("at"),
        PrimaryKeyConstraint("instrument_id", name="pk_destinations"),
        comment="Whether there is any place to which a listing could be sold, as the fence said when it came on sale",
    )
    for name in ("product_id", "seller_id"):
        op.create_index(f"ix_destinations_{name}", "destinations", [name])
