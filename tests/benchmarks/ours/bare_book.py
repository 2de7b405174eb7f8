"""The market's book without the market: orders enter, meet the other side, and leave."""

import time
from collections.abc import Sequence
from typing import Any

from exchange.market.book import enter, first_of, leave
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
        """Run the stream. The texts that name its orders are ready before."""
        books, orders, fills = self._books, self._orders, list[tuple[int, int]]()
        asked = [(*message[:2], str(message[2]), *message[3:]) for message in messages]
        began = time.process_time()
        for number, message in enumerate(asked):
            if message[0] == "new":
                _, instrument, name, side, price, lots = message
                self._arrive(books[instrument], name, side == "bid", price, lots, number, fills)
            else:
                order = orders.pop(message[2])
                order.quantity_left = 0
                leave(books[message[1]], order)
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
        ladder, orders = (book.asks if bid else book.bids).get(""), self._orders
        worst = -price if bid else price
        while ladder is not None and ladder.merits and ladder.merits[-1] >= worst:
            resting = first_of(ladder)
            left = resting.quantity_left
            if left > lots:
                resting.quantity_left = left - lots
                fills.append((lots, resting.price))
                return
            resting.quantity_left = 0
            fills.append((left, resting.price))
            del orders[resting.order_id]
            leave(book, resting)
            lots -= left
            if not lots:
                return
        order = Order(name, "", "", BID if bid else ASK, price, lots, 0, _NO_USE, rank, rank, lots)
        orders[name] = order
        enter(book, order)
