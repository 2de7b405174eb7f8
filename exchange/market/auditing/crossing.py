"""No two orders that may trade stand crossed: neither an order that has come, nor any once their book is swept.

Source: market.md, matching invariants (1).
"""

from collections.abc import Iterator
from heapq import nlargest

from exchange.kernel.errors import InvariantBroken
from exchange.market.agenda import due_at
from exchange.market.auditing.priority import may_trade, nobody_passed_over
from exchange.market.auditing.turns import at_rest
from exchange.market.book import best_merit, first_of
from exchange.market.commands import BID
from exchange.market.deadlines import SWEEP
from exchange.market.facts import OrderAccepted, OrderReplaced
from exchange.market.fencing import RETRIED_US, Rulesets
from exchange.market.standings import IDLE
from exchange.market.state import Instrument, Ladder, Market, Order, Watched

_STANDINGS_MAX = 16
"""Standings of each side, the best of them, that are looked at in a book that was swept."""


def uncrossed(
    market: Market, fact: OrderAccepted | OrderReplaced, watched: Watched, rulesets: Rulesets
) -> None:
    """Look at the book that an order has entered.

    Raises: InvariantBroken if it stands crossed unknown to the market, or the order with one that it may trade with.
    """
    order = market.orders.get(fact.order_id)
    if order is None:
        return
    name, bid = fact.instrument_id, order.side is BID
    instrument = market.instruments[name]
    there = instrument.asks if bid else instrument.bids
    if not there or best_merit(there) < (-order.price if bid else order.price) or instrument.state != "open":
        return
    if name not in market.crossed:
        raise InvariantBroken(f"book {name} stands crossed after {fact!r}, and is not known to")
    kept_place = type(fact) is OrderReplaced and fact.kept_place
    if not kept_place and instrument.terms.moves_data:
        nobody_passed_over(market, at_rest(order), watched, rulesets)


def swept(market: Market, name: str, at: int) -> None:
    """Look at a book that a sweep has left.

    Raises: InvariantBroken if two orders stand crossed there that may trade, and are not to be tried soon.
    """
    instrument, due = market.instruments[name], due_at(market.agenda, SWEEP, name)
    # It is looked at again at once where more has changed since, and soon where some were too many to be asked about.
    again = due is not None and due <= at + RETRIED_US
    if name not in market.crossed or instrument.state != "open" or again:
        return
    for bid, ask in _crossed_pairs(market, instrument):
        if not instrument.terms.moves_data or may_trade(market, bid, ask, at):
            raise InvariantBroken(
                f"book {name} was swept, and left order {bid.order_id} at {bid.price} crossed with {ask.order_id}"
                f" at {ask.price}, with which it may trade"
            )


def _crossed_pairs(market: Market, instrument: Instrument) -> Iterator[tuple[Order, Order]]:
    people = market.participants
    for bids in _best(instrument.bids):
        for asks in _best(instrument.asks):
            if bids.merits[-1] + asks.merits[-1] < 0:
                break
            bid, ask = first_of(bids), first_of(asks)
            owners = {people[each.participant_id].beneficial_owner for each in (bid, ask)}
            if len(owners) == 2:
                yield bid, ask


def _best(ladders: dict[str, Ladder]) -> list[Ladder]:
    there = (ladder for ladder in ladders.values() if ladder.standing != IDLE)
    return nlargest(_STANDINGS_MAX, there, key=lambda ladder: ladder.merits[-1])
