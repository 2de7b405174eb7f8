"""`settlement run`, `sets`, `show`, `release`, `reject`, `limit`: what is owed is netted, seen and released."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing
from exchange.cli.asking import asked, said, tell
from exchange.cli.boards import tell_one, tell_rows
from exchange.cli.looking import rows_of
from exchange.cli.options import acting, as_json, data, dry_run, example, naming, print_json
from exchange.cli.settlement_asking import a_participant, a_set, found_set, grounds, minor_of, money
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from streams.client import Client

_NO_ACCOUNT = "no account"


@click.command(epilog=example("exchange settlement run CNY --value-date 2026-12-01 --as OP-CN-01"))
@click.argument("currency")
@data
@acting
@click.option(
    "--value-date", metavar="DAY", help="The day on which it is paid.  [default: today, in Shanghai]"
)
@dry_run
@as_json
def run(currency: str, data: Path, actor: str, value_date: str | None, dry_run: bool, as_json: bool) -> None:
    """Net everything that is owed in CURRENCY.

    There is one run for a currency and a value date. What it comes to waits, set by set, to be released.
    """

    async def speak(client: "Client") -> Any:
        from exchange.kernel.time import local_date
        from exchange.sdk import Operator

        now = await client.exchange_time("settlement", "settlement")
        day = value_date or local_date(now, "Asia/Shanghai").isoformat()
        return await Operator(client, actor).run_payouts(currency, day)

    proposed = asked(data, actor, speak, dry_run, as_json)
    if proposed is None:
        return
    if as_json:
        print_json(proposed)
        return
    if not proposed:
        click.echo(f"Nobody is owed anything in {currency}.")
        return
    click.echo(f"Run {proposed[0].net.run_id}: {len(proposed)} to be released.")
    tell_rows([_proposed(each) for each in proposed], "")
    click.echo(f"  exchange settlement release SET --digest DIGEST --as NAME{naming(data)}")


def _proposed(fact: Any) -> dict[str, Any]:
    """A set as whoever releases it looks at it; its digest whole, since that is named."""
    return {
        "set_id": fact.net.set_id,
        "participant": fact.net.participant_id,
        "currency": fact.net.currency,
        "amount_minor": fact.net.amount_minor,
        "paid_to": fact.net.payee_id or _NO_ACCOUNT,
        "persons": fact.releases_needed,
        "hash": fact.digest.hex(),
    }


@click.command(epilog=example("exchange settlement sets --state proposed"))
@data
@click.option(
    "--state",
    type=click.Choice(["proposed", "approved", "released", "paid", "rejected", "failed", "returned"]),
    help="Only these.",
)
@click.option("--run", "run_id", metavar="RUN", help="Only of this run.")
@a_participant
@as_json
def sets(data: Path, state: str | None, run_id: str | None, participant: str | None, as_json: bool) -> None:
    """List net sets, and what became of each.

    It works while the node is down.
    """
    given = {"state": state, "run": run_id, "participant": participant}
    rows = rows_of(data, "payouts", **given)
    if as_json:
        print_json(rows)
    else:
        names = ("set_id", "run_id", "participant_id", "currency", "amount_minor", "value_date", "state")
        shown = (*names, "releases_needed", "approved_by", "payee_id", "file_id")
        tell_rows([{name: row[name] for name in shown} for row in rows], "No net set.")


@click.command(epilog=example("exchange settlement show PS-0.15.0"))
@a_set
@data
@as_json
def show(set_id: str, data: Path, as_json: bool) -> None:
    """Show a net set, where it is paid to, and its hash.

    It works while the node is down.
    """
    row = found_set(data, set_id)
    payee = next((each for each in _payees(data, row) if each["payee_id"] == row["payee_id"]), None)
    if as_json:
        print_json({"set": row, "payee": payee})
        return
    digest = row.pop("digest")
    tell_one("set", {name: cell for name, cell in row.items() if name not in ("seq", "market_partition")})
    if payee is None:
        click.echo(f"paid to  {_NO_ACCOUNT}: none was named when its run was opened")
    else:
        click.echo(f"paid to  {payee['holder']}, {payee['account']} at {payee['bic']}")
    click.echo(f"hash     {digest}")


def _payees(data: Path, row: dict[str, Any]) -> list[dict[str, Any]]:
    return rows_of(data, "payees", participant=row["participant_id"], currency=row["currency"])


@click.command(
    epilog=example(
        'exchange settlement release PS-0.15.0 --digest "$HASH" --as OP-CN-01',
    )
)
@a_set
@data
@acting
@click.option(
    "--digest",
    required=True,
    metavar="HEX",
    shell_complete=completing.in_tables("payouts", "digest"),
    help="The set's hash, as `show` prints it: what is paid is what was seen.",
)
@dry_run
@as_json
def release(set_id: str, data: Path, actor: str, digest: str, dry_run: bool, as_json: bool) -> None:
    """Let a net set be paid.

    Above the limit of its currency a second person signs the same hash.
    """
    from exchange.settlement.payouts.facts import PayoutReleased

    named = _read_digest(digest)

    async def speak(client: "Client") -> Any:
        from exchange.sdk import Operator
        from exchange.settlement.payouts.commands import ReleasePayout

        command = ReleasePayout(set_id=set_id, digest=named)
        answer = await Operator(client, actor).ask("settlement", "settlement", command)
        return answer.or_raise().facts

    facts = asked(data, actor, speak, dry_run, as_json)
    if facts is None:
        return
    released = next((each for each in facts if isinstance(each, PayoutReleased)), None)
    if released is not None:
        amount = money(released.amount_minor, released.currency)
        told = (
            f"Released: {set_id}, {amount} for {released.participant_id}, by {' and '.join(released.by_ids)}."
        )
        tell(released, as_json, told)
        return
    approved = facts[-1]
    told = f"Approved by {approved.by_id}. A second person signs {approved.digest.hex()}:"
    more = f"  exchange settlement release {set_id} --digest {approved.digest.hex()} --as NAME{naming(data)}"
    tell(approved, as_json, told, more)


def _read_digest(written: str) -> bytes:
    try:
        return bytes.fromhex(written)
    except ValueError as error:
        raise Misuse(f"{written} is no hash; name the one that `exchange settlement show` prints") from error


@click.command(epilog=example('exchange settlement reject PS-0.15.2 --as MB-CN-01 --grounds "Looked into."'))
@a_set
@data
@acting
@grounds
@dry_run
@as_json
def reject(set_id: str, data: Path, actor: str, grounds: str, dry_run: bool, as_json: bool) -> None:
    """Do not let a net set be paid: all of it is owed again."""
    fact = said("Operator", data, actor, lambda door: door.reject_payout(set_id, grounds), dry_run, as_json)
    if fact is not None:
        tell(fact, as_json, f"Rejected: {set_id}; all of it is as it was before the run.")


@click.command(epilog=example("exchange settlement limit CNY 50000.00 --as OP-CN-01"))
@click.argument("currency")
@click.argument("amount")
@data
@acting
@dry_run
@as_json
def limit(currency: str, amount: str, data: Path, actor: str, dry_run: bool, as_json: bool) -> None:
    """Say up to which AMOUNT one person alone releases.

    It holds for what is proposed from now on, and for what stands in suspense. Raising it takes two persons who say the
    same.
    """
    minor = minor_of(amount, currency)
    say = lambda door: door.set_release_limit(currency, minor)  # noqa: E731
    fact = said("Operator", data, actor, say, dry_run, as_json)
    if fact is not None:
        upto = money(minor, currency)
        lines = [f"Set: one person releases up to {upto}; above, it takes two."]
        if hasattr(fact, "by_id"):
            again = f"exchange settlement limit {currency} {amount} --as NAME{naming(data)}"
            lines = [f"Proposed by {fact.by_id}. A second person has to say the same:", f"  {again}"]
        tell(fact, as_json, *lines)
