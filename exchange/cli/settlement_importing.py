"""`settlement import`: what a bank says of its accounts, held against the books."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exchange.cli.asking import asked
from exchange.cli.looking import caught_up
from exchange.cli.options import acting, as_json, data, dry_run, example, exchange_of, print_json
from exchange.cli.settlement_asking import money

if TYPE_CHECKING:
    from exchange.sdk.bank_files import ImportedPart
    from exchange.settlement.statements.commands import ImportStatement


@click.command(
    "import",
    epilog=example(
        "exchange settlement import statement.xml --as OP-CN-01",
        "exchange settlement import advice.xml --as BK-HK-01 --dry-run",
    ),
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@data
@acting
@dry_run
@as_json
def import_file(file: Path, data: Path, actor: str, dry_run: bool, as_json: bool) -> None:
    """Take in a statement (camt.053) or an advice (camt.054).

    A line that names a net set says that it was paid, or that it came back. What nobody expected stands in suspense. A
    file books once: imported again it changes nothing, and half of one goes on where it stopped.
    """
    from exchange.cli.settlement_preflight import left_of, refuse_unfit
    from exchange.documents.xml import read_document
    from exchange.sdk.bank_files import statements_in

    commands = statements_in(read_document(file), str(file))
    caught_up(data)
    refuse_unfit(data, commands)
    if dry_run:
        _rehearse(data, actor, left_of(data, commands), as_json)
        return
    parts = asyncio.run(_imported(data, actor, commands, as_json))
    if as_json:
        print_json([_document(each) for each in parts])


async def _imported(
    data: Path, actor: str, commands: "Sequence[ImportStatement]", as_json: bool
) -> "list[ImportedPart]":
    """Each part, told as it is done: what comes after one that is refused was not sent."""
    from exchange.sdk import Operator

    parts = list["ImportedPart"]()
    async with exchange_of(data) as exchange:
        door = Operator(exchange.client, actor)
        for command in commands:
            parts.append(await door.import_part(command))
            if not as_json:
                click.echo("\n".join(_lines(parts[-1])))
    return parts


def _rehearse(data: Path, actor: str, left: "Sequence[ImportStatement]", as_json: bool) -> None:
    from exchange.cli.plan import Plan, show_plan

    if not left:
        show_plan(Plan([], ["all of it was imported before"]), as_json)
        return

    async def speak(client: Any) -> Any:
        from exchange.sdk import Operator

        return await Operator(client, actor).import_part(left[0])

    asked(data, actor, speak, True, as_json)


def _lines(part: "ImportedPart") -> list[str]:
    command = part.command
    what = f"{command.kind} {command.statement_id} of {command.account_id}"
    if part.repeated:
        return [f"Imported before: {what}; nothing changed."]
    told = _document(part)
    closes = (
        ""
        if command.closing_minor is None
        else f"; closes with {money(command.closing_minor, command.currency)}"
    )
    lines = [f"Imported: {what}, {told['matched']} matched, {told['set_aside']} in suspense{closes}."]
    lines += [
        f"  paid: {each['set_id']}, {_amount(each)} to {each['participant_id']}" for each in told["paid"]
    ]
    lines += [
        f"  came back: {each['set_id']}, {_amount(each)} of {each['participant_id']}: {each['grounds']}"
        for each in told["returned"]
    ]
    lines += [
        f"  in suspense: {each['line_id']}, {each['direction']} of {_amount(each)}, ref {each['reference'] or '–'}"
        for each in told["suspense"]
    ]
    return lines


def _amount(told: dict[str, Any]) -> str:
    return money(told["amount_minor"], told["currency"])


def _document(part: "ImportedPart") -> dict[str, Any]:
    """What came of a part, for programs."""
    from exchange.settlement.payouts.facts import PaymentReturned, PayoutPaid
    from exchange.settlement.statements.facts import LineSetAside, StatementImported

    command = part.command
    imported = next(iter(_of(part, StatementImported)), None)
    names = ("set_id", "participant_id", "currency", "amount_minor")
    line = ("line_id", "line", "currency", "amount_minor", "direction", "reference", "value_date")
    return {
        "account_id": command.account_id,
        "statement_id": command.statement_id,
        "kind": command.kind,
        "repeated": part.repeated,
        "matched": 0 if imported is None else imported.matched,
        "set_aside": 0 if imported is None else imported.set_aside,
        "closing_minor": command.closing_minor,
        "paid": [_some(each, names) for each in _of(part, PayoutPaid)],
        "returned": [_some(each, (*names, "grounds")) for each in _of(part, PaymentReturned)],
        "suspense": [_some(each, line) for each in _of(part, LineSetAside)],
    }


def _of(part: "ImportedPart", kind: type) -> list[Any]:
    return [fact for fact in part.facts if isinstance(fact, kind)]


def _some(fact: Any, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in names}
