"""Invoices and credit notes with their lines, what was answered, and how participants want to be named on them."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Text
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None
_TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _text(name: str, comment: str | None = None, *, null: bool = False) -> Column[Any]:
    return Column(name, _TEXT, nullable=null, comment=comment)


def _whole(name: str, comment: str | None = None, *, null: bool = False) -> Column[Any]:
    return Column(name, BigInteger, autoincrement=False, nullable=null, comment=comment)


def upgrade() -> None:
    _invoices()
    _lines()
    _responses()
    _details()


def _invoices() -> None:
    op.create_table(
        "invoices",
        _text("number"),
        _whole("seq"),
        _text("kind", "invoice or credit_note"),
        _text("matter", "purchase, fee or service_fee"),
        _text("seller_id", "who invoices"),
        _whole("year", "a calendar year in Asia/Shanghai"),
        _whole("sequence", "of the seller's invoices and credit notes of the year, from 1"),
        _text("buyer_id", "who is invoiced"),
        _text("issue_date"),
        _text("trade_id", null=True),
        _text("market_id", null=True),
        _text("currency"),
        _whole("net_minor", "without tax"),
        _whole("tax_minor"),
        _whole("gross_minor", "with tax; all of it was paid, or paid back, before"),
        _whole("credited_minor", "of an invoice, taken back by credit notes"),
        _text("of_number", "of a credit note, the invoice that it takes back", null=True),
        _text("reference", "what a credit note is for", null=True),
        _text("state", "issued, received, in_process, queried, conditional, rejected, accepted or paid"),
        _text("dispute", "open, refused or resolved; null: there was none", null=True),
        _text("dispute_reason", "why a market opened none for a rejected invoice", null=True),
        _text("content", "JSON: all that its document says"),
        _whole("at"),
        _whole("answered_at", "when it was answered last", null=True),
        PrimaryKeyConstraint("number", name="pk_invoices"),
        comment="Invoices and credit notes, numbered without a gap for each seller and year",
    )
    op.create_index("ix_invoices_seller_id_year_sequence", "invoices", ["seller_id", "year", "sequence"])
    for column in ("buyer_id", "trade_id", "state"):
        op.create_index(f"ix_invoices_{column}", "invoices", [column])


def _lines() -> None:
    op.create_table(
        "invoice_lines",
        _text("number"),
        _whole("line"),
        _text("name"),
        _text("product_id", null=True),
        _text("version", null=True),
        _whole("quantity"),
        _text("unit"),
        _text("unit_code", "of UN/ECE Recommendation 20"),
        _text("price", "a decimal, without tax, for the base quantity"),
        _whole("base_quantity"),
        _text("currency"),
        _whole("net_minor"),
        _text("tax_category"),
        _whole("tax_rate_bp", "in basis points"),
        PrimaryKeyConstraint("number", "line", name="pk_invoice_lines"),
        comment="What is on invoices and credit notes",
        sqlite_with_rowid=False,
    )


def _responses() -> None:
    op.create_table(
        "invoice_responses",
        _text("number"),
        _whole("seq"),
        _text("code", "AB, IP, UQ, CA, RE, AP or PD"),
        _text("reasons", "JSON array: REF, QTY, OTH"),
        _text("grounds"),
        _text("by_id"),
        _whole("at"),
        PrimaryKeyConstraint("number", "seq", name="pk_invoice_responses"),
        comment="What those answered whom invoices are to",
        sqlite_with_rowid=False,
    )


def _details() -> None:
    op.create_table(
        "billing_details",
        _text("participant_id"),
        _whole("seq"),
        _text("legal_name"),
        _text("legal_id"),
        _text("tax_id"),
        _text("endpoint_scheme", "a code of the Electronic Address Scheme list"),
        _text("endpoint_id"),
        _text("street"),
        _text("city"),
        _text("post_code"),
        _text("at_home", "JSON: the tax that prices include at home", null=True),
        _text("abroad", "JSON: the tax that prices include elsewhere", null=True),
        _text("sgd_rates", "JSON array: SGD for one unit of other currencies"),
        _text("set_by"),
        _whole("at"),
        PrimaryKeyConstraint("participant_id", "seq", name="pk_billing_details"),
        comment="What participants said that invoices are to say of them; the last line of each holds",
        sqlite_with_rowid=False,
    )
