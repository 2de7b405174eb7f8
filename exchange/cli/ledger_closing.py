"""`ledger close` and `ledger verify`: a day's signed summary, and whether everything still is as it was signed."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from exchange.cli.endings import BROKEN, DONE
from exchange.cli.ledger_journals import with_journals
from exchange.cli.options import as_json, data, dry_run, example, opened, print_json

if TYPE_CHECKING:
    from exchange.views.ledger.books import Fault
    from exchange.views.ledger.summary import SignedClose
    from streams.ledger_closes import Verified
    from streams.node.directory import DataDirectory

_FAULTS_SHOWN = 100
_a_key = click.option(
    "--key",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The operator's Ed25519 key, PEM.  [default: keys/ledger.pem in the node's directory, made when first needed]",
)


@click.command(epilog=example("exchange ledger close", "exchange ledger close --day 2026-11-28"))
@data
@click.option("--day", metavar="DAY", help="The day to close, by UTC.  [default: today, up to now]")
@_a_key
@click.option(
    "--new-key",
    is_flag=True,
    help="Sign with another key from now on: that of --key, or one that is made. Closes until now keep theirs.",
)
@dry_run
@as_json
def close(data: Path, day: str | None, key: Path | None, new_key: bool, dry_run: bool, as_json: bool) -> int:
    """Sum up every ledger at the end of a day, and sign it: balances, entries, and the heads of the journals.

    What is new since the last close is compared with the journals first. The summaries lie in the node's directory,
    under closes, and in the table ledger_closes; keep a copy where the node cannot reach it.
    """
    directory = opened(data)
    if dry_run:
        return _planned(directory, day, key, new_key, as_json)
    from exchange.cli.ledger_keys import public_keys, signing_key
    from streams.ledger_closes import Refused, close_day

    signing = signing_key(directory, key, anew=new_key)
    keys = public_keys(directory, None)
    found = with_journals(directory, as_json, lambda node, told: close_day(node, day, signing, keys, told))
    if isinstance(found, Refused):
        return _tell_faults(
            found.faults, as_json, "Nothing was closed: the ledger is NOT what the journals say."
        )
    _tell_closed(directory, found, as_json)
    return DONE


@click.command(
    epilog=example(
        "exchange ledger verify",
        "exchange ledger verify --new",
        "exchange ledger verify --public-key ledger.pub",
    )
)
@data
@click.option(
    "--public-key",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The operator's public keys, PEM, the newest last; or one as 64 hexadecimal digits.  [default: keys/ledger.pub"
    " in the node's directory]",
)
@click.option(
    "--new",
    "only_new",
    is_flag=True,
    help="Only what came since nothing was found wrong last; signatures and order of all closes.",
)
@as_json
def verify(data: Path, public_key: Path | None, only_new: bool, as_json: bool) -> int:
    """Hold the ledger against the journals, itself, and every close that was signed.

    Each entry is made anew from its fact; running and periodic balances are summed up from the postings; at the end of
    every outcome debits and credits are equal, and nothing that is held for others is below zero or without backing. It
    ends with 4 if anything differs, and names the entry or the account.
    """
    from exchange.cli.ledger_keys import public_keys
    from streams.ledger_closes import verify as verify_all

    directory = opened(data)
    wanted = public_keys(directory, public_key)
    found = with_journals(
        directory, as_json, lambda node, told: verify_all(node, wanted, told, only_new=only_new)
    )
    more = {"closes": found.closes, "since": found.since}
    if found.faults:
        return _tell_faults(found.faults, as_json, "The ledger is NOT what it must be.", **more)
    _tell_verified(found, as_json)
    return DONE


def _planned(
    directory: "DataDirectory", day: str | None, key: Path | None, new_key: bool, as_json: bool
) -> int:
    from exchange.cli.ledger_keys import key_file, makes_key
    from exchange.cli.plan import Plan, show_plan
    from streams.clock import Clock
    from streams.ledger_closes import closing_day

    file = key_file(directory, key)
    meant, _ = closing_day(day, Clock(directory.identity.clock_shift_us).now_us())
    would = [] if directory.holder() else ["start Kafka for the occasion"]
    makes = makes_key(directory, key, anew=new_key)
    would += [f"make a key in {file}, which only its owner can read"] if makes else []
    would += [
        "compare what is new in the ledger with the journals",
        f"sum up each ledger at the end of {meant}, and sign it",
        f"keep that in {directory.path / 'closes'} and in the table ledger_closes",
    ]
    show_plan(Plan(would, [f"{directory.path} holds a node"], ["whether anything is new"]), as_json)
    return DONE


def _tell_closed(directory: "DataDirectory", made: "Sequence[SignedClose]", as_json: bool) -> None:
    if as_json:
        print_json([{"digest": each.digest, "close": each.close} for each in made])
        return
    if not made:
        click.echo("Nothing was posted since the last close.")
    for each in made:
        click.echo("\n".join(_closed_lines(each)))
    if made:
        click.echo(f"Kept in {directory.path / 'closes'}.")


def _closed_lines(signed: "SignedClose") -> Iterator[str]:
    from exchange.kernel.money import format_minor

    close = signed.close
    debit = sum(each.debit_minor for each in close.trial_balance)
    entries = sum(each.entries for each in close.ranges)
    yield (
        f"{close.asset} {close.day}, close {close.number}: {entries:,} entries, debits and credits are each"
        f" {format_minor(debit, close.currency)}, {len(close.balances):,} open accounts."
    )
    for head in close.journals:
        yield f"  {head.context}/{head.partition} up to fact {head.seq - 1}, journal digest {head.digest[:12]}…"
    yield f"  digest {signed.digest}"


def _tell_verified(found: "Verified", as_json: bool) -> None:
    if as_json:
        print_json({"closes": found.closes, "since": found.since, "faults": []})
    else:
        closes = f"{found.closes} close{'' if found.closes == 1 else 's'}"
        what = "The ledger" if found.since is None else f"What came to the ledger since {found.since}"
        click.echo(f"✓ {what} is what the journals say, agrees with itself, and with {closes}.")


def _tell_faults(faults: "Sequence[Fault]", as_json: bool, said: str, **more: int | str | None) -> int:
    if as_json:
        print_json({**more, "faults": [each._asdict() for each in faults]})
        return BROKEN
    click.echo(f"✗ {said}")
    for each in faults[:_FAULTS_SHOWN]:
        click.echo(f"  {each.where}: {each.said}")
    if len(faults) > _FAULTS_SHOWN:
        click.echo(f"  … and {len(faults) - _FAULTS_SHOWN:,} more; --json gives them all")
    return BROKEN
