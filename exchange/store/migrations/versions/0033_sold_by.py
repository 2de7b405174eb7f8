"""How each trade was sold; candles of the book, of auctions, of quotes, of pools and of plans apart."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Text
from sqlalchemy.dialects import postgresql

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
_AHEAD_US = 28_800_000_000
"""Asia/Shanghai is eight hours ahead."""
_WAY = (
    "CASE WHEN bid_id LIKE 'B-%' THEN 'auction' WHEN bid_id LIKE 'AW-%' THEN 'quotes'"
    " WHEN bid_id LIKE 'SH-%' THEN 'pool' WHEN bid_id LIKE 'H-%' THEN 'plan' ELSE 'book' END"
)


def _text(name: str, comment: str | None = None, *, start: str | None = None) -> Column[Any]:
    return Column(name, TEXT, nullable=False, server_default=start, comment=comment)


def _whole(name: str, comment: str | None = None) -> Column[Any]:
    return Column(name, BigInteger, autoincrement=False, nullable=False, comment=comment)


def upgrade() -> None:
    """Say of each trade how it was sold, and make the candles anew."""
    op.add_column("trades", _text("sold_by", "book, auction, quotes, pool or plan", start="book"))
    op.execute(f"UPDATE trades SET sold_by = {_WAY}")
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("trades", "price", comment="in ticks; of a plan's units the average")
        op.alter_column("trades", "quantity", comment="in lots, or in a plan's units")
        op.execute("ALTER INDEX pk_candles RENAME TO pk_candles_before")
    op.rename_table("candles", "candles_before")
    _candles()
    for seconds in (1, 60, 86_400):
        op.execute(_sum_up(seconds))
    op.drop_table("candles_before")


def _candles() -> None:
    op.create_table(
        "candles",
        _text("instrument_id"),
        _text("sold_by", "book, auction, quotes, pool or plan: each has candles of its own"),
        _whole("interval_s", "1, 60 or 86400: a second, a minute, a day of Asia/Shanghai"),
        _whole("begins_at"),
        _whole("partition"),
        _text("currency"),
        _whole("first_price", "in ticks, as are the next three"),
        _whole("high_price"),
        _whole("low_price"),
        _whole("last_price"),
        _whole("volume", "in lots"),
        _whole("value_minor"),
        _whole("trades"),
        _whole("seq", "of the last trade, or of what undid one"),
        _whole("at", "the last trade's"),
        PrimaryKeyConstraint("instrument_id", "sold_by", "interval_s", "begins_at", name="pk_candles"),
        comment="Trades of an instrument in an interval of exchange time; where nothing was traded there is no row",
        sqlite_with_rowid=False,
    )


def _sum_up(seconds: int) -> str:
    """The candles of the trades that stand.

    Shape: where all that was traded in an interval was sold one way, or a trade was undone in it, the candle keeps the
    `seq` of the fact that changed it last.
    """
    size = seconds * 1_000_000
    begins = f"(at + {_AHEAD_US}) - (at + {_AHEAD_US}) % {size} - {_AHEAD_US}"
    within = f"PARTITION BY instrument_id, sold_by, {begins}"
    undone = (
        "EXISTS (SELECT 1 FROM trades WHERE trades.state = 'busted' AND trades.instrument_id = placed.instrument_id"
        " AND trades.sold_by = placed.sold_by AND trades.at >= placed.begins_at"
        f" AND trades.at < placed.begins_at + {size})"
    )
    return (
        "INSERT INTO candles (instrument_id, sold_by, interval_s, begins_at, partition, currency, first_price,"
        " high_price, low_price, last_price, volume, value_minor, trades, seq, at)"
        f" SELECT placed.instrument_id, placed.sold_by, {seconds}, placed.begins_at, max(placed.partition),"
        " max(placed.currency), max(placed.first_price), max(placed.price), min(placed.price), max(placed.last_price),"
        " sum(placed.quantity), sum(placed.amount_minor), count(*),"
        f" CASE WHEN max(before.trades) = count(*) OR {undone} THEN max(before.seq) ELSE max(placed.seq) END,"
        f" max(placed.at) FROM (SELECT trades.*, {begins} AS begins_at,"
        f" first_value(price) OVER ({within} ORDER BY seq) AS first_price,"
        f" first_value(price) OVER ({within} ORDER BY seq DESC) AS last_price"
        " FROM trades WHERE state <> 'busted') AS placed"
        " JOIN candles_before AS before ON before.instrument_id = placed.instrument_id"
        f" AND before.interval_s = {seconds} AND before.begins_at = placed.begins_at"
        " GROUP BY placed.instrument_id, placed.sold_by, placed.begins_at"
    )
