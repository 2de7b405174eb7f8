"""What banks say of their accounts: statements, and each line of them, matched or in suspense."""

from collections.abc import Iterable

from exchange.settlement.statements import facts as happened
from exchange.settlement.suspense.facts import SuspenseCredited, SuspenseKept, SuspenseProposed
from exchange.settlement.vocabulary import FACTS as SETTLEMENT_FACTS
from exchange.store import Change, Insert, Row, Update
from exchange.views.columns import count, table, text
from exchange.views.view import COMMON_IGNORED, Handler, Here, View

BANK_ACCOUNTS = table(
    "bank_accounts",
    "Accounts in which custodian banks keep the exchange's money",
    text("account_id", key=True),
    count("seq"),
    text("bank_id"),
    text("currency"),
    count("balance_minor", comment="as its last statement closed"),
    count("at"),
    text("holder", null=True, comment="whom payment files name as whoever pays"),
    text("bic", null=True),
)

BANK_STATEMENTS = table(
    "bank_statements",
    "Statements and advices that were imported",
    text("account_id", key=True),
    text("statement_id", key=True),
    count("seq"),
    text("kind", comment="statement or advice"),
    text("digest", comment="of the file, in hex"),
    text("currency"),
    count("opening_minor", null=True, comment="null: an advice"),
    count("closing_minor", null=True, comment="null: an advice"),
    count("matched", comment="lines that were expected"),
    count("set_aside", comment="lines of which nothing was known"),
    text("imported_by"),
    count("at"),
)

STATEMENT_LINES = table(
    "statement_lines",
    "Movements on the banks' accounts, as their statements say",
    text("account_id", key=True),
    text("statement_id", key=True),
    count("line", key=True),
    count("seq"),
    text("line_id", null=True, comment="what it is called in suspense"),
    text("currency"),
    count("amount_minor"),
    text("direction", comment="credit or debit"),
    text("reference"),
    text("value_date"),
    text("state", comment="matched, suspense, overdue or cleared"),
    text(
        "cleared_by", null=True, comment="expected, provider_cost, operator_equity, participant or returned"
    ),
    text("grounds", null=True),
    count("at"),
    count("closed_at", null=True),
    text("credited_to", null=True, comment="the participant whose money it is"),
    text(
        "wanted_for",
        null=True,
        comment="whom one person would credit, or what book it to; sender: would send it back",
    ),
    text("wanted_by", null=True, comment="that person, while a second one is waited for"),
    text("kept_for", null=True, comment="why a market did not credit it"),
    indexes=[("line_id",), ("state",), ("reference",)],
)


def _opened(here: Here, fact: happened.BankAccountOpened) -> Iterable[Change]:
    yield Insert(
        BANK_ACCOUNTS,
        {
            "account_id": fact.account_id,
            "seq": here.seq,
            "bank_id": fact.bank_id,
            "currency": fact.currency,
            "balance_minor": fact.balance_minor,
            "at": here.at,
            "holder": fact.holder or None,
            "bic": fact.bic or None,
        },
    )


def _imported(here: Here, fact: happened.StatementImported) -> Iterable[Change]:
    yield Insert(
        BANK_STATEMENTS,
        {
            "account_id": fact.account_id,
            "statement_id": fact.statement_id,
            "seq": here.seq,
            "kind": fact.kind,
            "digest": fact.digest.hex(),
            "currency": fact.currency,
            "opening_minor": fact.opening_minor,
            "closing_minor": fact.closing_minor,
            "matched": fact.matched,
            "set_aside": fact.set_aside,
            "imported_by": here.meta.actor,
            "at": here.at,
        },
    )
    if fact.closing_minor is not None:
        yield Update(BANK_ACCOUNTS, {"account_id": fact.account_id}, {"balance_minor": fact.closing_minor})


def _matched(here: Here, fact: happened.LineMatched) -> Iterable[Change]:
    yield _line(here, fact, {"line_id": None, "state": "matched", "closed_at": here.at})


def _set_aside(here: Here, fact: happened.LineSetAside) -> Iterable[Change]:
    yield _line(here, fact, {"line_id": fact.line_id, "state": "suspense", "closed_at": None})


def _line(here: Here, fact: happened.LineMatched | happened.LineSetAside, state: Row) -> Change:
    return Insert(
        STATEMENT_LINES,
        {
            "account_id": fact.account_id,
            "statement_id": fact.statement_id,
            "line": fact.line,
            "seq": here.seq,
            "currency": fact.currency,
            "amount_minor": fact.amount_minor,
            "direction": fact.direction,
            "reference": fact.reference,
            "value_date": fact.value_date,
            "cleared_by": None,
            "grounds": None,
            "at": here.at,
            "credited_to": None,
            "wanted_for": None,
            "wanted_by": None,
            "kept_for": None,
            **state,
        },
    )


def _overdue(here: Here, fact: happened.SuspenseOverdue) -> Iterable[Change]:
    yield Update(STATEMENT_LINES, _key(fact), {"state": "overdue"})


def _cleared(here: Here, fact: happened.SuspenseCleared) -> Iterable[Change]:
    values: Row = {
        "state": "cleared",
        "cleared_by": fact.by,
        "grounds": fact.grounds or None,
        "closed_at": here.at,
        "wanted_for": None,
        "wanted_by": None,
    }
    yield Update(STATEMENT_LINES, _key(fact), values)


def _proposed(here: Here, fact: SuspenseProposed) -> Iterable[Change]:
    values: Row = {"wanted_for": fact.participant_id or fact.book_to or "sender", "wanted_by": fact.by_id}
    yield Update(STATEMENT_LINES, _key(fact), values)


def _credited(here: Here, fact: SuspenseCredited) -> Iterable[Change]:
    values: Row = {
        "credited_to": fact.participant_id,
        "wanted_for": None,
        "wanted_by": None,
        "kept_for": None,
    }
    yield Update(STATEMENT_LINES, _key(fact), values)


def _kept(here: Here, fact: SuspenseKept) -> Iterable[Change]:
    values: Row = {"credited_to": None, "kept_for": f"{fact.reason}: {fact.detail}"}
    yield Update(STATEMENT_LINES, _key(fact), values)


def _key(
    fact: happened.SuspenseOverdue
    | happened.SuspenseCleared
    | SuspenseProposed
    | SuspenseCredited
    | SuspenseKept,
) -> Row:
    return {"account_id": fact.account_id, "statement_id": fact.statement_id, "line": fact.line}


_HANDLERS: dict[type, Handler] = {
    happened.BankAccountOpened: _opened,
    happened.StatementImported: _imported,
    happened.LineMatched: _matched,
    happened.LineSetAside: _set_aside,
    happened.SuspenseOverdue: _overdue,
    happened.SuspenseCleared: _cleared,
    SuspenseProposed: _proposed,
    SuspenseCredited: _credited,
    SuspenseKept: _kept,
}

BANK_STATEMENTS_VIEW = View(
    name="bank_statements",
    contexts=("settlement",),
    tables=(BANK_ACCOUNTS, BANK_STATEMENTS, STATEMENT_LINES),
    handlers=_HANDLERS,
    # The other rooms of the settlement have views of their own; what is expected is shown where it comes from.
    ignores=COMMON_IGNORED | (frozenset(SETTLEMENT_FACTS) - _HANDLERS.keys()),
)
