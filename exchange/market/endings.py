"""How open orders end without a trade."""

from typing import Literal

from exchange.market.facts import CancelGrounds, OrderCancelled, OrderExpired, OrderReduced
from exchange.market.state import Market, Order


def cancelled(market: Market, order: Order, grounds: CancelGrounds, quantity_left: int) -> OrderCancelled:
    """The fact that the `quantity_left` lots of `order` end without a trade."""
    return OrderCancelled(
        order.order_id,
        order.instrument_id,
        order.participant_id,
        quantity_left,
        market.instruments[order.instrument_id].terms.currency,
        order.lot_reserve_minor * quantity_left,
        grounds,
    )


def expired(
    market: Market, order: Order, grounds: Literal["day", "good_till_date", "last_trade"]
) -> OrderExpired:
    """The fact that an open order's time is over."""
    return OrderExpired(
        order_id=order.order_id,
        instrument_id=order.instrument_id,
        participant_id=order.participant_id,
        quantity_left=order.quantity_left,
        currency=market.instruments[order.instrument_id].terms.currency,
        released_minor=order.lot_reserve_minor * order.quantity_left,
        grounds=grounds,
    )


def reduced(market: Market, order: Order, quantity: int) -> OrderReduced:
    """The fact that an order of the same owner took `quantity` lots off it."""
    return OrderReduced(
        order_id=order.order_id,
        instrument_id=order.instrument_id,
        participant_id=order.participant_id,
        quantity=quantity,
        currency=market.instruments[order.instrument_id].terms.currency,
        released_minor=order.lot_reserve_minor * quantity,
    )
