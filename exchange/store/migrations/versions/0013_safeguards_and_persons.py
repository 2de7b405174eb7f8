"""Safeguards and lists as they stand, unions of persons as declared, findings of splitting."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, PrimaryKeyConstraint, Text
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _text(name: str, comment: str | None = None, *, null: bool = False) -> Column[Any]:
    return Column(name, TEXT, nullable=null, comment=comment)


def _whole(name: str, comment: str | None = None) -> Column[Any]:
    return Column(name, BigInteger, autoincrement=False, nullable=False, comment=comment)


def _flag(name: str, comment: str | None = None, *, null: bool = False) -> Column[Any]:
    return Column(name, Boolean, nullable=null, comment=comment)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "safeguards",
        _text("safeguard_id"),
        _whole("partition"),
        _whole("seq"),
        _text("kind"),
        _text("exporter_id", "none: any", null=True),
        _text("recipient_id", "none: any", null=True),
        _text("names_destinations", "JSON array of countries, or ANY"),
        _text("valid_from", "the first day in force", null=True),
        _text("valid_to", "the last one; none: open", null=True),
        _text("tz", "the time zone of its days"),
        _text("status", "active or revoked"),
        _flag("scope_changed", "what is done has left what it covers"),
        _text("recognised_in", "JSON array of countries"),
        _flag("tia_current", "whether its transfer impact assessment is current", null=True),
        _flag("continuing_checks", null=True),
        _text("filed_on", "the day it was filed with the authority", null=True),
        _text("filing_due_on", "the last day on which that is in time", null=True),
        _flag("filed_late"),
        _text("filing_reference", null=True),
        _text("reference"),
        _text("evidence_digest", "BLAKE2b-256 of the document that was seen"),
        _text("grounds", "why it last changed or was revoked"),
        _text("by_id", "who recorded that it stands so"),
        _whole("at"),
        _whole("changed_at"),
        PrimaryKeyConstraint("safeguard_id", name="pk_safeguards"),
        comment="Legal tools that participants hold, as they stand",
    )
    for party in ("exporter_id", "recipient_id"):
        op.create_index(f"ix_safeguards_{party}", "safeguards", [party])
    _persons()
    _lists()


def _persons() -> None:
    op.create_table(
        "persons_declared",
        _text("exporter_id"),
        _whole("year", "calendar year in Asia/Shanghai"),
        _text("versions", "JSON array of product/version, in order"),
        _whole("partition"),
        _whole("seq"),
        _text("declaration_id", "the last declaration of these versions, which counts"),
        _whole("persons", "collected in the mainland"),
        _whole("sensitive_persons", "those of them whose information is sensitive"),
        _whole("foreign_persons", "collected elsewhere"),
        _text("sets", "JSON array of the sets that show it; empty: exact counts were supplied"),
        _whole("at"),
        PrimaryKeyConstraint("exporter_id", "year", "versions", name="pk_persons_declared"),
        comment="How many distinct persons product versions of one exporter hold together",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "splitting_findings",
        _text("beneficial_owner"),
        _whole("year", "calendar year in Asia/Shanghai"),
        _whole("partition"),
        _whole("seq"),
        _text("state", "confirmed or withdrawn"),
        _text("grounds"),
        _text("reference", "the counter's case, of a finding that stands"),
        _text("by_id"),
        _whole("at"),
        PrimaryKeyConstraint("beneficial_owner", "year", name="pk_splitting_findings"),
        comment="Groups that were found to split personal information to stay below a threshold",
        sqlite_with_rowid=False,
    )


def _lists() -> None:
    op.create_table(
        "published_lists",
        _text("list_id"),
        _whole("partition"),
        _whole("seq"),
        _text("kind", "FTZ-NEG or LG-GENERAL"),
        _text("version"),
        _text("zone_scope", "JSON array of the zones whose exporters it speaks of"),
        _text("valid_from", "the first day in force"),
        _text("valid_to", "the last one; none: open", null=True),
        _text("tz", "the time zone of its days"),
        _text("entries", "JSON of sectors, scenarios, fields and routes"),
        _text("grounds", "why it ends earlier than it would have"),
        _text("by_id"),
        _whole("at"),
        _whole("changed_at"),
        PrimaryKeyConstraint("list_id", name="pk_published_lists"),
        comment="Negative lists and lists of general data of zones, version by version",
    )
    op.create_table(
        "centre_registrations",
        _text("list_id"),
        _text("product_id"),
        _text("version"),
        _whole("partition"),
        _whole("seq"),
        _flag("registered"),
        _text("reference"),
        _text("by_id"),
        _whole("at"),
        PrimaryKeyConstraint("list_id", "product_id", "version", name="pk_centre_registrations"),
        comment="Product versions registered at the service centre under lists of general data",
        sqlite_with_rowid=False,
    )
