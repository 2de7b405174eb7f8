"""A market that is plainly right: lists searched from end to end, fractions for money, no code of the exchange's.

It knows books, purses, escrow and fees; whether a pair may trade it is told by a function.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor

Trade = tuple[str, str, str, str, int, int, int]
"""bid, ask, buyer, seller, price, quantity, amount."""


@dataclass
class Wish:
    """One open order of the twin."""

    name: str
    who: str
    owner: str
    bid: bool
    price: int
    lots: int
    use: str
    number: int


@dataclass
class Shelf:
    """One instrument of the twin; `lot` is what one tick of one lot is worth in minor units."""

    lot: Fraction
    seller: str | None = None
    posted: int | None = None
    fenced: bool = False
    open: bool = True
    wishes: list[Wish] = field(default_factory=list)


@dataclass
class Twin:
    """Books, and what everyone has."""

    may: Callable[[str], bool]
    shelves: dict[str, Shelf] = field(default_factory=dict)
    cash: dict[str, int] = field(default_factory=dict)
    payable: dict[str, int] = field(default_factory=dict)
    escrow: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    idle: set[str] = field(default_factory=set)
    earned: int = 0
    number: int = 0

    def reserve(self, shelf: Shelf, price: int, lots: int) -> int:
        """Lots times the price of one, rounded up."""
        return ceil(price * shelf.lot) * lots

    def reserved(self, who: str) -> int:
        """What a participant's open bids need."""
        return sum(
            self.reserve(shelf, wish.price, wish.lots)
            for shelf in self.shelves.values()
            for wish in shelf.wishes
            if wish.bid and wish.who == who
        )

    def admits(self, shelf: Shelf, use: str) -> bool:
        """Whether the data may go where the bid says it is used."""
        return not shelf.fenced or self.may(use)

    def refuses(self, at: str, who: str, owner: str, bid: bool, price: int, lots: int, use: str) -> bool:
        """Whether the order may not enter."""
        shelf = self.shelves[at]
        if who in self.idle or not shelf.open:
            return True
        if not bid:
            return shelf.posted is not None or shelf.seller not in (None, who)
        if shelf.seller is not None and (
            shelf.seller in self.idle or self.owners[shelf.seller] == owner or not self.admits(shelf, use)
        ):
            return True
        return self.cash.get(who, 0) < self.reserve(shelf, price, lots)

    owners: dict[str, str] = field(default_factory=dict)

    def place(self, at: str, wish: Wish, immediate: bool) -> list[Trade]:
        """Trade what may trade; rest what may rest."""
        shelf, trades = self.shelves[at], []
        wish.number = self.number = self.number + 1
        if wish.bid:
            self.cash[wish.who] -= self.reserve(shelf, wish.price, wish.lots)
        stopped = False
        while wish.lots and not stopped:
            other = self._next(shelf, wish)
            if other is None:
                break
            if other.owner == wish.owner:
                stopped = True
            else:
                trades.append(self._trade(shelf, wish, other))
        if wish.lots and (stopped or immediate):
            self._drop(shelf, wish)
        elif wish.lots:
            shelf.wishes.append(wish)
        return trades

    def sweep(self) -> list[Trade]:
        """In every open book the younger takes from the older, in the order in which they came."""
        trades = []
        for shelf in self.shelves.values():
            for wish in sorted(shelf.wishes, key=lambda each: each.number) if shelf.open else ():
                while (
                    wish.lots and wish.who not in self.idle and (other := self._next(shelf, wish)) is not None
                ):
                    trades.append(self._trade(shelf, wish, other))
        return trades

    def _next(self, shelf: Shelf, wish: Wish) -> Wish | None:
        """The first the order meets: of those it crosses, the best price, then the oldest, of the ones it may meet."""
        others = [each for each in shelf.wishes if each.bid != wish.bid and each.number < wish.number]
        if wish.bid and shelf.posted is not None and shelf.seller is not None:
            seller = shelf.seller
            others.append(Wish("", seller, self.owners[seller], False, shelf.posted, wish.lots, "", 0))
        met = [
            each
            for each in others
            if (wish.price >= each.price if wish.bid else wish.price <= each.price)
            and self._may_meet(shelf, wish, each)
        ]
        return min(met, key=lambda each: (each.price if wish.bid else -each.price, each.number), default=None)

    def _may_meet(self, shelf: Shelf, wish: Wish, other: Wish) -> bool:
        if other.owner == wish.owner:
            return True
        return other.who not in self.idle and self.admits(shelf, (wish if wish.bid else other).use)

    def _trade(self, shelf: Shelf, wish: Wish, other: Wish) -> Trade:
        bid, ask = (wish, other) if wish.bid else (other, wish)
        lots, price = min(wish.lots, other.lots), other.price
        amount = floor(price * lots * shelf.lot + Fraction(1, 2))
        self.cash[bid.who] += self.reserve(shelf, bid.price, lots) - amount
        bid.lots -= lots
        ask.lots -= lots
        shelf.wishes = [each for each in shelf.wishes if each.lots]
        return bid.name, ask.name, bid.who, ask.who, price, lots, amount

    def _drop(self, shelf: Shelf, wish: Wish) -> None:
        if wish.bid:
            self.cash[wish.who] += self.reserve(shelf, wish.price, wish.lots)
        shelf.wishes = [each for each in shelf.wishes if each is not wish]

    def cancel(self, at: str, name: str) -> None:
        """Take an order back."""
        shelf = self.shelves[at]
        self._drop(shelf, next(each for each in shelf.wishes if each.name == name))

    def accept(self, trade: str) -> None:
        """Pay the seller less 2.5 %."""
        _, seller, amount = self.escrow.pop(trade)
        fee = floor(Fraction(amount * 25, 1000) + Fraction(1, 2))
        self.earned += fee
        self.payable[seller] = self.payable.get(seller, 0) + amount - fee

    def refund(self, trade: str) -> None:
        """Give it all back."""
        buyer, _, amount = self.escrow.pop(trade)
        self.cash[buyer] += amount

    def crossed(self) -> list[tuple[Wish, Wish]]:
        """Pairs that stand crossed in an open book though they may trade."""
        return [
            (bid, ask)
            for shelf in self.shelves.values()
            if shelf.open
            for bid in shelf.wishes
            for ask in shelf.wishes
            if bid.bid and not ask.bid and bid.price >= ask.price and bid.owner != ask.owner
            if not {bid.who, ask.who} & self.idle and self.admits(shelf, bid.use)
        ]
