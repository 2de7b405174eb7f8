"""Net sets say what of them paid refunds owed; cash between markets, as both ends say; e-CNY; penalties; subsidies."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Text
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None
_TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _text(name: str, comment: str | None = None, *, null: bool = False) -> Column[Any]:
    return Column(name, _TEXT, nullable=null, comment=comment)


def _whole(
    name: str, comment: str | None = None, *, null: bool = False, start: int | None = None
) -> Column[Any]:
    default = None if start is None else str(start)
    return Column(
        name, BigInteger, autoincrement=False, nullable=null, server_default=default, comment=comment
    )


def upgrade() -> None:
    op.add_column("payouts", _whole("recovered_minor", "with what it owed for refunds", start=0))
    _sent()
    _taken_in()
    _ecny()
    _penalties()
    _subsidies()


def _sent() -> None:
    op.create_table(
        "money_sent",
        _text("transfer_id"),
        _whole("partition", "the sender's"),
        _whole("seq"),
        _text("participant_id"),
        _text("to_market_id"),
        _text("currency"),
        _whole("amount_minor"),
        _text("state", "sent, delayed, concluded or returned"),
        _text("reason", "why it came back", null=True),
        _text("detail", null=True),
        _whole("at"),
        _whole("delayed_at", "when it was a minute in transit", null=True),
        _whole("closed_at", null=True),
        PrimaryKeyConstraint("transfer_id", name="pk_money_sent"),
        comment="Cash that markets sent to other markets, as its owners asked",
    )
    op.create_index("ix_money_sent_participant_id", "money_sent", ["participant_id"])
    op.create_index("ix_money_sent_state", "money_sent", ["state"])


def _taken_in() -> None:
    op.create_table(
        "money_taken_in",
        _text("transfer_id"),
        _whole("partition", "the receiver's"),
        _whole("seq"),
        _whole("from_partition"),
        _text("participant_id"),
        _text("currency"),
        _whole("amount_minor"),
        _whole("repaid_minor", "of it, credit paid back"),
        _whole("recovered_minor", "of it, refunds owed"),
        _text("state", "arrived or turned_away"),
        _text("reason", "why it was turned away", null=True),
        _whole("at"),
        PrimaryKeyConstraint("transfer_id", name="pk_money_taken_in"),
        comment="Cash that markets took in from other markets, or turned away",
    )
    op.create_index("ix_money_taken_in_participant_id", "money_taken_in", ["participant_id"])


def _ecny() -> None:
    op.create_table(
        "ecny_conversions",
        _text("conversion_id"),
        _whole("partition"),
        _whole("seq"),
        _text("participant_id"),
        _text("bank_id", "at whose wallet"),
        _text("direction", "to_ecny or to_cny"),
        _text("currency"),
        _whole("amount_minor"),
        _whole("repaid_minor", "of it, credit paid back"),
        _whole("recovered_minor", "of it, refunds owed"),
        _whole("at"),
        PrimaryKeyConstraint("conversion_id", name="pk_ecny_conversions"),
        comment="CNY that became e-CNY at par, or e-CNY that became CNY",
    )
    op.create_index("ix_ecny_conversions_participant_id", "ecny_conversions", ["participant_id"])
    op.create_table(
        "ecny_wallets",
        _whole("partition"),
        _whole("seq"),
        _text("bank_id"),
        _text("currency"),
        _whole("interest_minor", "0 where the wallet was opened"),
        _text("reference", "the bank's name for the interest", null=True),
        _whole("at"),
        PrimaryKeyConstraint("partition", "seq", name="pk_ecny_wallets"),
        comment="Where e-CNY is kept for a market, and what it has borne there: wallets opened, and interest",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_ecny_wallets_bank_id", "ecny_wallets", ["bank_id"])


def _penalties() -> None:
    op.create_table(
        "penalties",
        _text("trade_id"),
        _whole("partition"),
        _whole("seq"),
        _text("instrument_id"),
        _text("seller_id"),
        _text("cause", "default, short or late"),
        _text("currency"),
        _whole("of_minor", "what of the purchase that is about"),
        _whole("penalty_bp", "the instrument's, in basis points"),
        _whole("amount_minor"),
        _whole("payable_minor", "out of what the seller was owed"),
        _whole("cash_minor", "out of its free cash"),
        _whole("clawback_minor", "the seller owes it from then on"),
        _text("grounds"),
        _text("state", "charged or withdrawn"),
        _text("withdrawn_grounds", "why it was taken back", null=True),
        _whole("at"),
        _whole("withdrawn_at", null=True),
        PrimaryKeyConstraint("trade_id", name="pk_penalties"),
        comment="What sellers paid for what they delivered late, in part or not at all",
    )
    op.create_index("ix_penalties_seller_id", "penalties", ["seller_id"])


def _subsidies() -> None:
    op.create_table(
        "subsidy_programmes",
        _text("programme_id"),
        _whole("seq"),
        _text("sponsor_id"),
        _text("currency"),
        _whole("cap_minor", "for each participant and window"),
        _text("cap_window", "month, quarter or year, of the calendar in Shanghai"),
        _whole("at"),
        PrimaryKeyConstraint("programme_id", name="pk_subsidy_programmes"),
        comment="Programmes that sponsors fund, and what each participant may get of them in each window",
    )
    op.create_table(
        "subsidy_funds",
        _whole("seq"),
        _text("programme_id"),
        _text("currency"),
        _whole("pledged_minor", "promised; negative where it has come"),
        _whole("funded_minor", "come"),
        _text("bank_id", null=True),
        _text("reference", "the bank's name for the payment", null=True),
        _whole("at"),
        PrimaryKeyConstraint("seq", name="pk_subsidy_funds"),
        comment="What sponsors promised for programmes, and what has come",
    )
    op.create_index("ix_subsidy_funds_programme_id", "subsidy_funds", ["programme_id"])
    op.create_table(
        "subsidy_admissions",
        _text("programme_id"),
        _text("participant_id"),
        _whole("seq"),
        _whole("at"),
        PrimaryKeyConstraint("programme_id", "participant_id", name="pk_subsidy_admissions"),
        comment="Who may claim from which programme",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_subsidy_admissions_participant_id", "subsidy_admissions", ["participant_id"])
    _subsidy_claims()


def _subsidy_claims() -> None:
    op.create_table(
        "subsidy_claims",
        _text("claim_id"),
        _whole("seq"),
        _text("programme_id"),
        _text("participant_id"),
        _text("market_id"),
        _text("currency"),
        _whole("claimed_minor"),
        _whole("amount_minor", "to be paid"),
        _whole("unpaid_minor"),
        _text("unpaid_reason", "what kept the rest; empty where nothing was kept"),
        _text("period", "the window that it counts in"),
        _whole("cap_minor", "in such a window, then"),
        _text("reference", "what it was claimed for"),
        _text("state", "claimed, paid or returned"),
        _text("reason", "why it came back", null=True),
        _text("detail", null=True),
        _whole("at"),
        _whole("closed_at", null=True),
        PrimaryKeyConstraint("claim_id", name="pk_subsidy_claims"),
        comment="What participants claimed from programmes, what was paid and what kept the rest",
    )
    op.create_index("ix_subsidy_claims_participant_id", "subsidy_claims", ["participant_id"])
    op.create_index("ix_subsidy_claims_programme_id_period", "subsidy_claims", ["programme_id", "period"])
