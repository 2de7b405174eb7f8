"""Payouts as a room of the settlement."""

from exchange.settlement.payouts import commands as asked
from exchange.settlement.payouts import facts as happened
from exchange.settlement.payouts.releasing import confirm, fail, reject, release
from exchange.settlement.payouts.running import open_run, propose, run_name, set_limit
from exchange.settlement.payouts.state import Payout
from exchange.settlement.room import Room
from exchange.settlement.state import Settlement


def limit_set(settlement: Settlement, fact: happened.ReleaseLimitSet, at: int) -> None:
    settlement.payouts.limits[fact.currency] = fact.limit_minor


def run_opened(settlement: Settlement, fact: happened.PayoutRunOpened, at: int) -> None:
    settlement.payouts.runs[run_name(fact.currency, fact.value_date)] = fact.run_id


def proposed(settlement: Settlement, fact: happened.PayoutProposed, at: int) -> None:
    settlement.payouts.open[fact.net.set_id] = Payout(fact.net, fact.digest, fact.releases_needed)


def approved(settlement: Settlement, fact: happened.PayoutApproved, at: int) -> None:
    settlement.payouts.open[fact.set_id].approved_by.append(fact.by_id)


def released(settlement: Settlement, fact: happened.PayoutReleased, at: int) -> None:
    """Its approvals say it already."""


def paid(settlement: Settlement, fact: happened.PayoutPaid, at: int) -> None:
    del settlement.payouts.open[fact.set_id]
    settlement.payouts.references.setdefault(fact.bank_id, set()).add(fact.reference)


def undone(settlement: Settlement, fact: happened.PayoutReversed, at: int) -> None:
    del settlement.payouts.open[fact.set_id]


ROOM = Room(
    commands=asked.COMMANDS,
    facts=happened.FACTS,
    answers={
        asked.SetReleaseLimit: set_limit,
        asked.OpenPayoutRun: open_run,
        asked.ProposePayout: propose,
        asked.ReleasePayout: release,
        asked.RejectPayout: reject,
        asked.ConfirmPayment: confirm,
        asked.FailPayment: fail,
    },
    folds={
        happened.ReleaseLimitSet: limit_set,
        happened.PayoutRunOpened: run_opened,
        happened.PayoutProposed: proposed,
        happened.PayoutApproved: approved,
        happened.PayoutReleased: released,
        happened.PayoutPaid: paid,
        happened.PayoutReversed: undone,
    },
    due={},
)
