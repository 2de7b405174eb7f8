"""The first tables: progress, snapshots and every view. Long, because it is the whole schema at one revision."""

from typing import Any

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
)
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
            "debit_minor >= 0 AND debit_minor <= 9223372036854775807", name=op.f("ck_balances_debit_is_int64")
        ),
        CheckConstraint(
            "credit_minor >= 0 AND credit_minor <= 9223372036854775807",
            name=op.f("ck_balances_credit_is_int64"),
        ),
        comment="What every posting so far comes to, per account and party",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "clock_shifts",
        _text("context"),
        _whole("partition"),
        _whole("seq"),
        _whole("shift_us"),
        _whole("at"),
        PrimaryKeyConstraint("context", "partition", "seq", name="pk_clock_shifts"),
        comment="From where on exchange time runs ahead of the log's, and how far",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "deliveries",
        _text("entitlement_id"),
        _whole("partition"),
        _text("trade_id"),
        _text("product_id"),
        _text("version"),
        _text("seller_id"),
        _text("buyer_id"),
        _whole("from_seq", comment="the product's sequence number it begins at"),
        _whole(
            "through",
            null=True,
            comment="the last sequence number owed; unknown until the publication is complete",
        ),
        _whole("ranges_received"),
        _whole("records_received"),
        _text("proposal", null=True, comment="what the evidence spoke for last: accept or reject"),
        _text("basis", null=True, comment="evidence, time or ruling"),
        _text("objection", null=True),
        _text("state", comment="open, complete, accepted or refunded"),
        _whole("at"),
        _whole("changed_at"),
        PrimaryKeyConstraint("entitlement_id", name="pk_deliveries"),
        comment="How far the delivery of each entitlement has come, as the delivery keeps it",
    )
    op.create_index("ix_deliveries_buyer_id", "deliveries", ["buyer_id"])
    op.create_index("ix_deliveries_product_id", "deliveries", ["product_id"])
    op.create_table(
        "entitlements",
        _text("entitlement_id"),
        _whole("partition"),
        _whole("seq"),
        _text("trade_id"),
        _text("market_id"),
        _text("product_id"),
        _text("version"),
        _text("listing_id"),
        _text("seller_id"),
        _text("buyer_id"),
        _whole("quantity"),
        _text("unit"),
        _text("licence_digest"),
        _text("obligations", comment="JSON array of what the fence's answer obliges to"),
        _whole("starts_at"),
        _whole("ends_at"),
        _whole("acceptance_days"),
        _text("state", comment="granted, accepted or refunded"),
        _whole("at"),
        _whole("changed_at"),
        PrimaryKeyConstraint("entitlement_id", name="pk_entitlements"),
        comment="The rights that trades confer, as the market keeps them",
    )
    op.create_index("ix_entitlements_buyer_id", "entitlements", ["buyer_id"])
    op.create_index("ix_entitlements_product_id", "entitlements", ["product_id"])
    op.create_index("ix_entitlements_trade_id", "entitlements", ["trade_id"])
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
        "fence_decisions",
        _text("decision_id"),
        _whole("partition"),
        _whole("seq"),
        _text("instrument_id"),
        _text("product_id"),
        _text("seller_id"),
        _text("buyer_id"),
        _text("outcome", comment="ALLOW, ALLOW_COND, FILE, ASSESS, REVIEW or DENY"),
        _text("reason_codes", comment="JSON array"),
        _text("deciding_codes", comment="JSON array"),
        _text("note_codes", comment="JSON array"),
        _text("obligations", comment="JSON array"),
        _text("satisfied_by", comment="JSON array of safeguards"),
        _text("ruleset_version"),
        _text("ruleset_digest"),
        _text("inputs_digest"),
        _whole("holds_until", null=True, comment="the earliest moment at which an input changes by itself"),
        _text("crossing", comment="canonical JSON of what was decided"),
        _text("decision", comment="canonical JSON of the answer"),
        _whole("at"),
        PrimaryKeyConstraint("decision_id", name="pk_fence_decisions"),
        comment="What the fence decided of each proposed crossing, for or against",
    )
    op.create_index("ix_fence_decisions_buyer_id", "fence_decisions", ["buyer_id"])
    op.create_index("ix_fence_decisions_outcome", "fence_decisions", ["outcome"])
    op.create_index("ix_fence_decisions_product_id", "fence_decisions", ["product_id"])
    op.create_table(
        "gaps",
        _text("entitlement_id"),
        _whole("first_seq"),
        _whole("last_seq"),
        _text("product_id"),
        _whole("partition"),
        _text("state", comment="open or closed"),
        _whole("at"),
        _whole("closed_at", null=True),
        PrimaryKeyConstraint("entitlement_id", "first_seq", "last_seq", name="pk_gaps"),
        comment="Records that buyers missed",
    )
    op.create_table(
        "instruments",
        _text("instrument_id"),
        _whole("partition"),
        _text("market_id"),
        _text("listing_id"),
        _text("product_id"),
        _text("version"),
        _text("title"),
        _text("unit", comment="one lot is one unit"),
        _text("currency"),
        _whole("tick_micros", comment="one tick, in millionths of the major unit"),
        _text("seller_id", null=True, comment="set where only one participant may ask"),
        _whole("posted_price", null=True, comment="in ticks: a standing ask of unlimited quantity"),
        _flag("moves_data"),
        _flag("subscription"),
        _text("stored_in"),
        _text("transaction_type"),
        _text("licence_digest"),
        _whole("acceptance_days"),
        _text("state", comment="open, halted, closing or closed"),
        _whole("at", comment="opened at"),
        _whole("changed_at"),
        PrimaryKeyConstraint("instrument_id", name="pk_instruments"),
        comment="What a book trades",
    )
    op.create_index("ix_instruments_product_id_version", "instruments", ["product_id", "version"])
    op.create_table(
        "lineage_edges",
        _text("context"),
        _whole("partition"),
        _whole("seq"),
        _whole("line"),
        _text("downstream"),
        _text("upstream"),
        _text(
            "kind",
            comment="made (a product version), published (a range of it) or delivered (a range to a buyer)",
        ),
        _text("job", comment="what was done"),
        _text("run", comment="the one time it was done: the fact that says so"),
        _text("terms", comment="the licence under which upstream was used"),
        _whole("at"),
        PrimaryKeyConstraint("context", "partition", "seq", "line", name="pk_lineage_edges"),
        comment="Downstream was made from upstream by a named run",
    )
    op.create_index("ix_lineage_edges_downstream", "lineage_edges", ["downstream"])
    op.create_index("ix_lineage_edges_upstream", "lineage_edges", ["upstream"])
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
        _text("book", comment="how it is sold: posted, orders, auction, quotes, pool or plan"),
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
        "orders",
        _text("order_id"),
        _whole("partition"),
        _whole("seq"),
        _text("instrument_id"),
        _text("participant_id"),
        _text("side", comment="bid or ask"),
        _whole("price", comment="in ticks"),
        _whole("quantity", comment="in lots"),
        _whole("quantity_left", comment="in lots"),
        _whole("quantity_cancelled", comment="in lots"),
        _text("currency"),
        _whole("reserved_minor", comment="what left the purse's cash for it when it was accepted"),
        _text("time_in_force"),
        _text("use_of_data", comment="what the buyer means to do, as JSON"),
        _text("reference", comment="the client's own name for it"),
        _text("grounds", null=True, comment="why what was left of it was cancelled"),
        _whole("at"),
        _whole("changed_at"),
        Column(
            "state",
            TEXT,
            Computed(
                "CASE WHEN quantity_left > 0 THEN 'open'"
                " WHEN quantity_cancelled > 0 THEN 'cancelled' ELSE 'filled' END",
                persisted=True,
            ),
            nullable=True,
            comment="open, cancelled or filled",
        ),
        PrimaryKeyConstraint("order_id", name="pk_orders"),
        comment="Bids and asks, open and ended",
    )
    op.create_index(
        "ix_orders_instrument_id_state_side_price", "orders", ["instrument_id", "state", "side", "price"]
    )
    op.create_index("ix_orders_participant_id", "orders", ["participant_id"])
    op.create_table(
        "outcomes",
        _text("context"),
        _whole("partition"),
        _whole("first_seq"),
        _whole("last_seq"),
        _whole("cause", comment="offset of the command"),
        _text("command_id"),
        _text("actor"),
        _text("kind", comment="accepted, refused, repeated, unreadable or passed"),
        _text("command", null=True, comment="the type of the command, where the facts say it"),
        _text("reason", null=True),
        _text("subject", null=True, comment="what a refusal is about"),
        _text("detail", null=True),
        _text("codes", null=True, comment="JSON array of the fence's codes, where it was the fence"),
        _whole("first_answer", null=True, comment="of a repeated command: where its first answer begins"),
        _whole("at"),
        PrimaryKeyConstraint("context", "partition", "first_seq", name="pk_outcomes"),
        comment="What became of each command: the facts it brought, or why it brought none",
    )
    op.create_index("ix_outcomes_command_id", "outcomes", ["command_id"])
    op.create_index("ix_outcomes_context_partition_cause", "outcomes", ["context", "partition", "cause"])
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
        "passed_runs",
        _text("context"),
        _whole("partition"),
        _whole("seq"),
        _whole("line"),
        _whole("first_offset"),
        _whole("last_offset"),
        _whole("commands"),
        _text("reason"),
        _whole("at"),
        PrimaryKeyConstraint("context", "partition", "seq", "line", name="pk_passed_runs"),
        comment="Commands that needed no outcome of their own",
        sqlite_with_rowid=False,
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
        _text("state", comment="draft, compliance_review, quality_review, registered or rejected"),
        _text("certificate_id", null=True),
        _whole("at", comment="drafted at"),
        _whole("registered_at", null=True),
        PrimaryKeyConstraint("product_id", "version", name="pk_products"),
        comment="Product versions; a version never changes once registered",
    )
    op.create_index("ix_products_seller_id", "products", ["seller_id"])
    op.create_table(
        "publications",
        _text("product_id"),
        _whole("first_seq"),
        _whole("last_seq"),
        _text("version"),
        _text("seller_id"),
        _whole("records"),
        _whole("size_bytes"),
        _text("digest"),
        _whole("first_offset"),
        _whole("last_offset"),
        _whole("stream_claim"),
        _whole("epoch"),
        _whole("partition"),
        _whole("seq"),
        _whole("at"),
        PrimaryKeyConstraint("product_id", "first_seq", name="pk_publications"),
        comment="The ranges of records that sellers published",
    )
    op.create_table(
        "receipts",
        _whole("partition"),
        _whole("seq"),
        _text("entitlement_id"),
        _text("product_id"),
        _text("buyer_id"),
        _whole("first_seq"),
        _whole("last_seq"),
        _whole("records", comment="as the buyer counted them"),
        _text("digest", comment="as the buyer computed it"),
        _text("state", comment="agreed with the seller's digest, or differed from it"),
        _whole("at"),
        PrimaryKeyConstraint("partition", "seq", name="pk_receipts"),
        comment="What buyers said of the ranges they read",
    )
    op.create_index("ix_receipts_entitlement_id_first_seq", "receipts", ["entitlement_id", "first_seq"])
    op.create_table(
        "rulesets",
        _text("context", comment="registry: activated; market: adopted"),
        _whole("partition"),
        _whole("seq"),
        _text("ruleset_version"),
        _text("ruleset_digest"),
        _whole("effective_at"),
        _whole("at"),
        PrimaryKeyConstraint("context", "partition", "seq", name="pk_rulesets"),
        comment="Which ruleset was activated, and adopted by which market partition",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rulings",
        _whole("partition"),
        _whole("seq"),
        _text("entitlement_id"),
        _text("product_id"),
        _whole("first_seq"),
        _whole("last_seq"),
        _whole("records", comment="as the exchange counted them"),
        _text("digest", comment="as the exchange computed it"),
        _text("right_side", comment="seller, buyer or neither"),
        _whole("at"),
        PrimaryKeyConstraint("partition", "seq", name="pk_rulings"),
        comment="What the exchange's own hash decided about ranges in dispute",
    )
    op.create_index("ix_rulings_entitlement_id_first_seq", "rulings", ["entitlement_id", "first_seq"])
    op.create_table(
        "trades",
        _text("trade_id"),
        _whole("partition"),
        _whole("seq"),
        _text("instrument_id"),
        _text("listing_id"),
        _text("product_id"),
        _text("version"),
        _text("bid_id"),
        _text("ask_id", comment="empty for a posted price"),
        _text("buyer_id"),
        _text("seller_id"),
        _text("taker", comment="the side that arrived"),
        _whole("price", comment="in ticks"),
        _whole("quantity", comment="in lots"),
        _text("currency"),
        _whole("amount_minor"),
        _text("decision_id", null=True, comment="the fence decision it rests on"),
        _text("state", comment="escrow, accepted or refunded"),
        _text("basis", null=True, comment="what spoke for the end of the purchase"),
        _whole("at"),
        _whole("closed_at", null=True),
        PrimaryKeyConstraint("trade_id", name="pk_trades"),
        comment="One bid met one ask; what became of the purchase",
    )
    op.create_index("ix_trades_buyer_id", "trades", ["buyer_id"])
    op.create_index("ix_trades_instrument_id_at", "trades", ["instrument_id", "at"])
    op.create_index("ix_trades_seller_id", "trades", ["seller_id"])
    op.create_table(
        "unreadable_inputs",
        _text("context"),
        _whole("partition"),
        _whole("seq"),
        _whole("cause", comment="offset of the record"),
        _text("reason"),
        _text("detail"),
        _whole("size_bytes"),
        _text("digest"),
        _whole("at"),
        PrimaryKeyConstraint("context", "partition", "seq", name="pk_unreadable_inputs"),
        comment="Records of the command topics that no known schema explains",
    )
