"""Price plans, what is bought and used up by them, and subscriptions."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, PrimaryKeyConstraint, Text
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _text(name: str, *, null: bool = False, comment: str | None = None) -> Column[Any]:
    return Column(name, TEXT, nullable=null, comment=comment)


def _whole(
    name: str, *, null: bool = False, start: str | None = None, comment: str | None = None
) -> Column[Any]:
    return Column(name, BigInteger, autoincrement=False, nullable=null, server_default=start, comment=comment)


def upgrade() -> None:
    """Create the tables."""
    _price_plans()
    _units_bought()
    _prepaid_balances()
    _usage_records()
    _top_ups()
    _subscriptions()
    _subscription_periods()


def _price_plans() -> None:
    op.create_table(
        "price_plans",
        _text("plan_id"),
        _whole("partition"),
        _whole("seq"),
        _text("instrument_id"),
        _text("seller_id"),
        _text("sale", comment="once or subscription"),
        _text("counts", comment="units, seats, calls or bytes (10^9 of them are one unit)"),
        _text("unit"),
        _text("model", comment="flat, volume or graduated"),
        _text(
            "tiers",
            comment="JSON array of unit prices in millionths of the major unit, and from how many units on",
        ),
        _text("currency"),
        _text("period", null=True, comment="day, month or year; null is as long as the licence"),
        _text("unused", comment="what becomes of prepaid units that are left: expires or refunded"),
        _whole("units_min"),
        _whole("grace_days"),
        _text("announced_tiers", null=True, comment="the prices announced last, as in tiers"),
        _whole("effective_at", null=True, comment="from the first renewal at or after then on"),
        _text("state", comment="in_force or replaced"),
        _whole("at"),
        _whole("changed_at"),
        PrimaryKeyConstraint("plan_id", name="pk_price_plans"),
        comment="How units of instruments are priced and sold",
    )
    op.create_index("ix_price_plans_instrument_id", "price_plans", ["instrument_id"])


def _units_bought() -> None:
    op.create_table(
        "units_bought",
        _text("entitlement_id"),
        _whole("partition"),
        _whole("seq"),
        _text("trade_id"),
        _text("plan_id"),
        _text("instrument_id"),
        _text("seller_id"),
        _text("buyer_id"),
        _whole("units"),
        _text("unit"),
        _whole("metered", comment="calls or bytes; 0 where nothing is used up"),
        _whole("used", comment="calls or bytes"),
        _text("currency"),
        _whole("amount_minor"),
        Column("refundable", Boolean, nullable=False),
        Column("top_up", Boolean, nullable=False, comment="bought by itself"),
        _whole("ends_at"),
        _text("state", comment="open or ended"),
        _whole("refunded_minor", comment="for what was left at the end"),
        _whole("at"),
        _whole("changed_at"),
        PrimaryKeyConstraint("entitlement_id", name="pk_units_bought"),
        comment="Purchases of units by a plan",
    )
    op.create_index("ix_units_bought_buyer_id", "units_bought", ["buyer_id"])
    op.create_index("ix_units_bought_instrument_id", "units_bought", ["instrument_id"])
    op.create_index("ix_units_bought_trade_id", "units_bought", ["trade_id"])


def _prepaid_balances() -> None:
    op.create_table(
        "prepaid_balances",
        _whole("partition"),
        _text("instrument_id"),
        _text("buyer_id"),
        _whole("bought", start="0"),
        _whole("used", start="0"),
        _whole("unused", start="0", comment="was left when its time was over, or its purchase refunded"),
        _whole("uncovered", start="0", comment="of what was used, used before it was bought"),
        _whole("covered", start="0", comment="of that, bought afterwards"),
        PrimaryKeyConstraint("partition", "instrument_id", "buyer_id", name="pk_prepaid_balances"),
        comment="What buyers have prepaid of instruments: calls or bytes",
        sqlite_with_rowid=False,
    )


def _usage_records() -> None:
    op.create_table(
        "usage_records",
        _whole("partition"),
        _whole("seq"),
        _text("instrument_id"),
        _text("seller_id"),
        _text("buyer_id"),
        _whole("metered", comment="calls or bytes, as in those that follow"),
        _whole("uncovered"),
        _whole("left_after"),
        _whole("owed_after"),
        _text("draws", comment="JSON array of how much of which entitlement"),
        _text("reference", comment="the meter's own name for it"),
        _whole("at"),
        PrimaryKeyConstraint("partition", "seq", name="pk_usage_records"),
        comment="What was used of prepaid units, by the meter's readings",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_usage_records_instrument_id_buyer_id", "usage_records", ["instrument_id", "buyer_id"])


def _top_ups() -> None:
    op.create_table(
        "top_ups",
        _text("top_up_id"),
        _whole("partition"),
        _whole("seq"),
        _text("instrument_id"),
        _text("buyer_id"),
        _whole("threshold", null=True, comment="calls or bytes"),
        _whole("units", null=True),
        _text("currency"),
        _whole("amount_max_minor", null=True),
        _text("state", comment="set, paused, replaced or ended"),
        _text("reason", null=True, comment="why it is paused"),
        _text("detail", null=True),
        _whole("at"),
        _whole("changed_at"),
        PrimaryKeyConstraint("top_up_id", name="pk_top_ups"),
        comment="How balances fill up by themselves",
    )
    op.create_index("ix_top_ups_instrument_id_buyer_id", "top_ups", ["instrument_id", "buyer_id"])


def _subscriptions() -> None:
    op.create_table(
        "subscriptions",
        _text("subscription_id"),
        _whole("partition"),
        _whole("seq"),
        _text("plan_id"),
        _text("instrument_id"),
        _text("seller_id"),
        _text("buyer_id"),
        _whole("units"),
        _text("unit"),
        _text("period", comment="day, month or year"),
        _text("reference", comment="the buyer's own name for it"),
        _text("state", comment="active, ending, suspended or ended"),
        _whole("periods", comment="that were paid for"),
        _whole("paid_until", null=True),
        _text("currency", null=True),
        _whole("paid_minor", comment="all periods, less what was refunded when it ended"),
        _whole("attempts", comment="renewals that failed since the last period"),
        _whole("next_attempt_at", null=True),
        _text("reason", null=True, comment="why the last renewal failed"),
        _text("detail", null=True),
        _text("codes", null=True, comment="JSON array of the fence's codes"),
        _text("grounds", null=True, comment="why it ended"),
        _whole("ends_at", null=True, comment="ends then: with its period, or unless a suspended one renews"),
        _whole("at"),
        _whole("changed_at"),
        PrimaryKeyConstraint("subscription_id", name="pk_subscriptions"),
        comment="Rights that renew period by period",
    )
    op.create_index("ix_subscriptions_buyer_id", "subscriptions", ["buyer_id"])
    op.create_index("ix_subscriptions_instrument_id", "subscriptions", ["instrument_id"])
    op.create_index("ix_subscriptions_seller_id", "subscriptions", ["seller_id"])


def _subscription_periods() -> None:
    op.create_table(
        "subscription_periods",
        _text("subscription_id"),
        _whole("number"),
        _whole("partition"),
        _whole("seq"),
        _text("trade_id"),
        _whole("begins_at"),
        _whole("ends_at"),
        _whole("days_charged"),
        _whole("days", comment="of the whole period"),
        _text("currency"),
        _whole("price_minor", comment="of the whole period"),
        _whole("amount_minor", comment="of the days charged"),
        _whole("at"),
        PrimaryKeyConstraint("subscription_id", "number", name="pk_subscription_periods"),
        comment="Periods of subscriptions, as they were paid for",
    )
    op.create_index("ix_subscription_periods_trade_id", "subscription_periods", ["trade_id"])
