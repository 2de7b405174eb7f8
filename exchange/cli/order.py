"""`order`: placing, changing and taking back orders from a terminal."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing
from exchange.cli.instruments import Shown, instrument_of, market_named
from exchange.cli.looking import row_soon
from exchange.cli.options import acting, as_json, data, dry_run, example, exchange_of, naming, print_json
from exchange.cli.trading import TIMES, TYPES
from exchange.cli.uses import of_use, use_of
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from exchange.sdk import Placed, Replaced
    from exchange.sdk.trader import Conditions
    from streams.client import Client

_SELF_TRADES = ("cancel_newest", "cancel_oldest", "cancel_both", "decrement")

_order = click.argument("order", shell_complete=completing.in_tables("orders", "order_id"))
_quantity = click.argument("quantity", type=click.IntRange(1, 10**9))
_expires_at = click.option(
    "--expires-at", metavar="TIME", help="When a gtd order ends, such as 2026-12-01T08:00:00Z."
)


@click.group(
    epilog=example(
        "exchange order place H100-T10 bid 3 12.50 --as BU-JP-01",
        "exchange order cancel O-0.41.0 --as BU-JP-01",
    )
)
def order() -> None:
    """Place an order, change it, or take it back.

    Prices are written in the instrument's currency (12.50); one that is off the instrument's tick is refused before
    anything is sent. `exchange book` shows the book, `exchange orders` what became of orders.
    """


@order.command(
    epilog=example(
        "exchange order place H100-T10 bid 3 12.50 --as BU-JP-01",
        "exchange order place H100-T10 ask 5 --type market --time-in-force ioc \\\n      --as SE-CN-02",
    )
)
@click.argument("instrument", shell_complete=completing.in_tables("instruments", "instrument_id"))
@click.argument("side", type=click.Choice(["bid", "ask"]))
@_quantity
@click.argument("price", required=False)
@data
@acting
@click.option(
    "--type",
    "order_type",
    type=click.Choice(list(TYPES)),
    default="limit",
    show_default=True,
    help="A market order takes only; with a PRICE it takes at that or better.",
)
@click.option(
    "--time-in-force",
    type=click.Choice(list(TIMES)),
    default="day",
    show_default=True,
    help="Until the session ends, cancelled, at once what can be, at once whole, or --expires-at.",
)
@_expires_at
@click.option("--post-only", is_flag=True, help="Only if it rests: refused where it would take.")
@click.option(
    "--min-quantity", type=click.IntRange(1, 10**9), metavar="N", help="Execute N at once, or nothing."
)
@click.option(
    "--display-quantity",
    type=click.IntRange(1, 10**9),
    metavar="N",
    help="Show others N at a time, at least 1 %.",
)
@click.option(
    "--self-trade",
    type=click.Choice(_SELF_TRADES),
    default="cancel_newest",
    show_default=True,
    help="What becomes of it where it meets one of the same owner.",
)
@of_use
@click.option("--reference", default="", metavar="TEXT", help="Your own name for the order.")
@dry_run
@as_json
def place(
    instrument: str,
    side: str,
    quantity: int,
    price: str | None,
    data: Path,
    actor: str,
    purpose: str | None,
    scenario: str | None,
    place: str | None,
    remote: tuple[str, ...],
    authority: str | None,
    reference: str,
    dry_run: bool,
    as_json: bool,
    **conditions: Any,
) -> None:
    """Bid or ask QUANTITY lots of INSTRUMENT, at PRICE a lot or better.

    A bid accepts the licence on offer. What is not met at once rests in the book, where the conditions let it.
    """
    from exchange.sdk import Buyer, Seller

    shown = instrument_of(data, instrument)
    ticks = None if price is None else shown.ticks(price)
    wanted = _conditions(conditions)
    use = use_of(shown.licence, purpose, scenario, place, remote, authority)

    async def speak(client: "Client") -> "Placed":
        given: Any = {"market_id": shown.market_id, "reference": reference, "conditions": wanted}
        if side == "ask":
            return await Seller(client, actor).place_ask(instrument, quantity, ticks, **given)
        return await Buyer(client, actor).bid(instrument, quantity, ticks, use=use, **given)

    _do(data, actor, speak, dry_run, as_json, lambda placed: _placed(placed, shown, actor, data))


def _conditions(given: dict[str, Any]) -> "Conditions":
    """The conditions as they were typed."""
    from exchange.market.commands import OrderType, SelfTrade, TimeInForce
    from exchange.sdk.trader import Conditions

    return Conditions(
        order_type=OrderType(TYPES[given["order_type"]]),
        time_in_force=TimeInForce(TIMES[given["time_in_force"]]),
        expires_at=_instant(given["expires_at"]),
        post_only=given["post_only"],
        min_quantity=given["min_quantity"],
        display_quantity=given["display_quantity"],
        self_trade=SelfTrade(given["self_trade"]),
    )


@order.command(epilog=example("exchange order replace O-0.41.0 2 12.40 --as BU-JP-01"))
@_order
@_quantity
@click.argument("price")
@data
@acting
@_expires_at
@dry_run
@as_json
def replace(
    order: str,
    quantity: int,
    price: str,
    data: Path,
    actor: str,
    expires_at: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Change ORDER to QUANTITY lots in all, what was executed included, at PRICE a lot.

    It keeps its place in the queue where nothing but a reduction changes; else it enters anew and may take.
    """
    from exchange.sdk import Buyer

    shown = _book_of(data, order)
    ticks, ends = shown.ticks(price), _instant(expires_at)

    async def speak(client: "Client") -> "Replaced":
        return await Buyer(client, actor).replace(
            order, quantity, ticks, market_id=shown.market_id, expires_at=ends
        )

    _do(data, actor, speak, dry_run, as_json, lambda replaced: _replaced(replaced, order, shown))


