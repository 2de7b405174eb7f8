"""The market's book without the market: orders enter, meet the other side, and leave."""

import time
from collections.abc import Sequence
from typing import Any

from exchange.market.book import enter, leave
from exchange.market.commands import ASK, BID, Use
from exchange.market.state import Instrument, Order
from tests.benchmarks.sums import Sums
from tests.benchmarks.workload import an_hour

_NO_USE = Use()


class BareBooks:
    """Books of instruments that are nothing but books."""

    def __init__(self, instruments: int) -> None:
        self._books = [Instrument(terms=an_hour(f"I-{number}")) for number in range(instruments)]
        self._orders: dict[str, Order] = {}

    def timed(self, messages: Sequence[Any]) -> tuple[float, Sums]:
        """Run the stream."""
        books, orders, fills = self._books, self._orders, list[tuple[int, int]]()
        began = time.process_time()
        for number, message in enumerate(messages):
            if message[0] == "new":
                _, instrument, name, side, price, lots = message
                self._arrive(books[instrument], str(name), side == "bid", price, lots, number, fills)
            else:
                order = orders.pop(str(message[2]))
                leave(books[message[1]], order, orders)
        seconds = time.process_time() - began
        return seconds, Sums(
            len(fills), sum(lots for lots, _ in fills), sum(lots * price for lots, price in fills)
        )

    def _arrive(
        self,
        book: Instrument,
        name: str,
        bid: bool,
        price: int,
        lots: int,
        rank: int,
        fills: list[tuple[int, int]],
    ) -> None:
        ladders, orders = book.asks if bid else book.bids, self._orders
        worst = -price if bid else price
        while lots and (ladder := ladders.get("")) is not None and ladder.merits[-1] >= worst:
            level = ladder.levels[-1]
            resting = orders[level.names[level.head]]
            quantity = min(lots, resting.quantity_left)
            fills.append((quantity, resting.price))
            lots -= quantity
            resting.quantity_left -= quantity
            if not resting.quantity_left:
                del orders[resting.order_id]
                leave(book, resting, orders)
        if lots:
            order = Order(name, "", "", BID if bid else ASK, price, lots, 0, _NO_USE, rank, rank, lots)
            orders[name] = order
            enter(book, order)
