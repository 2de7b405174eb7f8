"""`purse deposit`, `withdraw`, `withdrawals`, `pay`, `decline`: money that comes into purses, and leaves them."""

from pathlib import Path

import click

from exchange.cli import completing
from exchange.cli.asking import said, tell
from exchange.cli.options import acting, as_json, data, dry_run, example, naming
from exchange.cli.settlement_asking import and_money, grounds, minor_of, money, show_rows

_a_market = click.option("--market", metavar="ID", help="Of which market.  [default: the one there is]")
_a_withdrawal = click.argument(
    "withdrawal", shell_complete=completing.in_tables("withdrawals", "withdrawal_id")
)


@click.command(epilog=example("exchange purse deposit BU-JP-01 250000 JPY --reference IN-7 --as BK-HK-01"))
@click.argument("participant", shell_complete=completing.in_tables("participants", "participant_id"))
@click.argument("amount")
@click.argument("currency")
@_a_market
@data
@acting
@click.option("--reference", required=True, metavar="ID", help="What the bank calls the payment.")
@dry_run
@as_json
def deposit(
    participant: str,
    amount: str,
    currency: str,
    market: str | None,
    data: Path,
    actor: str,
    reference: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Say, as a bank, that a PARTICIPANT's money has come.

    It pays what that one owes first, and is cash in its purse then.
    """
    from exchange.cli.instruments import market_named

    minor, named = minor_of(amount, currency), market_named(data, market)
    say = lambda door: door.confirm_deposit(named, participant, minor, currency, reference)  # noqa: E731
    fact = said("Custodian", data, actor, say, dry_run, as_json)
    if fact is not None:
        came = money(fact.amount_minor, fact.currency)
        owed = fact.repaid_minor + fact.recovered_minor
        paid = and_money(owed, fact.currency, "of it pays what it owed")
        tell(fact, as_json, f"Deposited: {came} for {fact.participant_id} in {named}{paid}.")


@click.command(epilog=example("exchange purse withdraw 100.00 CNY --as BU-JP-01"))
@click.argument("amount")
@click.argument("currency")
@_a_market
@data
@acting
@dry_run
@as_json
def withdraw(
    amount: str, currency: str, market: str | None, data: Path, actor: str, dry_run: bool, as_json: bool
) -> None:
    """Ask for free cash of one's own to be paid back."""
    from exchange.cli.instruments import market_named

    minor, named = minor_of(amount, currency), market_named(data, market)
    fact = said("Buyer", data, actor, lambda door: door.withdraw(named, minor, currency), dry_run, as_json)
    if fact is not None:
        asked = f"Asked for: {money(minor, currency)}, {fact.withdrawal_id}. Its bank answers:"
        again = f"  exchange purse pay {fact.withdrawal_id} --market {named} --reference ID --as BANK"
        tell(fact, as_json, asked, f"{again}{naming(data)}")


@click.command(epilog=example("exchange purse withdrawals --state requested"))
@data
@click.option("--state", type=click.Choice(["requested", "paid", "rejected"]), help="Only these.")
@as_json
def withdrawals(data: Path, state: str | None, as_json: bool) -> None:
    """List what participants asked to have back, and what the bank did.

    It works while the node is down.
    """
    show_rows(data, "withdrawals", "Nobody has asked for money back.", as_json, state=state)


@click.command(epilog=example("exchange purse pay W-0.31.0 --reference OUT-3 --as BK-HK-01"))
@_a_withdrawal
@_a_market
@data
@acting
@click.option("--reference", required=True, metavar="ID", help="What the bank calls the payment.")
@dry_run
@as_json
def pay(
    withdrawal: str,
    market: str | None,
    data: Path,
    actor: str,
    reference: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Say, as a bank, that a WITHDRAWAL was paid."""
    from exchange.cli.instruments import market_named

    named = market_named(data, market)
    say = lambda door: door.confirm_withdrawal(named, withdrawal, reference)  # noqa: E731
    fact = said("Custodian", data, actor, say, dry_run, as_json)
    if fact is not None:
        paid = money(fact.amount_minor, fact.currency)
        tell(fact, as_json, f"Paid: {paid} to {fact.participant_id}, {withdrawal}.")


@click.command(epilog=example('exchange purse decline W-0.31.0 --as BK-HK-01 --grounds "No account."'))
@_a_withdrawal
@_a_market
@data
@acting
@grounds
@dry_run
@as_json
def decline(
    withdrawal: str, market: str | None, data: Path, actor: str, grounds: str, dry_run: bool, as_json: bool
) -> None:
    """Say, as a bank, that a WITHDRAWAL is not paid.

    It is cash again.
    """
    from exchange.cli.instruments import market_named

    named = market_named(data, market)
    say = lambda door: door.reject_withdrawal(named, withdrawal, grounds)  # noqa: E731
    fact = said("Custodian", data, actor, say, dry_run, as_json)
    if fact is not None:
        back = money(fact.amount_minor, fact.currency)
        tell(fact, as_json, f"Declined: {back} is {fact.participant_id}'s cash again.")
