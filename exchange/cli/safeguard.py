"""`safeguard`: which legal tools are held: registered, filed, changed, extended, revoked, and how they stand."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing, safeguard_registering
from exchange.cli.asking import asked, tell
from exchange.cli.options import acting, as_json, data, dry_run, example, naming, print_json

if TYPE_CHECKING:
    from streams.client import Client

_ONE = completing.in_tables("safeguards", "safeguard_id")
_FLAG = click.Choice(["yes", "no"])


@click.group(
    epilog=example(
        "exchange safeguard list --until 2026-12-31",
        "exchange safeguard show I-12",
        "exchange safeguard file I-12 --on 2026-03-10 --reference SH-77 --as CO-CN-01",
    )
)
def safeguard() -> None:
    """Say which legal tools participants hold; every market and zone decides by them."""


@safeguard.command(
    epilog=example("exchange safeguard file I-12 --on 2026-03-10 --reference SH-77 --as CO-CN-01")
)
@click.argument("safeguard_id", shell_complete=_ONE)
@data
@acting
@click.option("--on", "filed_on", required=True, metavar="DAY", help="The day it was filed.")
@click.option("--reference", required=True, metavar="TEXT", help="The authority's reference.")
@dry_run
@as_json
def file(
    safeguard_id: str, data: Path, actor: str, filed_on: str, reference: str, dry_run: bool, as_json: bool
) -> None:
    """Record that a contract was filed with the authority."""

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Safeguards

        return await Safeguards(client, actor).file(safeguard_id, filed_on, reference)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        when = "late" if fact.late else "in time"
        tell(fact, as_json, f"Filed: {safeguard_id} on {filed_on}, {when}.")


@safeguard.command(epilog=example('exchange safeguard change I-01 --tia no --grounds "Stale." --as CO-CN-01'))
@click.argument("safeguard_id", shell_complete=_ONE)
@data
@acting
@click.option("--scope-changed", type=_FLAG, help="Whether what is done has left what it covers.")
@click.option("--tia", type=_FLAG, help="Whether its transfer impact assessment is current.")
@click.option("--checks", type=_FLAG, help="Whether the recipient is checked on.")
@click.option("--grounds", required=True, metavar="TEXT", help="Why.")
@dry_run
@as_json
def change(
    safeguard_id: str,
    data: Path,
    actor: str,
    scope_changed: str | None,
    tia: str | None,
    checks: str | None,
    grounds: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Record what is otherwise about a safeguard now."""
    from exchange.registry.safeguards.commands import ChangeSafeguard

    command = ChangeSafeguard(
        safeguard_id=safeguard_id,
        grounds=grounds,
        scope_changed=_said(scope_changed),
        tia_current=_said(tia),
        continuing_checks=_said(checks),
    )

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Safeguards

        return await Safeguards(client, actor).change(command)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        tell(
            fact,
            as_json,
            f"Changed: {safeguard_id}.",
            f"  exchange safeguard show {safeguard_id}{naming(data)}",
        )


def _said(word: str | None) -> bool | None:
    return None if word is None else word == "yes"


@safeguard.command(epilog=example('exchange safeguard revoke I-12 --grounds "It was broken." --as CO-CN-01'))
@click.argument("safeguard_id", shell_complete=_ONE)
@data
@acting
@click.option("--grounds", required=True, metavar="TEXT", help="Why.")
@dry_run
@as_json
def revoke(safeguard_id: str, data: Path, actor: str, grounds: str, dry_run: bool, as_json: bool) -> None:
    """Record that a safeguard holds no more, for good."""

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Safeguards

        return await Safeguards(client, actor).revoke(safeguard_id, grounds)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        tell(fact, as_json, f"Revoked: {safeguard_id}; what rested on it is decided without it.")


@safeguard.command(
    name="list", epilog=example("exchange safeguard list", "exchange safeguard list --until 2026-12-31")
)
@click.option(
    "--party",
    metavar="ID",
    shell_complete=completing.in_tables("participants", "participant_id"),
    help="Those of this exporter or recipient.",
)
@click.option("--until", metavar="DAY", help="Those that end, or have to be filed, by then.")
@data
@as_json
def list_all(party: str | None, until: str | None, data: Path, as_json: bool) -> None:
    """List safeguards and how they stand. It works while the node is down."""
    from exchange.cli.boards import tell_rows
    from exchange.cli.looking import rows_of

    if until is None:
        rows = rows_of(data, "safeguards", party=party)
    else:
        found = rows_of(data, "safeguards_ending", until=until)
        rows = [row for row in found if party in (None, row["exporter_id"], row["recipient_id"])]
    if as_json:
        print_json(rows)
    else:
        tell_rows(rows, "None is registered." if until is None else f"None ends by {until}.")


@safeguard.command(epilog=example("exchange safeguard show I-12"))
@click.argument("safeguard_id", shell_complete=_ONE)
@data
@as_json
def show(safeguard_id: str, data: Path, as_json: bool) -> None:
    """Show all that is known of a safeguard. It works while the node is down."""
    from exchange.cli.boards import tell_one
    from exchange.cli.looking import row_soon
    from exchange.kernel.errors import Misuse

    row = row_soon(data, "safeguard", safeguard=safeguard_id)
    if row is None:
        raise Misuse(
            f"the tables have no safeguard {safeguard_id}; `exchange safeguard list` names those there are"
        )
    if as_json:
        print_json(row)
    else:
        tell_one("safeguard", row)


for each in (safeguard_registering.register, safeguard_registering.extend):
    safeguard.add_command(each)
