"""`ledger`: the books from a terminal, as of any moment."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from exchange.cli import completing
from exchange.cli.answering import answer, answered, one_of, show
from exchange.cli.ledger_closing import close, verify
from exchange.cli.ledger_dumping import dump
from exchange.cli.options import example
from exchange.kernel.errors import Misuse

if TYPE_CHECKING:
    from exchange.views.queries import Rows

_a_party = completing.in_tables("balances", "party")


def _moment_option(name: str, told: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    more = "a time such as 2026-11-10T05:00:00Z, or CONTEXT/PARTITION/SEQ, one for each partition"
    return click.option(name, multiple=True, metavar="WHEN", help=f"{told}: {more}.")


_as_of = _moment_option("--as-of", "As of then, itself included")
_since = _moment_option("--from", "From then on")
_answered = answered(100_000)


@click.group(
    epilog=example(
        "exchange ledger trial-balance",
        "exchange ledger statement BU-JP-01 --from 2026-11-01T00:00:00Z -o november.csv",
        "exchange ledger entry T-0.20.0",
        "exchange ledger close",
    )
)
def ledger() -> None:
    """Read the books as of any moment; close a day, and verify what was closed.

    Amounts balance per currency and settlement asset, e-CNY apart from CNY. Reading works while the node is down.
    """


@ledger.command(name="trial-balance", epilog=example("exchange ledger trial-balance --as-of market/0/17"))
@_as_of
@_answered
def trial_balance(as_of: tuple[str, ...], **given: Any) -> None:
    """Show what each account of the chart comes to, and that debits and credits are equal."""
    from exchange.cli.ledger_told import tell_trial_balance

    _ask("ledger_trial_balance", _until(as_of), tell_trial_balance, **given)


@ledger.command(
    epilog=example(
        "exchange ledger account",
        "exchange ledger account 2200 --as-of 2026-11-10T05:00:00Z",
        "exchange ledger account 2010 BU-JP-01",
    )
)
@click.argument("code", type=int, required=False)
@click.argument("party", required=False, shell_complete=_a_party)
@click.option("--open", "only_open", is_flag=True, help="Only parties whose account is not at zero.")
@_since
@_as_of
@_answered
def account(
    code: int | None, party: str | None, only_open: bool, as_of: tuple[str, ...], **given: Any
) -> None:
    """Show the chart of accounts; an account's parties; or one party's postings in it.

    An account with a party has an opening and a closing balance; --from says where it opens.
    """
    from exchange.cli.ledger_told import tell_accounts, tell_statement

    since = given.pop("from")
    if since and party is None:
        raise Misuse("--from is for the postings of one party's account; name its CODE and PARTY")
    if code is None:
        _chart(as_of, given)
    elif party is None:
        _ask(
            "ledger_accounts",
            {"account": code, "open": "yes" if only_open else "no"} | _until(as_of),
            tell_accounts,
            **given,
        )
    else:
        about = {"party": party, "account": code} | _between(since, as_of)
        _ask("ledger_statement", about, partial(tell_statement, party), **given)


@ledger.command(
    epilog=example(
        "exchange ledger statement SE-CN-02 --from 2026-11-01T00:00:00Z \\",
        "  --as-of 2026-11-30T23:59:59Z -o november.parquet",
    )
)
@click.argument("party", shell_complete=_a_party)
@_since
@_as_of
@_answered
def statement(party: str, as_of: tuple[str, ...], **given: Any) -> None:
    """Show every posting of a party's accounts between an opening and a closing balance.

    What is in escrow for a purchase is on the account of its trade: name the trade as the party.
    """
    from exchange.cli.ledger_told import tell_statement

    about = {"party": party} | _between(given.pop("from"), as_of)
    _ask("ledger_statement", about, partial(tell_statement, party), **given)


@ledger.command(
    epilog=example(
        "exchange ledger entry market/0/17",
        "exchange ledger entry T-0.20.0",
    )
)
@click.argument("name")
@_answered
def entry(name: str, **given: Any) -> None:
    """Show an entry with the fact it comes from: an entry is named as its fact is, CONTEXT/PARTITION/SEQ.

    Named by what they are about (an order, a trade, a bank's reference), all entries of it are shown.
    """
    from exchange.cli.ledger_told import tell_entries

    _ask("ledger_entry", {"name": name}, partial(tell_entries, name), **given)


def _ask(query: str, about: dict[str, Any], told: "Callable[[Rows], None]", **given: Any) -> None:
    from exchange.views.queries import run_query

    answer(lambda store, limit: run_query(store, query, about, limit), told, **given)


def _chart(as_of: tuple[str, ...], given: dict[str, Any]) -> None:
    from exchange.cli.ledger_told import tell_chart
    from exchange.views.queries.ledger import chart

    if as_of:
        raise Misuse("the chart of accounts is always the same; name the CODE of an account with --as-of")
    forms = {name: given[name] for name in ("as_csv", "as_json", "output")}
    one_of(**forms)
    show(chart(), **forms, told=tell_chart)


def _until(as_of: tuple[str, ...]) -> dict[str, Any]:
    at, position = _moment(as_of, "--as-of")
    return {"until_at": at, "position": position}


def _between(since: tuple[str, ...], as_of: tuple[str, ...]) -> dict[str, Any]:
    at, position = _moment(since, "--from")
    return {"from_at": at, "from_position": position} | _until(as_of)


def _moment(given: tuple[str, ...], option: str) -> tuple[int | None, str | None]:
    """A time and places, as named queries take them."""
    from exchange.cli.asking import moment

    places = [each for each in given if "/" in each]
    times = [each for each in given if "/" not in each]
    if len(times) > 1:
        raise Misuse(f"{option} names two times, {times[0]} and {times[1]}; name one, and places beside it")
    return (moment(times[0]) if times else None), ",".join(places) or None


for each in (close, verify, dump):
    ledger.add_command(each)
