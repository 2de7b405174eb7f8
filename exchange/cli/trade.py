"""`buy`, `ask`: taking part from a terminal."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import standard
from exchange.cli.options import acting, as_json, data, example, exchange_of, naming
from exchange.kernel.errors import Misuse
from streams.vocabulary import CONTEXTS

if TYPE_CHECKING:
    from exchange.sdk import Placed


@click.command(epilog=example("exchange buy L-0.12.0 --as BU-JP-01 --purpose transport --place JP"))
@click.argument("listing")
@data
@acting
@click.option(
    "--quantity", type=click.IntRange(1), default=1, show_default=True, metavar="N", help="How many units."
)
@click.option(
    "--price-minor",
    type=click.IntRange(1),
    metavar="N",
    help="Pay at most this for a unit, in minor units.  [default: the listing's price]",
)
@click.option(
    "--purpose", metavar="WORD", help="What the data is for; without one the fence cannot admit it."
)
@click.option("--scenario", metavar="ID", help="The use scenario's id.")
@click.option("--place", metavar="PLACE", help="Where the data will be used (ISO 3166, or CN-LG).")
@click.option("--remote", multiple=True, metavar="PLACE", help="Where it is also seen from; may be repeated.")
@as_json
def buy(
    listing: str,
    data: Path,
    actor: str,
    quantity: int,
    price_minor: int | None,
    purpose: str | None,
    scenario: str | None,
    place: str | None,
    remote: tuple[str, ...],
    as_json: bool,
) -> None:
    """Buy a listing at once, accepting its licence, or not at all."""
    import msgspec

    from exchange.market.commands import Use

    async def run() -> "Placed":
        async with exchange_of(data) as exchange:
            buyer = exchange.buyer(actor)
            found = await buyer.listing(listing)
            use = _checked(
                Use,
                purpose=purpose,
                scenario_id=scenario,
                place_of_use=place,
                remote_access_from=remote,
                licence_digest=found.licence_digest,
            )
            return await buyer.buy(found, quantity, price_minor, use=use)

    placed = asyncio.run(run())
    if as_json:
        click.echo(msgspec.json.encode(_plain(placed)))
    else:
        click.echo("\n".join(_bought(placed, actor, data)))


def _checked(kind: Any, **values: Any) -> Any:
    """A value made of what was given on the command line. Raises: Misuse where it is out of range."""
    import msgspec

    try:
        return msgspec.convert(values, kind, builtin_types=(bytes,))
    except msgspec.ValidationError as error:
        from streams.wording import in_words

        raise Misuse(in_words(error, kind, values)) from error


def _bought(placed: "Placed", actor: str, data: Path) -> list[str]:
    from exchange.kernel.money import format_minor

    lines = [
        f"Bought: trade {trade.trade_id} for {format_minor(trade.amount_minor, trade.currency)}, held in escrow;"
        f" entitlement {entitlement.entitlement_id}"
        for trade, entitlement in zip(placed.trades, placed.entitlements, strict=True)
    ]
    nexts = [
        f"  exchange subscribe {each.entitlement_id} --as {actor}{naming(data)}"
        for each in placed.entitlements
    ]
    return [*lines, "", "Next:", *nexts]


@click.command(
    epilog=example(
        """echo '{"type": "CancelOrder", "order_id": "O-0.4.1"}' |""",
        "exchange ask market M-SH --as BU-1",
    )
)
@click.argument("context", type=click.Choice(CONTEXTS))
@click.argument("key")
@data
@acting
@click.option(
    "--id",
    "command_id",
    metavar="ID",
    help="The command's id: given again with the same command, it is decided only once.",
)
def ask(context: str, key: str, data: Path, actor: str, command_id: str | None) -> None:
    """Send the one command on standard input (JSON) and print its facts, one JSON a line.

    KEY is what owns a partition: a market's id, a product's id, or `registry`. A refusal is a fact too: it is
    printed, and the command ends with 1.
    """
    given = "".join(standard.text_lines(standard.standard_input("one command as JSON")))
    _with_meta(given, actor, 0)
    asyncio.run(_ask(context, key, data, actor, command_id, given))


async def _ask(context: str, key: str, data: Path, actor: str, command_id: str | None, given: str) -> None:
    from streams.jsonpipe import read_command, write_fact

    read_command(context, _with_meta(given, actor, 0), 1)
    async with exchange_of(data) as exchange:
        now = await exchange.client.exchange_time(context, key)
        command = read_command(context, _with_meta(given, actor, now), 1).command
        answer = await exchange.client.ask(context, key, command, actor=actor, id=command_id)
        standard.write_lines(
            write_fact(context, answer.position.partition, recorded) for recorded in answer.outcome
        )
        answer.or_raise()


def _with_meta(text: str, actor: str, now_us: int) -> str:
    """A command for the pipe's reader: who asks and when are said by the options."""
    import msgspec

    try:
        given = msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise Misuse(
            f'standard input is no JSON object ({error}); write {{"type": "CancelOrder", …}}'
        ) from error
    given["meta"] = {"id": "asked", "actor": actor, "at": now_us}
    return msgspec.json.encode(given).decode()


def _plain(value: Any) -> Any:
    """A value for JSON, bytes as hexadecimal like everywhere else."""
    import msgspec

    return _in_hex(msgspec.to_builtins(value, builtin_types=(bytes,)))


def _in_hex(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {key: _in_hex(part) for key, part in value.items()}
    return [_in_hex(part) for part in value] if isinstance(value, list | tuple) else value
