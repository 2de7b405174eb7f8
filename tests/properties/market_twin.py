"""A market that is plainly right: lists searched from end to end, fractions for money, no code of the exchange's.

It knows books, their hours and auctions, purses, capacity, escrow and fees; whether data may go from a seller to a
buyer for the use that its bid names is told by a function. What is said of an order, and what it is refused for, has
the words of the exchange's wire.
It is one file, longer than others, because it is to be read beside market.md sections 4 and 4a from end to end.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

MET_MAX = 100
"""Trades of one arriving order, and orders of its own owner that it ends; what is left of it beyond them ends."""
DAY_US = 24 * 3_600 * 1_000_000
SHANGHAI_US = 8 * 3_600 * 1_000_000
OWNS_AHEAD = "own_order_ahead"

Trade = tuple[str, str, str, str, int, int, int]
"""bid, ask, buyer, seller, price, quantity, amount."""
End = tuple[str, int, str]
"""Of which order how many lots ended without a trade, and why."""


@dataclass(slots=True)
class Wish:
    """An order. `price` None takes any; `number` is its age, `rank` its place at its price."""

    name: str
    who: str
    bid: bool
    lots: int
    price: int | None
    use: str = ""
    market: bool = False
    force: str = "good_till_cancelled"
    expires: int | None = None
    post_only: bool = False
    least: int | None = None
    display: int | None = None
    mode: str = "cancel_newest"
    shown: int = 0
    executed: int = 0
    number: int = 0
    rank: int = 0
    reserve_price: int = 0

    @property
    def limit(self) -> int:
        """The worst price that its reserve is for."""
        return self.reserve_price if self.price is None else self.price

    def accepts(self, price: int) -> bool:
        """Whether it would trade at `price`."""
        return self.limit >= price if self.bid else self.limit <= price


@dataclass
class Shelf:
    """An instrument; `lot` is what one tick of one lot is worth in minor units."""

    lot: Fraction
    seller: str | None = None
    posted: int | None = None
    fenced: bool = False
    price_step: int = 1
    step: int = 1
    smallest: int = 1
    largest: int = 10**9
    reference: int | None = None
    collar: Fraction | None = None
    needs_capacity: bool = False
    orders_max: int = 10_000
    session_end_us: int = DAY_US
    first: int | None = None
    gate: int | None = None
    call_us: int = 0
    then_closes: bool = False
    state: str = "open"
    opened: bool = False
    collects: bool = False
    auction_at: int | None = None
    last: int | None = None
    wishes: list[Wish] = field(default_factory=list)
    registered: dict[str, int] = field(default_factory=dict)
    bought: dict[str, int] = field(default_factory=dict)
    sold: dict[str, int] = field(default_factory=dict)
    sold_on: dict[tuple[str, str], int] = field(default_factory=dict)

    def unbuy(self, buyer: str, seller: str, lots: int) -> None:
        """Lots are bought and sold no more."""
        self.bought[buyer] -= lots
        self.sold[seller] -= lots

    def side(self, bid: bool) -> list[Wish]:
        """One side, by price, then place at it."""
        mine = [wish for wish in self.wishes if wish.bid == bid]
        return sorted(mine, key=lambda wish: (-wish.limit if bid else wish.limit, wish.rank))

    def band(self) -> tuple[int, int] | None:
        """The lowest and the highest price, if there is a collar and something that it lies around."""
        around = self.reference if self.last is None else self.last
        if self.collar is None or around is None:
            return None
        reach = floor(around * self.collar + Fraction(1, 2))
        return max(1, around - reach), around + reach


@dataclass
class Met:
    """What an arriving order would bring about; `again` are icebergs that have shown a next part."""

    events: list[tuple[str, str, int, int]] = field(default_factory=list)
    left: int = 0
    traded: int = 0
    stopped: str = ""
    rank: int = 0
    again: set[str] = field(default_factory=set)


class Bought(NamedTuple):
    """What a trade was about, while its money is in escrow."""

    buyer: str
    seller: str
    amount: int
    at: str
    lots: int


@dataclass
class Twin:
    """Books, and what everyone has."""

    may: Callable[[str, str, str, int], bool]
    owners: dict[str, str]
    at: int = 0
    shelves: dict[str, Shelf] = field(default_factory=dict)
    cash: dict[str, int] = field(default_factory=dict)
    payable: dict[str, int] = field(default_factory=dict)
    escrow: dict[str, Bought] = field(default_factory=dict)
    idle: set[str] = field(default_factory=set)
    earned: int = 0
    number: int = 0
    trades: list[Trade] = field(default_factory=list)
    ends: list[End] = field(default_factory=list)

    # Who may trade with whom, and what is reserved.

    def reserve(self, shelf: Shelf, price: int, lots: int) -> int:
        """Lots times the price of one, rounded up."""
        return ceil(price * shelf.lot) * lots

    def reserved(self, who: str) -> int:
        """What a participant's open bids need."""
        return sum(
            self.reserve(shelf, wish.limit, wish.lots)
            for shelf in self.shelves.values()
            for wish in shelf.wishes
            if wish.bid and wish.who == who
        )

    def asked(self, shelf: Shelf, who: str) -> int:
        """How many lots a participant asks for."""
        return sum(wish.lots for wish in shelf.wishes if wish.who == who and not wish.bid)

    def free(self, shelf: Shelf, who: str) -> int:
        """How many more lots a participant may ask for."""
        had = shelf.registered.get(who, 0) + shelf.bought.get(who, 0) - shelf.sold.get(who, 0)
        return had - self.asked(shelf, who)

    def goes(self, shelf: Shelf, seller: str, buyer: str, use: str) -> bool:
        """Whether the data may go from one to the other, for the use that the bid names."""
        return not shelf.fenced or self.may(seller, buyer, use, self.at)

    def admits(self, shelf: Shelf, one: Wish, other: Wish) -> bool:
        """Whether two orders may trade."""
        bid, ask = (one, other) if one.bid else (other, one)
        return (
            self.owners[one.who] != self.owners[other.who]
            and one.who not in self.idle
            and other.who not in self.idle
            and self.goes(shelf, ask.who, bid.who, bid.use)
        )

    # Orders come in.

    def refuses(self, at: str, wish: Wish) -> set[str]:
        """Every reason why the order may not enter; one of them is given."""
        shelf = self.shelves[at]
        reasons = set(self._conflicts(shelf, wish)) | set(self._bad_values(shelf, wish))
        if wish.who in self.idle:
            reasons.add("PARTICIPANT_SUSPENDED")
        if shelf.state not in ("open", "call"):
            reasons.add("INSTRUMENT_NOT_OPEN")
        if sum(each.who == wish.who for each in shelf.wishes) >= shelf.orders_max:
            reasons.add("ORDERS_TOO_MANY")
        if not wish.bid and (shelf.posted is not None or shelf.seller not in (None, wish.who)):
            reasons.add("ASK_NOT_PERMITTED")
        if wish.bid and shelf.seller is not None:
            reasons |= self._refused_by_seller(shelf, shelf.seller, wish)
            reasons |= self._undeliverable(shelf, shelf.seller, wish.price, wish.lots)
        return reasons or self._refused_at_the_book(shelf, wish)

    def _undeliverable(self, shelf: Shelf, seller: str, price: int | None, lots: int) -> set[str]:
        """A posted price is for no more than its seller has."""
        takes = shelf.posted is not None and (price is None or price >= shelf.posted)
        short = takes and shelf.needs_capacity and lots > self.free(shelf, seller)
        return {"CAPACITY_INSUFFICIENT"} if short else set()

    def _refused_by_seller(self, shelf: Shelf, seller: str, wish: Wish) -> set[str]:
        reasons = set()
        if seller in self.idle:
            reasons.add("PARTICIPANT_SUSPENDED")
        if self.owners[seller] == self.owners[wish.who]:
            reasons.add("BID_ON_OWN")
        if not self.goes(shelf, seller, wish.who, wish.use):
            reasons.add("FENCE_REFUSED")
        return reasons

    def _conflicts(self, shelf: Shelf, wish: Wish) -> Iterator[str]:
        takes_only = wish.market or wish.force in ("immediate_or_cancel", "fill_or_kill")
        if (
            (wish.post_only and takes_only)
            or (wish.display is not None and takes_only)
            or (wish.market and wish.force in ("good_till_cancelled", "good_till_date"))
            or (wish.least is not None and (wish.post_only or wish.force == "fill_or_kill"))
            or (wish.least is not None and wish.least > wish.lots)
            or (wish.display is not None and wish.display > wish.lots)
            or (wish.expires is not None and wish.force != "good_till_date")
        ):
            yield "CONDITION_CONFLICT"
        at_once = wish.force in ("immediate_or_cancel", "fill_or_kill")
        if shelf.state == "call" and (at_once or wish.post_only or wish.least is not None):
            yield "CONDITION_CONFLICT"

    def _bad_values(self, shelf: Shelf, wish: Wish) -> Iterator[str]:
        if wish.force == "good_till_date" and wish.expires is None:
            yield "EXPIRY_MISSING"
        if wish.expires is not None and wish.expires <= self.at:
            yield "EXPIRY_PAST"
        yield from self._bad_size(shelf, wish.lots)
        if wish.lots % shelf.step or (wish.display or 0) % shelf.step or (wish.least or 0) % shelf.step:
            yield "QUANTITY_OFF_LOT"
        if wish.price is None and not wish.market:
            yield "PRICE_MISSING"
        yield from self._bad_price(shelf, wish.price, wish.market and shelf.state != "call")

    def _bad_size(self, shelf: Shelf, lots: int) -> Iterator[str]:
        if lots % shelf.step:
            yield "QUANTITY_OFF_LOT"
        if lots < shelf.smallest:
            yield "QUANTITY_TOO_SMALL"
        if lots > shelf.largest:
            yield "QUANTITY_TOO_LARGE"

    def _bad_price(self, shelf: Shelf, price: int | None, market: bool) -> Iterator[str]:
        if price is None:
            return
        if price % shelf.price_step:
            yield "PRICE_OFF_TICK"
        band = shelf.band()
        if not market and band is not None and not band[0] <= price <= band[1]:
            yield "PRICE_OUTSIDE_COLLAR"

    def _refused_at_the_book(self, shelf: Shelf, wish: Wish) -> set[str]:
        """Funds, capacity, and what it would meet."""
        reasons = set()
        limit = self._worst(shelf, wish)
        if shelf.state == "call" and limit is None:
            if wish.bid:
                return {"PRICE_MISSING"}
            limit = 1
        met = Met(left=wish.lots)
        if shelf.state == "open":
            met = self._meet(shelf, replace(wish, price=limit, number=self.number + 1))
            other_side = [each for each in shelf.wishes if each.bid != wish.bid]
            if wish.market and not other_side and (shelf.posted is None or not wish.bid):
                reasons.add("OPPOSITE_SIDE_EMPTY")
            if wish.post_only and (met.events or met.stopped):
                reasons.add("POST_ONLY_WOULD_TAKE")
        price = self._reserving(shelf, wish, limit, met)
        if wish.bid and self.cash.get(wish.who, 0) < self.reserve(shelf, price, wish.lots):
            reasons.add("FUNDS_INSUFFICIENT")
        if not wish.bid and shelf.needs_capacity and wish.lots > self.free(shelf, wish.who):
            reasons.add("CAPACITY_INSUFFICIENT")
        return reasons

    def _worst(self, shelf: Shelf, wish: Wish) -> int | None:
        """The worst price it may take, or wait for an auction, at."""
        if not wish.market:
            return wish.price
        if shelf.state == "call" and wish.price is not None:
            return wish.price
        band = shelf.band()
        ends = [] if band is None else [band[1] if wish.bid else band[0]]
        ends += [] if wish.price is None else [wish.price]
        if not ends:
            return None
        return min(ends) if wish.bid else max(ends)

    def _reserving(self, shelf: Shelf, wish: Wish, limit: int | None, met: Met) -> int:
        """The price that is reserved: a market order of no limit has the worst it meets."""
        if limit is not None:
            return limit
        if met.events:
            return met.events[-1][2]
        other_side = shelf.side(not wish.bid)
        return other_side[0].limit if other_side else 0

    def place(self, at: str, wish: Wish) -> None:
        """Trade what may trade; rest what may rest."""
        shelf = self.shelves[at]
        wish.number = wish.rank = self.number = self.number + 1
        if wish.force == "day":
            midnight = (self.at + SHANGHAI_US) // DAY_US * DAY_US - SHANGHAI_US
            ends = midnight + shelf.session_end_us
            wish.expires = ends if ends > self.at else ends + DAY_US
        limit = self._worst(shelf, wish)
        if shelf.state == "call":
            wish.reserve_price = limit or 1
            self._enter(shelf, wish)
            return
        met = self._meet(shelf, replace(wish, price=limit))
        wish.price = self._reserving(shelf, wish, limit, met)
        takes_only = wish.market or wish.force in ("immediate_or_cancel", "fill_or_kill")
        if wish.force == "fill_or_kill" and met.traded < wish.lots:
            why = "fills_bounded" if met.stopped == "fills_bounded" else "fill_or_kill"
            self.ends.append((wish.name, wish.lots, why))
        elif wish.least is not None and met.traded < wish.least:
            why = "fills_bounded" if met.stopped == "fills_bounded" else "minimum_quantity"
            self.ends.append((wish.name, wish.lots, why))
        else:
            self._enter(shelf, wish)
            self._apply(shelf, wish, met)
            rest = "immediate_or_cancel" if wish.force == "immediate_or_cancel" else "market_rest"
            if wish.lots and takes_only:
                self._end(shelf, wish, rest)

    def _enter(self, shelf: Shelf, wish: Wish) -> None:
        if wish.bid:
            self.cash[wish.who] -= self.reserve(shelf, wish.limit, wish.lots)
        wish.shown = min(wish.display or wish.lots, wish.lots)
        shelf.wishes.append(wish)

    def _meet(self, shelf: Shelf, wish: Wish) -> Met:
        """What an order meets of those older than it, in turn; nothing is touched."""
        met = Met(left=wish.lots)
        bid, number, worst = wish.bid, wish.number, wish.limit
        there = [each for each in shelf.wishes if each.bid != bid and each.number < number]
        if wish.price is not None:
            there = [each for each in there if (each.limit <= worst if bid else each.limit >= worst)]
        others = [replace(each) for each in there]
        if wish.bid and shelf.posted is not None and shelf.seller is not None:
            standing = Wish("", shelf.seller, False, wish.lots, shelf.posted, shown=wish.lots)
            others = [standing] if wish.price is None or wish.accepts(shelf.posted) else []
        met.rank = self.number + 1
        while met.left and not met.stopped:
            others.sort(key=lambda each: (-each.limit if each.bid else each.limit, each.rank))
            meets = [each for each in others if self._own(wish, each) or self.admits(shelf, wish, each)]
            if not meets:
                break
            if len(met.events) == MET_MAX:
                met.stopped = "fills_bounded"
            elif self._own(wish, meets[0]):
                self._meets_own(wish, met, meets[0])
            else:
                self._trades(wish, met, [each for each in meets if each.limit == meets[0].limit])
            others = [each for each in others if each.lots]
        return met

    def _meets_own(self, wish: Wish, met: Met, other: Wish) -> None:
        """An order of one's own is the end of the one that arrives, of the other, or of as much of both."""
        if wish.mode == "cancel_newest":
            met.stopped = OWNS_AHEAD
        elif wish.mode == "decrement":
            lots = min(met.left, other.lots)
            met.events.append(("reduce", other.name, other.limit, lots))
            met.left -= lots
            other.lots -= lots
        else:
            met.events.append(("cancel", other.name, other.limit, other.lots))
            other.lots = 0
            if wish.mode == "cancel_both":
                met.stopped = OWNS_AHEAD

    def _trades(self, wish: Wish, met: Met, there: list[Wish]) -> None:
        """The first at a price gives what it shows; where only icebergs are left, all give whole rounds at once."""
        rounds = 1
        if all(each.name in met.again and not self._own(wish, each) for each in there):
            each_round = sum(each.display or 0 for each in there)
            rounds = min([met.left // each_round, *(each.lots // (each.display or 1) for each in there)])
        if rounds <= 1:
            self._gives(met, there[0], min(met.left, there[0].shown))
            return
        for each in there[: MET_MAX - len(met.events)]:
            self._gives(met, each, rounds * (each.display or 0))

    def _gives(self, met: Met, other: Wish, lots: int) -> None:
        met.events.append(("trade", other.name, other.limit, lots))
        met.left -= lots
        met.traded += lots
        other.lots -= lots
        other.shown -= lots
        if other.shown <= 0:
            met.again.add(other.name)
            other.shown = min(other.display or 0, other.lots)
            other.rank = met.rank = met.rank + 1

    def _own(self, one: Wish, other: Wish) -> bool:
        return self.owners[one.who] == self.owners[other.who]

    def _apply(self, shelf: Shelf, wish: Wish, met: Met) -> None:
        """Let happen what was found to happen."""
        for kind, name, price, lots in met.events:
            if not name and shelf.seller is not None:
                self._trade(shelf, wish, Wish("", shelf.seller, False, lots, price, shown=lots), price, lots)
                continue
            (other,) = [each for each in shelf.wishes if each.name == name]
            if kind == "trade":
                self._trade(shelf, wish, other, price, lots)
            elif kind == "cancel":
                self._end(shelf, other, "own_order_behind")
            else:
                for each in (wish, other):
                    self._release(shelf, each, lots)
                    each.lots -= lots
                    each.shown = min(each.shown, each.lots)
                    self.ends.append((each.name, lots, "reduced"))
                self._tidy(shelf)
        wish.shown = min(wish.display or wish.lots, wish.lots) if met.traded else wish.shown
        if wish.lots and met.stopped:
            self._end(shelf, wish, met.stopped)

    def _trade(self, shelf: Shelf, wish: Wish, other: Wish, price: int, lots: int) -> None:
        bid, ask = (wish, other) if wish.bid else (other, wish)
        amount = floor(price * lots * shelf.lot + Fraction(1, 2))
        self.cash[bid.who] += self.reserve(shelf, bid.limit, lots) - amount
        for each in (bid, ask):
            each.lots -= lots
            each.executed += lots
        shelf.last = price
        if shelf.needs_capacity:
            shelf.bought[bid.who] = shelf.bought.get(bid.who, 0) + lots
            shelf.sold[ask.who] = shelf.sold.get(ask.who, 0) + lots
        self._shows(other, lots)
        self._tidy(shelf)
        self.trades.append((bid.name, ask.name, bid.who, ask.who, price, lots, amount))

    def _shows(self, wish: Wish, lots: int) -> None:
        """A resting order showed so many lots and shows them no more; the next part goes to the back."""
        wish.shown -= lots
        if wish.shown <= 0 and wish.lots:
            while wish.shown <= 0:
                wish.shown += wish.display or wish.lots
            wish.shown = min(wish.shown, wish.lots)
            wish.rank = self.number = self.number + 1

    def _release(self, shelf: Shelf, wish: Wish, lots: int) -> None:
        if wish.bid:
            self.cash[wish.who] += self.reserve(shelf, wish.limit, lots)

    def _end(self, shelf: Shelf, wish: Wish, why: str) -> None:
        self._release(shelf, wish, wish.lots)
        self.ends.append((wish.name, wish.lots, why))
        wish.lots = 0
        self._tidy(shelf)

    def _tidy(self, shelf: Shelf) -> None:
        shelf.wishes = [each for each in shelf.wishes if each.lots]

    # Orders are changed and taken back.

    def find(self, name: str, at: str | None = None) -> tuple[Shelf, Wish] | None:
        """An open order and where it stands; in one instrument where that is known."""
        for shelf in self.shelves.values() if at is None else (self.shelves[at],):
            for wish in shelf.wishes:
                if wish.name == name:
                    return shelf, wish
        return None

    def cancel(self, name: str, at: str | None = None) -> None:
        """Take an order back."""
        found = self.find(name, at)
        assert found is not None
        self._end(*found, "asked")

    def cancel_all(self, who: str | None, at: str | None) -> None:
        """Take back a participant's orders, an instrument's, or of the one in the other."""
        for name, shelf in self.shelves.items():
            for wish in list(shelf.wishes):
                if who in (None, wish.who) and at in (None, name):
                    self._end(shelf, wish, "mass_cancel")

    def refuses_change(self, name: str, lots: int, price: int, expires: int | None) -> set[str]:
        """Every reason why an open order may not be changed so."""
        shelf, wish = self.find(name) or (Shelf(Fraction(1)), None)
        if wish is None:
            return {"ORDER_NOT_OPEN"}
        left = lots - wish.executed
        if left <= 0:
            return set()
        reasons = set(self._bad_size(shelf, lots))
        if not self._only_reduces(wish, left, price, expires):
            reasons |= set(self._bad_price(shelf, price, False))
        if shelf.state not in ("open", "call"):
            reasons.add("INSTRUMENT_NOT_OPEN")
        if wish.who in self.idle:
            reasons.add("PARTICIPANT_SUSPENDED")
        if wish.market:
            reasons.add("CONDITION_CONFLICT")
        if expires is not None and wish.force != "good_till_date":
            reasons.add("CONDITION_CONFLICT")
        if expires is not None and expires <= self.at:
            reasons.add("EXPIRY_PAST")
        return reasons | self._unbacked_or_taking(shelf, wish, left, price, expires)

    def _unbacked_or_taking(
        self, shelf: Shelf, wish: Wish, left: int, price: int, expires: int | None
    ) -> set[str]:
        reasons = set()
        if wish.bid:
            has = self.cash[wish.who] + self.reserve(shelf, wish.limit, wish.lots)
            if has < self.reserve(shelf, price, left):
                reasons.add("FUNDS_INSUFFICIENT")
            if shelf.seller is not None:
                reasons |= self._undeliverable(shelf, shelf.seller, price, left)
        elif shelf.needs_capacity and left > self.free(shelf, wish.who) + wish.lots:
            reasons.add("CAPACITY_INSUFFICIENT")
        if self._only_reduces(wish, left, price, expires):
            return reasons
        if wish.bid and shelf.seller is not None:
            reasons |= self._refused_by_seller(shelf, shelf.seller, wish)
        if wish.post_only and shelf.state == "open":
            met = self._meet(shelf, replace(wish, price=price, lots=left, number=self.number + 1))
            if met.events or met.stopped:
                reasons.add("POST_ONLY_WOULD_TAKE")
        return reasons

    def _only_reduces(self, wish: Wish, left: int, price: int, expires: int | None) -> bool:
        return price == wish.price and left <= wish.lots and expires in (None, wish.expires)

    def change(self, name: str, lots: int, price: int, expires: int | None) -> None:
        """Change an order: in place where it only becomes smaller, else as if it came anew."""
        shelf, wish = self.find(name) or (Shelf(Fraction(1)), Wish("", "", True, 0, 0))
        left = lots - wish.executed
        if left <= 0:
            self._end(shelf, wish, "replaced_below_executed")
            return
        self._release(shelf, wish, wish.lots)
        if self._only_reduces(wish, left, price, expires):
            wish.lots, wish.shown = left, min(wish.shown, left)
            self._release(shelf, wish, -left)
            return
        shelf.wishes = [each for each in shelf.wishes if each is not wish]
        wish.price, wish.lots = price, left
        wish.expires = wish.expires if expires is None else expires
        wish.number = wish.rank = self.number = self.number + 1
        met = self._meet(shelf, wish) if shelf.state == "open" else Met()
        self._enter(shelf, wish)
        self._apply(shelf, wish, met)

    # Time passes, and books open and close.

    def next_due(self) -> int | None:
        """When something happens by itself next."""
        dues = [wish.expires for shelf in self.shelves.values() for wish in shelf.wishes]
        for shelf in self.shelves.values():
            if shelf.state != "closed":
                dues += [shelf.auction_at, shelf.gate]
                dues += [shelf.first if shelf.state == "announced" else None]
        return min((due for due in dues if due is not None), default=None)

    def settle(self) -> None:
        """Let everything happen whose time has come, the earliest first, and then whatever may trade now."""
        while (due := self.next_due()) is not None and due <= self.at:
            for happens in (self._expire, self._end_of_call, self._first_trade, self._last_trade):
                for shelf in self.shelves.values():
                    happens(shelf, due)
        for shelf in self.shelves.values():
            self._sweep(shelf)

    def _expire(self, shelf: Shelf, due: int) -> None:
        for wish in list(shelf.wishes):
            if wish.expires is not None and wish.expires <= due:
                self._end(shelf, wish, "good_till_date" if wish.force == "good_till_date" else "day")

    def _end_of_call(self, shelf: Shelf, due: int) -> None:
        if shelf.auction_at is not None and shelf.auction_at <= due:
            self.auction(shelf)

    def _first_trade(self, shelf: Shelf, due: int) -> None:
        if shelf.state == "announced" and shelf.first is not None and shelf.first <= due:
            self._start(shelf)

    def _last_trade(self, shelf: Shelf, due: int) -> None:
        if shelf.state != "closed" and shelf.gate is not None and shelf.gate <= due:
            self.close(shelf, "last_trade")

    def open(self, name: str, shelf: Shelf) -> None:
        """Something new is traded."""
        self.shelves[name] = shelf
        if shelf.first is not None and shelf.first > self.at:
            shelf.state = "announced"
        else:
            self._start(shelf)

    def _start(self, shelf: Shelf) -> None:
        if shelf.call_us:
            self._call(shelf)
        else:
            shelf.state, shelf.opened, shelf.collects = "open", True, False

    def _call(self, shelf: Shelf) -> None:
        shelf.state, shelf.collects = "call", True
        shelf.auction_at = self.at + shelf.call_us if shelf.call_us else None

    def refuses_state(self, at: str, state: str) -> bool:
        """Whether a book cannot become so."""
        shelf = self.shelves[at]
        return shelf.state in (state, "closed") or (state == "call" and shelf.posted is not None)

    def set_state(self, at: str, state: str) -> None:
        """Halt a book, open it, let it collect, or close it."""
        shelf = self.shelves[at]
        if state == "closed":
            self.close(shelf, "instrument_closed")
        elif state == "call":
            self._call(shelf)
        elif state == "halted":
            shelf.state, shelf.auction_at = "halted", None
        elif shelf.state == "call" or any(
            wish.market or shelf.collects or not shelf.opened for wish in shelf.wishes
        ):
            self.auction(shelf)
        elif shelf.opened:
            shelf.state, shelf.collects = "open", False
        elif shelf.state == "halted" and shelf.first is not None and shelf.first > self.at:
            shelf.state = "announced"
        else:
            self._start(shelf)

    def close(self, shelf: Shelf, why: str) -> None:
        """Every order ends with its book."""
        for wish in list(shelf.wishes):
            self._end(shelf, wish, why)
        shelf.state, shelf.auction_at = "closed", None

    def _sweep(self, shelf: Shelf) -> None:
        """The younger takes from the older, in the order in which they came, where some that may trade are crossed."""
        if shelf.state != "open" or not any(
            bid.limit >= ask.limit
            and not {bid.who, ask.who} & self.idle
            and self.goes(shelf, ask.who, bid.who, bid.use)
            for bid in shelf.side(True)
            for ask in shelf.side(False)
        ):
            return
        for wish in sorted(shelf.wishes, key=lambda each: each.number):
            if wish.lots and wish.who not in self.idle:
                self._apply(shelf, wish, self._meet(shelf, wish))

    # Auctions.

    def auction(self, shelf: Shelf) -> None:
        """One price for all; what waited for it at any price ends, and the book trades on or closes."""
        price = self.auction_price(shelf)
        if price is not None:
            self._allot(shelf, price)
        for wish in list(shelf.wishes):
            if wish.market:
                self._end(shelf, wish, "auction_ended")
        shelf.state, shelf.opened, shelf.collects, shelf.auction_at = "open", True, False, None
        if shelf.then_closes:
            self.close(shelf, "last_trade")

    def auction_price(self, shelf: Shelf) -> int | None:
        """Most executed, least left over, nearest the reference, highest."""
        around = shelf.reference if shelf.last is None else shelf.last
        orders = [wish for wish in shelf.wishes if wish.who not in self.idle]
        results = self._results(shelf, sorted({wish.limit for wish in orders if wish.price is not None}))
        if not results and around is not None:
            results = self._results(shelf, [around])
        if not results:
            return None
        most = max(volume for _, volume, _ in results)
        results = [each for each in results if each[1] == most]
        least = min(left for _, _, left in results)
        prices = [price for price, _, left in results if left == least]
        middle = Fraction(min(prices) + max(prices), 2) if around is None else around
        return min(prices, key=lambda price: (abs(price - middle), -price))

    def _results(self, shelf: Shelf, prices: list[int]) -> list[tuple[int, int, int]]:
        """Of each price at which anything trades: how much does, and by how much bids and asks differ there."""
        results = []
        for price in prices:
            trial = Twin(
                self.may, self.owners, self.at, idle=self.idle, cash=dict(self.cash), number=self.number
            )
            trial._allot(deepcopy(shelf), price)
            volume = sum(lots for *_, lots, _ in trial.trades)
            there = [wish for wish in shelf.wishes if wish.who not in self.idle and wish.accepts(price)]
            left = sum(wish.lots if wish.bid else -wish.lots for wish in there)
            if volume:
                results.append((price, volume, abs(left)))
        return results

    def _allot(self, shelf: Shelf, price: int) -> None:
        """Again and again the first bid with the first ask that it may trade with."""
        while pair := self._first_pair(shelf, price):
            bid, ask = pair
            lots = min(bid.shown, ask.shown)
            self._trade(shelf, bid, ask, price, lots)
            self._shows(bid, lots)

    def _first_pair(self, shelf: Shelf, price: int) -> tuple[Wish, Wish] | None:
        bids, asks = (
            sorted(
                (wish for wish in shelf.side(bid) if wish.accepts(price)),
                key=lambda wish: wish.price is not None,
            )
            for bid in (True, False)
        )
        pairs = ((bid, ask) for bid in bids for ask in asks if self.admits(shelf, bid, ask))
        return next(pairs, None)

    # Purchases.

    def accept(self, trade: str) -> None:
        """Pay the seller less 2.5 %."""
        bought = self.escrow.pop(trade)
        self._pay(bought.seller, bought.amount)

    def part(self, bought: Bought, lots: int) -> int:
        """What some of the lots bought are worth."""
        return floor(Fraction(bought.amount * lots, bought.lots) + Fraction(1, 2))

    def accept_part(self, trade: str, lots: int) -> None:
        """Pay for some of the lots, and give the rest back."""
        bought = self.escrow.pop(trade)
        part = self.part(bought, lots)
        self._pay(bought.seller, part)
        self.cash[bought.buyer] += bought.amount - part
        self._lots_back(bought, bought.lots - lots)

    def _pay(self, seller: str, amount: int) -> None:
        fee = floor(Fraction(amount * 25, 1000) + Fraction(1, 2))
        self.earned += fee
        self.payable[seller] = self.payable.get(seller, 0) + amount - fee

    def refund(self, trade: str) -> None:
        """Give it all back."""
        bought = self.escrow.pop(trade)
        self.cash[bought.buyer] += bought.amount
        self._lots_back(bought, bought.lots)

    def _lots_back(self, bought: Bought, lots: int) -> None:
        """Give back those that were not sold on; what is asked for beyond what is left ends, the last first."""
        buyer, shelf = bought.buyer, self.shelves[bought.at]
        if not shelf.needs_capacity:
            return
        left = shelf.registered.get(buyer, 0) + shelf.bought[buyer] - shelf.sold.get(buyer, 0)
        back = max(0, min(lots, left))
        shelf.unbuy(buyer, bought.seller, back)
        if lots > back:
            shelf.sold_on[buyer, bought.seller] = shelf.sold_on.get((buyer, bought.seller), 0) + lots - back
        self._pass_on(shelf, bought.seller, back)
        asks = [wish for wish in shelf.wishes if wish.who == buyer and not wish.bid]
        for wish in sorted(asks, key=lambda wish: -int(wish.name.split(".")[1])):
            if self.free(shelf, buyer) < 0:
                self._end(shelf, wish, "capacity_lost")

    def _pass_on(self, shelf: Shelf, who: str, lots: int) -> None:
        """What comes back to whom sold it on goes on, depth first from the last seller by name."""
        going: list[tuple[str, int]] = []
        for seller in sorted(seller for (reseller, seller) in shelf.sold_on if reseller == who):
            passed = min(lots, shelf.sold_on[who, seller])
            lots -= passed
            going.append((seller, passed))
            shelf.unbuy(who, seller, passed)
            shelf.sold_on[who, seller] -= passed
        for seller, passed in reversed(going):
            if passed:
                self._pass_on(shelf, seller, passed)

    def crossed(self) -> list[tuple[Wish, Wish]]:
        """Pairs that stand crossed in an open book though they may trade."""
        return [
            (bid, ask)
            for shelf in self.shelves.values()
            if shelf.state == "open"
            for bid in shelf.side(True)
            for ask in shelf.side(False)
            if bid.limit >= ask.limit and self.admits(shelf, bid, ask)
        ]
