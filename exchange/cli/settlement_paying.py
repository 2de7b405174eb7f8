"""`settlement payment-file`: what is released, as a file for the bank."""

from pathlib import Path
from typing import Any, NamedTuple

import click

from exchange.cli import completing
from exchange.cli.asking import said, tell
from exchange.cli.looking import caught_up, rows_of
from exchange.cli.new_files import already_there, refuse_place, write_new
from exchange.cli.options import acting, as_json, data, dry_run, example
from exchange.cli.settlement_asking import money
from exchange.kernel.errors import Misuse

_PAYMENTS_MAX = 200
"""Payments of one file."""


class _Wanted(NamedTuple):
    """What is written: a file that was issued, or one with these sets.

    Shape: sets `without` an account are left out; so are those that are `more` than one file holds.
    """

    file_id: str | None = None
    sets: tuple[str, ...] = ()
    currency: str = ""
    without: tuple[str, ...] = ()
    more: int = 0


@click.command(
    "payment-file",
    epilog=example(
        "exchange settlement payment-file PR-0.25.0 -o payments.xml --as OP-CN-01",
        "exchange settlement payment-file PF-0.40.0 -o again.xml --as OP-CN-01",
    ),
)
@click.argument("subject", metavar="RUN|SET|FILE", shell_complete=completing.in_tables("payouts", "run_id"))
@data
@acting
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="Where to; nothing is written over.",
)
@click.option("--account", metavar="ID", help="The exchange's account that pays, where there are several.")
@dry_run
@as_json
def payment_file(
    subject: str, data: Path, actor: str, output: Path, account: str | None, dry_run: bool, as_json: bool
) -> None:
    """Write what is released as pain.001, once.

    Of a RUN all that is in no file yet, up to 200 payments. Written again it has the same bytes and the same message
    id. A set is in one file only.
    """
    caught_up(data)
    wanted = _wanted(data, subject)
    if wanted.file_id is not None:
        _write_again(wanted.file_id, data, actor, output, dry_run, as_json)
        return
    refuse_place(output)
    paying = account or _account_for(data, wanted.currency)
    say = lambda door: door.issue_payment_file(paying, wanted.sets)  # noqa: E731
    file = said("Operator", data, actor, say, dry_run, as_json)
    if file is not None:
        write_new(output, file.content)
        _tell(file, output, "Issued", wanted, as_json)


def _write_again(file_id: str, data: Path, actor: str, output: Path, dry_run: bool, as_json: bool) -> None:
    if not output.exists():
        refuse_place(output)
    if dry_run:
        from exchange.cli.plan import Plan, show_plan

        show_plan(Plan([f"write {file_id} again as {output}"], [f"{file_id} was issued"]), as_json)
        return
    file = said("Operator", data, actor, lambda door: door.payment_file(file_id), False, as_json)
    if not output.exists():
        write_new(output, file.content)
    elif output.read_bytes() != file.content:
        raise already_there(output)
    _tell(file, output, "Written again", _Wanted(), as_json)


def _wanted(data: Path, subject: str) -> _Wanted:
    """What is meant. Raises: Misuse if there is nothing of that name, or nothing of it to be written."""
    if rows_of(data, "payment_files", file=subject):
        return _Wanted(file_id=subject)
    if one := rows_of(data, "payouts", set=subject):
        return _of_set(data, one[0])
    rows = rows_of(data, "payouts", run=subject)
    if not rows:
        raise Misuse(
            f"the tables have no run, net set or payment file {subject}; `exchange settlement sets` has them"
        )
    return _of_run(rows, subject)


def _of_set(data: Path, row: dict[str, Any]) -> _Wanted:
    """A set that is alone in its file is written again; of any other the exchange says whether it may be."""
    if row["file_id"] is not None and len(rows_of(data, "payouts", file=row["file_id"])) == 1:
        return _Wanted(file_id=row["file_id"])
    return _Wanted(sets=(row["set_id"],), currency=row["currency"])


def _of_run(rows: list[dict[str, Any]], run_id: str) -> _Wanted:
    waiting = [row for row in rows if row["state"] == "released" and row["file_id"] is None]
    payable = [row["set_id"] for row in waiting if row["payee_id"] is not None]
    without = tuple(row["participant_id"] for row in waiting if row["payee_id"] is None)
    if payable:
        most, more = tuple(payable[:_PAYMENTS_MAX]), max(0, len(payable) - _PAYMENTS_MAX)
        return _Wanted(sets=most, currency=rows[0]["currency"], without=without, more=more)
    files = list(dict.fromkeys(row["file_id"] for row in rows if row["file_id"] is not None))
    if len(files) == 1:
        return _Wanted(file_id=files[0])
    if files:
        raise Misuse(
            f"all that is released of {run_id} is in {', '.join(files)}; name one, and it is written again"
        )
    if without:
        raise Misuse(
            f"when {run_id} was opened, {', '.join(without)} had named no account; name one"
            " (`exchange settlement pay-to`), have the bank fail the set, and run again"
        )
    raise Misuse(
        f"nothing of {run_id} is released; `exchange settlement sets --run {run_id}` shows what waits"
    )


def _account_for(data: Path, currency: str) -> str:
    """The one account of a currency. Raises: Misuse if there is not one."""
    found = [row["account_id"] for row in rows_of(data, "bank_accounts", currency=currency)]
    if len(found) == 1:
        return str(found[0])
    if found:
        raise Misuse(f"{currency} is kept in {', '.join(found)}; name the one that pays with --account")
    raise Misuse(f"no bank keeps {currency} in an account; name one with `exchange settlement open-account`")


def _tell(file: Any, output: Path, verb: str, wanted: _Wanted, as_json: bool) -> None:
    issued = file.issued
    count, total = len(issued.payments), money(file.amount_minor, issued.currency)
    lines = [
        f"{verb}: {issued.file_id}, {count} payment{'s' * (count != 1)} of {total} for {issued.bank_id}, as {output}.",
        f"  message {file.message_id}, value date {issued.value_date}",
    ]
    if wanted.without:
        lines.append(f"Left out: {', '.join(wanted.without)} had named no account when the run was opened.")
    if wanted.more:
        lines.append(f"{wanted.more} more do not fit into one file; the same command writes the next one.")
    document = {
        "file_id": issued.file_id,
        "file": str(output),
        "message_id": file.message_id,
        "bank_id": issued.bank_id,
        "currency": issued.currency,
        "amount_minor": file.amount_minor,
        "sets": [each.set_id for each in issued.payments],
        "size_bytes": len(file.content),
        "left_out": [*wanted.without],
        "more": wanted.more,
    }
    tell(document, as_json, *lines)
