"""`settlement confirm`, `fail`, `return`: what a custodian bank says of a net set, by hand."""

from pathlib import Path

import click

from exchange.cli.asking import said, tell
from exchange.cli.options import acting, as_json, data, dry_run, example
from exchange.cli.settlement_asking import a_set, grounds, money


@click.command(epilog=example("exchange settlement confirm PS-0.15.0 --reference OUT-7 --as BK-HK-01"))
@a_set
@data
@acting
@click.option("--reference", required=True, metavar="ID", help="What the bank calls the payment.")
@dry_run
@as_json
def confirm(set_id: str, data: Path, actor: str, reference: str, dry_run: bool, as_json: bool) -> None:
    """Say, as the bank, that a released set was paid.

    What an imported file says needs no hand.
    """
    say = lambda door: door.confirm_payment(set_id, reference)  # noqa: E731
    fact = said("Custodian", data, actor, say, dry_run, as_json)
    if fact is not None:
        amount = money(fact.amount_minor, fact.currency)
        tell(fact, as_json, f"Paid: {set_id}, {amount} to {fact.participant_id}, by {fact.bank_id}.")


@click.command(epilog=example('exchange settlement fail PS-0.15.1 --as BK-HK-01 --grounds "Account closed."'))
@a_set
@data
@acting
@grounds
@dry_run
@as_json
def fail(set_id: str, data: Path, actor: str, grounds: str, dry_run: bool, as_json: bool) -> None:
    """Say, as the bank, that a released set cannot be paid.

    All of it is owed again.
    """
    say = lambda door: door.fail_payment(set_id, grounds)  # noqa: E731
    fact = said("Custodian", data, actor, say, dry_run, as_json)
    if fact is not None:
        tell(fact, as_json, f"Failed: {set_id}; all of it is as it was before the run.")


@click.command("return", epilog=example("exchange settlement return PS-0.15.0 --as BK-HK-01 --grounds AC04"))
@a_set
@data
@acting
@grounds
@dry_run
@as_json
def returned(set_id: str, data: Path, actor: str, grounds: str, dry_run: bool, as_json: bool) -> None:
    """Say, as the bank, that a payment came back.

    Within 90 days after it was confirmed; all of its set is owed again. What an imported file says needs no hand.
    """
    say = lambda door: door.return_payment(set_id, grounds)  # noqa: E731
    fact = said("Custodian", data, actor, say, dry_run, as_json)
    if fact is not None:
        amount = money(fact.amount_minor, fact.currency)
        tell(fact, as_json, f"Came back: {set_id}; {amount} is owed to {fact.participant_id} again.")
