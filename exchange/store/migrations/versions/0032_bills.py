"""What is bought on credit: bills, their payments, and invoices that are to be paid."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Text
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _text(name: str, comment: str | None = None, *, null: bool = False) -> Column[Any]:
    return Column(name, TEXT, nullable=null, comment=comment)


def _whole(
    name: str, comment: str | None = None, *, null: bool = False, default: str | None = None
) -> Column[Any]:
    return Column(
        name, BigInteger, autoincrement=False, nullable=null, server_default=default, comment=comment
    )


def upgrade() -> None:
    """Create both tables, and the columns of credit limits and invoices."""
    op.create_table(
        "bills",
        _text("trade_id"),
        _whole("partition"),
        _whole("seq"),
        _text("buyer_id"),
        _text("seller_id"),
        _text("currency"),
        _whole("amount_minor", "of the purchase, on credit when it was accepted"),
        _whole("left_minor", "owed"),
        _text("state", "open, overdue or paid"),
        _whole("at"),
        _whole("due_at"),
        _whole("paid_at", "when all of it was paid", null=True),
        PrimaryKeyConstraint("trade_id", name="pk_bills"),
        comment="What buyers that pay later owe for purchases",
    )
    op.create_index("ix_bills_buyer_id", "bills", ["buyer_id"])
    op.create_index("ix_bills_state", "bills", ["state"])
    op.create_table(
        "bill_payments",
        _whole("partition"),
        _whole("seq"),
        _text("trade_id"),
        _text("currency"),
        _whole("amount_minor", "negative where it is owed again"),
        _text("paid_by", "repayment, cash or refund; reopened: the net set that had paid it came back"),
        _text("set_id", "the net set that it was set off in", null=True),
        _whole("at"),
        PrimaryKeyConstraint("partition", "seq", name="pk_bill_payments"),
        comment="What was paid of bills, or is owed again",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_bill_payments_trade_id", "bill_payments", ["trade_id"])
    op.add_column("credit_limits", _whole("days", "to pay what is bought so, from acceptance", default="30"))
    due = "until when it is to be paid; where it was paid before, the day it was issued"
    op.add_column("invoices", _text("due_date", due, null=True))
    op.add_column("invoices", _whole("unpaid_minor", "to be paid yet", default="0"))
    payment = "due, overdue or paid; null: it was paid before"
    op.add_column("invoices", _text("payment", payment, null=True))
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("invoices", "gross_minor", comment="with tax")
