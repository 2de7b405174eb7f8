"""Quotes and conversions, payout runs and net sets, bank accounts with statements and lines, revenue shares."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Text
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None
_TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _text(name: str, comment: str | None = None, *, null: bool = False) -> Column[Any]:
    return Column(name, _TEXT, nullable=null, comment=comment)


def _whole(name: str, comment: str | None = None, *, null: bool = False, **options: Any) -> Column[Any]:
    return Column(name, BigInteger, autoincrement=False, nullable=null, comment=comment, **options)


def upgrade() -> None:
    _exchanges()
    _payouts()
    _statements()
    _shares()


def _exchanges() -> None:
    op.create_table(
        "fx_quotes",
        _text("quote_id"),
        _whole("seq"),
        _text("bank_id"),
        _text("base_currency", "one unit of it is worth the rate"),
        _text("quote_currency"),
        _text("currency", "what customers sell"),
        _text("bought_currency"),
        _text("side", "fixed_sell or fixed_buy: whose amount customers name"),
        _text("rate", "a decimal"),
        _text("source"),
        _whole("expires_at"),
        _whole("max_minor", "of the fixed currency"),
        _text("participant_id", "null: for everybody", null=True),
        _text("state", "open, ended or closed"),
        _text("ended_by", "time or bank", null=True),
        _whole("conversions", "done at it, once closed", server_default="0"),
        _whole("sold_minor", "what the bank took in all, once closed", server_default="0"),
        _whole("bought_minor", "what the bank gave in all, once closed", server_default="0"),
        _text("residual_currency", null=True),
        _whole("residual_minor", "left by rounding the sum once", server_default="0"),
        _whole("at"),
        PrimaryKeyConstraint("quote_id", name="pk_fx_quotes"),
        comment="Rates at which custodian banks exchange currencies, and what each came to",
    )
    op.create_index("ix_fx_quotes_bank_id", "fx_quotes", ["bank_id"])
    op.create_index("ix_fx_quotes_state", "fx_quotes", ["state"])
    op.create_table(
        "fx_conversions",
        _text("conversion_id"),
        _whole("seq"),
        _text("quote_id"),
        _text("market_id"),
        _text("participant_id"),
        _text("bank_id"),
        _text("currency", "what was sold"),
        _whole("sold_minor"),
        _text("bought_currency"),
        _whole("bought_minor", "in the bought currency"),
        _text("rate", "the quote's, a decimal of its quote currency for one of its base currency"),
        _text("state", "asked, completed or returned"),
        _text("reason", "why a market did not exchange it", null=True),
        _text("detail", null=True),
        _whole("at"),
        _whole("closed_at", null=True),
        PrimaryKeyConstraint("conversion_id", name="pk_fx_conversions"),
        comment="Cash that participants exchanged",
    )
    op.create_index("ix_fx_conversions_participant_id", "fx_conversions", ["participant_id"])
    op.create_index("ix_fx_conversions_quote_id", "fx_conversions", ["quote_id"])


def _payouts() -> None:
    op.create_table(
        "payout_runs",
        _text("run_id"),
        _whole("seq"),
        _text("currency"),
        _text("value_date"),
        _text("opened_by"),
        _whole("at"),
        PrimaryKeyConstraint("run_id", name="pk_payout_runs"),
        comment="Runs in which all that is owed in a currency is netted",
    )
    op.create_table(
        "payouts",
        _text("set_id"),
        _whole("seq"),
        _text("run_id"),
        _whole("market_partition", "where the money is held"),
        _text("participant_id"),
        _text("currency"),
        _text("value_date"),
        _whole("payable_minor", "from sales"),
        _whole("commission_minor"),
        _whole("share_minor", "of others' revenue"),
        _whole("netted_minor", "with what it owed"),
        _whole("amount_minor", "to be paid"),
        _text("digest", "BLAKE2b-256 of the set, in hex: what is released"),
        _whole("releases_needed"),
        _text("approved_by", "the first of two", null=True),
        _text("released_by", "JSON array", null=True),
        _text("state", "proposed, approved, released, paid, rejected or failed"),
        _text("bank_id", null=True),
        _text("reference", "the bank's name for the payment", null=True),
        _text("grounds", "why it is not paid", null=True),
        _whole("at"),
        _whole("released_at", null=True),
        _whole("closed_at", null=True),
        PrimaryKeyConstraint("set_id", name="pk_payouts"),
        comment="Net sets: what a market owes a participant in one currency, paid whole or not at all",
    )
    op.create_index("ix_payouts_participant_id", "payouts", ["participant_id"])
    op.create_index("ix_payouts_run_id", "payouts", ["run_id"])
    op.create_index("ix_payouts_state", "payouts", ["state"])
    op.create_table(
        "release_limits",
        _whole("seq"),
        _text("currency"),
        _whole("limit_minor"),
        _text("set_by"),
        _whole("at"),
        PrimaryKeyConstraint("seq", name="pk_release_limits"),
        comment="Up to which amount one person may release a payout; the last line of each currency holds",
    )


def _statements() -> None:
    op.create_table(
        "bank_accounts",
        _text("account_id"),
        _whole("seq"),
        _text("bank_id"),
        _text("currency"),
        _whole("balance_minor", "as its last statement closed"),
        _whole("at"),
        PrimaryKeyConstraint("account_id", name="pk_bank_accounts"),
        comment="Accounts in which custodian banks keep the exchange's money",
    )
    op.create_table(
        "bank_statements",
        _text("account_id"),
        _text("statement_id"),
        _whole("seq"),
        _text("kind", "statement or advice"),
        _text("digest", "of the file, in hex"),
        _text("currency"),
        _whole("opening_minor", "null: an advice", null=True),
        _whole("closing_minor", "null: an advice", null=True),
        _whole("matched", "lines that were expected"),
        _whole("set_aside", "lines of which nothing was known"),
        _text("imported_by"),
        _whole("at"),
        PrimaryKeyConstraint("account_id", "statement_id", name="pk_bank_statements"),
        comment="Statements and advices that were imported",
    )
    op.create_table(
        "statement_lines",
        _text("account_id"),
        _text("statement_id"),
        _whole("line"),
        _whole("seq"),
        _text("line_id", "what it is called in suspense", null=True),
        _text("currency"),
        _whole("amount_minor"),
        _text("direction", "credit or debit"),
        _text("reference"),
        _text("value_date"),
        _text("state", "matched, suspense, overdue or cleared"),
        _text("cleared_by", "expected, provider_cost or operator_equity", null=True),
        _text("grounds", null=True),
        _whole("at"),
        _whole("closed_at", null=True),
        PrimaryKeyConstraint("account_id", "statement_id", "line", name="pk_statement_lines"),
        comment="Movements on the banks' accounts, as their statements say",
    )
    op.create_index("ix_statement_lines_line_id", "statement_lines", ["line_id"])
    op.create_index("ix_statement_lines_reference", "statement_lines", ["reference"])
    op.create_index("ix_statement_lines_state", "statement_lines", ["state"])


def _shares() -> None:
    op.create_table(
        "revenue_agreements",
        _whole("seq"),
        _text("agreement_id"),
        _text("product_id"),
        _text("market_id"),
        _text("payer_id"),
        _text("currency"),
        _whole("share_bp", "of net revenue, in basis points"),
        _whole("guarantee_minor"),
        _text("beneficiaries", "JSON array"),
        _whole("at"),
        PrimaryKeyConstraint("seq", name="pk_revenue_agreements"),
        comment="Licensees that share their net revenue with those who have a part in a product",
    )
    op.create_index("ix_revenue_agreements_agreement_id", "revenue_agreements", ["agreement_id"])
    op.create_index("ix_revenue_agreements_payer_id", "revenue_agreements", ["payer_id"])
    op.create_table(
        "revenue_shares",
        _text("claim_id"),
        _whole("seq"),
        _text("agreement_id"),
        _text("period", "null: the guarantee", null=True),
        _text("payer_id"),
        _text("currency"),
        _whole("revenue_minor", "reported net revenue; null: the guarantee", null=True),
        _whole("earned_minor", null=True),
        _whole("recouped_minor", "paid before as guarantee", null=True),
        _whole("amount_minor"),
        _text("parts", "JSON array: who gets how much"),
        _text("state", "claimed, settled, nothing_due or returned"),
        _text("reason", "why a market did not pay it", null=True),
        _text("detail", null=True),
        _whole("at"),
        _whole("closed_at", null=True),
        PrimaryKeyConstraint("claim_id", name="pk_revenue_shares"),
        comment="Guarantees and shares of reported revenue, and how each was split",
    )
    op.create_index("ix_revenue_shares_agreement_id", "revenue_shares", ["agreement_id"])
