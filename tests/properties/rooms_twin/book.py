"""A book of limits that stand until cancelled; market_twin.py has all the other kinds. Source: market.md section 4a."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from math import ceil
from typing import Any

from exchange.market.commands import CancelOrder, PlaceOrder, Side
from tests.properties.rooms_twin.ground import BUYING, Answer, Due, Ground, Said, Shelf, said


@dataclass
class Order:
    """An open order; `number` is its age. What a bid needs is held under its name."""

    name: str
    shelf: Shelf
    who: str
    bid: bool
    price: int
    lots: int
    number: int

    def takes(self, price: int) -> bool:
        """Whether it would trade at a price."""
        return self.price >= price if self.bid else self.price <= price


@dataclass
class Books:
    """All open orders, the oldest first."""

    ground: Ground
    orders: list[Order] = field(default_factory=list)
    entered: int = 0

    def answers(self) -> dict[type, Callable[[str, Any], Answer]]:
        """What each command is answered by."""
        return {PlaceOrder: self.place, CancelOrder: self.cancel}

    def place(self, who: str, asked: PlaceOrder) -> Answer:
        """Trade what may trade; the rest stands."""
        ground, bid = self.ground, asked.side is Side.BID
        shelf, price = ground.shelves[asked.instrument_id], asked.price or 0
        needed = ceil(price * shelf.lot) * asked.quantity if bid else 0
        reasons = ground.idle(who) | ground.shut(shelf) | ground.money.short(who, shelf.currency, needed)
        reasons |= ground.lacks(who, *(BUYING if bid else ("seller",)))
        if shelf.form != "book":
            reasons.add("FORM_DIFFERS")
        if bid and asked.use.licence_digest != shelf.licence:
            reasons.add("LICENCE_NOT_ACCEPTED")
        if reasons:
            return reasons
        self.entered += 1
        order = Order(ground.named("O"), shelf, who, bid, price, asked.quantity, self.entered)
        drawn = ground.money.hold(order.name, who, shelf.currency, needed) if bid else 0
        self.orders.append(order)
        accepted = said("OrderAccepted", order_id=order.name, reserved_minor=needed, drawn_minor=drawn)
        return [accepted, *self._meet(order)]

    def side(self, shelf: Shelf, bid: bool) -> list[Order]:
        """One side of a book: the best price first, then the oldest."""
        mine = [each for each in self.orders if (each.shelf, each.bid) == (shelf, bid)]
        return sorted(mine, key=lambda each: (-each.price if bid else each.price, each.number))

    def _may(self, one: Order, other: Order) -> bool:
        people = self.ground.people
        return people[one.who].active and people[other.who].active

    def _meet(self, order: Order) -> list[Said]:
        """It takes of older orders at their prices, and ends where it meets its own owner's."""
        happens: list[Said] = []
        for other in self.side(order.shelf, not order.bid):
            if not order.lots or not order.takes(other.price):
                break
            if other.number > order.number or not self._may(order, other):
                continue
            if self.ground.one_owner(order.who, other.who):
                return [*happens, self._end(order, "own_order_ahead")]
            happens += self._trade(order, other)
        return happens

    def _trade(self, taker: Order, other: Order) -> list[Said]:
        bid, ask = (taker, other) if taker.bid else (other, taker)
        shelf, lots = taker.shelf, min(taker.lots, other.lots)
        amount = shelf.amount(other.price, lots)
        released = ceil(bid.price * shelf.lot) * lots - amount
        shelf.last.append((self.ground.named("T", self.ground.next_trade()), other.price))
        taker.lots -= lots
        other.lots -= lots
        self.orders = [each for each in self.orders if each.lots]
        sides = (bid.who, ask.who)
        return self.ground.trade(bid.name, shelf, *sides, other.price, lots, amount, released, ask=ask.name)

    def _end(self, order: Order, grounds: str) -> Said:
        self.orders = [each for each in self.orders if each is not order]
        released = self.ground.money.give_back(order.name) if order.bid else 0
        values = {"quantity_left": order.lots, "released_minor": released, "grounds": grounds}
        return said("OrderCancelled", order_id=order.name, **values)

    def cancel(self, who: str, asked: CancelOrder) -> Answer:
        """What is left of it is taken back."""
        mine = [each for each in self.orders if (each.name, each.who) == (asked.order_id, who)]
        return [self._end(mine[0], "asked")] if mine else {"ORDER_NOT_OPEN", "ORDER_UNKNOWN"}

    def close(self, shelf: Shelf) -> list[Said]:
        """With its book every order ends, bids before asks."""
        return [
            self._end(order, "instrument_closed") for bid in (True, False) for order in self.side(shelf, bid)
        ]

    def dues(self) -> Iterator[Due]:
        """Where orders stand crossed that may trade by now, they do: the younger takes of the older."""
        for shelf in self.ground.shelves.values():
            if shelf.state == "open" and any(self._crossed(each) for each in self.side(shelf, True)):
                yield Due(self.ground.at, "7-sweep", shelf.name, partial(self._sweep, shelf))

    def _crossed(self, bid: Order) -> bool:
        asks = (each for each in self.side(bid.shelf, False) if bid.takes(each.price))
        return any(self._may(bid, ask) and not self.ground.one_owner(bid.who, ask.who) for ask in asks)

    def _sweep(self, shelf: Shelf) -> list[Said]:
        mine = [each for each in self.orders if each.shelf is shelf]
        return [each for order in mine if order.lots for each in self._meet(order)]
