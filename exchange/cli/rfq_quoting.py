"""`rfq quote`, `withdraw`, `sample`: a seller's side of a request for quotation."""

import re
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing
from exchange.cli.asking import asked, moment, tell
from exchange.cli.instruments import instrument_of
from exchange.cli.options import acting, as_json, data, dry_run, example, naming
from exchange.cli.rfq_tables import market_of
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from streams.client import Client


@click.command(
    epilog=example(
        "exchange rfq quote RQ-0.9.0 L-P-04 --as PR-CN-02 --price 0.95 \\",
        "    --quantity 18000 --valid-until 2026-11-16T00:00:00Z",
    )
)
@click.argument("request", shell_complete=completing.in_tables("rfq_board", "request_id"))
@click.argument("instrument", shell_complete=completing.in_tables("instruments", "instrument_id"))
@data
@acting
@click.option("--price", required=True, metavar="PRICE", help="For one unit, in the instrument's currency.")
@click.option("--quantity", type=click.IntRange(1), required=True, metavar="N", help="How many, at most.")
@click.option("--valid-until", required=True, metavar="TIME", help="How long the quote stands.")
@dry_run
@as_json
def quote(
    request: str,
    instrument: str,
    data: Path,
    actor: str,
    price: str,
    quantity: int,
    valid_until: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Offer what REQUEST asks for with INSTRUMENT.

    An earlier quote of one's own is replaced.
    """
    until, shown = moment(valid_until), instrument_of(data, instrument)
    ticks = shown.any_ticks(price)

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Seller

        return await Seller(client, actor).quote(shown.market_id, request, instrument, ticks, quantity, until)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        from exchange.kernel.money import format_minor

        tell(fact, as_json, f"Quoted: {fact.quote_id} for {format_minor(fact.amount_minor, fact.currency)}.")


@click.command(epilog=example("exchange rfq withdraw QU-0.14.0 --as PR-CN-01"))
@click.argument("quote")
@data
@acting
@dry_run
@as_json
def withdraw(quote: str, data: Path, actor: str, dry_run: bool, as_json: bool) -> None:
    """Take back a QUOTE of which nothing is awarded."""
    market = market_of(data, "quote", quote)

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Seller

        return await Seller(client, actor).withdraw_quote(market, quote)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        tell(fact, as_json, f"Withdrawn: {fact.quote_id}.")


@click.command(
    epilog=example(
        "exchange rfq sample AW-0.15.0 sample.jsonl --as PR-CN-02 \\", "    --measured agreement=9600"
    )
)
@click.argument("award")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@data
@acting
@click.option(
    "--measured", multiple=True, required=True, metavar="NAME=N", help="In basis points; may be repeated."
)
@dry_run
@as_json
def sample(
    award: str, file: Path, data: Path, actor: str, measured: tuple[str, ...], dry_run: bool, as_json: bool
) -> None:
    """Show a sample of AWARD, and what was measured of it.

    FILE stays where it is: only its digest is sent.
    """
    values = dict(map(_measured, measured))
    try:
        digest = blake2b(file.read_bytes(), digest_size=32).digest()
    except OSError as error:
        raise Misuse(f"the sample {file} cannot be read: {error.strerror}") from error
    market = market_of(data, "award", award)

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Seller

        return await Seller(client, actor).submit_sample(market, award, digest, values)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        told = f"Submitted: sample {fact.number} of {fact.award_id}; its buyer answers:"
        tell(fact, as_json, told, f"  exchange rfq accept {fact.award_id} --as {fact.buyer_id}{naming(data)}")


def _measured(text: str) -> tuple[str, int]:
    found = re.fullmatch(r"(.+)=(\d{1,5})", text)
    if found is None:
        raise Misuse(f"{text!r} is no measured value; write one like agreement=9600")
    return found[1], int(found[2])
