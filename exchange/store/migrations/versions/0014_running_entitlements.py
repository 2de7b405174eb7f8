"""Running entitlements show whether they are suspended, since when and why; each turn has a line."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Text
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None
_TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _text(name: str, comment: str | None = None, *, null: bool = False) -> Column[Any]:
    return Column(name, _TEXT, nullable=null, comment=comment)


def _whole(name: str, comment: str | None = None, *, null: bool = False, **options: Any) -> Column[Any]:
    return Column(name, BigInteger, autoincrement=False, nullable=null, comment=comment, **options)


def upgrade() -> None:
    for column in (
        _whole(
            "suspended_since_at", "the fence revoked what it rests on; null: it is not suspended", null=True
        ),
        _text("suspended_codes", "JSON array of why, while it is suspended", null=True),
        _whole("unused_days", "whole days of suspensions that are over", server_default="0"),
        _whole("ended_at", "was ended after a suspension, or early", null=True),
        _text("ended_by", "term, buyer, operator or counter", null=True),
    ):
        op.add_column("entitlements", column)
    for column in (
        _whole(
            "suspended_from", "nothing from this number on belongs to it while it is suspended", null=True
        ),
        _whole("set_aside", "calls or bytes read during suspensions, credited to nobody", server_default="0"),
    ):
        op.add_column("deliveries", column)
    op.create_table(
        "redecisions",
        _whole("partition"),
        _whole("seq"),
        _text("turn", "revoked, restored or ended"),
        _text("entitlement_id"),
        _text("trade_id"),
        _text("instrument_id"),
        _text("product_id"),
        _text("seller_id"),
        _text("buyer_id"),
        _whole("since_at", "from when on it counts"),
        _text("codes", "JSON array of why it was revoked", null=True),
        _text("decision_id", "the fence's new decision; none: a party is suspended", null=True),
        _text("rested_on", "the decision that was revoked", null=True),
        _text(
            "basis",
            "what changed: ruleset, date, participant, ruling, counts, another input; or who ended it",
        ),
        _whole("unused_days", "whole days of its term in suspensions so far", null=True),
        _text("currency", null=True),
        _whole("refunded_minor", "out of escrow for unused days; of accepted ones see refunds", null=True),
        _whole("at"),
        PrimaryKeyConstraint("partition", "seq", name="pk_redecisions"),
        comment="Running entitlements that were suspended, resumed, or ended after that",
        sqlite_with_rowid=False,
    )
    for name in ("entitlement_id", "decision_id", "trade_id"):
        op.create_index(f"ix_redecisions_{name}", "redecisions", [name])
