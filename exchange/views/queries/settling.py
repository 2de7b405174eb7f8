"""Currencies exchanged, what is to be released and paid, what banks' statements say, and revenue shared."""

from typing import Any

from sqlalchemy import Select, Table, and_, func, select, true

from exchange.views.accounts import CUSTODIAN
from exchange.views.bank_statements import BANK_ACCOUNTS, BANK_STATEMENTS, STATEMENT_LINES
from exchange.views.exchanges import FX_CONVERSIONS, FX_QUOTES
from exchange.views.ledger.sides import total
from exchange.views.ledger.tables import BALANCES
from exchange.views.payees import PAYEES
from exchange.views.payment_files import PAYMENT_FILES
from exchange.views.payouts import PAYOUTS, RELEASE_LIMITS
from exchange.views.queries.query import NamedQuery, Parameter
from exchange.views.revenue_shares import REVENUE_AGREEMENTS, REVENUE_SHARES


def _of(table: Table, **wanted: str | None) -> Select[Any]:
    """All of a table, in order, or what has these values."""
    chosen = [table.c[name] == value for name, value in wanted.items() if value is not None]
    return select(*table.c).where(*chosen).order_by(table.c.seq)


def _fx_quotes(state: str | None, quote: str | None) -> Select[Any]:
    return _of(FX_QUOTES, state=state, quote_id=quote)


def _fx_conversions(participant: str | None) -> Select[Any]:
    return _of(FX_CONVERSIONS, participant_id=participant)


def _payouts(
    state: str | None, participant: str | None, run: str | None, set: str | None, file: str | None
) -> Select[Any]:
    return _of(PAYOUTS, state=state, participant_id=participant, run_id=run, set_id=set, file_id=file)


def _payees(participant: str | None, currency: str | None) -> Select[Any]:
    return _of(PAYEES, participant_id=participant, currency=currency)


def _payment_files(file: str | None) -> Select[Any]:
    return _of(PAYMENT_FILES, file_id=file)


def _bank_accounts(currency: str | None, account: str | None) -> Select[Any]:
    """Each account as its bank says, beside what the books say lies there."""
    held = (
        select(
            BALANCES.c.party,
            BALANCES.c.asset,
            total(BALANCES.c.debit_minor - BALANCES.c.credit_minor).label("held"),
        )
        .where(BALANCES.c.account == CUSTODIAN)
        .group_by(BALANCES.c.party, BALANCES.c.asset)
        .subquery("held")
    )
    books = func.coalesce(held.c.held, 0)
    here = and_(held.c.party == BANK_ACCOUNTS.c.bank_id, held.c.asset == BANK_ACCOUNTS.c.currency)
    beside = (books.label("books_minor"), (BANK_ACCOUNTS.c.balance_minor - books).label("apart_minor"))
    found = _of(BANK_ACCOUNTS, currency=currency, account_id=account)
    return found.add_columns(*beside).select_from(BANK_ACCOUNTS.outerjoin(held, here))


def _bank_statements(account: str | None) -> Select[Any]:
    return _of(BANK_STATEMENTS, account_id=account)


def _revenue_agreements(agreement: str | None) -> Select[Any]:
    return _of(REVENUE_AGREEMENTS, agreement_id=agreement)


def _release_limits() -> Select[Any]:
    """What holds in each currency, and what it is to be raised to if a second person says so too."""
    newest = RELEASE_LIMITS.alias("newest")
    last = select(func.max(newest.c.seq)).where(newest.c.currency == RELEASE_LIMITS.c.currency)
    holding = last.where(newest.c.state == "set")
    shown = (each.correlate(RELEASE_LIMITS).scalar_subquery() for each in (last, holding))
    return _of(RELEASE_LIMITS).where(RELEASE_LIMITS.c.seq.in_(tuple(shown)))


