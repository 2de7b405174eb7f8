"""`subscribe`: a product's records into a file or a pipe."""

import asyncio
import sys
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from exchange.cli import completing, standard
from exchange.cli.options import acting, as_json_lines, data, dry_run, example, exchange_of
from exchange.kernel.errors import ExchangeError, Misuse

if TYPE_CHECKING:
    from exchange.cli.steps import Steps


class DigestsDisputed(ExchangeError):
    """What a buyer received has another digest than what its seller reported."""

    remedy = "The exchange hashes the topic itself and rules; `exchange query receipts` shows for whom."


@click.command(
    epilog=example(
        "exchange subscribe E-0.10.0 --as BU-JP-01 > records.jsonl",
        "exchange subscribe E-0.10.0 --as BU-JP-01 --no-receipts --limit 3",
    )
)
@click.argument("entitlement", shell_complete=completing.in_tables("deliveries", "entitlement_id"))
@data
@acting
@click.option("--follow", is_flag=True, help="Go on after the seller has completed what is owed.")
@click.option("--no-receipts", is_flag=True, help="Read without confirming anything.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Stop after so many records.")
@dry_run
@as_json_lines
def subscribe(
    entitlement: str,
    data: Path,
    actor: str,
    follow: bool,
    no_receipts: bool,
    limit: int | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Receive what an entitlement is owed, one JSON a record, and confirm what was written.

    Receipts are given for whole ranges, once they are written to standard output. Stopped and started again, it
    goes on from the first record that no receipt covers: add to the same file only what has a higher "seq".
    """
    from exchange.cli.steps import Steps

    if dry_run:
        _plan(entitlement, data, actor, follow, not no_receipts, limit, as_json)
        return
    # Where records come to the terminal they are progress enough; where nobody watches, the count at the end is.
    with Steps(quiet=as_json or sys.stdout.isatty() or not sys.stderr.isatty()) as steps:
        subscribing = _Subscribing(entitlement, data, steps)
        asyncio.run(subscribing.run(actor, follow, not no_receipts, limit))
    count = subscribing.count
    if not as_json:
        said = "" if count or follow else ": everything that is owed was received before"
        click.echo(f"{count:,} record{'' if count == 1 else 's'}{said}", err=True)
    if subscribing.disputed:
        ranges = ", ".join(f"{first:,} to {last:,}" for first, last in subscribing.disputed)
        raise DigestsDisputed(
            f"of records {ranges} the seller reported another digest; the exchange rules on it"
        )


class _Subscribing:
    """Shape: `count` records were written, of the ranges in `disputed` the digests differ."""

    def __init__(self, entitlement: str, data: Path, steps: "Steps") -> None:
        self.count = 0
        self.disputed: list[tuple[int, int]] = []
        self._entitlement, self._data, self._steps = entitlement, data, steps

    async def run(self, actor: str, follow: bool, receipts: bool, limit: int | None) -> None:
        from exchange.cli.records import write_records

        async with exchange_of(self._data) as exchange:
            self._steps.told("receiving")
            through, first = _through(self._data, self._entitlement), None
            deliveries = exchange.buyer(actor).deliveries(self._entitlement, receipts=receipts, follow=follow)
            # A range is confirmed when the batch after its last one is asked for: by then this one has been written.
            async with aclosing(deliveries.batches()) as batches:
                async for batch in batches:
                    taken = batch if limit is None else batch[: limit - self.count]
                    standard.write_bytes(write_records(taken))
                    self.count += len(taken)
                    first = batch[0].seq if first is None else first
                    of = limit or (None if through is None else through - first + 1)
                    self._steps.moved(self.count, of, "records")
                    if self.count == limit:
                        break
        self.disputed = [(each.first, each.last) for each in deliveries.disputed]


def _through(data: Path, entitlement: str) -> int | None:
    """Where what is owed ends, if the seller has said so and the tables know it."""
    from exchange.cli.looking import rows_of

    try:
        (row,) = rows_of(data, "deliveries", entitlement=entitlement)
        return None if row["through"] is None else int(row["through"])
    except (ExchangeError, ValueError):
        return None


def _plan(
    entitlement: str, data: Path, actor: str, follow: bool, receipts: bool, limit: int | None, as_json: bool
) -> None:
    """See in the tables what is owed, and to whom."""
    from exchange.cli.looking import rows_of
    from exchange.cli.plan import Plan, show_plan

    rows = rows_of(data, "deliveries", entitlement=entitlement)
    if not rows:
        raise Misuse(f"entitlement {entitlement} was never opened; use the one a purchase granted")
    row = rows[0]
    if row["buyer_id"] != actor:
        raise Misuse(f"entitlement {entitlement} is {row['buyer_id']}'s, not {actor}'s")
    end = "as it is published" if row["through"] is None or follow else f"up to record {row['through']:,}"
    most = "" if limit is None else f", at most {limit:,}"
    would = [f"receive the records of {row['product_id']} that no receipt covers, {end}{most}"]
    if receipts:
        would.append("confirm each whole range once it is written")
    checked = [f"{entitlement} is {actor}'s: {row['records_received'] or 0:,} records are received already"]
    details = {
        name: row[name]
        for name in ("entitlement_id", "product_id", "from_seq", "through", "records_received")
    }
    show_plan(Plan(would, checked, ["whether Kafka gives them"], details), as_json)
