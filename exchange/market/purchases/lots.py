"""Lots follow the right: where it ends with its money, its seller may sell them again, and its buyer may not.

Source: market.md section 3: open sells + sold ≤ registered capacity, and a reseller's capacity is what it bought.
"""

from collections.abc import Iterator, Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.market.commands import ASK
from exchange.market.endings import cancelled
from exchange.market.fencing import Rulesets
from exchange.market.purchases.facts import AsksBacked, LotsReturned
from exchange.market.purchases.state import Sale
from exchange.market.state import Holder, Market, Order, Purchase

CANCELLED_MAX = 100
"""Asks cancelled in one outcome; the rest follow in continuations."""


def given_back(market: Market, traded: Purchase | Sale, quantity: int) -> tuple[LotsReturned, ...]:
    """The fact that lots of a trade are sold no more, but for what their buyer has sold on.

    Shape: none where the instrument counts no capacity, or all of them were sold on.
    """
    instrument = market.instruments[traded.instrument_id]
    if not instrument.terms.rules.capacity_needed:
        return ()
    buyer = instrument.holders[traded.buyer_id]
    returned = min(quantity, buyer.registered + buyer.bought - buyer.sold)
    if returned <= 0:
        return ()
    return (
        LotsReturned(
            trade_id=traded.trade_id,
            instrument_id=traded.instrument_id,
            buyer_id=traded.buyer_id,
            seller_id=traded.seller_id,
            quantity=returned,
        ),
    )


def back_asks(market: Market, subject: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Cancel what a participant asks for and has no more, the last to come first, until what is left is backed."""
    instrument_id, participant_id = subject.split(" ")
    holder = market.instruments[instrument_id].holders.get(participant_id) or Holder()
    missing = holder.asked + holder.sold - holder.registered - holder.bought
    ended: list[Fact] = []
    for order in _asks(market, holder):
        if missing <= 0 or len(ended) == CANCELLED_MAX:
            break
        ended.append(cancelled(market, order, "capacity_lost", order.quantity_left))
        missing -= order.quantity_left
    if missing > 0 and ended:
        return ended
    return (*ended, AsksBacked(instrument_id=instrument_id, participant_id=participant_id))


def _asks(market: Market, holder: Holder) -> Iterator[Order]:
    """A participant's open asks, the last to come first."""
    orders = (market.orders.get(name) for name in reversed(holder.roll.names))
    return (order for order in orders if order is not None and order.side is ASK)
