"""The price of a call auction: orders are summed up by price, and only prices are looked at.

Where not everybody may trade with everybody, what really trades is worked out order by order, at the prices at which
most might. Source: market.md section 4a (12, 13).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from exchange.market.allotting import Admits, allotted
from exchange.market.book import first_of, ladders_of, standing_at
from exchange.market.commands import ASK, BID, Side
from exchange.market.flights import best_first
from exchange.market.pricing import reference_price
from exchange.market.queues import named
from exchange.market.standings import IDLE
from exchange.market.state import Instrument, Ladder, Market, Order
from exchange.market.uniform_price import Depth, Found, uniform_price

_OWNERS_MAX = 8
"""Owners who would meet themselves that are looked at to say how much could trade: those with most on both sides."""


def find_price(market: Market, instrument: Instrument, admits: Admits) -> Found:
    """The price at which most really trades, then the least is left over, then the nearest to the reference."""
    sides = {side: _ladders(instrument, side) for side in Side}
    limits = set[int]()
    bids, asks = (Depth(side, _lots(sides[side], limits)) for side in (BID, ASK))
    met = _partners(market, sides[BID], sides[ASK], admits)
    everybody = met is None
    able = (bids, asks)
    if met is not None:
        able = (Depth(BID, _lots(met[BID])), Depth(ASK, _lots(met[ASK])))
    ranges = _own_ranges(market, instrument)
    owners = _own_depths(market, instrument, ranges, sides if met is None else met)

    def at_most(price: int) -> int:
        bid, ask = able[0].at(price), able[1].at(price)
        # What somebody bids and asks itself does not meet: it trades with what the others have, and no more.
        return min(bid, ask, *(bid + ask - own[0].at(price) - own[1].at(price) for own in owners))

    def executed(price: int) -> int:
        if everybody and not any(low <= price <= high for low, high in ranges.values()):
            return at_most(price)
        return sum(quantity for _, _, quantity in allotted(market, instrument, price, admits))

    return uniform_price(bids, asks, limits, reference_price(instrument), executed, at_most)


def _ladders(instrument: Instrument, side: Side) -> list[Ladder]:
    """One side's orders of participants who may trade."""
    return [ladder for ladder in ladders_of(instrument, side).values() if ladder.standing != IDLE]


def _lots(ladders: Iterable[Ladder], limits: set[int] | None = None) -> dict[int, int]:
    """How many lots stand at each price; `limits` is told where anything else than market orders does."""
    lots = defaultdict[int, int](int)
    for ladder in ladders:
        for level in best_first(ladder):
            quantity, unlimited = 0, True
            for order in standing_at(level):
                quantity += order.quantity_left
                unlimited = unlimited and order.unpriced
            lots[level.price] += quantity
            if limits is not None and not unlimited:
                limits.add(level.price)
    return lots


def _partners(
    market: Market, bids: list[Ladder], asks: list[Ladder], admits: Admits
) -> dict[Side, list[Ladder]] | None:
    """The ladders that have anybody to trade with at all; None where everybody has everybody."""
    pairs = [(bid, ask) for bid in bids for ask in asks if bid.merits[-1] + ask.merits[-1] >= 0]
    may = [(bid, ask) for bid, ask in pairs if admits(first_of(bid), first_of(ask))]
    if len(may) == len(pairs):
        return None
    bidding, asking = {bid.standing for bid, _ in may}, {ask.standing for _, ask in may}
    return {
        BID: [bid for bid in bids if bid.standing in bidding],
        ASK: [ask for ask in asks if ask.standing in asking],
    }


def _own_ranges(market: Market, instrument: Instrument) -> dict[str, tuple[int, int]]:
    """Between which prices beneficial owners would meet themselves: from their own best ask to their own best bid."""
    counts = defaultdict[str, list[int]](lambda: [0, 0])
    for name, holder in instrument.holders.items():
        count = counts[market.participants[name].beneficial_owner]
        count[0] += holder.bids
        count[1] += holder.asks
    both = [owner for owner, (bids, asks) in counts.items() if bids and asks]
    ranges = {
        owner: (_own_best(market, instrument, owner, ASK), _own_best(market, instrument, owner, BID))
        for owner in both
    }
    return {owner: (low, high) for owner, (low, high) in ranges.items() if low <= high}


def _own_depths(
    market: Market, instrument: Instrument, owners: Iterable[str], able: Mapping[Side, list[Ladder]]
) -> list[tuple[Depth, Depth]]:
    """What of the able orders is that of owners who would meet themselves, of those with most of it: bids and asks."""
    standings = {side: {ladder.standing for ladder in ladders} for side, ladders in able.items()}
    weighed = list[tuple[int, tuple[Depth, Depth]]]()
    for owner in owners:
        lots = {side: defaultdict[int, int](int) for side in Side}
        for order in _own_orders(market, instrument, owner):
            if order.standing in standings[order.side]:
                lots[order.side][order.price] += order.quantity_left
        weight = min(sum(lots[side].values()) for side in Side)
        weighed.append((weight, (Depth(BID, lots[BID]), Depth(ASK, lots[ASK]))))
    weighed.sort(key=lambda each: each[0], reverse=True)
    return [depths for _, depths in weighed[:_OWNERS_MAX]]


def _own_best(market: Market, instrument: Instrument, owner: str, side: Side) -> int:
    """The best price of those that an owner has on a side, where it has any."""
    prices = (order.price for order in _own_orders(market, instrument, owner) if order.side is side)
    return min(prices) if side is ASK else max(prices)


def _own_orders(market: Market, instrument: Instrument, owner: str) -> Iterator[Order]:
    for name in market.owned[owner]:
        holder = instrument.holders.get(name)
        if holder is not None:
            yield from named(holder.roll, market.orders)
