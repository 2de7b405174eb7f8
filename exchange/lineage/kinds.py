"""Kinds of lineage edges: how data comes from data, and what documents and books say of it.

A taint and a recall follow data; documents and entries are descendants of it that carry nothing and are held by nobody.
"""

DATA: dict[str, str] = {
    "made": "a product version, or an output of a job run",
    "published": "a range of a product",
    "delivered": "a range to a buyer",
    "sampled": "shown for an award",
    "served": "handed out by its seller's gateway",
    "metered": "used through a gateway, by its readings",
    "consigned": "raw data that came into a business zone",
    "used": "went into a job run",
    "transferred": "raw items of one handbook that became a lot of another",
    "exported": "an output that left the business zone",
    "returned": "raw items that went back to their consignor",
}
PAPER: dict[str, str] = {
    "packaged": "the package of a draft, by its digest",
    "certified": "a certificate",
    "listed": "on sale",
    "sold": "a trade",
    "posted": "an entry of the ledger",
    "invoiced": "an invoice",
    "credited": "a credit note",
    "receipted": "a receipt",
    "accounted": "the books of a consignment",
    "scrapped": "written off as defective or lost",
    "deleted": "the record of a deletion",
    "written_off": "a handbook that was closed",
}
"""Nothing of these is ever upstream of data."""
PAPER_KINDS: frozenset[str] = frozenset(PAPER)
HELD: tuple[str, ...] = (
    "delivered",
    "sampled",
    "metered",
    "consigned",
    "exported",
    "returned",
    "transferred",
)
"""Kinds of edges by which data comes into somebody's hands."""
CUT = "cut"
"""The kind of a step that was not taken."""
