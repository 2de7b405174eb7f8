"""The two sides of a book: for each standing its price levels in order, first come first served within each."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from heapq import heapify, heappop, heapreplace, merge
from itertools import islice

from exchange.kernel.errors import InvariantBroken
from exchange.kernel.ids import OrderId
from exchange.market.commands import ASK, BID, Side
from exchange.market.flights import FLIGHT_MAX, best_first, flight_of, go_on, part
from exchange.market.queues import leave_level, tidy_level
from exchange.market.state import Flight, Instrument, Ladder, Level, Market, Order


def enter(instrument: Instrument, order: Order) -> None:
    """Put an order into its price's queue; the youngest comes last."""
    bid, rank = order.side is BID, order.rank
    ladders = instrument.bids if bid else instrument.asks
    ladder = ladders.get(order.standing)
    if ladder is None:
        ladder = ladders[order.standing] = Ladder(order.standing)
    merit = order.price if bid else -order.price
    flight: Ladder | Flight = _at(ladder, merit) if ladder.behind else ladder
    merits = flight.merits
    place = bisect_left(merits, merit)
    if place < len(merits) and merits[place] == merit:
        level = flight.levels[place]
    else:
        level = Level(order.price)
        merits.insert(place, merit)
        flight.levels.insert(place, level)
        if len(merits) > FLIGHT_MAX:
            part(ladder, flight)
    level.alive += 1
    ranks = level.ranks
    if ranks and ranks[-1] > rank:
        behind = bisect_left(ranks, rank, lo=level.head)
        ranks.insert(behind, rank)
        level.names.insert(behind, order.order_id)
    else:
        ranks.append(rank)
        level.names.append(order.order_id)


def leave(instrument: Instrument, order: Order, orders: Mapping[OrderId, Order]) -> None:
    """Take an order out that is no longer among the open `orders`, or has another rank there.

    Raises: InvariantBroken if its price has no queue.
    """
    ladders = instrument.bids if order.side is BID else instrument.asks
    ladder, flight, place = _found(ladders, order)
    level = flight.levels[place]
    if level.alive > 1:
        leave_level(level, order.order_id, orders)
    else:
        _remove(ladders, ladder, flight, place)


def take_out(instrument: Instrument, order: Order, orders: Mapping[OrderId, Order]) -> None:
    """Take an open order out of its ladder, so that it can enter another, where its rank has it stand."""
    ladders = instrument.bids if order.side is BID else instrument.asks
    ladder, flight, place = _found(ladders, order)
    level = flight.levels[place]
    # Taken out whole: it may come back, and a rank must not stand in a queue twice.
    behind = bisect_left(level.ranks, order.rank, lo=level.head)
    del level.ranks[behind], level.names[behind]
    level.alive -= 1
    if level.alive:
        tidy_level(level, orders)
    else:
        _remove(ladders, ladder, flight, place)


def show_next(instrument: Instrument, order: Order, orders: Mapping[OrderId, Order]) -> None:
    """Put an order, which has a new rank now, at the back of its price's queue."""
    _, flight, place = _found(ladders_of(instrument, order.side), order)
    level = flight.levels[place]
    level.ranks.append(order.rank)
    level.names.append(order.order_id)
    tidy_level(level, orders)


def ladders_of(instrument: Instrument, side: Side) -> dict[str, Ladder]:
    """One side's ladders, by what their orders' participants have in common."""
    return instrument.bids if side is BID else instrument.asks


def crosses(side: Side, limit: int, price: int) -> bool:
    """Whether an order of `side` with this limit may trade at `price`."""
    return price <= limit if side is BID else price >= limit


def opposite(side: Side) -> Side:
    """The other side."""
    return ASK if side is BID else BID


def best_price(instrument: Instrument, side: Side) -> int | None:
    """The best price of a side, if anyone stands there."""
    bid = side is BID
    ladders = instrument.bids if bid else instrument.asks
    if not ladders:
        return None
    merit = best_merit(ladders)
    return merit if bid else -merit


def best_merit(ladders: Mapping[str, Ladder]) -> int:
    """The merit of the best level of some ladders: its price, for asks negative."""
    if len(ladders) == 1:
        (ladder,) = ladders.values()
        return ladder.merits[-1]
    return max([ladder.merits[-1] for ladder in ladders.values()])


def is_crossed(instrument: Instrument) -> bool:
    """Whether the best bid is at or above the best ask."""
    few, many = instrument.bids, instrument.asks
    if len(few) > len(many):
        few, many = many, few
    return bool(few) and reaches(many, -best_merit(few))


