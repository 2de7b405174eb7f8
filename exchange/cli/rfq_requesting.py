"""`rfq request`: what is wanted, put on the board."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing
from exchange.cli.asking import asked, moment, tell
from exchange.cli.instruments import market_named
from exchange.cli.options import acting, as_json, data, dry_run, example, naming
from exchange.cli.uses import asked_by_authority, checked, of_use

if TYPE_CHECKING:
    from streams.client import Client

a_market = click.option(
    "--market",
    metavar="ID",
    shell_complete=completing.in_tables("instruments", "market_id"),
    help="In this market, where there are several.",
)


@click.command(
    epilog=example(
        'exchange rfq request "300 hours of Indonesian speech" --as BU-SG-01 \\',
        "    --quantity 18000 --unit minute --currency USD \\",
        "    --closes 2026-11-09T00:00:00Z --measure agreement --threshold-bp 9500 \\",
        "    --samples 3 --purpose contract --place SG",
    )
)
@click.argument("title")
@data
@acting
@a_market
@click.option("--quantity", type=click.IntRange(1), required=True, metavar="N", help="How many units.")
@click.option("--unit", required=True, metavar="WORD", help="The unit, as the instruments name it.")
@click.option("--currency", required=True, metavar="CODE", help="The currency, such as USD.")
@click.option("--closes", required=True, metavar="TIME", help="The deadline for quotes.")
@click.option("--description", default="", metavar="TEXT", help="What is wanted, in words.")
@click.option("--language", multiple=True, metavar="CODE", help="A language; may be repeated.")
@click.option("--measure", metavar="NAME", help="The measure of quality.")
@click.option("--threshold-bp", type=click.IntRange(0, 10_000), metavar="N", help="What it has to reach.")
@click.option(
    "--samples",
    type=click.IntRange(0, 5),
    default=0,
    show_default=True,
    metavar="N",
    help="How many samples to look at before the main delivery.",
)
@click.option("--invite", multiple=True, metavar="NAME", help="A seller to invite; may be repeated.")
@of_use
@dry_run
@as_json
def request(data: Path, actor: str, market: str | None, dry_run: bool, as_json: bool, **said: Any) -> None:
    """Ask sellers for quotes: those invited, or all."""
    wanted, market_id = _wanted(said), market_named(data, market)

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Buyer

        return await Buyer(client, actor).request_quotes(market_id, wanted)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        told = f"Requested: {fact.request_id}. What is quoted:"
        tell(fact, as_json, told, f"  exchange rfq board {fact.request_id}{naming(data)}")


@click.command(epilog=example("exchange rfq cancel RQ-0.9.0 --as BU-SG-01"))
@click.argument("request", shell_complete=completing.in_tables("rfq_board", "request_id"))
@data
@acting
@a_market
@dry_run
@as_json
def cancel(request: str, data: Path, actor: str, market: str | None, dry_run: bool, as_json: bool) -> None:
    """End a REQUEST of which no award is under way."""
    market_id = market_named(data, market)

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Buyer

        return await Buyer(client, actor).withdraw_request(market_id, request)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        tell(fact, as_json, f"Cancelled: request {request}.")


def _wanted(said: dict[str, Any]) -> Any:
    from exchange.kernel.errors import Misuse
    from exchange.market.quotes.commands import Wanted

    measure, threshold = said["measure"], said["threshold_bp"]
    if (measure is None) != (threshold is None):
        raise Misuse("a measure of quality has a threshold: name --measure and --threshold-bp, or neither")
    use = {
        "purpose": said["purpose"],
        "scenario_id": said["scenario"],
        "foreign_authority_request": asked_by_authority(said["authority"]),
    }
    return checked(
        Wanted,
        title=said["title"],
        unit=said["unit"],
        quantity=said["quantity"],
        currency=said["currency"],
        closes_at=moment(said["closes"]),
        description=said["description"],
        languages=said["language"],
        quality=None if measure is None else {"measure": measure, "threshold_bp": threshold},
        sampling={"samples_max": said["samples"]} if said["samples"] else None,
        use={**use, "place_of_use": said["place"], "remote_access_from": said["remote"]},
        invited=said["invite"],
    )
