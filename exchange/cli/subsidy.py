"""`subsidy`: programmes that sponsors fund, who may claim from them, and what was claimed, from a terminal."""

from pathlib import Path
from typing import Any

import click

from exchange.cli import completing
from exchange.cli.asking import said, tell
from exchange.cli.boards import tell_one, tell_rows
from exchange.cli.looking import row_soon, rows_of
from exchange.cli.options import acting, as_json, data, dry_run, example, print_json
from exchange.cli.settlement_asking import minor_of, money, show_rows
from exchange.kernel.errors import Misuse

_a_programme = click.argument(
    "programme", shell_complete=completing.in_tables("subsidy_programmes", "programme_id")
)
_somebody = completing.in_tables("participants", "participant_id")


@click.group(
    epilog=example(
        "exchange subsidy open SP-LG --sponsor GV-1 --cap 10000000.00 --as OP-CN-01",
        "exchange subsidy admit SP-LG PR-CN-01 --as OP-CN-01",
        "exchange subsidy fund SP-LG 50000000.00 --reference IN-7 --as BK-CN-01",
        "exchange subsidy claim SP-LG 80000.00 --for INVOICE-7 --as PR-CN-01",
    )
)
def subsidy() -> None:
    """Open programmes, fund them, claim from them.

    Paid is what is claimed, as far as the cap of its window leaves it and a sponsor's money has come.
    """


@subsidy.command(name="list", epilog=example("exchange subsidy list"))
@data
@as_json
def list_(data: Path, as_json: bool) -> None:
    """List programmes: caps, what is promised and what has come.

    It works while the node is down.
    """
    show_rows(data, "subsidy_programmes", "No programme was opened.", as_json)


@subsidy.command(epilog=example("exchange subsidy show SP-LG"))
@_a_programme
@data
@as_json
def show(programme: str, data: Path, as_json: bool) -> None:
    """Show a programme, who may claim from it, and what each has had of its cap.

    It works while the node is down.
    """
    found = _found(data, programme)
    admitted = rows_of(data, "subsidy_admitted", programme=programme)
    used = rows_of(data, "subsidy_usage", programme=programme)
    if as_json:
        print_json({"programme": found, "admitted": admitted, "usage": used})
        return
    tell_one("programme", found)
    names = [row["participant_id"] for row in admitted]
    click.echo(f"May claim: {', '.join(names)}" if names else "Nobody may claim yet.")
    if used:
        click.echo()
        tell_rows([{name: cell for name, cell in row.items() if name != "programme_id"} for row in used], "")


@subsidy.command(epilog=example("exchange subsidy claims", "exchange subsidy claims PR-CN-01"))
@click.argument("participant", required=False, shell_complete=_somebody)
@click.option("--programme", metavar="ID", help="Only of this one.")
@data
@as_json
def claims(participant: str | None, programme: str | None, data: Path, as_json: bool) -> None:
    """List what was claimed, what was paid, and what kept the rest.

    It works while the node is down.
    """
    given = {"participant": participant, "programme": programme}
    show_rows(data, "subsidy_claims", "Nothing was claimed.", as_json, "cap_minor detail", **given)


