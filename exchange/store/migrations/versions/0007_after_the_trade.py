"""What follows a trade: rejections, disputes, refunds; withdrawals, fees, brokers and credit."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Text
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _text(name: str, *, null: bool = False, comment: str | None = None) -> Column[Any]:
    return Column(name, _TEXT, nullable=null, comment=comment)


def _whole(
    name: str, *, null: bool = False, start: str | None = None, comment: str | None = None
) -> Column[Any]:
    return Column(name, BigInteger, autoincrement=False, nullable=null, server_default=start, comment=comment)


def upgrade() -> None:
    _trades()
    _disputes()
    _dispute_evidence()
    _refunds()
    _withdrawals()
    _credit_limits()
    _fee_schedules()
    _brokers()


def _trades() -> None:
    op.add_column(
        "trades",
        _text("grounds", null=True, comment="why it was rejected, refunded, disputed or undone"),
    )
    op.add_column(
        "trades",
        _text("evidence", null=True, comment="what the delivery's evidence spoke for in a dispute"),
    )
    op.add_column(
        "trades",
        _whole("refunded_minor", start="0", comment="what the buyer got back"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(
            "trades", "state", comment="escrow, rejected, disputed, accepted, refunded, resolved or busted"
        )


def _disputes() -> None:
    op.create_table(
        "disputes",
        _text("trade_id"),
        _whole("partition"),
        _whole("seq"),
        _text("product_id"),
        _text("buyer_id"),
        _text("seller_id"),
        _text("opened_by"),
        _text("stage", comment="escrow or accepted: where the money held was taken from"),
        _text("currency"),
        _whole("held_minor"),
        _text("grounds"),
        _whole("buyer_proposes_minor", null=True, comment="what the buyer says it should get back"),
        _whole("seller_proposes_minor", null=True, comment="what the seller says the buyer should get back"),
        _whole("buyer_minor", null=True, comment="what the buyer got"),
        _whole("seller_minor", null=True, comment="what the seller got"),
        _text("basis", null=True, comment="agreement or panel"),
        _text("panel", null=True, comment="JSON array of the three who ruled"),
        _text("ruling", null=True, comment="the grounds of the panel"),
        _text("state", comment="open or resolved"),
        _whole("at"),
        _whole("closed_at", null=True),
        PrimaryKeyConstraint("trade_id", name="pk_disputes"),
        comment="Purchases in dispute, and how each dispute ended",
    )
    op.create_index("ix_disputes_seller_id", "disputes", ["seller_id"])
    op.create_index("ix_disputes_state", "disputes", ["state"])


def _dispute_evidence() -> None:
    op.create_table(
        "dispute_evidence",
        _text("trade_id"),
        _text("party_id"),
        _whole("number"),
        _text("digest"),
        _text("description"),
        _whole("at"),
        PrimaryKeyConstraint("trade_id", "party_id", "number", name="pk_dispute_evidence"),
        comment="Documents that the parties to a dispute named by their digests",
        sqlite_with_rowid=False,
    )


def _refunds() -> None:
    op.create_table(
        "refunds",
        _text("trade_id"),
        _whole("seq"),
        _whole("partition"),
        _text("reference", comment="what it was for"),
        _text("product_id"),
        _text("buyer_id"),
        _text("seller_id"),
        _text("currency"),
        _whole("amount_minor"),
        _whole("payable_minor", comment="out of what the seller was owed"),
        _whole("clawback_minor", comment="the seller owes it from then on"),
        _whole("fee_net_minor"),
        _whole("fee_tax_minor"),
        _whole("left_minor", comment="what may still be given back"),
        _text("basis", comment="seller, operator or bust"),
        _text("grounds"),
        _whole("at"),
        PrimaryKeyConstraint("trade_id", "seq", name="pk_refunds"),
        comment="What went back of accepted purchases, and from whom",
    )
    op.create_index("ix_refunds_seller_id", "refunds", ["seller_id"])


def _withdrawals() -> None:
    op.create_table(
        "withdrawals",
        _text("withdrawal_id"),
        _whole("partition"),
        _whole("seq"),
        _text("participant_id"),
        _text("currency"),
        _whole("amount_minor"),
        _text("bank_id", null=True, comment="the custodian bank that answered"),
        _text("reference", null=True, comment="the bank's name for the payment"),
        _text("grounds", null=True, comment="why it was rejected"),
        _text("state", comment="requested, paid or rejected"),
        _whole("at"),
        _whole("closed_at", null=True),
        PrimaryKeyConstraint("withdrawal_id", name="pk_withdrawals"),
        comment="Cash that participants asked to have back",
    )
    op.create_index("ix_withdrawals_participant_id", "withdrawals", ["participant_id"])
    op.create_index("ix_withdrawals_state", "withdrawals", ["state"])


def _credit_limits() -> None:
    op.create_table(
        "credit_limits",
        _whole("partition"),
        _whole("seq"),
        _text("participant_id"),
        _text("currency"),
        _whole("limit_minor"),
        _whole("owed_minor", comment="drawn when it was set"),
        _whole("at"),
        PrimaryKeyConstraint("partition", "seq", name="pk_credit_limits"),
        comment="How much of what they buy participants may pay later; the last line of each holds",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_credit_limits_participant_id", "credit_limits", ["participant_id"])


def _fee_schedules() -> None:
    op.create_table(
        "fee_schedules",
        _whole("partition"),
        _whole("seq"),
        _whole("valid_from"),
        _whole("fee_bp", comment="of a sale's gross, in basis points, its tax inside"),
        _text("tax_authority"),
        _whole("tax_rate_bp"),
        _text("minimums", comment="JSON array: the least fee of a sale, by currency"),
        _text("service_fee", null=True, comment="JSON: asked once of each buyer"),
        _whole("at"),
        PrimaryKeyConstraint("partition", "seq", name="pk_fee_schedules"),
        comment="What the exchange takes, from when on",
        sqlite_with_rowid=False,
    )


def _brokers() -> None:
    op.create_table(
        "brokers",
        _whole("partition"),
        _whole("seq"),
        _text("seller_id"),
        _text("instrument_id"),
        _text("broker_id", null=True, comment="none: nobody any more"),
        _whole("commission_bp", comment="of each sale's gross, in basis points"),
        _whole("at"),
        PrimaryKeyConstraint("partition", "seq", name="pk_brokers"),
        comment="Who earns a part of a seller's sales of an instrument; the last line of each holds",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_brokers_seller_id_instrument_id", "brokers", ["seller_id", "instrument_id"])
