"""The one price of a call auction, found from how many lots of each side accept which price.

The market finds by it what is traded, market data what would be while orders are still collected.
Source: market.md section 4a (12).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from itertools import accumulate
from typing import NamedTuple

from exchange.market.commands import ASK, Side


class Found(NamedTuple):
    """An auction's price, what trades at it, and the lots of bids less those of asks there."""

    price: int | None
    volume: int
    imbalance: int


NOTHING = Found(None, 0, 0)


class Depth:
    """How many lots of one side accept a price."""

    def __init__(self, side: Side, lots: Mapping[int, int]) -> None:
        self._side, self._prices = side, sorted(lots)
        self._below = [0, *accumulate(lots[price] for price in self._prices)]

    @property
    def best(self) -> int | None:
        """The best price that anyone of this side accepts."""
        if not self._prices:
            return None
        return self._prices[0] if self._side is ASK else self._prices[-1]

    def at(self, price: int) -> int:
        """The lots that accept `price`."""
        if self._side is ASK:
            return self._below[bisect_right(self._prices, price)]
        return self._below[-1] - self._below[bisect_left(self._prices, price)]


def uniform_price(
    bids: Depth,
    asks: Depth,
    limits: Iterable[int],
    reference: int | None,
    executed: Callable[[int], int] | None = None,
    at_most: Callable[[int], int] | None = None,
) -> Found:
    """The price at which most trades, then the least is left over, then the nearest to the reference, then the higher.

    Shape: candidates are the `limits` of the orders, the reference only if nothing trades at any of them. `executed`
    says what really trades at a price, where not everybody may trade with everybody, and `at_most` a bound of it that
    is cheaper to have: what cannot trade most is not tried, and neither is what would leave more over than a price at
    which all trades that can.
    """

    def all_that_can(price: int) -> int:
        return min(bids.at(price), asks.at(price))

    if executed is None:
        executed = all_that_can
    if at_most is None:
        at_most = all_that_can
    tried: list[Found] = []
    best = 1
    whole: tuple[int, int] | None = None
    rivals = sorted(
        (-at_most(price), abs(bids.at(price) - asks.at(price)), price)
        for price in _crossed(bids, asks, limits)
    )
    for bound, over, price in rivals:
        if -bound < best or (whole is not None and (bound, over) > whole):
            break
        volume = executed(price)
        best = max(best, volume)
        if volume == -bound:
            whole = (bound, over)
        if volume:
            tried.append(Found(price, volume, bids.at(price) - asks.at(price)))
    if not tried and reference is not None and (volume := executed(reference)):
        tried.append(Found(reference, volume, bids.at(reference) - asks.at(reference)))
    return _chosen(tried, reference) if tried else NOTHING


def _crossed(bids: Depth, asks: Depth, limits: Iterable[int]) -> Iterable[int]:
    """The limits at which anything could trade."""
    lowest, highest = asks.best, bids.best
    if lowest is None or highest is None:
        return ()
    return (price for price in limits if lowest <= price <= highest)


def _chosen(tried: list[Found], reference: int | None) -> Found:
    volume = max(each.volume for each in tried)
    most = [each for each in tried if each.volume == volume]
    least = min(abs(each.imbalance) for each in most)
    tied = [each for each in most if abs(each.imbalance) == least]
    prices = [each.price or 0 for each in tied]
    # Twice the distance from the reference, or from the middle of those that tie: a middle may lie between two ticks.
    middle = 2 * reference if reference is not None else min(prices) + max(prices)
    return min(tied, key=lambda each: (abs(2 * (each.price or 0) - middle), -(each.price or 0)))
