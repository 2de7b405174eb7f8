"""`purse ecny`, `wallets`, `open-wallet`, `interest`, `conversions`: e-CNY, held beside CNY."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing
from exchange.cli.asking import asked, said, tell
from exchange.cli.options import acting, as_json, data, dry_run, example
from exchange.cli.settlement_asking import minor_of, money, show_rows

if TYPE_CHECKING:
    from streams.client import Client

_a_market = click.option("--market", metavar="ID", help="Of which market.  [default: the one there is]")


@click.command(
    epilog=example(
        "exchange purse ecny 500.00 --at BK-CN-01 --market M-SH --as BU-CN-01",
        "exchange purse ecny 200.00 --at BK-CN-01 --market M-SH --as BU-CN-01 --back",
    )
)
@click.argument("amount")
@click.option("--at", "bank", required=True, metavar="BANK", help="At whose wallet.")
@click.option("--market", required=True, metavar="MARKET", help="Where the money is.")
@click.option("--back", is_flag=True, help="Turn e-CNY into CNY.")
@data
@acting
@click.option("--id", "command_id", metavar="ID", help="Given again with the same amount, it converts once.")
@dry_run
@as_json
def ecny(
    amount: str,
    bank: str,
    market: str,
    back: bool,
    data: Path,
    actor: str,
    command_id: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Turn free CNY of one's own into e-CNY, or back, at par.

    `exchange purse wallets` shows at which banks e-CNY is kept.
    """
    amount_minor = minor_of(amount, "CNY")

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Buyer

        direction: Any = "to_cny" if back else "to_ecny"
        return await Buyer(client, actor).convert_ecny(market, bank, amount_minor, direction, id=command_id)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        became = "e-CNY became CNY" if back else "CNY became e-CNY"
        tell(fact, as_json, f"Converted: {amount} {became} at {bank}, conversion {fact.conversion_id}.")


@click.command(epilog=example("exchange purse wallets"))
@data
@as_json
def wallets(data: Path, as_json: bool) -> None:
    """List where e-CNY is kept for each market partition.

    It works while the node is down.
    """
    show_rows(data, "ecny_wallets", "No e-CNY is kept anywhere.", as_json)


@click.command(epilog=example("exchange purse conversions BU-CN-01"))
@click.argument(
    "participant", required=False, shell_complete=completing.in_tables("participants", "participant_id")
)
@data
@as_json
def conversions(participant: str | None, data: Path, as_json: bool) -> None:
    """List what was turned into e-CNY, or back.

    It works while the node is down.
    """
    show_rows(data, "ecny_conversions", "Nothing was converted.", as_json, participant=participant)


@click.command("open-wallet", epilog=example("exchange purse open-wallet BK-CN-01 --as OP-CN-01"))
@click.argument("bank")
@_a_market
@data
@acting
@dry_run
@as_json
def open_wallet(bank: str, market: str | None, data: Path, actor: str, dry_run: bool, as_json: bool) -> None:
    """Have e-CNY kept at a custodian BANK, as an operator."""
    from exchange.cli.instruments import market_named

    named = market_named(data, market)
    say = lambda door: door.open_ecny_wallet(named, bank)  # noqa: E731
    fact = said("Operator", data, actor, say, dry_run, as_json)
    if fact is not None:
        tell(fact, as_json, f"Opened: e-CNY of {named} is kept at {fact.bank_id}.")


@click.command(epilog=example("exchange purse interest 12.34 --reference INT-11 --as BK-CN-01"))
@click.argument("amount")
@_a_market
@data
@acting
@click.option("--reference", required=True, metavar="ID", help="What the bank calls it.")
@dry_run
@as_json
def interest(
    amount: str, market: str | None, data: Path, actor: str, reference: str, dry_run: bool, as_json: bool
) -> None:
    """Say, as a bank, that its wallet has borne interest.

    It is the exchange's own.
    """
    from exchange.cli.instruments import market_named

    minor, named = minor_of(amount, "CNY"), market_named(data, market)
    say = lambda door: door.credit_ecny_interest(named, minor, reference)  # noqa: E731
    fact = said("Custodian", data, actor, say, dry_run, as_json)
    if fact is not None:
        borne = money(fact.amount_minor, fact.currency)
        tell(fact, as_json, f"Credited: {borne} of interest on the e-CNY of {named} at {fact.bank_id}.")
