"""`publish`, `subscribe`: a product's records from a file or a pipe, and into one."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from exchange.cli import standard
from exchange.cli.endings import DONE, REFUSED
from exchange.cli.options import acting, as_json, data, example, exchange_of, naming
from exchange.cli.steps import Steps
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from exchange.sdk import Exchange, Published
    from exchange.sdk import Progress as Moved

Record = tuple[bytes | None, bytes | None, int]


@click.command(
    epilog=example(
        "exchange publish P-07 calls.jsonl --as SE-CN-02 --complete",
        "tail -f calls.log | exchange publish P-07 - --as SE-CN-02",
    )
)
@click.argument("product")
@click.argument(
    "file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True)
)
@data
@acting
@click.option(
    "--format",
    "form",
    type=click.Choice(["lines", "json"]),
    default="lines",
    show_default=True,
    help='lines: each line is one record\'s value, as it is. json: each line is {"value": …}, with "key" and'
    ' "event_time" (ISO 8601) where wanted; what `subscribe` prints is of this form.',
)
@click.option(
    "--first-seq",
    type=click.IntRange(0),
    metavar="N",
    help="FILE holds the product's records from number N on: those that are there already are skipped, so the same"
    " can be given again after a crash.  [default: all of it is new]",
)
@click.option(
    "--complete", is_flag=True, help="Then say that this is all that is owed to those entitled now."
)
@as_json
def publish(
    product: str,
    file: Path | None,
    data: Path,
    actor: str,
    form: str,
    first_seq: int | None,
    complete: bool,
    as_json: bool,
) -> None:
    """Publish the lines of FILE to PRODUCT's stream; - is standard input, read as it comes.

    A record's event time is the exchange's time when its line was read, unless the line says another. FILE may be
    left out to say only that the publication is complete.
    """
    import msgspec

    if file is None and not complete:
        raise Misuse("no FILE is given; name one, - for standard input, or only --complete")
    with Steps(quiet=as_json) as steps:
        if file is None:
            through = asyncio.run(_complete(product, data, actor, steps))
            done = {"records": 0, "through": through, "ranges": 0}
        else:
            with _input(file) as source:
                published = asyncio.run(
                    _publish(product, source, data, actor, form, first_seq, complete, steps)
                )
            done = {
                "records": published.records,
                "through": published.through,
                "ranges": len(published.ranges),
            }
    if as_json:
        click.echo(msgspec.json.encode(done))
    else:
        click.echo("\n".join(_told(product, done, complete, f"--as {actor}{naming(data)}")))


def _told(product: str, done: dict[str, int], complete: bool, acting: str) -> list[str]:
    lines = []
    if done["ranges"]:
        ranges = f"{done['ranges']} range{'' if done['ranges'] == 1 else 's'}"
        lines.append(
            f"{done['records']:,} records published in {ranges}; {product} now ends with record {done['through']:,}."
        )
    elif not complete:
        lines.append(f"Nothing new was published; {product} ends with record {done['through']:,}.")
    if complete:
        return [*lines, f"Complete: what is owed now ends with record {done['through']:,}."]
    return [
        *lines,
        "",
        "Next, when nothing more is owed:",
        f"  exchange publish {product} --complete {acting}",
    ]


def _input(file: Path) -> BinaryIO:
    return standard.standard_input("records, one a line,") if str(file) == "-" else file.open("rb")


async def _publish(
    product: str,
    source: BinaryIO,
    data: Path,
    actor: str,
    form: str,
    first_seq: int | None,
    complete: bool,
    steps: Steps,
) -> "Published":
    async with exchange_of(data) as exchange:

        def show(progress: "Moved") -> None:
            steps.moved(f"publishing … {progress.records:,} records, {progress.records_per_s:,}/s")

        steps.told("publishing")
        ahead_us = await _ahead_us(exchange, product)
        records = _records(source, form, ahead_us)
        done = await exchange.seller(actor).publish(product, records, show, first_seq=first_seq)
        if complete:
            steps.told("completing")
            await exchange.seller(actor).complete(product, done.through)
        return done


async def _complete(product: str, data: Path, actor: str, steps: Steps) -> int:
    async with exchange_of(data) as exchange:
        steps.told("completing")
        return (await exchange.seller(actor).complete(product)).through


async def _ahead_us(exchange: "Exchange", product: str) -> int:
    """How far exchange time runs ahead of this machine's clock."""
    return await exchange.client.exchange_time("delivery", product) - time.time_ns() // 1_000


async def _records(source: BinaryIO, form: str, ahead_us: int) -> AsyncIterator[Record]:
    from exchange.cli.records import read_record

    number = 0
    async for line in standard.byte_lines(source):
        number += 1
        now_us = time.time_ns() // 1_000 + ahead_us
        yield (None, line, now_us) if form == "lines" else read_record(line, number, now_us)


@click.command(
    epilog=example(
        "exchange subscribe E-0.10.0 --as BU-JP-01 > records.jsonl",
        "exchange subscribe E-0.10.0 --as BU-JP-01 --no-receipts --limit 3",
    )
)
@click.argument("entitlement")
@data
@acting
@click.option("--follow", is_flag=True, help="Go on after the seller has completed what is owed.")
@click.option("--no-receipts", is_flag=True, help="Read without confirming anything.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Stop after so many records.")
def subscribe(
    entitlement: str, data: Path, actor: str, follow: bool, no_receipts: bool, limit: int | None
) -> int:
    """Receive what an entitlement is owed, one JSON a record, and confirm what was written.

    Receipts are given for whole ranges, once they are written to standard output. Stopped and started again, it
    goes on from the first record that no receipt covers: add to the same file only what has a higher "seq".
    """
    count, disputed = asyncio.run(_subscribe(entitlement, data, actor, follow, not no_receipts, limit))
    said = "" if count or follow else ": everything that is owed was received before"
    click.echo(f"{count:,} record{'' if count == 1 else 's'}{said}", err=True)
    for first, last in disputed:
        click.echo(
            f"Of records {first:,} to {last:,} the seller reported another digest: the exchange rules on it.",
            err=True,
        )
    return REFUSED if disputed else DONE


async def _subscribe(
    entitlement: str, data: Path, actor: str, follow: bool, receipts: bool, limit: int | None
) -> tuple[int, list[tuple[int, int]]]:
    from exchange.cli.records import write_records

    count = 0
    async with exchange_of(data) as exchange:
        deliveries = exchange.buyer(actor).deliveries(entitlement, receipts=receipts, follow=follow)
        # A range is confirmed when the batch after its last one is asked for: by then this one has been written.
        async with aclosing(deliveries.batches()) as batches:
            async for batch in batches:
                taken = batch if limit is None else batch[: limit - count]
                standard.write_bytes(write_records(taken))
                count += len(taken)
                if count == limit:
                    break
    return count, [(each.first, each.last) for each in deliveries.disputed]
