"""What the fence said of the first orders of ladders, found again: a pure function's answers, no part of any state.

Only so many refusals of one order leave a fact. Those that leave none would be decided again for each order that
crosses them; here they are found again, as long as deciding would say the same. Whatever an answer rests on, beside
time and what is compared here, changes by a fold that makes `Market.answered` another list.
"""

from typing import TypeAlias

from exchange.market.commands import InstrumentTerms
from exchange.market.crossing import licence_of
from exchange.market.fencing import Answer
from exchange.market.seats.counting import seats_told
from exchange.market.state import KeptAnswer, Market, Order

NOTED_MAX = 50_000
"""Notes that are taken, of all books together, before everything is forgotten."""


class First:
    """The order that stood first in a ladder, what the answer for it is kept under, and a refusal that was given.

    Shape: `kept` is that of a fact, `refusal` one that may have left none.
    """

    __slots__ = ("kept", "key", "order_id", "refusal")

    def __init__(self, order_id: str, key: str) -> None:
        self.order_id, self.key = order_id, key
        self.refusal: Answer | None = None
        self.kept: KeptAnswer | None = None


Firsts: TypeAlias = dict[str, First]
"""First orders by the standing of their ladder."""


class _Recalled:
    """What was said in one book, and to whom, while nothing changed that answers rest on."""

    __slots__ = ("answered", "at", "basis", "takers")

    def __init__(self, answered: list[str], basis: object, at: int) -> None:
        self.answered, self.basis, self.at = answered, basis, at
        self.takers: dict[object, Firsts] = {}


class Memory:
    """All that this process remembers, of every book."""

    def __init__(self) -> None:
        self._books: dict[tuple[int, str], _Recalled] = {}
        self._noted = 0

    def of(
        self, market: Market, terms: InstrumentTerms, ruleset_digest: str, at: int, taker: Order
    ) -> Firsts:
        """What orders like this one were told: of the same participant, on the same side, for the same use.

        Shape: a licence that is taken on another day ends on another, and answers hold until another.
        """
        name = (market.partition, terms.instrument_id)
        basis = (ruleset_digest, licence_of(terms, at, seats_told(market, terms)))
        book = self._books.get(name)
        if book is None or book.answered is not market.answered or book.basis != basis or at < book.at:
            book = self._books[name] = _Recalled(market.answered, basis, at)
        book.at = at
        alike = (taker.participant_id, taker.side, taker.use)
        firsts = book.takers.get(alike)
        if firsts is None:
            firsts = book.takers[alike] = {}
            self.note()
        return firsts

    def note(self) -> None:
        """One more note is taken."""
        self._noted += 1
        if self._noted > NOTED_MAX:
            self.forget()

    def forget(self) -> None:
        """Remember nothing any more."""
        self._books.clear()
        self._noted = 0


MEMORY = Memory()
"""The one of this process: lost with it, and worked out again."""
