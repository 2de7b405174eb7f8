"""Payouts as a room of the settlement."""

from exchange.kernel.net_set import NetSet
from exchange.settlement.payees.state import Payee, payee_key
from exchange.settlement.payouts import commands as asked
from exchange.settlement.payouts import facts as happened
from exchange.settlement.payouts.coming_back import come_back
from exchange.settlement.payouts.releasing import confirm, fail, reject, release
from exchange.settlement.payouts.running import open_run, propose, run_name, set_limit
from exchange.settlement.payouts.state import Paid, Payout, Raise, may_come_back
from exchange.settlement.room import Room
from exchange.settlement.state import Settlement


def limit_set(settlement: Settlement, fact: happened.ReleaseLimitSet, at: int) -> None:
    settlement.payouts.limits[fact.currency] = fact.limit_minor
    settlement.payouts.raises.pop(fact.currency, None)


def raise_proposed(settlement: Settlement, fact: happened.ReleaseLimitProposed, at: int) -> None:
    settlement.payouts.raises[fact.currency] = Raise(fact.limit_minor, fact.by_id)


def run_opened(settlement: Settlement, fact: happened.PayoutRunOpened, at: int) -> None:
    settlement.payouts.runs[run_name(fact.currency, fact.value_date)] = fact.run_id
    settlement.payouts.payees_at[fact.run_id] = settlement.payees.made


def proposed(settlement: Settlement, fact: happened.PayoutProposed, at: int) -> None:
    payee = _payee(settlement, fact.net)
    settlement.payouts.open[fact.net.set_id] = Payout(
        fact.net, fact.digest, fact.releases_needed, payee=payee
    )


def approved(settlement: Settlement, fact: happened.PayoutApproved, at: int) -> None:
    settlement.payouts.open[fact.set_id].approved_by.append(fact.by_id)


def released(settlement: Settlement, fact: happened.PayoutReleased, at: int) -> None:
    """Its approvals say it already."""


def paid(settlement: Settlement, fact: happened.PayoutPaid, at: int) -> None:
    payouts = settlement.payouts
    del payouts.open[fact.set_id]
    payouts.references.setdefault(fact.bank_id, set()).add(fact.reference)
    # The oldest come first, so that those which cannot come back any more are forgotten here.
    while payouts.paid and not may_come_back(oldest := next(iter(payouts.paid.values())), at):
        del payouts.paid[oldest.set_id]
    payouts.paid[fact.set_id] = Paid(
        set_id=fact.set_id,
        partition=fact.partition,
        participant_id=fact.participant_id,
        currency=fact.currency,
        amount_minor=fact.amount_minor,
        bank_id=fact.bank_id,
        reference=fact.reference,
        at=at,
    )


def undone(settlement: Settlement, fact: happened.PayoutReversed, at: int) -> None:
    del settlement.payouts.open[fact.set_id]


def came_back(settlement: Settlement, fact: happened.PaymentReturned, at: int) -> None:
    del settlement.payouts.paid[fact.set_id]


def _payee(settlement: Settlement, net: NetSet) -> Payee | None:
    named = settlement.payees.named.get(payee_key(net.participant_id, net.currency), ())
    return next((each for each in named if each.payee_id == net.payee_id), None)


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
        asked.ReturnPayment: come_back,
    },
    folds={
        happened.ReleaseLimitSet: limit_set,
        happened.ReleaseLimitProposed: raise_proposed,
        happened.PayoutRunOpened: run_opened,
        happened.PayoutProposed: proposed,
        happened.PayoutApproved: approved,
        happened.PayoutReleased: released,
        happened.PayoutPaid: paid,
        happened.PayoutReversed: undone,
        happened.PaymentReturned: came_back,
    },
    due={},
)
