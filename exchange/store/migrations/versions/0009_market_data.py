"""Instruments show their rules, orders more states and what icebergs show; capacities, auctions' prices, candles."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Computed, PrimaryKeyConstraint, Text, false
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
_STATE = (
    "CASE WHEN quantity_left > 0 THEN CASE WHEN quantity_executed > 0 THEN 'partially_filled' ELSE 'open' END"
    " WHEN quantity_cancelled = 0 THEN 'filled'"
    " WHEN grounds IN ('day', 'good_till_date', 'last_trade') THEN 'expired' ELSE 'cancelled' END"
)
_SHOWN = (
    "CASE WHEN display_quantity IS NULL OR display_quantity - quantity_taken % display_quantity > quantity_left"
    " THEN quantity_left ELSE display_quantity - quantity_taken % display_quantity END"
)
_BOOK_INDEX = "ix_orders_instrument_id_state_side_price"
_AHEAD_US = 28_800_000_000
"""Asia/Shanghai is eight hours ahead."""


def _text(
    name: str, *, start: str | None = None, null: bool = False, comment: str | None = None
) -> Column[Any]:
    return Column(name, _TEXT, nullable=null, server_default=start, comment=comment)


def _whole(
    name: str, *, start: int | None = None, null: bool = False, comment: str | None = None
) -> Column[Any]:
    default = None if start is None else str(start)
    return Column(
        name, BigInteger, autoincrement=False, nullable=null, server_default=default, comment=comment
    )


def _flag(name: str, comment: str | None = None) -> Column[Any]:
    return Column(name, Boolean, nullable=False, server_default=false(), comment=comment)


def upgrade() -> None:
    for column in _rules():
        op.add_column("instruments", column)
    _orders()
    _tables()
    for seconds in (1, 60, 86_400):
        op.execute(_sum_up(seconds))


def _rules() -> tuple[Column[Any], ...]:
    return (
        _whole("minor_micros", start=10_000, comment="one minor unit, in millionths of the major unit"),
        _text("kind", start="listing", comment="listing, compute, bandwidth, storage or seat"),
        _text("form", start="book", comment="how it is traded: book, auction, quotes, pool or plan"),
        _text("spec_hash", null=True, comment="the grade sheet's digest"),
        _text("delivery_place", null=True),
        _whole("window_from_at", null=True, comment="when delivery begins"),
        _whole("window_until_at", null=True, comment="when delivery ends"),
        _whole("lot_size", start=1),
        _whole("quantity_step", start=1, comment="in lots"),
        _whole("quantity_min", start=1, comment="in lots"),
        _whole("quantity_max", start=10**9, comment="in lots"),
        _whole("quantity_decimals", start=0, comment="for people"),
        _whole("price_step", start=1, comment="in ticks"),
        _whole("price_decimals", start=2, comment="for people"),
        _whole("reference_price", null=True, comment="in ticks"),
        _whole("collar_bp", null=True, comment="basis points around the reference; none is no band"),
        _whole("first_trade_at", null=True),
        _whole("last_trade_at", null=True, comment="when its book closes by itself"),
        _whole("call_us", start=0, comment="how long orders collect before an auction"),
        _text("after_call", start="open", comment="what follows the auction: open or closed"),
        _whole("session_ends_minute", start=1_440, comment="minutes after midnight in Asia/Shanghai"),
        _text("settlement", start="on_delivery", comment="on_delivery, on_meter or on_provision"),
        _text("substitution", null=True, comment="what may be delivered instead"),
        _whole("penalty_bp", start=0, comment="of a default, in basis points"),
        _flag("capacity_needed"),
        _whole("orders_max", start=10_000, comment="open orders of one participant"),
    )


def _orders() -> None:
    """New columns, and a state worked out of them; what was executed before is what neither rests nor was cancelled."""
    op.drop_index(_BOOK_INDEX, table_name="orders")
    with op.batch_alter_table("orders") as orders:
        orders.drop_column("state")
        orders.add_column(_whole("quantity_executed", start=0, comment="in lots"))
        orders.add_column(
            _whole("quantity_taken", start=0, comment="in lots, by others, since it last showed a full part")
        )
        orders.add_column(_flag("unpriced", "a market order that waits for an auction"))
        orders.add_column(_whole("replaced_at", null=True, comment="when it was changed last"))
        orders.alter_column(
            "seq", existing_type=BigInteger, comment="of the fact with which it entered, or entered anew"
        )
    op.execute("UPDATE orders SET quantity_executed = quantity - quantity_left - quantity_cancelled")
    with op.batch_alter_table("orders", recreate="always" if _is_sqlite() else "never") as orders:
        orders.add_column(
            Column(
                "state",
                _TEXT,
                Computed(_STATE, persisted=True),
                comment="open, partially_filled, filled, cancelled or expired",
            )
        )
        orders.add_column(
            Column(
                "quantity_shown",
                BigInteger,
                Computed(_SHOWN, persisted=True),
                comment="in lots: what others see",
            )
        )
    op.create_index(_BOOK_INDEX, "orders", ["instrument_id", "state", "side", "price"])


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _tables() -> None:
    op.create_table(
        "capacities",
        _whole("partition"),
        _whole("seq"),
        _text("instrument_id"),
        _text("participant_id"),
        _whole("quantity", comment="in lots, in all"),
        _whole("at"),
        PrimaryKeyConstraint("partition", "seq", name="pk_capacities"),
        comment="What a participant was said to be able to deliver; the latest counts",
    )
    op.create_index(
        "ix_capacities_instrument_id_participant_id", "capacities", ["instrument_id", "participant_id"]
    )
    op.create_table(
        "call_auctions",
        _whole("partition"),
        _whole("seq"),
        _text("instrument_id"),
        _whole("price", null=True, comment="in ticks; none where nothing trades"),
        _whole("volume", comment="in lots"),
        _whole("imbalance", comment="in lots: bids less asks at the price"),
        _whole("at"),
        PrimaryKeyConstraint("partition", "seq", name="pk_call_auctions"),
        comment="The prices that call auctions found",
    )
    op.create_index("ix_call_auctions_instrument_id", "call_auctions", ["instrument_id"])
    op.create_table(
        "candles",
        _text("instrument_id"),
        _whole("interval_s", comment="1, 60 or 86400: a second, a minute, a day of Asia/Shanghai"),
        _whole("begins_at"),
        _whole("partition"),
        _text("currency"),
        _whole("first_price", comment="in ticks, as are the next three"),
        _whole("high_price"),
        _whole("low_price"),
        _whole("last_price"),
        _whole("volume", comment="in lots"),
        _whole("value_minor"),
        _whole("trades"),
        _whole("seq", comment="of the last trade, or of what undid one"),
        _whole("at", comment="the last trade's"),
        PrimaryKeyConstraint("instrument_id", "interval_s", "begins_at", name="pk_candles"),
        comment="Trades of an instrument in an interval of exchange time; where nothing was traded there is no row",
        sqlite_with_rowid=False,
    )


def _sum_up(seconds: int) -> str:
    """The candles of the trades that are there."""
    size = seconds * 1_000_000
    begins = f"(at + {_AHEAD_US}) - (at + {_AHEAD_US}) % {size} - {_AHEAD_US}"
    return (
        "INSERT INTO candles (instrument_id, interval_s, begins_at, partition, currency, first_price, high_price,"
        " low_price, last_price, volume, value_minor, trades, seq, at)"
        f" SELECT instrument_id, {seconds}, begins_at, max(partition), max(currency), max(first_price), max(price),"
        " min(price), max(last_price), sum(quantity), sum(amount_minor), count(*), max(seq), max(at)"
        f" FROM (SELECT trades.*, {begins} AS begins_at,"
        f" first_value(price) OVER (PARTITION BY instrument_id, {begins} ORDER BY seq) AS first_price,"
        f" first_value(price) OVER (PARTITION BY instrument_id, {begins} ORDER BY seq DESC) AS last_price"
        " FROM trades) AS placed GROUP BY instrument_id, begins_at"
    )
