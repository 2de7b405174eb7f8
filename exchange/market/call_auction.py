"""A call auction: orders were collected, one price is found for all, and they trade at it.

Source: market.md section 4a (11, 12, 13).
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, islice
from typing import Literal, NamedTuple

from exchange.kernel.bases import Cause, Fact
from exchange.market.book import crosses, in_priority, ladders_of, open_orders
from exchange.market.closing import closing
from exchange.market.commands import Side
from exchange.market.endings import cancelled
from exchange.market.facts import AuctionPriced, InstrumentStateSet
from exchange.market.fencing import Fence, OpenGround, Rulesets, fence_of
from exchange.market.meetings import bargain_of
from exchange.market.pricing import reference_price
from exchange.market.standings import IDLE
from exchange.market.state import Instrument, Market, Order
from exchange.market.trades import traded

_TRADES_MAX = 20
_CANCELLED_MAX = 100

Admits = Callable[[Order, Order], bool]
"""Whether a bid and an ask may trade."""


class Found(NamedTuple):
    """An auction's price, what trades at it, and the lots of bids less those of asks there."""

    price: int | None
    volume: int
    imbalance: int


class _Part:
    """What an order still shows and hides while an allocation is worked out."""

    __slots__ = ("hidden", "order", "shown")

    def __init__(self, order: Order) -> None:
        self.order = order
        self.shown = order.shown
        self.hidden = order.quantity_left - order.shown


class _Depth:
    """How many lots of one side accept a price."""

    def __init__(self, orders: list[Order], side: Side) -> None:
        lots = Counter[int]()
        for order in orders:
            lots[order.price] += order.quantity_left
        self._side, self._prices = side, sorted(lots)
        self._below = [0, *accumulate(lots[price] for price in self._prices)]

    def at(self, price: int) -> int:
        """The lots that accept `price`."""
        if self._side is Side.ASK:
            return self._below[bisect_right(self._prices, price)]
        return self._below[-1] - self._below[bisect_left(self._prices, price)]


