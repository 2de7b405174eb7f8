"""Asking the ledger as of any moment: trial balance, accounts, statements, entries."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Select, and_, cast, or_, select
from sqlalchemy.sql.elements import ColumnElement

from exchange.kernel.errors import Misuse
from exchange.lineage import moment_of
from exchange.store import Scalar
from exchange.store.schema import TEXT
from exchange.views.accounts import CHART
from exchange.views.ledger import as_of
from exchange.views.ledger.as_of import Stretch
from exchange.views.ledger.sides import account_name, normal_side, on_normal_side
from exchange.views.ledger.sums import Chosen, balances_at, totals_at
from exchange.views.ledger.tables import ENTRIES, POSTINGS
from exchange.views.queries.ledger_statement import statement
from exchange.views.queries.query import NamedQuery, Parameter, Rows

_UNTIL = (
    Parameter("until_at", "as of this time, microseconds since the epoch", "whole number", required=False),
    Parameter("position", "as of CONTEXT/PARTITION/SEQ; several with commas between", required=False),
)
_FROM = (
    Parameter("from_at", "from this time on, microseconds since the epoch", "whole number", required=False),
    Parameter(
        "from_position",
        "from CONTEXT/PARTITION/SEQ on, in this partition; several with commas between",
        required=False,
    ),
)
_OPEN = Parameter("open", "yes: only those that are not at zero", required=False, choices=("yes", "no"))
_ACCOUNT = Parameter("account", "only this account of the chart", "whole number", required=False)

Given = Mapping[str, Scalar]


def chart() -> Rows:
    """The chart of accounts: codes, names, the side on which each grows."""
    rows = tuple((code, line.name, line.normal) for code, line in sorted(CHART.items()))
    return Rows(("account", "account_name", "normal_side"), rows, kinds=("whole", "text", "text"))


def _found(connection: Connection, given: Given) -> Mapping[str, Any]:
    """The places in each partition that a moment comes to; an account has to be one of the chart."""
    asked: dict[str, Any] = dict(given)
    account = asked.get("account")
    if account is not None and account not in CHART:
        raise Misuse(f"the chart has no account {account}; `exchange ledger account` lists those there are")
    moment = moment_of(asked.pop("until_at"), asked.pop("position"))
    return asked | {"closing": as_of.up_to(connection, moment)}


def _found_between(connection: Connection, given: Given) -> Mapping[str, Any]:
    asked: dict[str, Any] = dict(given)
    at, position = asked.pop("from_at"), asked.pop("from_position")
    since = None if at is None and position is None else moment_of(at, position)
    found = _found(connection, asked)
    opening = as_of.before(connection, since)
    for first, last in zip(opening, found["closing"], strict=True):
        if first.before > last.before:
            raise Misuse(
                "the statement would end before it begins; name an earlier --from, or a later --as-of"
            )
    return {**found, "opening": opening}


def _trial_balance(closing: tuple[Stretch, ...]) -> Select[Any]:
    sums = totals_at(closing).subquery("sums")
    debit, credit = sums.c.debit_minor, sums.c.credit_minor
    return select(
        sums.c.currency,
        sums.c.asset,
        sums.c.account,
        account_name(sums.c.account).label("account_name"),
        normal_side(sums.c.account).label("normal_side"),
        debit,
        credit,
        on_normal_side(sums.c.account, debit, credit).label("balance_minor"),
    ).order_by(sums.c.currency, sums.c.asset, sums.c.account)


def _accounts(
    account: int | None, party: str | None, open: str | None, closing: tuple[Stretch, ...]
) -> Select[Any]:
    sums = balances_at(closing, Chosen(account, party)).subquery("sums")
    debit, credit = sums.c.debit_minor, sums.c.credit_minor
    return (
        select(
            sums.c.account,
            account_name(sums.c.account).label("account_name"),
            sums.c.party,
            sums.c.currency,
            sums.c.asset,
            debit,
            credit,
            on_normal_side(sums.c.account, debit, credit).label("balance_minor"),
        )
        .where(debit != credit if open == "yes" else or_(debit != 0, credit != 0))
        .order_by(*(sums.c[name] for name in ("currency", "asset", "account", "party")))
    )


def _statement(
    connection: Connection,
    party: str,
    account: int | None,
    opening: tuple[Stretch, ...],
    closing: tuple[Stretch, ...],
) -> Rows:
    return statement(connection, opening, closing, Chosen(account, party))


def _entry(name: str) -> Select[Any]:
    same = and_(*(ENTRIES.c[key] == POSTINGS.c[key] for key in ("context", "partition", "seq")))
    wanted = [ENTRIES.c.subject == name]
    context, *numbers = name.split("/")
    if len(numbers) == 2 and all(each.isdecimal() and len(each) < 19 for each in numbers):
        place = zip(("context", "partition", "seq"), (context, *map(int, numbers)), strict=True)
        wanted.append(and_(*(ENTRIES.c[key] == value for key, value in place)))
    parts = (ENTRIES.c.context, cast(ENTRIES.c.partition, TEXT), cast(ENTRIES.c.seq, TEXT))
    return (
        select(
            (parts[0] + "/" + parts[1] + "/" + parts[2]).label("entry"),
            *(ENTRIES.c[key] for key in ("at", "fact", "subject", "cause")),
            POSTINGS.c.line,
            *_named("debit"),
            *_named("credit"),
            POSTINGS.c.currency,
            POSTINGS.c.asset,
            POSTINGS.c.amount_minor,
        )
        .join_from(ENTRIES, POSTINGS, same)
        .where(or_(*wanted))
        .order_by(ENTRIES.c.at, *(POSTINGS.c[key] for key in ("context", "partition", "seq", "line")))
    )


def _named(side: str) -> tuple[ColumnElement[Any], ...]:
    account = POSTINGS.c[f"{side}_account"]
    return account, account_name(account).label(f"{side}_name"), POSTINGS.c[f"{side}_party"]


QUERIES = (
    NamedQuery(
        "ledger_trial_balance",
        "What each account of the chart comes to, per currency and settlement asset.",
        _trial_balance,
        _UNTIL,
        look_up=_found,
    ),
    NamedQuery(
        "ledger_accounts",
        "What each party's account comes to.",
        _accounts,
        (_ACCOUNT, Parameter("party", "only this party's", required=False), _OPEN, *_UNTIL),
        look_up=_found,
    ),
    NamedQuery(
        "ledger_statement",
        "A party's accounts: opening balance, every posting with its entry and fact, closing balance.",
        None,
        (Parameter("party", "whose accounts"), _ACCOUNT, *_FROM, *_UNTIL),
        look_up=_found_between,
        ask=_statement,
    ),
    NamedQuery(
        "ledger_entry",
        "An entry and the fact it comes from: by the fact's place, or by what it is about.",
        _entry,
        (Parameter("name", "CONTEXT/PARTITION/SEQ, or an order, a trade, a bank's reference …"),),
    ),
)
