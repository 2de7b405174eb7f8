"""Invoices and credit notes among the kinds of lineage edges."""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

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
    "invoiced: an invoice; "
    "credited: a credit note; "
    "receipted: a receipt; "
    "accounted: the books of a consignment; "
    "scrapped: written off as defective or lost; "
    "deleted: the record of a deletion; "
    "written_off: a handbook that was closed"
)


def upgrade() -> None:
    """Say what the kinds are."""
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("lineage_edges", "kind", comment=_KINDS)
