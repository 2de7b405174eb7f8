"""Requests for quotation, their quotes, awards and samples; rulings of the counter, and what rests on them."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Column, Computed, PrimaryKeyConstraint, Text
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


_KINDS_BEFORE = "made (a product version), published (a range of it) or delivered (a range to a buyer)"
_KINDS = "made (a product version), published (a range of it), delivered (a range to a buyer) or sampled"


def _text(name: str, *, null: bool = False, comment: str | None = None) -> Column[Any]:
    return Column(name, TEXT, nullable=null, comment=comment)


def _whole(name: str, *, null: bool = False, comment: str | None = None) -> Column[Any]:
    return Column(name, BigInteger, autoincrement=False, nullable=null, comment=comment)


def upgrade() -> None:
    op.create_table(
        "requests",
        _text("request_id"),
        _whole("partition"),
        _whole("seq"),
        _text("buyer_id"),
        _text("title"),
        _text("description"),
        _text("unit", comment="one lot is one unit"),
        _whole("quantity", comment="in lots"),
        _whole("quantity_awarded", comment="in lots, those traded included"),
        _whole("quantity_traded", comment="in lots"),
        _text("currency"),
        _text("languages", comment="JSON array"),
        _text("measure", null=True, comment="the measure of quality"),
        _whole("threshold_bp", null=True, comment="what it has to reach, in basis points"),
        _whole(
            "samples_max", null=True, comment="how many samples of an award are looked at; none are asked for"
        ),
        _text("use_of_data", comment="what the buyer means to do, as JSON"),
        _text("invited", comment="JSON array; empty: open to all sellers"),
        _text("state", comment="open, closed (no further quotes) or ended"),
        _text("basis", null=True, comment="why it ended: withdrawn, traded or no_quotes"),
        _whole("closes_at", comment="the deadline for quotes"),
        _whole("at"),
        _whole("changed_at"),
        PrimaryKeyConstraint("request_id", name="pk_requests"),
        comment="What buyers ask quotes for",
    )
    op.create_index("ix_requests_buyer_id", "requests", ["buyer_id"])
    op.create_index("ix_requests_state", "requests", ["state"])
    op.create_table(
        "quotes",
        _text("quote_id"),
        _whole("partition"),
        _whole("seq"),
        _text("request_id"),
        _text("seller_id"),
        _text("instrument_id", comment="whose terms a trade gets"),
        _whole("price", comment="in ticks"),
        _whole("quantity", comment="in lots, at most"),
        _whole("quantity_left", comment="in lots not awarded"),
        _text("currency"),
        _whole("amount_minor", comment="what all of it comes to"),
        _whole("lot_minor", comment="what one lot comes to, rounded up"),
        _text("ended", null=True, comment="withdrawn, replaced, expired, or with its request"),
        _whole("valid_until_at"),
        _whole("at"),
        _whole("changed_at"),
        Column(
            "state",
            TEXT,
            Computed(
                "CASE WHEN quantity_left = 0 THEN 'awarded' WHEN ended IS NULL THEN 'standing' ELSE ended END",
                persisted=True,
            ),
            nullable=True,
            comment="standing, awarded (all of it), or how it ended",
        ),
        PrimaryKeyConstraint("quote_id", name="pk_quotes"),
        comment="What sellers offer on a request",
    )
    op.create_index("ix_quotes_request_id", "quotes", ["request_id"])
    op.create_index("ix_quotes_seller_id", "quotes", ["seller_id"])
    op.create_table(
        "awards",
        _text("award_id"),
        _whole("partition"),
        _whole("seq"),
        _text("request_id"),
        _text("quote_id"),
        _text("instrument_id"),
        _text("buyer_id"),
        _text("seller_id"),
        _whole("price", comment="in ticks"),
        _whole("quantity", comment="in lots"),
        _text("currency"),
        _whole("held_minor", comment="what was held for it, and goes into escrow or back"),
        _whole("samples", comment="how many were submitted"),
        _text("state", comment="awarded, sample_due, sample_waiting, traded or ended"),
        _text("trade_id", null=True),
        _text("basis", null=True, comment="why it ended: buyer, seller, time, rejected or barred"),
        _text("grounds", null=True),
        _whole("due_at", null=True, comment="until when a sample, or its answer, is due"),
        _whole("at"),
        _whole("changed_at"),
        PrimaryKeyConstraint("award_id", name="pk_awards"),
        comment="Quotes that buyers took, and what became of them",
    )
    op.create_index("ix_awards_buyer_id", "awards", ["buyer_id"])
    op.create_index("ix_awards_request_id", "awards", ["request_id"])
    op.create_index("ix_awards_seller_id", "awards", ["seller_id"])
    op.create_table(
        "samples",
        _text("award_id"),
        _whole("number", comment="the award's samples, from 1"),
        _whole("partition"),
        _whole("seq"),
        _text("request_id"),
        _text("buyer_id"),
        _text("seller_id"),
        _text("digest", comment="of its content, in hex"),
        _text("measured", comment="every measure with its value, as JSON"),
        _whole("value_bp", comment="what the requested measure came to, in basis points"),
        _whole(
            "answer_bp",
            null=True,
            comment="what it came to by the answer: measured by the buyer, or as above",
        ),
        _whole("threshold_bp", null=True, comment="what it was to reach"),
        _text("state", comment="waiting, accepted, rejected, or dropped with its award"),
        _text("basis", null=True, comment="who answered: the buyer or the measure"),
        _text("grounds", null=True),
        _whole("at"),
        _whole("answered_at", null=True),
        PrimaryKeyConstraint("award_id", "number", name="pk_samples"),
        comment="What sellers showed before the main delivery",
    )
    op.create_table(
        "counter_rulings",
        _text("ruling_id"),
        _whole("partition"),
        _whole("seq"),
        _text("codes", comment="JSON array of the reason codes that are lifted"),
        _text("product_id", null=True, comment="the product it is about"),
        _text("instrument_id", null=True, comment="or the instrument"),
        _text("buyer_id", null=True, comment="the buyer it is for; none: any"),
        _text("panel", comment="JSON array of those who ruled"),
        _text("grounds"),
        _text("reference", comment="the counter's case"),
        _text("by_id", comment="who brought it here"),
        _text("state", comment="in_force or ended"),
        _text("basis", null=True, comment="why it ended: time, or it was withdrawn"),
        _text("end_grounds", null=True),
        _whole("valid_until_at"),
        _whole("at"),
        _whole("ended_at", null=True),
        PrimaryKeyConstraint("ruling_id", name="pk_counter_rulings"),
        comment="What the counter let pass of a REVIEW",
    )
    op.create_index("ix_counter_rulings_instrument_id", "counter_rulings", ["instrument_id"])
    op.create_index("ix_counter_rulings_product_id", "counter_rulings", ["product_id"])
    op.add_column(
        "fence_decisions",
        _text(
            "ruling_ids", null=True, comment="JSON array of the rulings by which a REVIEW counts as admitted"
        ),
    )
    with op.batch_alter_table("lineage_edges") as lineage_edges:
        lineage_edges.alter_column(
            "kind", existing_type=TEXT, nullable=False, comment=_KINDS, existing_comment=_KINDS_BEFORE
        )