def _suspense(account: str | None, state: str | None) -> Select[Any]:
    """What has not been cleared, the oldest first, with the bank that keeps it."""
    lines, accounts = STATEMENT_LINES.c, BANK_ACCOUNTS.c
    names = ("line_id", "state", "at", "account_id", "statement_id", "line", "currency", "amount_minor")
    shown = [lines[name] for name in (*names, "direction", "reference", "value_date")]
    asked = [lines[name] for name in ("credited_to", "wanted_for", "wanted_by", "kept_for")]
    waiting = (
        lines.state.in_(("suspense", "overdue") if state is None else (state,)),
        true() if account is None else lines.account_id == account,
    )
    joined = STATEMENT_LINES.join(BANK_ACCOUNTS, lines.account_id == accounts.account_id)
    found = select(*shown[:4], accounts.bank_id, *shown[4:], *asked).select_from(joined)
    return found.where(*waiting).order_by(lines.at, lines.seq)


def _statement_lines(state: str | None, account: str | None) -> Select[Any]:
    return _of(STATEMENT_LINES, state=state, account_id=account)


def _revenue_shares(agreement: str | None) -> Select[Any]:
    return _of(REVENUE_SHARES, agreement_id=agreement)


QUERIES = (
    NamedQuery(
        "fx_quotes",
        "Rates at which custodian banks exchange currencies, and what each came to.",
        _fx_quotes,
        (
            Parameter("state", "only these", required=False, choices=("open", "ended", "closed")),
            Parameter("quote", "only this one", required=False),
        ),
    ),
    NamedQuery(
        "fx_conversions",
        "Cash that participants exchanged, at which rate.",
        _fx_conversions,
        (Parameter("participant", "only this participant's", required=False),),
    ),
    NamedQuery(
        "payouts",
        "Net sets: what is owed and netted, the digest that releases it, who has, and whether it was paid.",
        _payouts,
        (
            Parameter(
                "state",
                "only these",
                required=False,
                choices=("proposed", "approved", "released", "paid", "rejected", "failed", "returned"),
            ),
            Parameter("participant", "only this participant's", required=False),
            Parameter("run", "only of this run", required=False),
            Parameter("set", "only this one", required=False),
            Parameter("file", "only those in this payment file", required=False),
        ),
    ),
    NamedQuery(
        "payees",
        "Where participants are paid to, now and before; of each number its ends.",
        _payees,
        (
            Parameter("participant", "only this participant's", required=False),
            Parameter("currency", "only of this currency", required=False),
        ),
    ),
    NamedQuery(
        "payment_files",
        "Files with which banks are told to pay net sets.",
        _payment_files,
        (Parameter("file", "only this one", required=False),),
    ),
    NamedQuery(
        "bank_accounts",
        "Accounts in which custodian banks keep the exchange's money: as last stated, and by the books.",
        _bank_accounts,
        (
            Parameter("currency", "only of this currency", required=False),
            Parameter("account", "only this one", required=False),
        ),
    ),
    NamedQuery(
        "bank_statements",
        "Statements and advices that were imported, each with its balances.",
        _bank_statements,
        (Parameter("account", "only of this account", required=False),),
    ),
    NamedQuery(
        "revenue_agreements",
        "Licensees that share their revenue, and with whom.",
        _revenue_agreements,
        (Parameter("agreement", "only this one", required=False),),
    ),
    NamedQuery(
        "release_limits",
        "Up to which amount one person alone may release a payout, and what is proposed.",
        _release_limits,
    ),
    NamedQuery(
        "suspense",
        "Movements on bank accounts of which nobody knows yet what they are, the oldest first.",
        _suspense,
        (
            Parameter("account", "only of this account", required=False),
            Parameter("state", "only these", required=False, choices=("suspense", "overdue")),
        ),
    ),
    NamedQuery(
        "statement_lines",
        "Movements on the banks' accounts: matched, in suspense, overdue, or cleared since.",
        _statement_lines,
        (
            Parameter(
                "state", "only these", required=False, choices=("matched", "suspense", "overdue", "cleared")
            ),
            Parameter("account", "only of this account", required=False),
        ),
    ),
    NamedQuery(
        "revenue_shares",
        "Guarantees and shares of reported revenue: earned, recouped, due, and how each was split.",
        _revenue_shares,
        (Parameter("agreement", "only of this agreement", required=False),),
    ),
)
