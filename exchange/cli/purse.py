"""`purse`: a participant's money in the markets, how it moves between them, and e-CNY, from a terminal."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing
from exchange.cli.asking import asked, tell
from exchange.cli.boards import tell_rows
from exchange.cli.looking import rows_of
from exchange.cli.options import acting, as_json, data, dry_run, example, print_json
from exchange.cli.purse_banking import decline, deposit, pay, withdraw, withdrawals
from exchange.cli.purse_ecny import conversions, ecny, interest, open_wallet, wallets

if TYPE_CHECKING:
    from streams.client import Client

a_participant = click.argument(
    "participant", shell_complete=completing.in_tables("participants", "participant_id")
)


@click.group(
    epilog=example(
        "exchange purse deposit BU-JP-01 250000 JPY --reference IN-7 --as BK-HK-01",
        "exchange purse show BU-JP-01",
        "exchange purse move 12000.00 CNY --from M-SH --to M-SZ --as BU-JP-01",
        "exchange purse transfers BU-JP-01",
        "exchange purse ecny 500.00 --at BK-CN-01 --market M-SH --as BU-CN-01",
    )
)
def purse() -> None:
    """Show a participant's money in the markets; have it come, move and leave; turn CNY into e-CNY.

    A purse lies in a market partition, one for each currency. Amounts are written in the currency (120.00).
    """


@purse.command(epilog=example("exchange purse show BU-JP-01"))
@a_participant
@data
@as_json
def show(participant: str, data: Path, as_json: bool) -> None:
    """Show what a participant has in each market partition, and what it owes there.

    It works while the node is down.
    """
    _tell(
        rows_of(data, "purses", participant=participant), as_json, f"{participant} never had any money here."
    )


@purse.command(epilog=example("exchange purse transfers BU-JP-01"))
@a_participant
@data
@as_json
def transfers(participant: str, data: Path, as_json: bool) -> None:
    """Show what a participant moved between markets: in transit, arrived, or returned and why.

    `exchange query money_transfers state=in_transit` shows everybody's. It works while the node is down.
    """
    rows = rows_of(data, "money_transfers", participant=participant)
    _tell(rows, as_json, f"{participant} has moved nothing between markets.")


@purse.command(epilog=example("exchange purse move 12000.00 CNY --from M-SH --to M-SZ --as BU-JP-01"))
@click.argument("amount")
@click.argument("currency")
@click.option("--from", "source", required=True, metavar="MARKET", help="Where the money is.")
@click.option("--to", "target", required=True, metavar="MARKET", help="Where it is wanted.")
@data
@acting
@click.option("--id", "command_id", metavar="ID", help="Given again with the same move, it moves once.")
@dry_run
@as_json
def move(
    amount: str,
    currency: str,
    source: str,
    target: str,
    data: Path,
    actor: str,
    command_id: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Move free cash of one's own from a market to another.

    Where the other market does not take it, it comes back, and this says why.
    """
    from exchange.kernel.money import format_minor
    from exchange.kernel.price import minor_of

    amount_minor = minor_of(amount, currency)

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Buyer

        return await Buyer(client, actor).move_money(source, target, amount_minor, currency, id=command_id)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        moved = format_minor(amount_minor, currency)
        reason = getattr(fact, "reason", "")
        told = (
            f"Returned: {target} did not take {moved}: {reason}: {fact.detail}."
            if reason
            else f"Moved: {moved} from {source} to {target}, transfer {fact.transfer_id}."
        )
        tell(fact, as_json, told)


def _tell(rows: list[dict[str, Any]], as_json: bool, otherwise: str) -> None:
    if as_json:
        print_json(rows)
    else:
        tell_rows(rows, otherwise)


for each in (
    *(deposit, withdraw, withdrawals, pay, decline),
    *(ecny, wallets, conversions, open_wallet, interest),
):
    purse.add_command(each)
