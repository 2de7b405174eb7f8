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
PASSED_ON_MAX = 50
"""When an outcome passes on no further; the rest waits for the next lots that come back."""


def given_back(market: Market, traded: Purchase | Sale, quantity: int) -> Sequence[LotsReturned]:
    """The facts that lots of a trade are sold no more, but for what their buyer has sold on; none where none count."""
    instrument = market.instruments[traded.instrument_id]
    if not (quantity and instrument.terms.rules.capacity_needed):
        return ()
    buyer = instrument.holders[traded.buyer_id]
    returned = max(0, min(quantity, buyer.registered + buyer.bought - buyer.sold))
    back = LotsReturned(
        trade_id=traded.trade_id,
        instrument_id=traded.instrument_id,
        buyer_id=traded.buyer_id,
        seller_id=traded.seller_id,
        quantity=returned,
        sold_on=quantity - returned,
    )
    return (back, *_passed_on(market, back))


def _passed_on(market: Market, back: LotsReturned) -> Sequence[LotsReturned]:
    """What a seller gets back and had sold on, its own purchase being over, goes on to whom it bought it of."""
    facts: list[LotsReturned] = []
    owed = {back.buyer_id: _sold_on(market, back.instrument_id, back.buyer_id)}
    # Among those that it comes back to may be the buyer itself, where lots went round in a circle.
    owed[back.buyer_id][back.seller_id] = owed[back.buyer_id].get(back.seller_id, 0) + back.sold_on
    getting = [(back.seller_id, back.quantity)]
    while getting and len(facts) < PASSED_ON_MAX:
        reseller, lots = getting.pop()
        if reseller not in owed:
            owed[reseller] = _sold_on(market, back.instrument_id, reseller)
        for seller_id in sorted(owed[reseller])[:PASSED_ON_MAX]:
            passed = min(lots, owed[reseller][seller_id])
            if passed:
                owed[reseller][seller_id] -= passed
                lots -= passed
                facts.append(_passing(back, reseller, seller_id, passed))
                getting.append((seller_id, passed))
    return facts


def _sold_on(market: Market, instrument_id: str, reseller: str) -> dict[str, int]:
    return dict(market.after.sold_on.get(f"{instrument_id} {reseller}", {}))


def _passing(back: LotsReturned, reseller: str, seller_id: str, lots: int) -> LotsReturned:
    return LotsReturned(
        trade_id=back.trade_id,
        instrument_id=back.instrument_id,
        buyer_id=reseller,
        seller_id=seller_id,
        quantity=lots,
        sold_on=-lots,
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
