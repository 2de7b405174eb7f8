"""However many prices a book has, it stands as if each side were one sorted list; an order costs the same."""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import chain, islice
from random import Random
from typing import Any

import pytest

from exchange.kernel.errors import InvariantBroken
from exchange.market import book, flights
from exchange.market.book import best_price, enter, enter_all, leave, open_orders, show_next, take_out
from exchange.market.commands import ASK, BID, Side, Use
from exchange.market.flights import FLIGHT_MAX, best_first
from exchange.market.state import Instrument, Ladder, Market, Order
from exchange.market.written import restored
from tests.unit.market.stage import pack, terms, unpack


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Flights of four prices."""
    monkeypatch.setattr(flights, "FLIGHT_MAX", 4)


class Plain:
    """One side of a book as a list of orders that is sorted anew each time."""

    def __init__(self, side: Side) -> None:
        self.side, self.orders = side, list[Order]()

    def names(self) -> list[str]:
        merit = -1 if self.side is BID else 1
        return [
            order.order_id for order in sorted(self.orders, key=lambda each: (merit * each.price, each.rank))
        ]


class Book:
    """An instrument's book with orders of one standing or several, and its plain twin."""

    def __init__(self) -> None:
        self.market = Market(0)
        self.instrument = self.market.instruments["I"] = Instrument(terms())
        self.twins = {side: Plain(side) for side in Side}
        self.entered = 0

    def enter(self, side: Side, price: int, standing: str = "") -> Order:
        name, number = f"O-{self.entered}", self.entered
        order = Order(name, "I", "P", side, price, 1, 0, Use(), number, number, 1, standing=standing)
        self.entered += 1
        self.market.orders[name] = order
        enter(self.instrument, order)
        self.twins[side].orders.append(order)
        return order

    def leave(self, order: Order) -> None:
        del self.market.orders[order.order_id]
        order.quantity_left = 0
        leave(self.instrument, order)
        self.twins[order.side].orders.remove(order)

    def restand(self, order: Order, standing: str) -> None:
        take_out(self.instrument, order)
        order.standing = standing
        enter(self.instrument, order)

    def restand_all(self, orders: list[Order], standing: str) -> None:
        """Many at once, and in whatever order."""
        for order in orders:
            take_out(self.instrument, order)
            order.standing = standing
        enter_all(self.instrument, orders)

    def take_over(self, market: Market) -> None:
        """Go on with a market that was read."""
        self.market, self.instrument = market, market.instruments["I"]
        for twin in self.twins.values():
            twin.orders = [market.orders[each.order_id] for each in twin.orders]

    def names(self, side: Side) -> list[str]:
        return [order.order_id for order in open_orders(self.instrument, side)]


def ladders(each: Book) -> Iterator[Ladder]:
    for side in (each.instrument.bids, each.instrument.asks):
        yield from side.values()


@pytest.mark.parametrize("seed", range(6))
def test_a_book_of_many_prices_stands_as_a_sorted_list_would(seed: int, short: None) -> None:
    random, trading = Random(seed), Book()
    for number in range(600):
        side = random.choice((BID, ASK))
        standing = random.choice(("a", "b", "c")) if seed % 2 else ""
        some = trading.twins[side].orders
        growing = number % 300 < 180
        if some and random.random() > (0.8 if growing else 0.2):
            trading.leave(random.choice(some))
        elif some and standing and random.random() < 0.1:
            trading.restand(random.choice(some), standing)
        else:
            trading.enter(side, random.randint(1, 80), standing)
        assert trading.names(side) == trading.twins[side].names()
        best = trading.twins[side].names()
        assert best_price(trading.instrument, side) == (
            trading.market.orders[best[0]].price if best else None
        )
        for ladder in ladders(trading):
            assert all(0 < len(flight) <= 4 for flight in (ladder.merits, *ladder.behind))
            assert ladder.levels.keys() == {*ladder.merits, *chain(*ladder.behind)}
    assert seed % 2 or max(len(ladder.behind) for ladder in ladders(trading)) > 2


@pytest.mark.parametrize("rising", [True, False])
def test_a_side_empties_from_its_best_price_and_from_its_worst(rising: bool, short: None) -> None:
    trading = Book()
    orders = [trading.enter(BID, price) for price in range(1, 50)]
    for order in orders if rising else reversed(orders):
        trading.leave(order)
        assert trading.names(BID) == trading.twins[BID].names()
    assert not trading.instrument.bids


def test_an_order_that_no_level_has_is_a_broken_book(short: None) -> None:
    trading = Book()
    for price in range(1, 50, 2):
        trading.enter(ASK, price)
    stray = Order("O-x", "I", "P", ASK, 20, 1, 0, Use(), 99, 99, 1)
    for taken in (leave, take_out):
        with pytest.raises(InvariantBroken, match="does not have it at 20"):
            taken(trading.instrument, stray)
    stray.price = 21
    with pytest.raises(InvariantBroken, match="does not have it at 21"):
        take_out(trading.instrument, stray)


