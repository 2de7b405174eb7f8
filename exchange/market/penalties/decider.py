"""Penalties as a room of the market."""

from exchange.kernel.errors import InvariantBroken
from exchange.market.agenda import settle
from exchange.market.penalties import commands as asked
from exchange.market.penalties import facts as happened
from exchange.market.penalties.charging import charge, fall_due, withdraw
from exchange.market.penalties.falling import PENALTY
from exchange.market.purses import purse_at, solvent, till_at
from exchange.market.room import Room
from exchange.market.state import Market


def penalty_charged(market: Market, fact: happened.PenaltyCharged, at: int) -> None:
    if fact.amount_minor != fact.payable_minor + fact.cash_minor + fact.clawback_minor:
        raise InvariantBroken(f"the parts of {fact!r} are not the whole")
    purse = purse_at(market, fact.seller_id, fact.currency)
    purse.payable -= fact.payable_minor
    purse.cash -= fact.cash_minor
    purse.clawback += fact.clawback_minor
    solvent(purse, fact)
    till_at(market, fact.currency).penalties += fact.amount_minor
    market.penalties.due.pop(fact.trade_id, None)
    market.penalties.charged[fact.trade_id] = fact
    settle(market.agenda, PENALTY, fact.trade_id)


def penalty_withdrawn(market: Market, fact: happened.PenaltyWithdrawn, at: int) -> None:
    if fact.amount_minor != fact.payable_minor + fact.cash_minor + fact.recovered_minor:
        raise InvariantBroken(f"the parts of {fact!r} are not the whole")
    purse = purse_at(market, fact.seller_id, fact.currency)
    purse.payable += fact.payable_minor
    purse.cash += fact.cash_minor
    purse.clawback -= fact.recovered_minor
    solvent(purse, fact)
    till_at(market, fact.currency).penalties -= fact.amount_minor
    market.penalties.withdrawn.add(fact.trade_id)


ROOM = Room(
    commands=asked.COMMANDS,
    facts=happened.FACTS,
    answers={asked.ChargePenalty: charge, asked.WithdrawPenalty: withdraw},
    folds={
        happened.PenaltyCharged: penalty_charged,
        happened.PenaltyWithdrawn: penalty_withdrawn,
    },
    due={PENALTY: fall_due},
)
