"""Lines with their hours, what was given back for those that were worse than promised, and ways round."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, PrimaryKeyConstraint, Text
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None
_TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _text(name: str, comment: str | None = None, *, null: bool = False) -> Column[Any]:
    return Column(name, _TEXT, nullable=null, comment=comment)


def _whole(name: str, comment: str | None = None, *, null: bool = False) -> Column[Any]:
    return Column(name, BigInteger, autoincrement=False, nullable=null, comment=comment)


def _flag(name: str, comment: str | None = None) -> Column[Any]:
    return Column(name, Boolean, nullable=False, comment=comment)


def upgrade() -> None:
    _lines()
    _credits()
    _routes()


def _lines() -> None:
    op.create_table(
        "lines",
        _whole("partition"),
        _text("link_id"),
        _text("operator_id", "who runs it"),
        _text("places", "JSON array of the two that it connects"),
        _text("kind", "dedicated or internet"),
        _text("state", "planned, building, in_service or down"),
        _whole("capacity_mbps"),
        _whole("rtt_ms_max", "the round trip that no hour may exceed, in milliseconds"),
        _whole("loss_ppm_max", "the loss that no hour may exceed, in packets of a million"),
        _text("sold_as", "JSON array of the listings that are sold of it, beside what names it itself"),
        _whole("changed_at"),
        PrimaryKeyConstraint("partition", "link_id", name="pk_lines"),
        comment="Lines, as each market knows them: what they connect and promise",
    )
    op.create_table(
        "line_hours",
        _whole("partition"),
        _text("link_id"),
        _whole("from_at"),
        _whole("rtt_ms"),
        _whole("loss_ppm"),
        _whole("throughput_mbps"),
        _flag("worse", "than the line promised then"),
        _text("measurement_id"),
        _text("by_id", "who measured it"),
        _text("evidence", "the digest of what it was read from"),
        _flag("corrected"),
        _text("grounds", "why it was corrected"),
        _whole("at"),
        PrimaryKeyConstraint("partition", "link_id", "from_at", name="pk_line_hours"),
        comment="How good a line was in each hour that was measured, as last corrected",
    )


def _credits() -> None:
    op.create_table(
        "line_credits",
        _text("trade_id"),
        _whole("partition"),
        _text("entitlement_id"),
        _text("link_id"),
        _whole("starts_at"),
        _whole("ends_at"),
        _whole("hours", "that were worse"),
        _whole("term_hours", "of the right's term in all"),
        _text("buyer_id"),
        _text("seller_id"),
        _text("instrument_id", null=True),
        _text("currency", null=True),
        _whole("price_minor", "what was paid and not given back before", null=True),
        _whole("amount_minor", "what was given back"),
        _flag("capped", "30 % of the price, which is the most"),
        _text("state", "deferred until the last word on the purchase, credited or lapsed"),
        _text("grounds", "why it lapsed", null=True),
        _whole("at"),
        PrimaryKeyConstraint("trade_id", name="pk_line_credits"),
        comment="What buyers get back for hours in which a line was worse than promised",
    )
    op.create_index("ix_line_credits_link_id_ends_at", "line_credits", ["link_id", "ends_at"])


def _routes() -> None:
    op.create_table(
        "line_routes",
        _text("route_id"),
        _whole("partition"),
        _whole("seq"),
        _text("instrument_id"),
        _text("link_id"),
        _text("via", "JSON array of the lines"),
        _text("places", "JSON array of the places that it leads through"),
        _whole("until_at", "when it ends by itself", null=True),
        _text("by_id"),
        _text("grounds"),
        _text("outcome", "the fence's"),
        _text("codes", "JSON array"),
        _text("ruleset_version"),
        _text("inputs_digest"),
        _text("state", "taken, ended or barred"),
        _text("ended_by", "time, operator or another way", null=True),
        _whole("at"),
        _whole("ended_at", null=True),
        PrimaryKeyConstraint("route_id", name="pk_line_routes"),
        comment="Ways round for what was sold of a line, and what the fence said of them",
    )
    op.create_index("ix_line_routes_link_id", "line_routes", ["link_id"])
