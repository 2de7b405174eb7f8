"""Where participants are paid to, payment files, payments that came back, and what becomes of suspense."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Text
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _text(name: str, comment: str | None = None, *, null: bool = False) -> Column[Any]:
    return Column(name, TEXT, nullable=null, comment=comment)


def _whole(name: str, comment: str | None = None, *, null: bool = False) -> Column[Any]:
    return Column(name, BigInteger, autoincrement=False, nullable=null, comment=comment)


def upgrade() -> None:
    """Create both tables, and add to those of payouts and statements."""
    _payees()
    _files()
    for table, columns in _ADDED.items():
        for column in columns:
            op.add_column(table, column)
    if op.get_bind().dialect.name == "postgresql":
        for table, name, comment in _SAID_ANEW:
            op.alter_column(table, name, existing_type=TEXT, comment=comment)


def _payees() -> None:
    op.create_table(
        "payees",
        _text("payee_id"),
        _whole("seq"),
        _text("participant_id"),
        _text("currency"),
        _text("holder"),
        _text("account", "its first and last characters"),
        _text("bic"),
        _text("named_by"),
        _whole("at"),
        _whole("replaced_at", "null: it is the one in use", null=True),
        PrimaryKeyConstraint("payee_id", name="pk_payees"),
        comment="Bank accounts to which participants are paid, from the next run after they were named on",
    )
    op.create_index("ix_payees_participant_id", "payees", ["participant_id"])


def _files() -> None:
    op.create_table(
        "payment_files",
        _text("file_id"),
        _whole("seq"),
        _text("bank_id"),
        _text("account_id", "the exchange's, which pays"),
        _text("currency"),
        _text("value_date"),
        _whole("payments"),
        _whole("amount_minor", "all of them together"),
        _text("issued_by"),
        _whole("at"),
        PrimaryKeyConstraint("file_id", name="pk_payment_files"),
        comment="Files with which custodian banks are told to pay net sets",
    )
    op.create_index("ix_payment_files_bank_id", "payment_files", ["bank_id"])


_ADDED = {
    "payouts": (
        _text("payee_id", "where to; null: no account was named when its run was opened", null=True),
        _text("file_id", "the payment file that has it", null=True),
        _whole("returned_at", "it was paid before, and came back", null=True),
    ),
    "bank_accounts": (
        _text("holder", "whom payment files name as whoever pays", null=True),
        _text("bic", null=True),
    ),
    "statement_lines": (
        _text("credited_to", "the participant whose money it is", null=True),
        _text("wanted_for", "whom one person would credit; sender: would send it back", null=True),
        _text("wanted_by", "that person, while a second one is waited for", null=True),
        _text("kept_for", "why a market did not credit it", null=True),
    ),
}
_SAID_ANEW = (
    ("payouts", "state", "proposed, approved, released, paid, rejected, failed or returned"),
    (
        "statement_lines",
        "cleared_by",
        "expected, provider_cost, operator_equity, participant or returned",
    ),
)
