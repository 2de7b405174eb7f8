"""Whose turn it is to trade: whoever takes from a book takes from the first of a ladder, at that one's price.

Source: market.md, matching invariants (2, 4).
"""

from exchange.kernel.errors import InvariantBroken
from exchange.market.commands import BID
from exchange.market.facts import TradeMatched
from exchange.market.state import Instrument, Order, Turn


def in_turn(instrument: Instrument, fact: TradeMatched, bid: Order | None, ask: Order | None) -> Turn | None:
    """Look at a trade that is about to happen. Shape: of data, how far its taker has come with it.

    Raises: InvariantBroken if it is not at the price of the order that rests, or another of its ladder stands ahead.
    """
    if fact.taker is None or bid is None or ask is None:
        return None
    if fact.taker is BID:
        taker, resting, ladder = bid, ask, instrument.asks[ask.standing]
    else:
        taker, resting, ladder = ask, bid, instrument.bids[bid.standing]
    if fact.price != resting.price:
        raise InvariantBroken(f"{fact!r} is not at the price of the order that rests, {resting.price}")
    level = ladder.levels[ladder.merits[-1]]
    first = level.orders[level.head]
    # A sweep takes from older ones only.
    if first is not resting and first.entered < taker.entered:
        raise InvariantBroken(f"priority: order {first.order_id} stands ahead of what {fact!r} takes from")
    return _turn(taker, resting.price, resting.rank) if instrument.terms.moves_data else None


def at_rest(order: Order) -> Turn:
    """How far an order has come that rests: past all that it accepts."""
    return _turn(order, order.price)


def _turn(taker: Order, price: int, rank: int | None = None) -> Turn:
    return Turn(taker, -price if taker.side is BID else price, rank)
