"""`settlement suspense`, `credit`, `send-back`, `book`: movements of which nobody knew anything."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from exchange.cli import completing
from exchange.cli.asking import said, tell
from exchange.cli.boards import tell_rows
from exchange.cli.looking import rows_of
from exchange.cli.options import acting, as_json, data, dry_run, example, naming, print_json
from exchange.cli.settlement_asking import a_line, grounds, money

_SHOWN = ("line_id", "state", "at", "bank_id", "currency", "amount_minor", "direction", "reference")
_PLACE = ("account_id", "statement_id", "line")
_WANTED = ("credited_to", "wanted_for", "wanted_by", "kept_for")


@click.command(epilog=example("exchange settlement suspense --overdue"))
@data
@click.option("--account", metavar="ID", help="Only of this account.")
@click.option("--overdue", is_flag=True, help="Only what has stood there for more than a day.")
@as_json
def suspense(data: Path, account: str | None, overdue: bool, as_json: bool) -> None:
    """List movements that nobody knows yet, the oldest first.

    What has stood there for more than a day is overdue. `exchange bank read` shows who sent it. It works while the node
    is down.
    """
    given = {"account": account, "state": "overdue" if overdue else None}
    rows = rows_of(data, "suspense", **given)
    if as_json:
        print_json(rows)
        return
    more = [name for name in _WANTED if any(row[name] for row in rows)]
    shown = [{name: row[name] for name in (*_SHOWN, *_PLACE, *more)} for row in rows]
    tell_rows(shown, "Nothing is overdue." if overdue else "Nothing is in suspense.")
    if rows:
        late = sum(row["state"] == "overdue" for row in rows)
        click.echo(f"{len(rows)} in suspense, {late} of them for more than a day: {_sums(rows)}")


def _sums(rows: Sequence[dict[str, Any]]) -> str:
    """What came in and what left, by currency."""
    sums: dict[tuple[str, str], int] = {}
    for row in rows:
        key = row["currency"], row["direction"]
        sums[key] = sums.get(key, 0) + row["amount_minor"]
    words = {"credit": "in", "debit": "out"}
    return ", ".join(
        f"{money(minor, currency)} {words[way]}" for (currency, way), minor in sorted(sums.items())
    )


@click.command(
    epilog=example(
        "exchange settlement credit BL-0.37.1 --to BU-JP-01 --as OP-CN-01 \\",
        '    --grounds "Its letter of 1 December."',
    )
)
@a_line
@data
@acting
@click.option(
    "--to",
    "participant",
    required=True,
    metavar="ID",
    shell_complete=completing.in_tables("participants", "participant_id"),
    help="Whose money it is.",
)
@click.option("--market", metavar="ID", help="The market with its purse.  [default: the one there is]")
@grounds
@dry_run
@as_json
def credit(
    line_id: str,
    data: Path,
    actor: str,
    participant: str,
    market: str | None,
    grounds: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Credit money in suspense to the participant it belongs to.

    Above the release limit of its currency a second person has to say the same.
    """
    from exchange.cli.instruments import market_named
    from exchange.cli.uses import checked
    from exchange.settlement.suspense.commands import CreditSuspense

    named = market_named(data, market)
    command = checked(
        CreditSuspense, line_id=line_id, participant_id=participant, market_id=named, grounds=grounds
    )
    fact = said("Operator", data, actor, lambda door: door.credit_suspense(command), dry_run, as_json)
    if fact is not None:
        again = f"exchange settlement credit {line_id} --to {participant} --market {named}"
        told = "" if hasattr(fact, "by_id") else f"{money(fact.amount_minor, fact.currency)} to {participant}"
        tell(fact, as_json, *_told(fact, data, f"Credited: {told} in {named}.", again))


@click.command(
    "send-back",
    epilog=example('exchange settlement send-back BL-0.37.1 --as OP-CN-01 --grounds "An error."'),
)
@a_line
@data
@acting
@grounds
@dry_run
@as_json
def send_back(line_id: str, data: Path, actor: str, grounds: str, dry_run: bool, as_json: bool) -> None:
    """Have a movement in suspense sent back.

    Tell the bank to do so under the line's id, by which its statement is expected to show it. Above the release limit
    of its currency a second person has to want it too.
    """
    say = lambda door: door.return_suspense(line_id, grounds)  # noqa: E731
    fact = said("Operator", data, actor, say, dry_run, as_json)
    if fact is not None:
        again = f"exchange settlement send-back {line_id}"
        told = f"Sent back: {line_id}; the bank's statement is expected to show it under that name."
        tell(fact, as_json, *_told(fact, data, told, again))


def _told(fact: Any, data: Path, done: str, again: str) -> list[str]:
    if not hasattr(fact, "by_id"):
        return [done]
    return [
        f"Proposed by {fact.by_id}. A second person has to say the same:",
        f"  {again} --grounds TEXT --as NAME{naming(data)}",
    ]


@click.command(
    epilog=example(
        "exchange settlement book BL-0.37.2 --to provider_cost --as OP-CN-01 \\",
        '    --grounds "Charges for November."',
    )
)
@a_line
@data
@acting
@click.option(
    "--to",
    "book_to",
    type=click.Choice(["provider_cost", "operator_equity"]),
    required=True,
    help="The bank's charge, or the exchange's own money.",
)
@grounds
@dry_run
@as_json
def book(
    line_id: str, data: Path, actor: str, book_to: Any, grounds: str, dry_run: bool, as_json: bool
) -> None:
    """Say that a movement in suspense was the exchange's own.

    Above the release limit of its currency a second person has to say the same.
    """
    from exchange.cli.uses import checked
    from exchange.settlement.suspense.commands import ResolveSuspense

    command = checked(ResolveSuspense, line_id=line_id, book_to=book_to, grounds=grounds)
    fact = said("Operator", data, actor, lambda door: door.resolve_suspense(command), dry_run, as_json)
    if fact is not None:
        again = f"exchange settlement book {line_id} --to {book_to}"
        amount = "" if hasattr(fact, "by_id") else money(fact.amount_minor, fact.currency)
        done = f"Booked: {amount} of {line_id} to {book_to.replace('_', ' ')}."
        tell(fact, as_json, *_told(fact, data, done, again))
