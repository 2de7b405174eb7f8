"""An auction that is plainly right: lists searched from end to end, fractions for money, no code of the exchange's.

It is told who may buy for what, and believes it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor


@dataclass
class SealedTwin:
    """A sealed auction of `lots` together; `lot` is what one tick of one lot is worth in minor units."""

    second_price: bool
    reserve: int
    deposit: int
    lots: int
    lot: Fraction
    cash: dict[str, int]
    may: Callable[[str, str], bool]
    sealed: list[tuple[str, int, str]] = field(default_factory=list)
    open: dict[str, int] = field(default_factory=dict)
    below: set[str] = field(default_factory=set)
    penalties: int = 0

    def worth(self, price: int) -> int:
        """What a bid at a price has to have at hand: each lot rounded up."""
        return ceil(price * self.lot) * self.lots

    def commit(self, who: str, price: int, use: str) -> bool:
        """Whether the commitment stands; a later one goes to the end of the list."""
        earlier = [each for each in self.sealed if each[0] == who]
        if not self.may(who, use) or (not earlier and self.cash[who] < self.deposit):
            return False
        if not earlier:
            self.cash[who] -= self.deposit
        self.sealed = [each for each in self.sealed if each[0] != who] + [(who, price, use)]
        return True

    def reveal(self, who: str, price: int) -> bool:
        """Whether the reveal counts."""
        committed = [each for each in self.sealed if each[0] == who]
        if not committed or committed[0][1] != price or who in self.open or who in self.below:
            return False
        if price < self.reserve:
            self.below.add(who)
            self.cash[who] += self.deposit
            return True
        rest = self.worth(price) - self.deposit
        if self.cash[who] < rest:
            return False
        self.cash[who] -= rest
        self.open[who] = price
        return True

    def end(self) -> tuple[str, int, int] | None:
        """Who wins, at what price, for how much; nobody: None. All money but the winner's goes where it belongs."""
        for who, _, _ in self.sealed:
            if who not in self.open and who not in self.below:
                self.penalties += self.deposit
        for who, price in self.open.items():
            self.cash[who] += self.worth(price)
        can = [
            (who, self.open[who]) for who, _, use in self.sealed if who in self.open and self.may(who, use)
        ]
        if not can:
            return None
        best = max(price for _, price in can)
        winner = next(who for who, price in can if price == best)
        price = best
        if self.second_price:
            price = max([price for who, price in can if who != winner], default=self.reserve)
        amount = floor(price * self.lot * self.lots + Fraction(1, 2))
        self.cash[winner] -= amount
        return winner, price, amount
