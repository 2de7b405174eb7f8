"""`trades`, `orders`, `candles`: what was traded, and what stands or ended."""

import asyncio
import contextlib
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing, standard
from exchange.cli.instruments import instrument_of, instruments_of
from exchange.cli.looking import rows_of
from exchange.cli.options import as_json, as_json_lines, data, example, exchange_of, print_json

if TYPE_CHECKING:
    from exchange.cli.instruments import Shown
    from exchange.views.depth import BookUpdate

INTERVALS = ("1s", "1m", "5m", "15m", "1h", "1d")
"""The same as `exchange.kernel.intervals.INTERVALS`, as a test sees to."""
WAYS = ("book", "auction", "quotes", "pool", "plan")
"""The same as `exchange.views.sold_by.WAYS`, as a test sees to."""
TYPES = {"market": "1", "limit": "2"}
"""The words for FIX's OrdType, as a test sees to; so are those for its TimeInForce."""
TIMES = {"day": "0", "gtc": "1", "ioc": "3", "fok": "4", "gtd": "6"}

_instrument = click.argument(
    "instrument", shell_complete=completing.in_tables("instruments", "instrument_id")
)
_last = click.option(
    "-n",
    "last",
    type=click.IntRange(1, 10_000),
    default=20,
    show_default=True,
    metavar="N",
    help="Only the last N.",
)


@click.command(epilog=example("exchange trades L-0.12.0 -n 50", "exchange trades L-0.12.0 -f --json"))
@_instrument
@data
@_last
@click.option(
    "-f", "--follow", is_flag=True, help="Go on with what comes, until Ctrl-C; the node has to be up."
)
@as_json_lines
def trades(instrument: str, data: Path, last: int, follow: bool, as_json: bool) -> None:
    """Show an instrument's trades: when, at what price, how much, who took, or how else it was sold; the newest last.

    Prices are in the instrument's currency, with --json in ticks. Between whom they were is not shown here: `exchange
    query trades` tells those who run the node. A trade that an operator undid is told as busted.
    """
    shown = instrument_of(data, instrument)
    if follow:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_follow(data, shown, last, as_json))
        return
    rows = rows_of(data, "tape", instrument=instrument, last=str(last))
    if as_json:
        for row in rows:
            print_json(row)
        return
    columns = ("at", "price", "quantity", "value", "taker")
    _print_rows(columns, [_traded(row, shown) for row in rows])


async def _follow(data: Path, shown: "Shown", last: int, as_json: bool) -> None:
    from exchange.views.depth import Book

    async with exchange_of(data) as exchange:
        market = exchange.market_data()
        told = -1
        async with aclosing(market.feed(shown.instrument_id)) as feed:
            async for seen in feed:
                if isinstance(seen, Book):
                    # Asked after the book is known: what it shows already is not told again.
                    rows = (await market.tape(shown.instrument_id, last)).as_dicts()
                else:
                    rows = [_row(trade, seen.partition, shown) for trade in seen.trades if trade.seq > told]
                for row in rows:
                    told = row["seq"]
                    _print_trade(row, shown, as_json)
                if not isinstance(seen, Book):
                    _print_busted(seen, as_json)


def _print_busted(seen: "BookUpdate", as_json: bool) -> None:
    """Which of the trades told before, or before these, were undone."""
    for trade_id in seen.busted:
        if as_json:
            print_json(
                {
                    "at": seen.at,
                    "trade_id": trade_id,
                    "partition": seen.partition,
                    "seq": seen.seq,
                    "busted": True,
                }
            )
        else:
            from exchange.kernel.time import iso

            standard.write_lines([f"{iso(seen.at)}  busted {trade_id}"])


def _print_trade(row: dict[str, Any], shown: "Shown", as_json: bool) -> None:
    if as_json:
        print_json(row)
    else:
        standard.write_lines(["  ".join(map(str, _traded(row, shown)))])


def _row(trade: Any, partition: int, shown: "Shown") -> dict[str, Any]:
    """A trade of a feed as the tables have it."""
    return {
        "at": trade.at,
        "price": trade.price,
        "quantity": trade.quantity,
        "amount_minor": trade.amount_minor,
        "currency": shown.currency,
        "taker": trade.taker,
        "sold_by": trade.sold_by,
        "trade_id": trade.trade_id,
        "partition": partition,
        "seq": trade.seq,
        "busted": False,
    }


def _traded(row: dict[str, Any], shown: "Shown") -> tuple[Any, ...]:
    from exchange.cli.grid import Figure
    from exchange.kernel.money import format_minor
    from exchange.kernel.time import iso

    value = Figure(format_minor(row["amount_minor"], row["currency"]))
    price = Figure(shown.price(row["price"]))
    taker = (row["taker"] or "auction") if row["sold_by"] == "book" else f"by {row['sold_by']}"
    return (iso(row["at"]), price, row["quantity"], value, f"{taker}, busted" if row["busted"] else taker)


