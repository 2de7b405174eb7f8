"""However many prices a book has, it stands as if each side were one sorted list; an order costs the same."""

from collections.abc import Iterator
from itertools import islice
from random import Random

import msgspec
import pytest

from exchange.kernel.errors import InvariantBroken
from exchange.market import book
from exchange.market.book import best_price, enter, leave, open_orders, take_out
from exchange.market.commands import ASK, BID, Side, Use
from exchange.market.flights import FLIGHT_MAX, best_first
from exchange.market.state import Instrument, Ladder, Market, Order
from tests.unit.market.stage import pack, terms


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Flights of four prices."""
    monkeypatch.setattr(book, "FLIGHT_MAX", 4)


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
        leave(self.instrument, order, self.market.orders)
        self.twins[order.side].orders.remove(order)

    def restand(self, order: Order, standing: str) -> None:
        take_out(self.instrument, order, self.market.orders)
        order.standing = standing
        enter(self.instrument, order)

    def names(self, side: Side) -> list[str]:
        return [order.order_id for order in open_orders(self.market, self.instrument, side)]


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
            assert all(0 < len(flight.merits) <= 4 for flight in (ladder, *ladder.behind))
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
    with pytest.raises(InvariantBroken, match="no level at 20"):
        leave(trading.instrument, stray, trading.market.orders)


def test_a_book_of_few_prices_is_written_down_without_flights() -> None:
    trading = Book()
    for price in range(1, 100):
        trading.enter(ASK, price)
    assert b"behind" not in pack(trading.market)


def test_a_book_in_flights_reads_back_as_it_was_written(short: None) -> None:
    trading = Book()
    for price in range(1, 60):
        trading.enter(ASK, price * 7 % 61, "s")
    written = pack(trading.market)
    trading.market = msgspec.msgpack.decode(written, type=Market)
    trading.instrument = trading.market.instruments["I"]
    assert pack(trading.market) == written
    assert trading.instrument.asks["s"].behind
    for order in list(trading.market.orders.values())[::2]:
        trading.leave(order)
        assert trading.names(ASK) == trading.twins[ASK].names()


def test_no_list_of_prices_grows_long() -> None:
    trading = Book()
    for price in range(1, 20_001):
        trading.enter(BID, price * 7_919 % 20_011)
    (ladder,) = trading.instrument.bids.values()
    assert max(len(flight.merits) for flight in (ladder, *ladder.behind)) <= FLIGHT_MAX
    assert len(ladder.behind) < 60
    assert len(list(islice(best_first(ladder), 30_000))) == 20_000
