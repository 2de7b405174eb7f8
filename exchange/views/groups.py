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
from exchange.market.plans.facts import FACTS as PLAN_FACTS
from exchange.market.provenance.facts import ProvenanceRecorded
from exchange.market.purchases.facts import AsksBacked, LotsReturned
from exchange.market.seats.facts import FACTS as SEATS_FACTS
from exchange.market.subscriptions.facts import FACTS as SUBSCRIPTION_FACTS

ORDER_MONEY: frozenset[type[Fact]] = frozenset(
    (OrderAccepted, OrderReplaced, OrderReduced, OrderExpired, OrderCancelled)
)
"""What becomes of an order, and of what is reserved for it."""
BOOK_WORK: frozenset[type[Fact]] = frozenset(
    (
        *(
            AuctionPriced,
            BookSwept,
            CancellingBegun,
            CapacityRegistered,
            OrdersCancelled,
            LotsReturned,
            AsksBacked,
        ),
        ProvenanceRecorded,
    )
)
"""What a book does, what becomes of its lots, and what it is told of them, without any one order's money moving."""
PLAN_WORK: frozenset[type[Fact]] = frozenset((*PLAN_FACTS, *SUBSCRIPTION_FACTS, *SEATS_FACTS))
"""What becomes of price plans, of units bought by them, of subscriptions and of seats; their trades are trades."""
