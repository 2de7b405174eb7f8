"""`publish`: a product's records from a file or a pipe."""

import asyncio
import os
import stat
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from exchange.cli import completing, standard
from exchange.cli.options import acting, as_json, data, dry_run, example, exchange_of, naming, print_json
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from exchange.cli.steps import Steps
    from exchange.sdk import Exchange, Published
    from exchange.sdk import Progress as Moved

Record = tuple[bytes | None, bytes | None, int]


@click.command(
    epilog=example(
        "exchange publish P-07 calls.jsonl --as SE-CN-02 --complete",
        "tail -f calls.log | exchange publish P-07 - --as SE-CN-02",
    )
)
@click.argument("product", shell_complete=completing.in_tables("listings", "product_id"))
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
@dry_run
@as_json
def publish(
    product: str,
    file: Path | None,
    data: Path,
    actor: str,
    form: str,
    first_seq: int | None,
    complete: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Publish the lines of FILE to PRODUCT's stream; - is standard input, read as it comes.

    A record's event time is the exchange's time when its line was read, unless the line says another. FILE may be
    left out to say only that the publication is complete.
    """
    from exchange.cli.steps import Steps

    if file is None and not complete:
        raise Misuse("no FILE is given; name one, - for standard input, or only --complete")
    if dry_run:
        _plan(product, file, data, actor, form, complete, as_json)
        return
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
        print_json(done)
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
    file: BinaryIO,
    data: Path,
    actor: str,
    form: str,
    first_seq: int | None,
    complete: bool,
    steps: "Steps",
) -> "Published":
    async with exchange_of(data) as exchange:
        source, size = _Counted(file), _size(file)

        def show(progress: "Moved") -> None:
            # How many records there are in all is known from a file's size, ever better as it is read.
            of = source.lines * size // source.bytes if size and source.bytes else None
            steps.moved(progress.records, None if of is None else max(of, progress.records), "records")

        steps.told("publishing")
        records = _records(source, form, await _ahead_us(exchange, product))
        done = await exchange.seller(actor).publish(product, records, show, first_seq=first_seq)
        if complete:
            steps.told("completing")
            await exchange.seller(actor).complete(product, done.through)
        return done


async def _complete(product: str, data: Path, actor: str, steps: "Steps") -> int:
    async with exchange_of(data) as exchange:
        steps.told("completing")
        return (await exchange.seller(actor).complete(product)).through


async def _ahead_us(exchange: "Exchange", product: str) -> int:
    """How far exchange time runs ahead of this machine's clock."""
    return await exchange.client.exchange_time("delivery", product) - time.time_ns() // 1_000


class _Counted:
    """The lines of a file or a pipe, and how much of it they are so far."""

    def __init__(self, file: BinaryIO) -> None:
        self.lines = self.bytes = 0
        self._file = file

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for line in standard.byte_lines(self._file):
            self.lines += 1
            self.bytes += len(line) + 1
            yield line


def _size(file: BinaryIO) -> int:
    """How long a file is; 0 of what has no length, such as a pipe."""
    found = os.fstat(file.fileno())
    return found.st_size if stat.S_ISREG(found.st_mode) else 0


async def _records(source: _Counted, form: str, ahead_us: int) -> AsyncIterator[Record]:
    from exchange.cli.records import read_record

    async for line in source:
        now_us = time.time_ns() // 1_000 + ahead_us
        yield (None, line, now_us) if form == "lines" else read_record(line, source.lines, now_us)


def _plan(
    product: str, file: Path | None, data: Path, actor: str, form: str, complete: bool, as_json: bool
) -> None:
    """Read every record as it would be read, and see in the tables whose the product is."""
    from exchange.cli.looking import rows_of
    from exchange.cli.plan import Plan, show_plan

    would, checked = [], []
    sellers = {row["seller_id"] for row in rows_of(data, "listings") if row["product_id"] == product}
    if not sellers:
        raise Misuse(f"product {product} is not listed; list it, then publish")
    if actor not in sellers:
        raise Misuse(f"product {product} is {min(sellers)}'s; {actor} cannot publish it")
    checked.append(f"{product} is listed, and {actor}'s")
    records = size_bytes = 0
    if file is not None:
        with _input(file) as source:
            records, size_bytes = asyncio.run(_counted(source, form))
        would.append(
            f"publish {records:,} records ({size_bytes:,} bytes of keys and values) to {product}'s stream"
        )
        checked.append("every line can be read")
    if complete:
        would.append(f"say that the publication of {product} is complete")
    unchecked = ["whether Kafka takes them, and where the stream ends by then"]
    details = {"product": product, "records": records, "size_bytes": size_bytes, "complete": complete}
    show_plan(Plan(would, checked, unchecked, details), as_json)


async def _counted(source: BinaryIO, form: str) -> tuple[int, int]:
    records = size_bytes = 0
    async for key, value, _ in _records(_Counted(source), form, 0):
        records += 1
        size_bytes += len(key or b"") + len(value or b"")
    return records, size_bytes
