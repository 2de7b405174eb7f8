"""lightmatchingengine, used as its README does: books and matching, nothing else."""

import time
from collections.abc import Sequence
from typing import Any

from lightmatchingengine.lightmatchingengine import LightMatchingEngine, Side

from tests.benchmarks.sums import Sums


class LightMatching:
    """Its books."""

    def __init__(self) -> None:
        self._engine: Any = LightMatchingEngine()

    def timed(self, messages: Sequence[Any]) -> tuple[float, Sums]:
        """Run the stream. It tells of both sides' executions; those of the resting orders are the fills."""
        engine, orders, told = self._engine, {}, []
        began = time.process_time()
        for message in messages:
            if message[0] == "new":
                _, instrument, number, side, price, lots = message
                way = Side.BUY if side == "bid" else Side.SELL
                order, trades = engine.add_order(instrument, price, lots, way)
                orders[number] = order.order_id
                if trades:
                    told.append((order.order_id, trades))
            else:
                engine.cancel_order(orders[message[2]], message[1])
        seconds = time.process_time() - began
        fills = [trade for taker, trades in told for trade in trades if trade.order_id != taker]
        return seconds, Sums(
            len(fills),
            sum(trade.trade_qty for trade in fills),
            sum(trade.trade_qty * trade.trade_price for trade in fills),
        )
