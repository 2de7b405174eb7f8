"""Netting and payouts as a room of the market."""

from typing import Final

from exchange.kernel.net_set import NetSet
from exchange.market.agenda import schedule, settle
from exchange.market.bills.folding import credit_repaid, set_came_back
from exchange.market.payouts import commands as asked
from exchange.market.payouts import facts as happened
from exchange.market.payouts.netting import net_on, net_payables, restore, undo
from exchange.market.payouts.state import Netting
from exchange.market.payouts.turns import end_turn, owe_again, owe_paid_again
from exchange.market.purses import purse_at, solvent, till_at
from exchange.market.room import Room
from exchange.market.state import Market

NET: Final = "8-net"
"""More of what is owed is netted; the subject is the run."""


def netting_begun(market: Market, fact: happened.NettingBegun, at: int) -> None:
    market.payouts.running[fact.run_id] = Netting(fact.currency, fact.value_date)
    schedule(market.agenda, at, NET, fact.run_id)


def payables_netted(market: Market, fact: happened.PayablesNetted, at: int) -> None:
    net, payouts = fact.net, market.payouts
    _hold(market, net, 1)
    may_come_back = net.set_id if net.amount_minor else ""
    credit_repaid(market, net.participant_id, net.currency, net.netted_minor, may_come_back)
    end_turn(payouts, net)
    payouts.made += 1
    netting = payouts.running[net.run_id]
    netting.after, netting.sets = net.participant_id, netting.sets + 1
    if net.amount_minor:
        payouts.held[net.set_id] = net


def netting_ended(market: Market, fact: happened.NettingEnded, at: int) -> None:
    del market.payouts.running[fact.run_id]
    settle(market.agenda, NET, fact.run_id)


def payout_returned(market: Market, fact: happened.PayoutReturned, at: int) -> None:
    owe_again(market.payouts, fact.net)
    _hold(market, fact.net, -1)
    set_came_back(market, fact.net)
    _recover(market, fact)


def payables_restored(market: Market, fact: happened.PayablesRestored, at: int) -> None:
    """What was paid is held for a moment, as it was before, and then owed."""
    net = fact.net
    owe_paid_again(market.payouts, net)
    purse_at(market, net.participant_id, net.currency).paying += net.amount_minor
    _hold(market, net, -1)
    set_came_back(market, net)
    till_at(market, net.currency).paid_out -= net.amount_minor
    _recover(market, fact)


def _recover(market: Market, fact: happened.PayoutReturned | happened.PayablesRestored) -> None:
    purse = purse_at(market, fact.net.participant_id, fact.net.currency)
    purse.payable -= fact.recovered_minor
    purse.commissions -= fact.commission_recovered_minor
    purse.shares -= fact.share_recovered_minor
    purse.clawback -= fact.recovered_minor + fact.commission_recovered_minor + fact.share_recovered_minor
    solvent(purse, fact)


def _hold(market: Market, net: NetSet, sign: int) -> None:
    purse = purse_at(market, net.participant_id, net.currency)
    purse.payable -= sign * net.payable_minor
    purse.commissions -= sign * net.commission_minor
    purse.shares -= sign * net.share_minor
    purse.owed -= sign * net.netted_minor
    purse.clawback -= sign * net.recovered_minor
    purse.paying += sign * net.amount_minor
    solvent(purse, net)


ROOM = Room(
    commands=asked.COMMANDS,
    facts=happened.FACTS,
    answers={
        asked.NetPayables: net_payables,
        asked.ReversePayout: undo,
        asked.RestorePayables: restore,
    },
    folds={
        happened.NettingBegun: netting_begun,
        happened.PayablesNetted: payables_netted,
        happened.NettingEnded: netting_ended,
        happened.PayoutReturned: payout_returned,
        happened.PayablesRestored: payables_restored,
    },
    due={NET: net_on},
)
