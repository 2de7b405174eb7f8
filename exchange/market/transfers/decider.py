"""Cash between markets as a room of the market."""

from typing import Final

from exchange.kernel.time import MINUTE
from exchange.market.agenda import schedule, settle
from exchange.market.coming_in import comes_in
from exchange.market.purses import purse_at, solvent, till_at
from exchange.market.room import Room
from exchange.market.state import Market
from exchange.market.subscriptions.fold import pay_again
from exchange.market.transfers import commands as asked
from exchange.market.transfers import facts as happened
from exchange.market.transfers.moving import conclude, delayed, take_in, transfer_money
from exchange.market.transfers.state import Transit

LATE: Final = "transfer-late"
"""Cash has been in transit for a minute; the subject is the transfer."""


def transfer_sent(market: Market, fact: happened.TransferSent, at: int) -> None:
    purse = purse_at(market, fact.participant_id, fact.currency)
    purse.cash -= fact.amount_minor
    solvent(purse, fact)
    till_at(market, fact.currency).moved -= fact.amount_minor
    transits = market.transits
    transits.open[fact.transfer_id] = Transit(fact, at)
    transits.counts[fact.participant_id] = transits.counts.get(fact.participant_id, 0) + 1
    schedule(market.agenda, at + MINUTE, LATE, fact.transfer_id)


def transfer_arrived(market: Market, fact: happened.TransferArrived, at: int) -> None:
    comes_in(market, fact, fact.currency, fact.amount_minor, at)
    till_at(market, fact.currency).moved += fact.amount_minor


def turned_away(market: Market, fact: happened.TransferTurnedAway, at: int) -> None:
    """Nothing came in."""


def transfer_concluded(market: Market, fact: happened.TransferConcluded, at: int) -> None:
    _over(market, fact.transfer_id)


def transfer_returned(market: Market, fact: happened.TransferReturned, at: int) -> None:
    _over(market, fact.transfer_id)
    purse_at(market, fact.participant_id, fact.currency).cash += fact.amount_minor
    till_at(market, fact.currency).moved += fact.amount_minor
    pay_again(market, fact.participant_id, at)


def transfer_delayed(market: Market, fact: happened.TransferDelayed, at: int) -> None:
    settle(market.agenda, LATE, fact.transfer_id)


def _over(market: Market, transfer_id: str) -> None:
    """Each ends once: one that is not there stops the worker."""
    transits = market.transits
    owner = transits.open.pop(transfer_id).sent.participant_id
    transits.counts[owner] -= 1
    if not transits.counts[owner]:
        del transits.counts[owner]
    settle(market.agenda, LATE, transfer_id)


ROOM = Room(
    commands=asked.COMMANDS,
    facts=happened.FACTS,
    answers={
        asked.TransferMoney: transfer_money,
        asked.TakeInMoney: take_in,
        asked.ConcludeMoneyTransfer: conclude,
    },
    folds={
        happened.TransferSent: transfer_sent,
        happened.TransferArrived: transfer_arrived,
        happened.TransferTurnedAway: turned_away,
        happened.TransferConcluded: transfer_concluded,
        happened.TransferReturned: transfer_returned,
        happened.TransferDelayed: transfer_delayed,
    },
    due={LATE: delayed},
)
