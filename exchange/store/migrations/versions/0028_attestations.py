"""A party's word with its evidence, and the decisions of the fence that were made with it."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Text
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _text(name: str, comment: str | None = None, *, null: bool = False) -> Column[Any]:
    return Column(name, TEXT, nullable=null, comment=comment)


def _whole(name: str) -> Column[Any]:
    return Column(name, BigInteger, autoincrement=False, nullable=False)


_STATE = "held, approved, in_transit, left, turned_away, withdrawn or ended"


def upgrade() -> None:
    """Create both tables, and say what may become of what is to leave a business zone."""
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("egresses", "state", comment=_STATE)
    op.create_table(
        "attestations",
        _text("attestation_id"),
        _whole("partition"),
        _whole("seq"),
        _text("kind", "a consent, ART5_BASIS, US_CONTROLS or IN_TRANSIT"),
        _text("by_id", "whose word it is"),
        _text("about", "product/version, or a zone and its handbook; of controls empty"),
        _text("recipient_id", "none: any", null=True),
        _text("places", "JSON array of countries that the data goes to, or only passed through"),
        _text("purpose", "that of a basis under Article 5", null=True),
        _text("issuer", "who wrote the evidence"),
        _text("evidence_digest", "BLAKE2b-256 of the evidence"),
        _text("valid_from", "the first day on which it holds"),
        _text("valid_to", "the last one; none: open", null=True),
        _text("tz", "the time zone of its days"),
        _text("status", "active, doubted or withdrawn"),
        _text("grounds", "why it was doubted, upheld or withdrawn last"),
        _text("judged_by_id", "who doubted or upheld it last", null=True),
        _whole("at"),
        _whole("changed_at"),
        PrimaryKeyConstraint("attestation_id", name="pk_attestations"),
        comment="A party's word, with evidence, of what no record here shows, as it stands",
    )
    op.create_index("ix_attestations_about", "attestations", ["about"])
    op.create_index("ix_attestations_by_id", "attestations", ["by_id"])
    op.create_table(
        "decision_attestations",
        _text("decision_id"),
        _text("attestation_id"),
        _whole("partition"),
        _whole("seq"),
        _text("kind"),
        _text("by_id"),
        _text("issuer"),
        _text("evidence_digest"),
        _whole("at"),
        PrimaryKeyConstraint("decision_id", "attestation_id", name="pk_decision_attestations"),
        comment="The attestations that a decision of the fence was made with, as they stood",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_decision_attestations_attestation_id", "decision_attestations", ["attestation_id"])