@order.command(epilog=example("exchange order cancel O-0.41.0 --as BU-JP-01"))
@_order
@data
@acting
@dry_run
@as_json
def cancel(order: str, data: Path, actor: str, dry_run: bool, as_json: bool) -> None:
    """Take back what is left of ORDER."""
    from exchange.sdk import Buyer

    shown = _book_of(data, order)

    async def speak(client: "Client") -> Any:
        return await Buyer(client, actor).cancel(order, shown.market_id)

    def told(fact: Any) -> list[str]:
        return [f"Cancelled: {fact.quantity_left:,} of {order}{_released(fact)}"]

    _do(data, actor, speak, dry_run, as_json, told)


@order.command(
    "cancel-all",
    epilog=example(
        "exchange order cancel-all --as BU-JP-01",
        "exchange order cancel-all --everybody --instrument H100-T10 --as OP-CN-01",
    ),
)
@data
@acting
@click.option(
    "--instrument",
    metavar="ID",
    shell_complete=completing.in_tables("instruments", "instrument_id"),
    help="Only in this book.",
)
@click.option("--market", metavar="ID", help="In this market, where there are several.")
@click.option("--participant", metavar="NAME", help="Somebody else's, which an operator may.")
@click.option("--everybody", is_flag=True, help="All of an instrument, which an operator may.")
@dry_run
@as_json
def cancel_all(
    data: Path,
    actor: str,
    instrument: str | None,
    market: str | None,
    participant: str | None,
    everybody: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take back all open orders: one's own, or with an operator's right another's or everybody's."""
    from exchange.sdk import Operator

    if everybody and (participant is not None or instrument is None):
        raise Misuse("--everybody goes with --instrument, and without --participant; name the instrument")
    market_id = _market(data, instrument, market)
    whose = None if everybody else participant or actor

    async def speak(client: "Client") -> Any:
        return await Operator(client, actor).cancel_orders(
            market_id=market_id, participant_id=whose, instrument_id=instrument
        )

    _do(data, actor, speak, dry_run, as_json, _cancelled)


def _do(
    data: Path,
    actor: str,
    speak: Callable[["Client"], Awaitable[Any]],
    dry_run: bool,
    as_json: bool,
    told: Callable[[Any], list[str]],
) -> None:
    """Say what is to be said to the exchange, or rehearse it, and tell what came of it."""
    if dry_run:
        from exchange.cli.rehearsing import rehearse, show_foretold

        show_foretold(asyncio.run(rehearse(data, actor, speak, quiet=as_json)), as_json)
        return

    async def run() -> Any:
        async with exchange_of(data) as exchange:
            return await speak(exchange.client)

    found = asyncio.run(run())
    if as_json:
        print_json(found)
    else:
        click.echo("\n".join(told(found)))


def _instant(text: str | None) -> int | None:
    from exchange.kernel.time import instant

    if text is None:
        return None
    try:
        return instant(text)
    except (ValueError, OverflowError) as error:
        raise Misuse(
            f"--expires-at {text!r}: expected a time with Z or an offset, such as 2026-12-01T08:00:00Z"
        ) from error


def _book_of(data: Path, order_id: str) -> Shown:
    """The instrument of an order. Raises: Misuse if there is no such order."""
    row = row_soon(data, "orders", order=order_id)
    if row is None:
        raise Misuse(f"there is no order {order_id}; `exchange orders` shows those there are")
    return instrument_of(data, row["instrument_id"])


def _market(data: Path, instrument: str | None, market: str | None) -> str:
    if instrument is not None:
        return instrument_of(data, instrument).market_id
    return market_named(data, market)


def _placed(placed: "Placed", shown: Shown, actor: str, data: Path) -> list[str]:
    order = placed.order
    article = "an" if order.side.value == "ask" else "a"
    what = (
        f"{article} {order.side.value} of {order.quantity:,} at {shown.price(order.price)} {shown.currency}"
    )
    lines = [f"Placed: {placed.order_id}, {what} in {order.instrument_id}"]
    lines += _met(placed.trades, shown)
    left = order.quantity - sum(trade.quantity for trade in placed.trades)
    if placed.cancelled is not None:
        lines.append(f"Ended: {placed.cancelled.quantity_left:,} left, {_words(placed.cancelled.grounds)}")
    elif left:
        lines += [f"Rests: {left:,}", "", "Next:"]
        lines.append(f"  exchange order cancel {placed.order_id} --as {actor}{naming(data)}")
    return lines


def _replaced(replaced: "Replaced", order_id: str, shown: Shown) -> list[str]:
    now = replaced.order
    lines = []
    if now is not None:
        place = "kept its place" if now.kept_place else "entered anew"
        lines.append(
            f"Replaced: {order_id}, now {now.quantity:,} at {shown.price(now.price)} {shown.currency}; {place}"
        )
    lines += _met(replaced.trades, shown)
    if replaced.cancelled is not None:
        lines.append(
            f"Ended: {replaced.cancelled.quantity_left:,} left, {_words(replaced.cancelled.grounds)}"
        )
    return lines


def _met(trades: Any, shown: Shown) -> list[str]:
    return [
        f"Traded: {trade.quantity:,} at {shown.price(trade.price)} {shown.currency}, trade {trade.trade_id}"
        for trade in trades
    ]


def _cancelled(fact: Any) -> list[str]:
    if hasattr(fact, "count"):
        return [f"Cancelled: {fact.count:,} order{'' if fact.count == 1 else 's'}"]
    return ["Cancelling: too many for one outcome; none of the kind is accepted until they are gone"]


def _released(fact: Any) -> str:
    from exchange.kernel.money import format_minor

    back = fact.released_minor
    return f"; {format_minor(back, fact.currency)} is free again" if back else ""


def _words(grounds: str) -> str:
    return grounds.replace("_", " ")
