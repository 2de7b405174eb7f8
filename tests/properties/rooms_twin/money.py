"""Whose money lies where. Source: settlement.md sections 1 and 2."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor


def half_up(amount: Fraction) -> int:
    """The nearest whole amount, the higher one of two."""
    return floor(amount + Fraction(1, 2))


@dataclass
class Pocket:
    """What somebody has of one currency beside what is held: `owed` of its credit is drawn, `late` counts bills."""

    cash: int = 0
    payable: int = 0
    commissions: int = 0
    withdrawing: int = 0
    paying: int = 0
    clawback: int = 0
    owed: int = 0
    limit: int = 0
    late: int = 0


@dataclass
class Held:
    """Money set aside under a name: as a deposit, or to pay with."""

    who: str
    currency: str
    amount: int
    deposit: bool


@dataclass
class Money:
    """All of it. What the exchange has taken is counted by currency and by what it was taken for."""

    pockets: defaultdict[tuple[str, str], Pocket] = field(default_factory=lambda: defaultdict(Pocket))
    held: dict[str, Held] = field(default_factory=dict)
    earned: Counter[tuple[str, str]] = field(default_factory=Counter)

    def of(self, who: str, currency: str) -> Pocket:
        """Somebody's money of one currency."""
        return self.pockets[who, currency]

    def free(self, who: str, currency: str) -> int:
        """What somebody may set aside: cash, and what is left of its credit while it pays its bills."""
        pocket = self.of(who, currency)
        return pocket.cash + (0 if pocket.late else max(0, pocket.limit - pocket.owed))

    def short(self, who: str, currency: str, amount: int) -> set[str]:
        """The reason, if somebody has less than that to set aside."""
        return {"FUNDS_INSUFFICIENT"} if self.free(who, currency) < amount else set()

    def hold(self, name: str, who: str, currency: str, amount: int, *, deposit: bool = False) -> int:
        """Set money aside under a new name; how much credit that draws: what there is no cash for."""
        assert name not in self.held
        self.held[name] = Held(who, currency, 0, deposit)
        return self.add(name, amount)

    def add(self, name: str, amount: int) -> int:
        """Set more aside under a name; how much credit that draws."""
        held = self.held[name]
        pocket = self.of(held.who, held.currency)
        drawn = max(0, amount - pocket.cash)
        pocket.owed += drawn
        pocket.cash += drawn - amount
        held.amount += amount
        return drawn

    def give_back(self, name: str) -> int:
        """What was set aside is cash again."""
        held = self.held.pop(name)
        self.of(held.who, held.currency).cash += held.amount
        return held.amount

    def keep(self, name: str) -> int:
        """The exchange keeps what was set aside."""
        held = self.held.pop(name)
        self.earned[held.currency, "penalties"] += held.amount
        return held.amount

    def pay(self, name: str, amount: int, released: int = 0) -> None:
        """So much of what was set aside goes into escrow, and so much becomes cash again."""
        held = self.held[name]
        held.amount -= amount + released
        assert held.amount >= 0
        self.of(held.who, held.currency).cash += released
        if not held.amount:
            del self.held[name]

    def set_aside(self, who: str, currency: str, *, deposit: bool) -> int:
        """All that somebody has set aside, as deposits or to pay with."""
        of_it = (each for each in self.held.values() if (each.who, each.currency) == (who, currency))
        return sum(each.amount for each in of_it if each.deposit == deposit)
