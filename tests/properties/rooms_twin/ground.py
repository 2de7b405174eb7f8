"""What all rooms stand on: who takes part, what is traded, the money, and what a trade brings about."""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias

from tests.properties.rooms_twin.calendar import DAY_US, later
from tests.properties.rooms_twin.money import Money, half_up

BUYING = frozenset({"buyer", "seller", "broker", "processor"})


class Said(NamedTuple):
    """A fact that has to follow: its kind, and those of its values that are compared."""

    kind: str
    values: dict[str, Any]


Answer: TypeAlias = set[str] | list[Said]
"""What a command brings: facts, or every reason to refuse it, one of which is given."""


def said(kind: str, /, **values: Any) -> Said:
    """A fact in the twin's words."""
    return Said(kind, values)


class Due(NamedTuple):
    """Something that happens by itself: when, in which turn at that moment, to what."""

    at: int
    turn: str
    name: str
    happens: Callable[[], list[Said]]


def silent(grounds: str) -> set[str]:
    """The reason, if nothing is said where something has to be."""
    return set() if grounds.strip() else {"GROUNDS_MISSING"}


@dataclass
class Person:
    """Somebody who takes part."""

    owner: str
    roles: frozenset[str]
    active: bool = True


@dataclass
class Shelf:
    """An instrument; `lot` is what one tick of one lot is worth in minor units, `offered` what a pool of it has."""

    name: str
    currency: str
    lot: Fraction
    seller: str | None
    form: str
    unit: str
    licence: bytes
    term_days: int = 365
    seats: int | None = None
    counted: bool = False
    state: str = "open"
    last: list[tuple[str, int]] = field(default_factory=list)
    registered: dict[str, int] = field(default_factory=dict)
    bought: dict[str, int] = field(default_factory=dict)
    sold: dict[str, int] = field(default_factory=dict)
    offered: int = 0

    def amount(self, price: int, lots: int) -> int:
        """What lots cost: rounded once, half up."""
        return half_up(price * self.lot * lots)

    def free(self, who: str) -> int:
        """How many more lots its seller may sell."""
        had = self.registered.get(who, 0) + self.bought.get(who, 0) - self.sold.get(who, 0)
        return had - self.offered

    @property
    def for_good(self) -> bool:
        """Whether it is closed."""
        return self.state == "closed"


@dataclass
class Deal:
    """A trade: its money is in `escrow`, then it is `accepted` and may be given back in part, then it is `over`."""

    name: str
    shelf: Shelf
    buyer: str
    seller: str
    lots: int
    escrow: int
    broker: str
    commission: Fraction
    stage: str = "escrow"
    rejected: tuple[int, int] | None = None
    stands_at: int = 0
    disputed: int | None = None
    proposals: dict[str, int] = field(default_factory=dict)
    evidence: list[tuple[str, bytes]] = field(default_factory=list)
    seller_left: int = 0
    owed_left: int = 0
    net_left: int = 0
    tax_left: int = 0
    fee: Fraction = Fraction(0)
    tax: Fraction = Fraction(0)
    commission_left: int = 0
    accepted_at: int = 0
    netted_in: str = ""
    references: list[str] = field(default_factory=list)

    @property
    def currency(self) -> str:
        """What it was paid in."""
        return self.shelf.currency

    @property
    def left(self) -> int:
        """What its buyer may still get back of an accepted one."""
        return self.seller_left + self.net_left + self.tax_left


@dataclass
class Ground:
    """A market without its rooms, in which no data moves."""

    at: int
    offset: int = 0
    people: dict[str, Person] = field(default_factory=dict)
    shelves: dict[str, Shelf] = field(default_factory=dict)
    money: Money = field(default_factory=Money)
    deals: dict[str, Deal] = field(default_factory=dict)
    brokers: dict[tuple[str, str], tuple[str, Fraction]] = field(default_factory=dict)
    given_back: list[Callable[[str], None]] = field(default_factory=list)

    def named(self, kind: str, number: int = 0) -> str:
        """What the present command's first thing of a kind is called."""
        return f"{kind}-0.{self.offset}.{number}"

    def next_trade(self) -> int:
        """The number of the next trade."""
        return len(self.deals)

    def idle(self, *names: str | None) -> set[str]:
        """The reason, if one of these is unknown or may not trade at present."""
        unknown = {"PARTICIPANT_UNKNOWN" for name in names if name not in self.people}
        known = [self.people[name] for name in names if name in self.people]
        return unknown | {"PARTICIPANT_SUSPENDED" for each in known if not each.active}

    def lacks(self, who: str, *roles: str) -> set[str]:
        """The reason, if somebody has none of these roles."""
        has = self.people[who].roles if who in self.people else frozenset()
        return {"ROLE_MISSING"} if has.isdisjoint(roles) else set()

    def operates(self, who: str, *also: str) -> bool:
        """Whether somebody runs the exchange."""
        return not self.idle(who) and not self.lacks(who, "operator", *also)

    def one_owner(self, one: str, other: str) -> set[str]:
        """The reason, if both belong to the same."""
        if one not in self.people or other not in self.people:
            return set()
        return {"BID_ON_OWN"} if self.people[one].owner == self.people[other].owner else set()

    def shut(self, shelf: Shelf) -> set[str]:
        """The reason, if an instrument is not open."""
        return set() if shelf.state == "open" else {"INSTRUMENT_NOT_OPEN"}

    def barred(self, shelf: Shelf, who: str, licence: bytes | None) -> set[str]:
        """Every reason why somebody may not buy of an instrument's one seller, whatever for."""
        seller = shelf.seller or ""
        reasons = self.idle(who, seller) | self.lacks(who, *BUYING) | self.one_owner(who, seller)
        if licence != shelf.licence:
            reasons.add("LICENCE_NOT_ACCEPTED")
        return reasons | self.shut(shelf)

    def trade(
        self,
        hold: str,
        shelf: Shelf,
        buyer: str,
        seller: str,
        price: int,
        lots: int,
        amount: int,
        released: int = 0,
        lasts: tuple[int, int] | None = None,
        ask: str = "",
    ) -> list[Said]:
        """What was set aside under a name goes into escrow, and the buyer has a right."""
        number = self.next_trade()
        name = self.named("T", number)
        self.money.pay(hold, amount, released)
        broker, commission = self.brokers.get((seller, shelf.name), ("", Fraction(0)))
        self.deals[name] = Deal(name, shelf, buyer, seller, lots, amount, broker, commission)
        if shelf.counted:
            shelf.bought[buyer] = shelf.bought.get(buyer, 0) + lots
            shelf.sold[seller] = shelf.sold.get(seller, 0) + lots
        starts, ends = lasts or (self.at, self._until(shelf, lots))
        sides = {"trade_id": name, "buyer_id": buyer, "seller_id": seller, "quantity": lots}
        traded = said(
            "TradeMatched",
            **sides,
            bid_id=hold,
            ask_id=ask,
            price=price,
            currency=shelf.currency,
            amount_minor=amount,
            released_minor=released,
        )
        right = self.named("E", number)
        return [
            traded,
            said("EntitlementGranted", **sides, entitlement_id=right, starts_at=starts, ends_at=ends),
        ]

    def _until(self, shelf: Shelf, lots: int) -> int:
        if shelf.unit in ("day", "month", "year"):
            return later(shelf.unit, self.at, lots)
        return self.at + shelf.term_days * DAY_US
