"""Participants that were described anew; product versions that were re-classified, and what was made from them."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, PrimaryKeyConstraint, Text
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _text(name: str, comment: str | None = None, *, null: bool = False) -> Column[Any]:
    return Column(name, TEXT, nullable=null, comment=comment)


def _whole(name: str) -> Column[Any]:
    return Column(name, BigInteger, autoincrement=False, nullable=False)


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "participant_updates",
        _whole("partition"),
        _whole("seq"),
        _text("participant_id"),
        _text("changed", "JSON array of what is otherwise than before"),
        _text("description", "all of it, as JSON"),
        _text("grounds"),
        _text("by_id"),
        _whole("at"),
        PrimaryKeyConstraint("partition", "seq", name="pk_participant_updates"),
        comment="Participants that were described anew",
    )
    op.create_index("ix_participant_updates_participant_id", "participant_updates", ["participant_id"])
    op.create_table(
        "product_reclassifications",
        _whole("partition"),
        _whole("seq"),
        _whole("line"),
        _text("product_id"),
        _text("version"),
        _text("before", "the traits before, as JSON; none of what was made from another", null=True),
        _text("traits", "the traits from then on, as JSON; none of what was made from another", null=True),
        _text(
            "inherited",
            "JSON array of what is found of its upstream since somebody looked: personal, domestic, important, us",
        ),
        Column(
            "as_seller",
            Boolean,
            nullable=False,
            comment="by its seller's own word, which only makes it graver",
        ),
        _text("grounds"),
        _text("evidence_digest"),
        _text("by_id"),
        _whole("at"),
        PrimaryKeyConstraint("partition", "seq", "line", name="pk_product_reclassifications"),
        comment="Product versions that turned out to be other data, and what was made from them",
    )
    op.create_index(
        "ix_product_reclassifications_product_id_version",
        "product_reclassifications",
        ["product_id", "version"],
    )
