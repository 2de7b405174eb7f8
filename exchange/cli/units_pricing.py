"""`plan set`, `announce`: a seller's side of a price plan."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing
from exchange.cli.asking import asked, moment, tell
from exchange.cli.instruments import instrument_of
from exchange.cli.options import acting, as_json, data, dry_run, example, naming
from exchange.cli.tiers import micros_of, tiers_of
from exchange.cli.uses import checked

if TYPE_CHECKING:
    from streams.client import Client

an_instrument = click.argument(
    "instrument", shell_complete=completing.in_tables("instruments", "instrument_id")
)
_tiers = click.option(
    "--tier",
    "tiers",
    multiple=True,
    required=True,
    metavar="UNITS=PRICE",
    help="From how many units on which price; the first one from 0. May be repeated.",
)


@click.command(
    "set",
    epilog=example(
        "exchange plan set L-0.30.0 --as SE-CN-02 --counts calls --unit call \\",
        "    --model graduated --tier 0=0.035 --tier 100000=0.028",
        "exchange plan set L-0.12.0 --as SE-CN-02 --sale subscription \\",
        "    --unit month --period month --tier 0=12000.00",
    ),
)
@an_instrument
@data
@acting
@click.option(
    "--sale",
    type=click.Choice(["once", "subscription"]),
    default="once",
    show_default=True,
    help="Bought once, or renewed period by period.",
)
@click.option(
    "--counts",
    type=click.Choice(["units", "seats", "calls", "bytes"]),
    default="units",
    show_default=True,
    help="What is counted; calls and bytes are prepaid and used up, 10^9 bytes are one unit.",
)
@click.option("--unit", required=True, metavar="WORD", help="What one unit is called, such as call.")
@click.option(
    "--model",
    type=click.Choice(["flat", "volume", "graduated"]),
    default="flat",
    show_default=True,
    help="One price; all units at that of the tier reached; or each at that of its slice.",
)
@_tiers
@click.option("--period", type=click.Choice(["day", "month", "year"]), help="How long what is bought lasts.")
@click.option(
    "--unused",
    type=click.Choice(["expires", "refunded"]),
    default="expires",
    show_default=True,
    help="What becomes of prepaid units that are left at the end.",
)
@click.option(
    "--least",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    metavar="N",
    help="So many units at least.",
)
@click.option(
    "--grace-days",
    type=click.IntRange(0, 90),
    default=7,
    show_default=True,
    metavar="N",
    help="How long a subscription waits for its money.",
)
@dry_run
@as_json
def set_plan(instrument: str, data: Path, actor: str, dry_run: bool, as_json: bool, **said: Any) -> None:
    """Sell INSTRUMENT by a price plan from now on.

    Another plan takes the place of the one before, unless something stands on that.
    """
    shown = instrument_of(data, instrument)
    wanted = _plan(said)

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Seller

        return await Seller(client, actor).set_price_plan(shown.market_id, instrument, wanted)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        buying = "subscription start" if said["sale"] == "subscription" else "plan buy"
        units = "" if said["sale"] == "subscription" else f" {said['least']}"
        told = f"Set: plan {fact.plan_id}; {instrument} is sold by the {fact.plan.unit}:"
        tell(fact, as_json, told, f"  exchange {buying} {instrument}{units} --as NAME{naming(data)}")


@click.command(
    epilog=example(
        "exchange plan announce L-0.12.0 --as SE-CN-02 --tier 0=13000.00 \\",
        "    --from 2027-01-01T00:00:00+08:00",
    )
)
@an_instrument
@data
@acting
@_tiers
@click.option("--from", "effective", required=True, metavar="TIME", help="A whole period ahead, or more.")
@dry_run
@as_json
def announce(
    instrument: str,
    data: Path,
    actor: str,
    tiers: tuple[str, ...],
    effective: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Announce other prices to subscribers."""
    shown = instrument_of(data, instrument)
    wanted = _announcement(instrument, tiers, moment(effective))

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Seller

        door = Seller(client, actor)
        return await door.announce_price(shown.market_id, instrument, wanted.tiers, wanted.effective_at)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        tell(
            fact,
            as_json,
            f"Announced: {instrument} has other prices from the first renewal at {effective} on.",
        )


def _plan(said: dict[str, Any]) -> Any:
    from exchange.kernel.plan import PlanTerms

    given = {
        name: said[name] for name in ("sale", "counts", "unit", "model", "period", "unused", "grace_days")
    }
    return checked(PlanTerms, **given, tiers=_tier_values(said["tiers"]), units_min=said["least"])


def _announcement(instrument: str, tiers: Sequence[str], effective_at: int) -> Any:
    from exchange.market.plans.commands import AnnouncePrice

    given = {"instrument_id": instrument, "effective_at": effective_at}
    return checked(AnnouncePrice, **given, tiers=_tier_values(tiers))


def _tier_values(typed: Sequence[str]) -> list[dict[str, int]]:
    return [{"from_units": units, "unit_micros": micros} for units, micros in tiers_of(typed, micros_of)]
