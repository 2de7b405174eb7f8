"""What operators do with suspense, as a room of the settlement."""

from exchange.settlement.room import Room
from exchange.settlement.state import Settlement
from exchange.settlement.statements.state import Wish
from exchange.settlement.suspense import commands as asked
from exchange.settlement.suspense import facts as happened
from exchange.settlement.suspense.answering import credit, keep, resolve, send_back


def proposed(settlement: Settlement, fact: happened.SuspenseProposed, at: int) -> None:
    suspended = settlement.banking.suspense[fact.line_id]
    suspended.wish = Wish(fact.by_id, fact.participant_id, fact.market_id, fact.book_to)


def credited(settlement: Settlement, fact: happened.SuspenseCredited, at: int) -> None:
    suspended = settlement.banking.suspense[fact.line_id]
    suspended.crediting, suspended.grounds, suspended.wish = True, fact.grounds, None


def kept(settlement: Settlement, fact: happened.SuspenseKept, at: int) -> None:
    suspended = settlement.banking.suspense[fact.line_id]
    suspended.crediting, suspended.grounds, suspended.kept = False, "", fact.reason


ROOM = Room(
    commands=asked.COMMANDS,
    facts=happened.FACTS,
    answers={
        asked.CreditSuspense: credit,
        asked.ReturnSuspense: send_back,
        asked.ResolveSuspense: resolve,
        asked.KeepSuspense: keep,
    },
    folds={
        happened.SuspenseProposed: proposed,
        happened.SuspenseCredited: credited,
        happened.SuspenseKept: kept,
    },
    due={},
)
