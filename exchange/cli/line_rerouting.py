"""`line reroute`, `restore`: another way for what was sold of a line, and back."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing
from exchange.cli.asking import asked, moment, tell
from exchange.cli.instruments import Shown, instrument_of
from exchange.cli.options import acting, as_json, data, dry_run, example, naming
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from streams.client import Client

_an_instrument = click.argument(
    "instrument", shell_complete=completing.in_tables("instruments", "instrument_id")
)
_link = click.option(
    "--line", "link", metavar="ID", help="Which line.  [default: where INSTRUMENT is delivered]"
)


@click.command(
    epilog=example(
        "exchange line reroute LK-HK-202611 --as LN-CN-01 --via LK-SG --via LK-SH \\",
        '    --until 2026-11-20T00:00:00Z --grounds "The cable is being repaired."',
    )
)
@_an_instrument
@data
@acting
@click.option("--via", multiple=True, required=True, metavar="LINE", help="The lines of the way, in order.")
@click.option("--until", required=True, metavar="TIME", help="When it ends by itself (ISO 8601 with Z).")
@click.option("--grounds", required=True, metavar="TEXT", help="Why.")
@_link
@dry_run
@as_json
def reroute(instrument: str, data: Path, actor: str, dry_run: bool, as_json: bool, **said: Any) -> None:
    """Lead what was sold as INSTRUMENT over other lines.

    Whoever runs its line does, or an operator. The fence decides: the licence has to permit every place on the way.
    """
    shown = instrument_of(data, instrument)
    link, until = _of(shown, said["link"]), moment(said["until"])

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Seller

        return await Seller(client, actor).reroute_line(
            shown.market_id, instrument, link, said["via"], until=until, grounds=said["grounds"]
        )

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        way = f"over {', '.join(fact.via)} ({' to '.join(fact.places)})"
        told = f"Rerouted: {instrument} goes {way} until {said['until']}; the fence: {fact.decision.outcome}."
        undo = f"  exchange line restore {instrument} --as {actor}{naming(data)}"
        tell(fact, as_json, told, "", "Next:", undo)


@click.command(epilog=example("exchange line restore LK-HK-202611 --as LN-CN-01"))
@_an_instrument
@data
@acting
@_link
@dry_run
@as_json
def restore(instrument: str, data: Path, actor: str, link: str | None, dry_run: bool, as_json: bool) -> None:
    """Lead what was sold as INSTRUMENT over its own line again."""
    shown = instrument_of(data, instrument)
    line = _of(shown, link)

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Seller

        return await Seller(client, actor).end_reroute(shown.market_id, instrument, line)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        tell(fact, as_json, f"Restored: {instrument} goes over {line} again.")


def _of(shown: Shown, link: str | None) -> str:
    if link or shown.place:
        return link or shown.place
    raise Misuse(f"{shown.instrument_id} names no place of delivery; name the line with --line")