def reaches(ladders: Mapping[str, Ladder], merit: int) -> bool:
    """Whether any ladder has a level of this merit or a better one."""
    if len(ladders) == 1:
        (ladder,) = ladders.values()
        return ladder.merits[-1] >= merit
    return any(ladder.merits[-1] >= merit for ladder in ladders.values())


def standing_crossed(market: Market, instrument: Instrument) -> list[OrderId]:
    """The orders of both sides that cross the other side's best price, in the order in which they entered."""
    crossing: list[Order] = []
    for side in Side:
        best = best_price(instrument, opposite(side))
        for price, orders in in_priority(market, ladders_of(instrument, side).values(), side):
            if best is None or not crosses(side, price, best):
                break
            crossing += orders
    return [order.order_id for order in sorted(crossing, key=lambda order: order.entered)]


def in_priority(
    market: Market, ladders: Iterable[Ladder], side: Side, limit: int | None = None
) -> Iterator[tuple[int, Iterator[Order]]]:
    """The open orders of some ladders of `side`, level by level, the best price and the oldest first.

    Shape: down to the last price that an order of the other side with this `limit` accepts.
    """
    taker = opposite(side)
    for price, levels in _by_price(list(ladders), side):
        if limit is not None and not crosses(taker, limit, price):
            return
        yield price, _orders(market, levels)


def open_orders(market: Market, instrument: Instrument, side: Side) -> Iterator[Order]:
    """All open orders of one side, by price, then time."""
    ladders = ladders_of(instrument, side).values()
    return (order for _, orders in in_priority(market, ladders, side) for order in orders)


def first_of(market: Market, ladder: Ladder) -> Order:
    """The order that stands first in a ladder."""
    level = ladder.levels[-1]
    return market.orders[level.names[level.head]]


def _orders(market: Market, levels: list[Level]) -> Iterator[Order]:
    orders = market.orders
    for rank, name in _named(levels[0]) if len(levels) == 1 else merge(*map(_named, levels)):
        order = orders.get(name)
        if order is not None and order.rank == rank:
            yield order


def _named(level: Level) -> Iterator[tuple[int, OrderId]]:
    return islice(zip(level.ranks, level.names, strict=True), level.head, None)


def _by_price(ladders: list[Ladder], side: Side) -> Iterator[tuple[int, list[Level]]]:
    if len(ladders) == 1:
        (ladder,) = ladders
        for level in best_first(ladder):
            yield level.price, [level]
        return
    bid = side is BID
    climbing = [best_first(ladder) for ladder in ladders]
    # Negative merits: the heap's least is the best. A number of its own keeps levels from being compared.
    heap = [(-ladder.merits[-1], number) for number, ladder in enumerate(ladders)]
    heapify(heap)
    ahead = [next(levels) for levels in climbing]
    while heap:
        worth, found = heap[0][0], list[Level]()
        while heap and heap[0][0] == worth:
            number = heap[0][1]
            found.append(ahead[number])
            following = next(climbing[number], None)
            if following is None:
                heappop(heap)
            else:
                ahead[number] = following
                heapreplace(heap, (-following.price if bid else following.price, number))
        yield -worth if bid else worth, found


def _found(ladders: dict[str, Ladder], order: Order) -> tuple[Ladder, Ladder | Flight, int]:
    """The ladder and the flight an order stands in, and the place of its price's level there."""
    ladder = ladders.get(order.standing)
    if ladder is not None:
        merit = order.price if order.side is BID else -order.price
        flight: Ladder | Flight = _at(ladder, merit) if ladder.behind else ladder
        merits = flight.merits
        place = bisect_left(merits, merit)
        if place < len(merits) and merits[place] == merit:
            return ladder, flight, place
    raise InvariantBroken(f"order {order.order_id} is open but its book has no level at {order.price}")


def _at(ladder: Ladder, merit: int) -> Ladder | Flight:
    """Where a merit has its place: in the ladder itself, or in one of the flights behind."""
    return ladder if merit >= ladder.merits[0] else flight_of(ladder, merit)


def _remove(ladders: dict[str, Ladder], ladder: Ladder, flight: Ladder | Flight, place: int) -> None:
    """Take a level out that nobody stands at, and its ladder with the last one."""
    del flight.levels[place], flight.merits[place]
    if not flight.levels and not go_on(ladder, flight):
        del ladders[ladder.standing]
