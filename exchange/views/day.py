"""What a book's last day of trade comes to, and its last price: trades can be taken out of both again."""

from collections.abc import Iterable

from exchange.kernel.intervals import begin_of
from exchange.market.state import TAPE_KEPT
from exchange.views.candle import Candle, Series, Traded, candle_of, with_trade

DAY_S = 86_400


class Day:
    """The trades of the last day on which there were any, and the prices of the last ones.

    Shape: `candle` is None where all of them were undone; `trades` are those of the day that stand, `tape` has the last
    trades that stand and their prices.
    """

    def __init__(
        self,
        candle: Candle | None = None,
        trades: Iterable[Traded] = (),
        tape: Iterable[tuple[str, int]] = (),
    ) -> None:
        self.candle = candle
        self._trades = {trade.trade_id: trade for trade in trades}
        self._tape = list(tape)

    @property
    def last_price(self) -> int | None:
        """The price of the last trade that stands, of whatever day."""
        return self._tape[-1][1] if self._tape else None

    def take(self, trade: Traded, series: Series) -> None:
        """One more trade."""
        if self.candle is not None and self.candle.begins_at != begin_of(trade.at, series.interval_s):
            self.candle, self._trades = None, {}
        self._trades[trade.trade_id] = trade
        self.candle = with_trade(self.candle, trade, series)
        self._tape.append((trade.trade_id, trade.price))
        if len(self._tape) > 2 * TAPE_KEPT:
            del self._tape[:TAPE_KEPT]

    def undo(self, trade_id: str, seq: int, series: Series) -> None:
        """The fact `seq` undid a trade, perhaps one of an earlier day."""
        self._tape = [each for each in self._tape if each[0] != trade_id]
        if self._trades.pop(trade_id, None) is not None:
            trades = self._trades.values()
            self.candle = candle_of(trades, series, seq) if trades else None
