"""Withdrawals as a room of the market."""

from exchange.market.purses import purse_at, solvent, till_at
from exchange.market.room import Room
from exchange.market.state import Market, Purse, References
from exchange.market.withdrawals import commands as asked
from exchange.market.withdrawals import facts as happened
from exchange.market.withdrawals.asking import confirm_withdrawal, reject_withdrawal, request_withdrawal
from exchange.market.withdrawals.state import Withdrawal


def withdrawal_requested(market: Market, fact: happened.WithdrawalRequested, at: int) -> None:
    purse = purse_at(market, fact.participant_id, fact.currency)
    purse.cash -= fact.amount_minor
    purse.withdrawing += fact.amount_minor
    solvent(purse, fact)
    under_way = market.withdrawals
    under_way.open[fact.withdrawal_id] = Withdrawal(
        fact.withdrawal_id, fact.participant_id, fact.currency, fact.amount_minor
    )
    under_way.counts[fact.participant_id] = under_way.counts.get(fact.participant_id, 0) + 1


def withdrawal_paid(market: Market, fact: happened.WithdrawalPaid, at: int) -> None:
    _end(market, fact)
    till_at(market, fact.currency).paid_out += fact.amount_minor
    market.references.setdefault(fact.bank_id, References()).payouts.add(fact.reference)


def withdrawal_rejected(market: Market, fact: happened.WithdrawalRejected, at: int) -> None:
    _end(market, fact).cash += fact.amount_minor


def _end(market: Market, fact: happened.WithdrawalPaid | happened.WithdrawalRejected) -> Purse:
    """Each ends once: one that is not there stops the worker."""
    under_way = market.withdrawals
    asked_for = under_way.open.pop(fact.withdrawal_id)
    under_way.counts[asked_for.participant_id] -= 1
    if not under_way.counts[asked_for.participant_id]:
        del under_way.counts[asked_for.participant_id]
    purse = purse_at(market, asked_for.participant_id, asked_for.currency)
    purse.withdrawing -= fact.amount_minor
    solvent(purse, fact)
    return purse


ROOM = Room(
    commands=asked.COMMANDS,
    facts=happened.FACTS,
    answers={
        asked.RequestWithdrawal: request_withdrawal,
        asked.ConfirmWithdrawal: confirm_withdrawal,
        asked.RejectWithdrawal: reject_withdrawal,
    },
    folds={
        happened.WithdrawalRequested: withdrawal_requested,
        happened.WithdrawalPaid: withdrawal_paid,
        happened.WithdrawalRejected: withdrawal_rejected,
    },
    due={},
)
