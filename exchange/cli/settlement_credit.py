"""`settlement credit-limit` and `settlement bills`: who may pay later, and what is owed until when."""

from pathlib import Path

import click

from exchange.cli import completing
from exchange.cli.asking import said, tell
from exchange.cli.options import acting, as_json, data, dry_run, example
from exchange.cli.settlement_asking import minor_of, money, show_rows


@click.command(
    "credit-limit",
    epilog=example("exchange settlement credit-limit BU-JP-01 50000.00 CNY --as OP-CN-01"),
)
@click.argument("participant", shell_complete=completing.in_tables("participants", "participant_id"))
@click.argument("amount")
@click.argument("currency")
@data
@acting
@click.option(
    "--days",
    type=click.IntRange(1, 365),
    default=30,
    show_default=True,
    help="How long after acceptance there is to pay.",
)
@click.option("--market", metavar="ID", help="In this market.  [default: the one there is]")
@dry_run
@as_json
def credit_limit(
    participant: str,
    amount: str,
    currency: str,
    data: Path,
    actor: str,
    days: int,
    market: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Let a participant buy more than it has, up to AMOUNT, and pay later.

    0 stops that; what is owed already stays owed.
    """
    from exchange.cli.instruments import market_named

    minor, market_id = minor_of(amount, currency), market_named(data, market)
    say = lambda door: door.set_credit_limit(market_id, participant, minor, currency, days=days)  # noqa: E731
    fact = said("Operator", data, actor, say, dry_run, as_json)
    if fact is not None:
        limit, owed = (money(each, currency) for each in (fact.limit_minor, fact.owed_minor))
        tell(
            fact,
            as_json,
            f"Set: {participant} may owe {limit}, each purchase for {days} days; it owes {owed} now.",
        )


@click.command(epilog=example("exchange settlement bills --overdue", "exchange settlement bills BU-JP-01"))
@click.argument(
    "buyer", required=False, shell_complete=completing.in_tables("participants", "participant_id")
)
@data
@click.option("--overdue", is_flag=True, help="Only those whose time is over.")
@as_json
def bills(buyer: str | None, data: Path, overdue: bool, as_json: bool) -> None:
    """List what buyers that pay later owe, and until when.

    It works while the node is down.
    """
    state = "overdue" if overdue else None
    show_rows(data, "bills", "Nothing was bought on credit.", as_json, buyer=buyer, state=state)