def test_a_book_is_made_anew_of_its_open_orders_as_it_stood(short: None) -> None:
    trading, random = Book(), Random(5)
    for number in range(300):
        trading.enter(ASK if number % 2 else BID, number * 7 % 61 + 1, random.choice(("", "s")))
    for order in random.sample(list(trading.market.orders.values()), 150):
        trading.leave(order)
    for order in random.sample(list(trading.market.orders.values()), 20):
        trading.restand(order, "t")
    written = pack(trading.market)
    assert b"levels" not in written
    trading.take_over(unpack(written))
    assert pack(trading.market) == written
    assert trading.instrument.asks["s"].behind
    for order in list(trading.market.orders.values())[::2]:
        trading.leave(order)
        assert all(trading.names(side) == trading.twins[side].names() for side in Side)


def test_an_order_of_no_instrument_does_not_stand_again() -> None:
    trading = Book()
    trading.enter(ASK, 10)
    del trading.market.instruments["I"]
    with pytest.raises(InvariantBroken, match="of no instrument: I"):
        restored(trading.market)


def test_an_order_that_is_taken_out_and_comes_back_stands_where_its_rank_says() -> None:
    trading = Book()
    orders = [trading.enter(BID, 10, "a") for _ in range(40)]
    for standing in ("b", "a") * 30:
        trading.restand(orders[7], standing)
        assert trading.names(BID) == trading.twins[BID].names()
    (level,) = trading.instrument.bids["a"].levels.values()
    assert len(level.orders) <= 4 * 40


@pytest.mark.parametrize("seed", range(4))
def test_many_that_are_taken_out_and_come_back_stand_where_their_ranks_say(seed: int, short: None) -> None:
    trading, random = Book(), Random(seed)
    orders = [
        trading.enter(random.choice((BID, ASK)), random.choice((10, 10, 10, 11, 12)), "a") for _ in range(400)
    ]
    for order in random.sample(orders, 60):
        trading.leave(order)
    alive = [order for order in orders if order.quantity_left]
    for standing in ("b", "a", "c", "a", "b"):
        trading.restand_all(random.sample(alive, random.choice((1, 16, 17, 200, len(alive)))), standing)
        assert all(trading.names(side) == trading.twins[side].names() for side in Side)
        for order in random.sample(alive, 5):
            trading.leave(order)
            alive.remove(order)
        assert all(trading.names(side) == trading.twins[side].names() for side in Side)


def test_many_enter_among_many_without_looking_for_the_place_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    trading, looked = Book(), list[int]()
    orders = [trading.enter(BID, 10, "a") for _ in range(1_000)]
    trading.restand_all(orders[::2], "b")

    def counted(*given: Any, **named: Any) -> int:
        looked.append(1)
        return bisect_left(*given, **named)

    monkeypatch.setattr(book, "bisect_left", counted)
    trading.restand_all(orders[::2], "a")
    assert trading.names(BID) == trading.twins[BID].names()
    assert len(looked) <= 501, "each is looked for where it stood, and one where it comes to stand"


def test_what_shows_its_next_part_stands_at_the_back_from_wherever_it_stood() -> None:
    trading = Book()
    orders = [trading.enter(BID, 10) for _ in range(5)]
    for order in (orders[2], orders[0], orders[4], orders[2]):
        trading.entered += 1
        show_next(trading.instrument, order, trading.entered)
        assert trading.names(BID) == trading.twins[BID].names()
    assert trading.names(BID) == ["O-1", "O-3", "O-0", "O-4", "O-2"]
    for order in orders:
        trading.leave(order)
    assert not trading.instrument.bids


def test_a_queue_keeps_no_more_that_ended_than_stands_in_it() -> None:
    trading, random = Book(), Random(3)
    orders = [trading.enter(BID, 10) for _ in range(400)]
    random.shuffle(orders)
    for order in orders[:-1]:
        trading.leave(order)
        (level,) = trading.instrument.bids[""].levels.values()
        standing = len(level.orders) - level.head - level.ended
        assert standing == len(trading.twins[BID].orders)
        assert max(level.ended, level.head) <= max(standing + level.ended, 8)
        assert level.ended <= max(standing, 8)
        assert trading.names(BID) == trading.twins[BID].names()


def test_no_list_of_prices_grows_long() -> None:
    trading = Book()
    for price in range(1, 20_001):
        trading.enter(BID, price * 7_919 % 20_011)
    (ladder,) = trading.instrument.bids.values()
    assert max(len(flight) for flight in (ladder.merits, *ladder.behind)) <= FLIGHT_MAX
    assert len(ladder.behind) < 60
    assert len(list(islice(best_first(ladder), 30_000))) == 20_000