def continue_auction(market: Market, instrument_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Find the price; then, in further outcomes, trade at it; then trade on or close."""
    instrument = market.instruments[instrument_id]
    if instrument.state == "call":
        return uncrossing(market, instrument, cause, rulesets, "time")
    fence = fence_of(market, instrument, cause, rulesets, refusals_bytes=0)
    trades = [] if fence is None else _trades(market, instrument, fence, cause)
    return trades or _over(market, instrument)


def uncrossing(
    market: Market, instrument: Instrument, cause: Cause, rulesets: Rulesets, by: Literal["decision", "time"]
) -> Sequence[Fact]:
    """The end of the call: the price is found, and nothing is accepted until all trades at it are made."""
    name = instrument.terms.instrument_id
    fence = fence_of(market, instrument, cause, rulesets, refusals_bytes=0)
    found = Found(None, 0, 0) if fence is None else find_price(market, instrument, _admits(market, fence))
    return (
        InstrumentStateSet(instrument_id=name, state="uncrossing", by=by),
        AuctionPriced(instrument_id=name, price=found.price, volume=found.volume, imbalance=found.imbalance),
    )


def find_price(market: Market, instrument: Instrument, admits: Admits) -> Found:
    """The price at which most really trades, then the least is left over, then the nearest to the reference.

    Shape: an upper bound of what trades, the smaller of both sides, tells which prices need to be tried.
    """
    orders = {side: _orders(market, instrument, side) for side in Side}
    bids, asks = (_Depth(orders[side], side) for side in Side)
    reference = reference_price(instrument)
    limits = sorted({order.price for side in Side for order in orders[side] if not order.unpriced})
    tried: list[Found] = []
    best = 1
    for price in sorted(limits, key=lambda price: -min(bids.at(price), asks.at(price))):
        if min(bids.at(price), asks.at(price)) < best:
            break
        volume = sum(quantity for _, _, quantity in allocation(market, instrument, price, admits))
        best = max(best, volume)
        if volume:
            tried.append(Found(price, volume, bids.at(price) - asks.at(price)))
    if not tried and reference is not None:
        volume = sum(quantity for _, _, quantity in allocation(market, instrument, reference, admits))
        if volume:
            tried = [Found(reference, volume, bids.at(reference) - asks.at(reference))]
    if not tried:
        return Found(None, 0, 0)
    volume = max(each.volume for each in tried)
    most = [each for each in tried if each.volume == volume]
    least = min(abs(each.imbalance) for each in most)
    tied = [each for each in most if abs(each.imbalance) == least]
    return min(tied, key=lambda each: (_distance(each, tied, reference), -(each.price or 0)))


def allocation(
    market: Market, instrument: Instrument, price: int, admits: Admits
) -> Iterator[tuple[Order, Order, int]]:
    """Who trades how much with whom at a price: bids in priority order, each with the best ask it may trade with."""
    asks = [[_Part(order) for order in level] for level in _levels(market, instrument, Side.ASK, price)]
    for level in _levels(market, instrument, Side.BID, price):
        queue = [_Part(order) for order in level]
        for bid in queue:
            yield from _served(bid, asks, admits)
            if not bid.shown and bid.hidden:
                bid.shown = min(bid.order.display, bid.hidden)
                bid.hidden -= bid.shown
                queue.append(bid)


def _served(bid: _Part, asks: list[list[_Part]], admits: Admits) -> Iterator[tuple[Order, Order, int]]:
    for queue in asks:
        place = 0
        while bid.shown and place < len(queue):
            ask = queue[place]
            if not admits(bid.order, ask.order):
                place += 1
                continue
            quantity = min(bid.shown, ask.shown)
            bid.shown -= quantity
            ask.shown -= quantity
            yield bid.order, ask.order, quantity
            if ask.shown:
                continue
            del queue[place]
            if ask.hidden:
                ask.shown = min(ask.order.display, ask.hidden)
                ask.hidden -= ask.shown
                queue.append(ask)
        if not bid.shown:
            return


def _levels(market: Market, instrument: Instrument, side: Side, price: int) -> list[list[Order]]:
    """One side's orders that accept a price, in priority: market orders, then level by level."""
    levels: dict[int | None, list[Order]] = {None: []}
    for order in _orders(market, instrument, side):
        if crosses(side, order.price, price):
            levels.setdefault(None if order.unpriced else order.price, []).append(order)
    return list(levels.values())


def _orders(market: Market, instrument: Instrument, side: Side) -> list[Order]:
    """One side's open orders of participants who may trade, by price, then time."""
    ladders = [ladder for ladder in ladders_of(instrument, side).values() if ladder.standing != IDLE]
    return [order for _, orders in in_priority(market, ladders, side) for order in orders]


def _distance(found: Found, tied: list[Found], reference: int | None) -> int:
    """Twice how far a price lies from the reference, or from the middle of those that tie."""
    prices = [each.price or 0 for each in tied]
    middle = 2 * reference if reference is not None else min(prices) + max(prices)
    return abs(2 * (found.price or 0) - middle)


def _admits(market: Market, fence: Fence | OpenGround) -> Admits:
    people = market.participants
    known: dict[tuple[str, str], bool] = {}

    def admits(bid: Order, ask: Order) -> bool:
        buyer, seller = people[bid.participant_id], people[ask.participant_id]
        if buyer.beneficial_owner == seller.beneficial_owner:
            return False
        key = (bid.standing, ask.standing)
        if key not in known:
            known[key] = fence.ask(seller, buyer, bid.use).admitted
        return known[key]

    return admits


def _trades(market: Market, instrument: Instrument, fence: Fence | OpenGround, cause: Cause) -> list[Fact]:
    """The next trades at the auction's price."""
    price, people = instrument.auction_price, market.participants
    if price is None:
        return []
    facts: list[Fact] = []
    allotted = allocation(market, instrument, price, _admits(market, fence))
    for index, (bid, ask, quantity) in enumerate(islice(allotted, _TRADES_MAX)):
        answer = fence.ask(people[ask.participant_id], people[bid.participant_id], bid.use)
        facts += fence.take()
        bargain = bargain_of(instrument.terms, bid, ask, None, price, quantity)
        facts += traded(market, instrument.terms, bargain, answer, cause, index)
    return facts


def _over(market: Market, instrument: Instrument) -> Sequence[Fact]:
    """Market orders end with the auction that they waited for; then the book trades on, or closes."""
    ending = list(islice(waiting(market, instrument), _CANCELLED_MAX))
    if ending:
        return [cancelled(market, order, "auction_ended", order.quantity_left) for order in ending]
    if instrument.terms.rules.after_call == "closed":
        return closing(market, instrument, "time")
    return (InstrumentStateSet(instrument_id=instrument.terms.instrument_id, state="open", by="time"),)


def waiting(market: Market, instrument: Instrument) -> Iterator[Order]:
    """The market orders that wait for an auction, whatever price protects them."""
    return (
        order for side in Side for order in open_orders(market, instrument, side) if order.waits_for_auction
    )
