"""No two orders that may trade stand crossed: neither an order that has come, nor any once their book is swept.

Source: market.md, matching invariants (1).
"""

from collections.abc import Iterator
from heapq import nlargest

from exchange.kernel.errors import InvariantBroken
from exchange.market.agenda import due_at
from exchange.market.auditing.priority import at_rest, may_trade, nobody_passed_over
from exchange.market.book import crosses, first_of, is_crossed
from exchange.market.commands import BID
from exchange.market.deadlines import SWEEP
from exchange.market.facts import OrderAccepted, OrderReplaced
from exchange.market.fencing import Rulesets
from exchange.market.standings import IDLE
from exchange.market.state import Instrument, Ladder, Market, Order

_STANDINGS_MAX = 16
"""Standings of each side, the best of them, that are looked at in a book that was swept."""


def uncrossed(market: Market, fact: OrderAccepted | OrderReplaced, at: int, rulesets: Rulesets) -> None:
    """Look at the book that an order has entered.

    Raises: InvariantBroken if it stands crossed unknown to the market, or the order with one that it may trade with.
    """
    name = fact.instrument_id
    instrument = market.instruments[name]
    if not is_crossed(instrument) or instrument.state != "open":
        return
    if name not in market.crossed:
        raise InvariantBroken(f"book {name} stands crossed after {fact!r}, and is not known to")
    order = market.orders.get(fact.order_id)
    kept_place = type(fact) is OrderReplaced and fact.kept_place
    if order is None or kept_place or not instrument.terms.moves_data or _tried_now(market, name, at):
        return
    nobody_passed_over(market, at_rest(order), at, rulesets)


def swept(market: Market, name: str, at: int) -> None:
    """Look at a book that a sweep has left.

    Raises: InvariantBroken if two orders stand crossed there that may trade, and are not to be tried at once.
    """
    instrument = market.instruments[name]
    if name not in market.crossed or instrument.state != "open" or _tried_now(market, name, at):
        return
    for bid, ask in _crossed_pairs(market, instrument):
        if not instrument.terms.moves_data or may_trade(market, bid, ask, at):
            raise InvariantBroken(
                f"book {name} was swept, and left order {bid.order_id} at {bid.price} crossed with {ask.order_id}"
                f" at {ask.price}, with which it may trade"
            )


def _tried_now(market: Market, name: str, at: int) -> bool:
    due = due_at(market.agenda, SWEEP, name)
    return due is not None and due <= at


def _crossed_pairs(market: Market, instrument: Instrument) -> Iterator[tuple[Order, Order]]:
    people = market.participants
    for bids in _best(instrument.bids):
        for asks in _best(instrument.asks):
            if not crosses(BID, bids.levels[-1].price, asks.levels[-1].price):
                break
            bid, ask = first_of(market, bids), first_of(market, asks)
            owners = {people[each.participant_id].beneficial_owner for each in (bid, ask)}
            if len(owners) == 2:
                yield bid, ask


def _best(ladders: dict[str, Ladder]) -> list[Ladder]:
    there = (ladder for ladder in ladders.values() if ladder.standing != IDLE)
    return nlargest(_STANDINGS_MAX, there, key=lambda ladder: ladder.merits[-1])
