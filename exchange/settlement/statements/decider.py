"""Bank accounts and statements as a room of the settlement."""

from exchange.kernel.time import DAY
from exchange.settlement.agenda import schedule, settle
from exchange.settlement.room import Room
from exchange.settlement.state import Settlement
from exchange.settlement.statements import commands as asked
from exchange.settlement.statements import facts as happened
from exchange.settlement.statements.accounts import expect, open_account, overdue
from exchange.settlement.statements.importing import import_statement
from exchange.settlement.statements.state import BankAccount, Suspended, movement, purpose

OVERDUE = "2-suspense"
"""A line has stood in suspense for a day; the subject is the line."""


def account_opened(settlement: Settlement, fact: happened.BankAccountOpened, at: int) -> None:
    banking = settlement.banking
    banking.accounts[fact.account_id] = BankAccount(
        fact.account_id, fact.bank_id, fact.currency, fact.balance_minor, holder=fact.holder, bic=fact.bic
    )
    banking.kept_in[purpose(fact.bank_id, fact.currency)] = fact.account_id


def movement_expected(settlement: Settlement, fact: happened.MovementExpected, at: int) -> None:
    if fact.account_id is not None:
        _more(settlement.banking.accounts[fact.account_id].expected, _name(fact))


def expectation_met(settlement: Settlement, fact: happened.ExpectationMet, at: int) -> None:
    _less(settlement.banking.accounts[fact.account_id].booked, _name(fact))


def statement_imported(settlement: Settlement, fact: happened.StatementImported, at: int) -> None:
    account = settlement.banking.accounts[fact.account_id]
    account.imports[fact.statement_id] = fact.digest
    if fact.closing_minor is not None:
        account.balance_minor = fact.closing_minor


def line_matched(settlement: Settlement, fact: happened.LineMatched, at: int) -> None:
    """What an advice says, the statement after it says again; what says that a set is paid, the books say after it."""
    account = settlement.banking.accounts[fact.account_id]
    match fact.against:
        case "payout":
            _more(account.booked, _name(fact))
        case "advised":
            _less(account.advised, _name(fact))
        case "expected":
            known_as = fact.known_as or fact.reference
            _less(account.expected, movement(known_as, fact.direction, fact.amount_minor))
    if fact.kind == "advice":
        _more(account.advised, _name(fact))


def line_set_aside(settlement: Settlement, fact: happened.LineSetAside, at: int) -> None:
    account = settlement.banking.accounts[fact.account_id]
    account.set_aside.setdefault(_name(fact), []).append(fact.line_id)
    if fact.kind == "advice":
        _more(account.advised, _name(fact))
    settlement.banking.suspense[fact.line_id] = Suspended(fact, at)
    schedule(settlement, at + DAY, OVERDUE, fact.line_id)


def suspense_overdue(settlement: Settlement, fact: happened.SuspenseOverdue, at: int) -> None:
    suspended = settlement.banking.suspense[fact.line_id]
    suspended.overdue = True
    settle(settlement, suspended.since + DAY, OVERDUE, fact.line_id)


def suspense_cleared(settlement: Settlement, fact: happened.SuspenseCleared, at: int) -> None:
    suspended = settlement.banking.suspense.pop(fact.line_id)
    settle(settlement, suspended.since + DAY, OVERDUE, fact.line_id)
    waiting = settlement.banking.accounts[fact.account_id].set_aside
    waiting[_name(fact)].remove(fact.line_id)
    if not waiting[_name(fact)]:
        del waiting[_name(fact)]


def _name(
    fact: happened.MovementExpected
    | happened.ExpectationMet
    | happened.LineMatched
    | happened.LineSetAside
    | happened.SuspenseCleared,
) -> str:
    return movement(fact.reference, fact.direction, fact.amount_minor)


def _more(counts: dict[str, int], name: str) -> None:
    counts[name] = counts.get(name, 0) + 1


def _less(counts: dict[str, int], name: str) -> None:
    counts[name] -= 1
    if not counts[name]:
        del counts[name]


ROOM = Room(
    commands=asked.COMMANDS,
    facts=happened.FACTS,
    answers={
        asked.OpenBankAccount: open_account,
        asked.ExpectMovement: expect,
        asked.ImportStatement: import_statement,
    },
    folds={
        happened.BankAccountOpened: account_opened,
        happened.MovementExpected: movement_expected,
        happened.ExpectationMet: expectation_met,
        happened.StatementImported: statement_imported,
        happened.LineMatched: line_matched,
        happened.LineSetAside: line_set_aside,
        happened.SuspenseOverdue: suspense_overdue,
        happened.SuspenseCleared: suspense_cleared,
    },
    due={OVERDUE: overdue},
)
