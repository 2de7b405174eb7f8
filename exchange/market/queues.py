"""Queues that orders leave from anywhere: what has ended stays named until the front or half of it has gone."""

from collections.abc import Iterator, Mapping

from exchange.kernel.ids import OrderId
from exchange.market.state import Order, Roll

_ENDED_KEPT = 32


def enter_roll(roll: Roll, name: OrderId) -> None:
    """One more order, the youngest."""
    roll.names.append(name)
    roll.alive += 1


def leave_roll(
    roll: Roll, name: OrderId, orders: Mapping[OrderId, Order], expires_at: int | None = None
) -> None:
    """The order of this name is no longer open, or no longer ends at `expires_at`, where that is what they share."""
    roll.alive -= 1
    names = roll.names
    if names[roll.head] == name or len(names) > 2 * roll.alive + _ENDED_KEPT:
        _tidy_roll(roll, orders, expires_at)


def _tidy_roll(roll: Roll, orders: Mapping[OrderId, Order], expires_at: int | None) -> None:
    names, head = roll.names, roll.head
    end = len(names)
    while head < end and (
        (order := orders.get(names[head])) is None
        or (expires_at is not None and order.expires_at != expires_at)
    ):
        head += 1
    roll.head = head
    if end > 2 * roll.alive + _ENDED_KEPT:
        roll.names, roll.head = [order.order_id for order in named(roll, orders, expires_at)], 0


def named(roll: Roll, orders: Mapping[OrderId, Order], expires_at: int | None = None) -> Iterator[Order]:
    """The open orders of a roll, each once, in the order in which they came."""
    seen = set[OrderId]()
    for place in range(roll.head, len(roll.names)):
        order = orders.get(roll.names[place])
        if order is None:
            continue
        if expires_at is not None:
            # One that was to end at another time meanwhile is named twice.
            if order.expires_at != expires_at or order.order_id in seen:
                continue
            seen.add(order.order_id)
        yield order
