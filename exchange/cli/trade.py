"""`ask`, `buy`, `publish`, `subscribe`: taking part from a terminal."""

import asyncio
import base64
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import click
import msgspec

from exchange.cli.consoles import console
from exchange.cli.options import as_json, data
from exchange.kernel.errors import Misuse
from exchange.kernel.time import instant, iso
from exchange.market.commands import Use
from exchange.sdk import Delivered, Exchange
from exchange.sdk import Progress as Published
from streams.jsonpipe import read_command, write_fact
from streams.vocabulary import CONTEXTS

acting = click.option("--as", "actor", required=True, help="The participant to speak as.")


@click.command(
    epilog="""Example: echo '{"type": "CancelOrder", "order_id": "O-0.4.1"}' | exchange ask market M-SH --as BU-1"""
)
@click.argument("context", type=click.Choice(CONTEXTS))
@click.argument("key")
@data
@acting
@click.option(
    "--id", "command_id", help="The command's id: given again with the same command, it is decided once."
)
def ask(context: str, key: str, data: Path, actor: str, command_id: str | None) -> None:
    """Send the one command on standard input (JSON) and print its facts, one JSON a line.

    KEY is what owns a partition: a market's id, a product's id, or `registry`.
    """

    async def run() -> None:
        async with Exchange.open(data) as exchange:
            now = await exchange.client.exchange_time(context, key)
            given = _with_meta(sys.stdin.read(), actor, now)
            command = read_command(context, given, 1).command
            answer = await exchange.client.ask(context, key, command, actor=actor, id=command_id)
            for recorded in answer.outcome:
                click.echo(write_fact(context, answer.position.partition, recorded))
            answer.or_raise()

    asyncio.run(run())


@click.command(epilog="Example: exchange buy L-0.12.0 --as BU-JP-01 --purpose transport --place JP")
@click.argument("listing")
@data
@acting
@click.option("--quantity", type=click.IntRange(1), default=1, show_default=True, help="How many units.")
@click.option("--price-minor", type=click.IntRange(1), help="Pay at most this for a unit.  [default: posted]")
@click.option("--purpose", help="What the data is for; without one the fence cannot admit it.")
@click.option("--scenario", help="The use scenario's id.")
@click.option("--place", help="Where the data will be used (ISO 3166, or CN-LG).")
@click.option("--remote", multiple=True, help="A place it is also seen from; may be given several times.")
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

    async def run() -> None:
        async with Exchange.open(data) as exchange:
            buyer = exchange.buyer(actor)
            found = await buyer.listing(listing)
            use = Use(
                purpose=purpose,
                scenario_id=scenario,
                place_of_use=place,
                remote_access_from=remote,
                licence_digest=found.licence_digest,
            )
            placed = await buyer.buy(found, quantity, price_minor, use=use)
            if as_json:
                click.echo(msgspec.json.encode(placed))
                return
            for trade, entitlement in zip(placed.trades, placed.entitlements, strict=True):
                click.echo(f"Trade {trade.trade_id}; entitlement {entitlement.entitlement_id}")

    asyncio.run(run())


@click.command(epilog="Example: exchange publish P-07 calls.jsonl --as SE-CN-02 --complete")
@click.argument("product")
@click.argument("file", type=click.File("rb"))
@data
@acting
@click.option(
    "--complete", is_flag=True, help="Afterwards say that this is all that is owed to those entitled now."
)
@as_json
def publish(product: str, file: BinaryIO, data: Path, actor: str, complete: bool, as_json: bool) -> None:
    """Publish the lines of FILE (- is standard input), each one record's value, to PRODUCT's stream.

    A line that is a JSON object with "value" may also say "key" and "event_time" (ISO 8601).
    """

    async def run() -> None:
        async with Exchange.open(data) as exchange:
            seller = exchange.seller(actor)
            screen = console(stderr=True, quiet=as_json)
            with screen.status("publishing …") as status:

                def show(progress: Published) -> None:
                    status.update(f"{progress.records:,} records, {progress.records_per_s:,.0f}/s")

                done = await seller.publish(product, _records(file), show)
            if complete:
                await seller.complete(product, done.through)
        if as_json:
            click.echo(msgspec.json.encode({"records": done.records, "through": done.through}))
        else:
            click.echo(
                f"{done.records:,} records published in {len(done.ranges)} ranges, up to {done.through:,}."
            )

    asyncio.run(run())


@click.command(epilog="Example: exchange subscribe E-0.10.0 --as BU-JP-01 > records.jsonl")
@click.argument("entitlement")
@data
@acting
@click.option("--follow", is_flag=True, help="Go on after the seller has completed what is owed.")
@click.option("--no-receipts", is_flag=True, help="Read without confirming anything.")
@click.option("--limit", type=click.IntRange(1), help="Stop after so many records.")
def subscribe(
    entitlement: str, data: Path, actor: str, follow: bool, no_receipts: bool, limit: int | None
) -> None:
    """Receive what an entitlement is owed, one JSON a record, and confirm what was written.

    Stopped and started again, it goes on from the first record that no receipt covers.
    """

    async def run() -> None:
        async with Exchange.open(data) as exchange:
            deliveries = exchange.buyer(actor).deliveries(
                entitlement, receipts=not no_receipts, follow=follow
            )
            count = 0
            async for record in deliveries:
                sys.stdout.write(_line(record))
                count += 1
                if limit is not None and count >= limit:
                    break
            sys.stdout.flush()
            click.echo(f"{count:,} records", err=True)

    asyncio.run(run())


def _with_meta(text: str, actor: str, now_us: int) -> str:
    """A command for the pipe's reader: who asks and when are said by the options."""
    try:
        given = msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise Misuse(
            f'standard input is no JSON object ({error}); write {{"type": "CancelOrder", …}}'
        ) from error
    given["meta"] = {"id": "asked", "actor": actor, "at": now_us}
    return msgspec.json.encode(given).decode()


def _records(file: BinaryIO) -> Iterator[tuple[bytes | None, bytes | None, int]]:
    now = time.time_ns() // 1_000
    for line in file:
        value = line.rstrip(b"\r\n")
        given = _as_object(value)
        if given is None:
            yield None, value, now
        else:
            key, at = given.get("key"), given.get("event_time")
            text = given["value"]
            body = text.encode() if isinstance(text, str) else msgspec.json.encode(text)
            yield None if key is None else str(key).encode(), body, instant(at) if at else now


def _as_object(line: bytes) -> dict[str, Any] | None:
    if not line.startswith(b"{"):
        return None
    try:
        given = msgspec.json.decode(line, type=dict[str, Any])
    except msgspec.DecodeError:
        return None
    return given if given.keys() <= {"key", "value", "event_time"} and "value" in given else None


def _line(record: Delivered) -> str:
    shown = {
        "seq": record.seq,
        "event_time": iso(record.event_time),
        "key": _text(record.key),
        "value": _text(record.value),
    }
    return msgspec.json.encode(shown).decode() + "\n"


def _text(value: bytes | None) -> Any:
    """UTF-8 as text, anything else as base64 and marked so."""
    if value is None:
        return None
    try:
        return value.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode()}
