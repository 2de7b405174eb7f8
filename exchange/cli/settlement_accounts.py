"""`settlement pay-to`, `payees`, `open-account`, `accounts`: where participants are paid to, and from where."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing
from exchange.cli.asking import asked, said, tell
from exchange.cli.options import acting, as_json, data, dry_run, example
from exchange.cli.settlement_asking import minor_of, money, show_rows

if TYPE_CHECKING:
    from streams.client import Client


@click.command(
    "pay-to",
    epilog=example(
        'exchange settlement pay-to SE-CN-02 CNY --holder "Lingang Data Co., Ltd." \\',
        "    --number 6222000100008888 --bic PUDBCNSH --as SE-CN-02",
    ),
)
@click.argument("participant", shell_complete=completing.in_tables("participants", "participant_id"))
@click.argument("currency")
@data
@acting
@click.option("--holder", required=True, metavar="NAME", help="Whose the account is, as its bank knows it.")
@click.option("--number", required=True, metavar="NUMBER", help="An IBAN, or the bank's own number.")
@click.option("--bic", required=True, metavar="BIC", help="Its bank's BIC.")
@dry_run
@as_json
def pay_to(
    participant: str, currency: str, data: Path, actor: str, dry_run: bool, as_json: bool, **said_of: str
) -> None:
    """Say where PARTICIPANT is paid CURRENCY.

    By itself, or by an operator. It counts from the next run on: what is under way goes where it was to go. Tables and
    logs show the ends of the number.
    """
    from exchange.cli.uses import checked
    from exchange.kernel.bank_numbers import masked
    from exchange.settlement.payees.commands import NamePayee

    number = "".join(said_of["number"].split())
    command = checked(
        NamePayee,
        participant_id=participant,
        currency=currency,
        holder=said_of["holder"],
        account_number=number.upper() if number[:2].isalpha() else number,
        bic=said_of["bic"].upper(),
    )
    fact = said("Operator", data, actor, lambda door: door.name_payee(command), dry_run, as_json)
    if fact is not None:
        shown = f"{masked(fact.account_number)} at {fact.bic}"
        told = f"Named: {participant} is paid {currency} to {shown} ({fact.payee_id}), from the next run on."
        tell({"payee_id": fact.payee_id, "account": masked(fact.account_number)}, as_json, told)


@click.command(epilog=example("exchange settlement payees SE-CN-02"))
@click.argument(
    "participant", required=False, shell_complete=completing.in_tables("participants", "participant_id")
)
@data
@as_json
def payees(participant: str | None, data: Path, as_json: bool) -> None:
    """List where participants are paid to, now and before.

    It works while the node is down.
    """
    show_rows(data, "payees", "Nobody has named an account.", as_json, participant=participant)


@click.command(
    "open-account",
    epilog=example(
        "exchange settlement open-account HK-CNY-0001 --bank BK-HK-01 \\",
        '    --currency CNY --holder "Corridor Operator" --bic LGHBCNBJ --as OP-CN-01',
    ),
)
@click.argument("account")
@data
@acting
@click.option("--bank", required=True, metavar="NAME", help="The custodian bank that keeps it.")
@click.option("--currency", required=True, metavar="CODE", help="The one currency in it.")
@click.option(
    "--balance", default="0", show_default=True, metavar="AMOUNT", help="What it holds to begin with."
)
@click.option("--holder", default="", metavar="NAME", help="Whom payment files name as whoever pays.")
@click.option("--bic", default="", metavar="BIC", help="The bank's BIC, for payment files.")
@dry_run
@as_json
def open_account(
    account: str, data: Path, actor: str, balance: str, dry_run: bool, as_json: bool, **said_of: str
) -> None:
    """Name the ACCOUNT in which a bank keeps a currency."""
    from exchange.cli.uses import checked
    from exchange.settlement.statements.commands import OpenBankAccount

    currency = said_of["currency"]
    sign = -1 if balance.startswith("-") else 1
    command = checked(
        OpenBankAccount,
        account_id=account,
        bank_id=said_of["bank"],
        currency=currency,
        balance_minor=sign * minor_of(balance.removeprefix("-"), currency),
        holder=said_of["holder"],
        bic=said_of["bic"].upper(),
    )

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Operator

        return await Operator(client, actor).open_bank_account(command)

    fact = asked(data, actor, speak, dry_run, as_json)
    if fact is not None:
        begins = money(fact.balance_minor, fact.currency)
        tell(
            fact,
            as_json,
            f"Opened: {fact.bank_id} keeps {fact.currency} in {account}, beginning with {begins}.",
        )


@click.command(epilog=example("exchange settlement accounts --currency CNY"))
@data
@click.option("--currency", metavar="CODE", help="Only of this currency.")
@as_json
def accounts(data: Path, currency: str | None, as_json: bool) -> None:
    """List the accounts that banks keep, as statements closed, and what the books say lies there.

    What they are apart should stand on the next statement. It works while the node is down.
    """
    show_rows(data, "bank_accounts", "No account is named.", as_json, currency=currency)