@subsidy.command(
    name="open",
    epilog=example(
        "exchange subsidy open SP-LG --sponsor GV-1 --cap 10000000.00 --as OP-CN-01",
        "exchange subsidy open SP-3 --sponsor GV-1 --cap 500 --window month --as OP-1",
    ),
)
@click.argument("programme")
@data
@acting
@click.option("--sponsor", required=True, metavar="ID", shell_complete=_somebody, help="Who funds it.")
@click.option("--cap", required=True, metavar="AMOUNT", help="The most for each participant in each window.")
@click.option("--currency", default="CNY", show_default=True, metavar="CODE", help="Of the cap and the fund.")
@click.option(
    "--window",
    type=click.Choice(["month", "quarter", "year"]),
    default="year",
    show_default=True,
    help="Of the calendar in Shanghai.",
)
@dry_run
@as_json
def open_(
    programme: str,
    data: Path,
    actor: str,
    sponsor: str,
    cap: str,
    currency: str,
    window: Any,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Open a programme, without any money yet."""
    minor = minor_of(cap, currency)
    say = lambda door: door.open_subsidy_programme(programme, sponsor, minor, currency, window)  # noqa: E731
    fact = said("Operator", data, actor, say, dry_run, as_json)
    if fact is not None:
        each = f"{money(fact.cap_minor, fact.currency)} for each participant a {fact.window}"
        tell(fact, as_json, f"Opened: {fact.programme_id}, {each}, sponsored by {fact.sponsor_id}.")


@subsidy.command(epilog=example("exchange subsidy admit SP-LG PR-CN-01 --as OP-CN-01"))
@_a_programme
@click.argument("participant", shell_complete=_somebody)
@data
@acting
@dry_run
@as_json
def admit(programme: str, participant: str, data: Path, actor: str, dry_run: bool, as_json: bool) -> None:
    """Let a PARTICIPANT claim from a programme."""
    say = lambda door: door.admit_to_subsidy(programme, participant)  # noqa: E731
    fact = said("Operator", data, actor, say, dry_run, as_json)
    if fact is not None:
        tell(fact, as_json, f"Admitted: {fact.participant_id} may claim from {fact.programme_id}.")


@subsidy.command(epilog=example("exchange subsidy pledge SP-LG 50000000.00 --as GV-1"))
@_a_programme
@click.argument("amount")
@data
@acting
@dry_run
@as_json
def pledge(programme: str, amount: str, data: Path, actor: str, dry_run: bool, as_json: bool) -> None:
    """Promise money, as a programme's sponsor.

    Nothing is paid of it until it has come.
    """
    minor = minor_of(amount, _found(data, programme)["currency"])
    say = lambda door: door.pledge_subsidy(programme, minor)  # noqa: E731
    fact = said("Buyer", data, actor, say, dry_run, as_json)
    if fact is not None:
        promised = money(fact.amount_minor, fact.currency)
        tell(fact, as_json, f"Promised: {promised} for {fact.programme_id} by {fact.sponsor_id}.")


@subsidy.command(epilog=example("exchange subsidy fund SP-LG 50000000.00 --reference IN-7 --as BK-CN-01"))
@_a_programme
@click.argument("amount")
@data
@acting
@click.option("--reference", required=True, metavar="ID", help="What the bank calls the payment.")
@dry_run
@as_json
def fund(
    programme: str, amount: str, data: Path, actor: str, reference: str, dry_run: bool, as_json: bool
) -> None:
    """Say, as a bank, that a sponsor's money has come."""
    minor = minor_of(amount, _found(data, programme)["currency"])
    say = lambda door: door.confirm_subsidy_funding(programme, minor, reference)  # noqa: E731
    fact = said("Custodian", data, actor, say, dry_run, as_json)
    if fact is not None:
        came = money(fact.amount_minor, fact.currency)
        tell(
            fact, as_json, f"Funded: {came} of {fact.sponsor_id} for {fact.programme_id}, at {fact.bank_id}."
        )


@subsidy.command(epilog=example("exchange subsidy claim SP-LG 80000.00 --for INVOICE-7 --as PR-CN-01"))
@_a_programme
@click.argument("amount")
@data
@acting
@click.option("--for", "reference", required=True, metavar="ID", help="What is claimed for, paid for once.")
@click.option("--market", metavar="ID", help="The market with the purse.  [default: the one there is]")
@dry_run
@as_json
def claim(
    programme: str,
    amount: str,
    data: Path,
    actor: str,
    reference: str,
    market: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Claim from a programme, into one's purse.

    Paid is what the cap and the fund leave of it.
    """
    from exchange.cli.instruments import market_named

    minor = minor_of(amount, _found(data, programme)["currency"])
    named = market_named(data, market)
    say = lambda door: door.claim_subsidy(programme, named, minor, reference)  # noqa: E731
    fact = said("Buyer", data, actor, say, dry_run, as_json)
    if fact is not None:
        paid, rest = (money(each, fact.currency) for each in (fact.amount_minor, fact.unpaid_minor))
        kept = f"; {rest} was not: {fact.reason}" if fact.unpaid_minor else ""
        tell(
            fact,
            as_json,
            f"Paid: {paid} to {fact.participant_id} in {fact.market_id}, {fact.claim_id}{kept}.",
        )


def _found(data: Path, programme: str) -> dict[str, Any]:
    """A programme that the tables know. Raises: Misuse if they do not."""
    row = row_soon(data, "subsidy_programmes", programme=programme)
    if row is None:
        raise Misuse(
            f"the tables have no programme {programme}; `exchange subsidy list` lists those there are"
        )
    return row
