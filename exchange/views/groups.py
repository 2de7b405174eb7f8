"""Kinds of facts that a view takes in or leaves out together."""

from exchange.kernel.bases import Fact
from exchange.market.facts import (
    AuctionPriced,
    BookSwept,
    CancellingBegun,
    CapacityRegistered,
    OrderAccepted,
    OrderCancelled,
    OrderExpired,
    OrderReduced,
    OrderReplaced,
    OrdersCancelled,
)

ORDER_MONEY: frozenset[type[Fact]] = frozenset(
    (OrderAccepted, OrderReplaced, OrderReduced, OrderExpired, OrderCancelled)
)
"""What becomes of an order, and of what is reserved for it."""
BOOK_WORK: frozenset[type[Fact]] = frozenset(
    (AuctionPriced, BookSwept, CancellingBegun, CapacityRegistered, OrdersCancelled)
)
"""What a book does without any one order's money moving."""
