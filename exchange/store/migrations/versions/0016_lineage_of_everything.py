"""Lineage of fields; kinds of edges of everything that derives, delivers, returns or destroys something."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, PrimaryKeyConstraint, Text
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
_KINDS = (
    "made: a product version, or an output of a job run; "
    "published: a range of a product; "
    "delivered: a range to a buyer; "
    "sampled: shown for an award; "
    "served: handed out by its seller's gateway; "
    "metered: used through a gateway, by its readings; "
    "consigned: raw data that came into a business zone; "
    "used: went into a job run; "
    "transferred: raw items of one handbook that became a lot of another; "
    "exported: an output that left the business zone; "
    "returned: raw items that went back to their consignor; "
    "packaged: the package of a draft, by its digest; "
    "certified: a certificate; "
    "listed: on sale; "
    "sold: a trade; "
    "posted: an entry of the ledger; "
    "receipted: a receipt; "
    "accounted: the books of a consignment; "
    "scrapped: written off as defective or lost; "
    "deleted: the record of a deletion; "
    "written_off: a handbook that was closed"
)
_KINDS_BEFORE = (
    "made (a product version), published (a range of it), delivered (a range to a buyer) or sampled"
)
_TERMS = "what it was done under: a licence, an entitlement, an award, a decision, an egress, a handbook"
_TERMS_BEFORE = "the licence under which upstream was used"


def _text(name: str, comment: str | None = None) -> Column[Any]:
    return Column(name, TEXT, nullable=False, comment=comment)


def _whole(name: str) -> Column[Any]:
    return Column(name, BigInteger, autoincrement=False, nullable=False)


def upgrade() -> None:
    """Create the tables of fields, and say what the kinds are."""
    _lineage_fields()
    _lineage_columns()
    with op.batch_alter_table("lineage_edges") as lineage_edges:
        for name, comment, before in (("kind", _KINDS, _KINDS_BEFORE), ("terms", _TERMS, _TERMS_BEFORE)):
            lineage_edges.alter_column(
                name, existing_type=TEXT, nullable=False, comment=comment, existing_comment=before
            )


def _lineage_fields() -> None:
    op.create_table(
        "lineage_fields",
        _text("context"),
        _whole("partition"),
        _whole("seq"),
        _whole("line"),
        _text("name", "what has the field"),
        _text("field"),
        _text("data_type", "as its maker calls it"),
        Column(
            "mapped",
            Boolean,
            nullable=False,
            comment="it is said what it is made from; otherwise it is the upstream's of the same name",
        ),
        _whole("at"),
        PrimaryKeyConstraint("context", "partition", "seq", "line", name="pk_lineage_fields"),
        comment="Declared fields of things that lineage edges name",
    )
    op.create_index("ix_lineage_fields_name_field", "lineage_fields", ["name", "field"])


def _lineage_columns() -> None:
    op.create_table(
        "lineage_columns",
        _text("context"),
        _whole("partition"),
        _whole("seq"),
        _whole("line"),
        _text("downstream"),
        _text("field"),
        _text("upstream"),
        _text("source_field"),
        _text("way", "identity, transformation, aggregation, or how it decides about rows"),
        Column("masked", Boolean, nullable=False, comment="the original value is not in it"),
        _text("run"),
        _whole("at"),
        PrimaryKeyConstraint("context", "partition", "seq", "line", name="pk_lineage_columns"),
        comment="Declared fields and the fields that they were made from",
    )
    op.create_index("ix_lineage_columns_downstream_field", "lineage_columns", ["downstream", "field"])
    op.create_index(
        "ix_lineage_columns_upstream_source_field", "lineage_columns", ["upstream", "source_field"]
    )