@click.command(epilog=example("exchange candles L-0.12.0 --interval 5m -n 50"))
@_instrument
@data
@click.option(
    "--interval",
    type=click.Choice(INTERVALS),
    default="1m",
    show_default=True,
    help="How long each is; a day is one of Asia/Shanghai.",
)
@click.option(
    "--sold-by",
    type=click.Choice(WAYS),
    default="book",
    show_default=True,
    help="Of what the book traded, or of what was sold otherwise.",
)
@click.option(
    "--since", metavar="TIME", help="That begin at this time or later, such as 2026-11-02T00:00:00Z."
)
@click.option("--until", metavar="TIME", help="That begin before this time.")
@_last
@as_json
def candles(
    instrument: str,
    data: Path,
    interval: str,
    sold_by: str,
    since: str | None,
    until: str | None,
    last: int,
    as_json: bool,
) -> None:
    """Show an instrument's trades by intervals of exchange time: first, high, low, last, volume, value, count.

    Where nothing was traded there is none. Prices are in the instrument's currency, with --json in ticks.
    """
    shown = instrument_of(data, instrument)
    times = {name: value for name, value in (("since", since), ("until", until)) if value is not None}
    given = {"instrument": instrument, "interval": interval, "sold_by": sold_by, "last": str(last), **times}
    rows = rows_of(data, "candles", **given)
    if as_json:
        print_json(rows)
        return
    columns = ("begins", "first", "high", "low", "last", "volume", "value", "trades")
    _print_rows(columns, [_candle(row, shown) for row in rows])


def _candle(row: dict[str, Any], shown: "Shown") -> tuple[Any, ...]:
    from exchange.cli.grid import Figure
    from exchange.kernel.money import format_minor
    from exchange.kernel.time import iso

    prices = (Figure(shown.price(row[f"{name}_price"])) for name in ("first", "high", "low", "last"))
    value = Figure(format_minor(row["value_minor"], row["currency"]))
    return (iso(row["begins_at"]), *prices, row["volume"], value, row["trades"])


@click.command(epilog=example("exchange orders --participant BU-JP-01 --state standing"))
@data
@click.option(
    "--participant",
    metavar="NAME",
    shell_complete=completing.in_tables("participants", "participant_id"),
    help="Only of this participant.",
)
@click.option(
    "--instrument",
    metavar="ID",
    shell_complete=completing.in_tables("instruments", "instrument_id"),
    help="Only in this book.",
)
@click.option(
    "--state",
    type=click.Choice(["standing", "open", "partially_filled", "filled", "cancelled", "expired"]),
    help="Only in this state; standing is open or partially filled.",
)
@_last
@as_json
def orders(
    data: Path, participant: str | None, instrument: str | None, state: str | None, last: int, as_json: bool
) -> None:
    """Show orders, open and ended, with what became of them; the newest last.

    Prices are in the instrument's currency, with --json in ticks.
    """
    given = {"participant": participant, "instrument": instrument, "state": state, "last": str(last)}
    rows = rows_of(data, "orders", **given)
    if as_json:
        print_json(rows)
        return
    known = instruments_of(data)
    columns = ("order", "instrument", "participant", "side", "how", "price", "done", "of", "state", "at")
    _print_rows(columns, [_order(row, known[row["instrument_id"]]) for row in rows])


def _order(row: dict[str, Any], shown: "Shown") -> tuple[Any, ...]:
    from exchange.cli.grid import Figure
    from exchange.kernel.time import iso

    names = ("order_id", "instrument_id", "participant_id", "side")
    how = f"{_word(TYPES, row['order_type'])} {_word(TIMES, row['time_in_force'])}"
    price = Figure(shown.price(row["price"]))
    executed = (row["quantity_executed"], row["quantity"])
    return (*(row[name] for name in names), how, price, *executed, _state(row), iso(row["at"]))


def _state(row: dict[str, Any]) -> str:
    words = [row["state"].replace("_", " ")]
    if row["quantity_left"] and row["replaced_at"] is not None:
        words.append("replaced")
    if row["grounds"] is not None:
        words.append(row["grounds"].replace("_", " "))
    return ", ".join(words)


def _word(words: dict[str, str], value: str) -> str:
    return next((word for word, code in words.items() if code == value), value)


def _print_rows(columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    from exchange.cli import grid

    click.echo("\n".join(grid.shown(columns, rows)))
    click.echo(f"{len(rows):,} row{'' if len(rows) == 1 else 's'}", err=True)
