"""`subscription`: what renews by itself, from a terminal."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing
from exchange.cli.asking import asked, tell
from exchange.cli.boards import tell_one, tell_rows
from exchange.cli.instruments import instrument_of
from exchange.cli.looking import row_soon, rows_of
from exchange.cli.options import acting, as_json, data, dry_run, example, naming, print_json
from exchange.cli.units_buying import at_most
from exchange.cli.units_pricing import an_instrument
from exchange.cli.uses import of_use, use_of
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from streams.client import Client

_LISTED = (
    *("subscription_id", "instrument_id", "buyer_id", "units", "unit", "state", "periods"),
    *("currency", "paid_minor", "paid_until", "next_attempt_at", "reason"),
)
_ids = completing.in_tables("subscriptions", "subscription_id")


@click.group(
    epilog=example(
        "exchange subscription start L-0.12.0 --as BU-JP-01 --purpose transport \\",
        "    --place JP",
        "exchange subscription cancel SU-0.40.0 --as BU-JP-01",
    )
)
def subscription() -> None:
    """Subscribe to what renews by periods; cancel; see what was paid.

    The seller's `exchange plan set --sale subscription` comes first. `exchange subscribe` receives the records.
    """


@subscription.command(epilog=example("exchange subscription show", "exchange subscription show SU-0.40.0"))
@click.argument("subscription", required=False, shell_complete=_ids)
@data
@as_json
def show(subscription: str | None, data: Path, as_json: bool) -> None:
    """Show all subscriptions, or one with its periods.

    It works while the node is down.
    """
    if subscription is None:
        rows = rows_of(data, "subscriptions")
        if as_json:
            print_json(rows)
        else:
            tell_rows([{name: row[name] for name in _LISTED} for row in rows], "Nobody has subscribed yet.")
        return
    found, periods = (
        _found(data, subscription),
        rows_of(data, "subscription_periods", subscription=subscription),
    )
    if as_json:
        print_json({"subscription": found, "periods": periods})
        return
    tell_one("subscription", found)
    click.echo()
    tell_rows(
        [{name: cell for name, cell in row.items() if name != "subscription_id"} for row in periods], ""
    )


@subscription.command(
    epilog=example(
        "exchange subscription start L-0.12.0 --as BU-JP-01 --purpose transport \\",
        "    --place JP --pay-at-most 12000.00",
    )
)
@an_instrument
@data
@acting
@click.option(
    "--units", type=click.IntRange(1), default=1, show_default=True, metavar="N", help="How many units."
)
@at_most
@of_use
@click.option("--reference", default="", metavar="TEXT", help="Your own name for it.")
@dry_run
@as_json
def start(
    instrument: str,
    data: Path,
    actor: str,
    units: int,
    pay_at_most: str | None,
    purpose: str | None,
    scenario: str | None,
    place: str | None,
    remote: tuple[str, ...],
    authority: str | None,
    reference: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Subscribe to INSTRUMENT, with its licence.

    The rest of the period is paid now, by day; it renews by itself until it is cancelled. --pay-at-most is for a whole
    period.
    """
    shown = instrument_of(data, instrument)
    use = use_of(shown.licence, purpose, scenario, place, remote, authority)
    most = None if pay_at_most is None else shown.minor(pay_at_most)

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Buyer

        return await Buyer(client, actor).subscribe(
            shown.market_id, instrument, units, use=use, amount_max_minor=most, reference=reference
        )

    begun = asked(data, actor, speak, dry_run, as_json)
    if begun is not None:
        tell(begun, as_json, *_begun(begun, actor, data))


def _begun(begun: Any, actor: str, data: Path) -> list[str]:
    from exchange.kernel.money import format_minor
    from exchange.kernel.time import iso

    period = begun.period
    days = f"{period.days_charged} of {period.days} day{'' if period.days == 1 else 's'}"
    paid = f"{format_minor(period.amount_minor, period.currency)} for {days}, until {iso(period.ends_at)}"
    return [
        f"Subscribed: {begun.subscription_id}; {paid}; entitlement {begun.entitlement.entitlement_id}",
        "",
        "Next:",
        f"  exchange subscribe {begun.entitlement.entitlement_id} --as {actor}{naming(data)}",
        f"  exchange subscription cancel {begun.subscription_id} --as {actor}{naming(data)}",
    ]


@subscription.command(
    epilog=example(
        "exchange subscription cancel SU-0.40.0 --as BU-JP-01",
        "exchange subscription cancel SU-0.40.0 --as BU-JP-01 --now",
    )
)
@click.argument("subscription", shell_complete=_ids)
@data
@acting
@click.option(
    "--now", is_flag=True, help="At once; the days begun are paid, the rest goes back to the buyer."
)
@dry_run
@as_json
def cancel(subscription: str, data: Path, actor: str, now: bool, dry_run: bool, as_json: bool) -> None:
    """End SUBSCRIPTION with its running period.

    Its buyer does or its seller; at once only its buyer.
    """
    shown = instrument_of(data, _found(data, subscription)["instrument_id"])

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Buyer

        return await Buyer(client, actor).cancel_subscription(shown.market_id, subscription, now=now)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        from exchange.kernel.money import format_minor
        from exchange.kernel.time import iso

        ends_at = getattr(fact, "ends_at", None)
        if ends_at is not None:
            tell(fact, as_json, f"Cancelled: {subscription} ends at {iso(ends_at)}.")
        else:
            back = format_minor(fact.refunded_minor, fact.currency)
            tell(fact, as_json, f"Ended: {subscription}; {back} went back to {fact.buyer_id}.")


def _found(data: Path, subscription: str) -> dict[str, Any]:
    row = row_soon(data, "subscriptions", subscription=subscription)
    if row is None:
        raise Misuse(
            f"the tables have no subscription {subscription}; `exchange subscription show` lists those there are"
        )
    return row
