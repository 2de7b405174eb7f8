"""`plan buy`, `top-up`, `usage`: units of a price plan are bought and used up."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing
from exchange.cli.asking import asked, tell
from exchange.cli.instruments import instrument_of
from exchange.cli.options import acting, as_json, data, dry_run, example
from exchange.cli.units_pricing import an_instrument
from exchange.cli.uses import checked, of_use, use_of
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from streams.client import Client

_UNITS = click.IntRange(1, 10**9)
_METERED = click.IntRange(0, 10**18)
at_most = click.option(
    "--pay-at-most", metavar="AMOUNT", help="Refused where it costs more.  [default: whatever the plan says]"
)


@click.command(
    epilog=example(
        "exchange plan buy L-0.30.0 150000 --as BU-JP-01 --pay-at-most 4900.00 \\",
        "    --purpose trade --place JP",
    )
)
@an_instrument
@click.argument("units", type=_UNITS)
@data
@acting
@at_most
@of_use
@dry_run
@as_json
def buy(
    instrument: str,
    units: int,
    data: Path,
    actor: str,
    pay_at_most: str | None,
    purpose: str | None,
    scenario: str | None,
    place: str | None,
    remote: tuple[str, ...],
    authority: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Buy units at a price plan, with its licence."""
    shown = instrument_of(data, instrument)
    use = use_of(shown.licence, purpose, scenario, place, remote, authority)
    most = None if pay_at_most is None else shown.minor(pay_at_most)

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Buyer

        door = Buyer(client, actor)
        return await door.buy_units(shown.market_id, instrument, units, use=use, amount_max_minor=most)

    bought = asked(data, actor, speak, dry_run, as_json)
    if bought is not None:
        from exchange.kernel.money import format_minor
        from exchange.kernel.time import iso

        fact, entitlement = bought.units, bought.entitlement.entitlement_id
        price = format_minor(fact.amount_minor, fact.currency)
        told = f"Bought: {fact.units:,} × {fact.unit} for {price}, held in escrow; trade {fact.trade_id};"
        tell(bought, as_json, told, f"entitlement {entitlement}, until {iso(fact.ends_at)}")


@click.command(
    "top-up",
    epilog=example(
        "exchange plan top-up L-0.30.0 --as BU-JP-01 --below 1000 --units 10000 \\",
        "    --purpose trade --place JP",
        "exchange plan top-up L-0.30.0 --as BU-JP-01 --off",
    ),
)
@an_instrument
@data
@acting
@click.option("--below", type=_METERED, metavar="N", help="Whenever no more calls or bytes are left.")
@click.option("--units", type=_UNITS, metavar="N", help="How many units to buy then.")
@click.option("--off", is_flag=True, help="No longer.")
@at_most
@of_use
@dry_run
@as_json
def top_up(
    instrument: str,
    data: Path,
    actor: str,
    below: int | None,
    units: int | None,
    off: bool,
    pay_at_most: str | None,
    purpose: str | None,
    scenario: str | None,
    place: str | None,
    remote: tuple[str, ...],
    authority: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Buy units whenever few are left, or no longer."""
    if off == (below is not None or units is not None) or (below is None) != (units is None):
        raise Misuse("say when and how much with --below and --units, or --off")
    shown = instrument_of(data, instrument)
    use = use_of(shown.licence, purpose, scenario, place, remote, authority)
    most = None if pay_at_most is None else shown.minor(pay_at_most)
    given = {"threshold": below, "units": units, "use": use, "amount_max_minor": most}

    async def speak(client: "Client") -> Any:
        from exchange.market.plans.commands import TopUpTerms
        from exchange.sdk import Buyer

        terms = None if off else checked(TopUpTerms, **given)
        return await Buyer(client, actor).top_up(shown.market_id, instrument, terms)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        told = (
            f"Set: {instrument} is no longer topped up."
            if off
            else f"Set: {units:,} units of {instrument} are bought whenever {below:,} or fewer are left."
        )
        tell(fact, as_json, told)


@click.command(epilog=example("exchange plan usage L-0.30.0 BU-JP-01 149950 --as SE-CN-02 --reference m-7"))
@an_instrument
@click.argument("buyer", shell_complete=completing.in_tables("participants", "participant_id"))
@click.argument("metered", type=click.IntRange(1, 10**18))
@data
@acting
@click.option("--reference", default="", metavar="TEXT", help="The meter's own name for the reading.")
@click.option("--id", "command_id", metavar="ID", help="Given again with the same reading, it counts once.")
@dry_run
@as_json
def usage(
    instrument: str,
    buyer: str,
    metered: int,
    data: Path,
    actor: str,
    reference: str,
    command_id: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Say what a buyer has used up, as the seller.

    METERED counts calls or bytes.
    """
    shown = instrument_of(data, instrument)

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Seller

        return await Seller(client, actor).record_usage(
            shown.market_id, instrument, buyer, metered, reference=reference, id=command_id
        )

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        owed = f"; {fact.owed:,} were used that are not bought yet" if fact.owed else ""
        tell(fact, as_json, f"Recorded: {fact.metered:,} used by {buyer}, {fact.left:,} left{owed}.")
