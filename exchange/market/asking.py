"""The fence is asked for one order about the first of each ladder, which speaks for all of its standing.

Most of what is asked was asked before: a thousand ladders that may not trade cost an order little more than a look.
"""

from typing import NamedTuple, TypeAlias

from exchange.market.book import first_of, ladders_of, opposite
from exchange.market.commands import BID, Standing, Use
from exchange.market.fencing import NO_CROSSING, Answer, Fence, OpenGround, earlier
from exchange.market.recalling import MEMORY, First, Firsts
from exchange.market.standings import IDLE
from exchange.market.state import Instrument, KeptAnswer, Ladder, Market, Order

ASKED_MAX = 1_000
"""Standings that the fence is asked about for one arriving order; further ones are passed over."""
ASKED_BYTES_MAX = 96 * 1024
"""What the fence's new answers may weigh before no further standing is asked about, so that there is room to trade."""

Said: TypeAlias = Answer | KeptAnswer
"""What the fence says, or has said and still does."""


class Everybody:
    """Where no data moves nobody is asked."""

    def __init__(self) -> None:
        self.firsts: Firsts = {}

    def of(self, ladder: Ladder) -> Said:
        """Everybody who may trade may trade with a ladder's orders."""
        return NO_CROSSING

    def again(self, first: First) -> None:
        """Nobody was refused."""


class Asking:
    """Asks for one order. Shape: the answer, and what it counts, is that of asking about each pair anew."""

    __slots__ = ("_fence", "_market", "_taker", "firsts")

    def __init__(self, market: Market, fence: Fence, taker: Order) -> None:
        self._market, self._fence, self._taker = market, fence, taker
        self.firsts = MEMORY.of(market, fence.terms, fence.ruleset_digest, fence.at, taker)

    def of(self, ladder: Ladder) -> Said:
        """Whether it may trade with a ladder's orders."""
        order, first = first_of(ladder), self.firsts.get(ladder.standing)
        if first is None or first.order_id != order.order_id:
            first = self._met(ladder.standing, order)
        said = self._fence.known(first.key)
        if isinstance(said, KeptAnswer):
            first.kept = None if said.admitted else said
        return said or self.again(first) or self._ask(first)

    def again(self, first: First) -> Answer | None:
        """The refusal that was given before, if it would be given now and leave no fact."""
        return None if first.refusal is None else self._fence.said_again(first.key, first.refusal)

    def _met(self, standing: str, order: Order) -> First:
        """Somebody stands first in a ladder who did not when it was last asked about."""
        first = self.firsts[standing] = First(order.order_id, self._fence.key(*self._parties(order)))
        MEMORY.note()
        return first

    def _ask(self, first: First) -> Answer:
        answer = self._fence.ask(*self._parties(self._market.orders[first.order_id]))
        first.refusal = None if answer.admitted else answer
        return answer

    def _parties(self, resting: Order) -> tuple[Standing, Standing, Use]:
        """Who would sell, who would buy, and for what use."""
        bid, ask = (self._taker, resting) if self._taker.side is BID else (resting, self._taker)
        people = self._market.participants
        return people[ask.participant_id], people[bid.participant_id], bid.use


def asking(market: Market, fence: Fence | OpenGround, taker: Order) -> Asking | Everybody:
    """How ladders are asked about for an order."""
    return Asking(market, fence, taker) if isinstance(fence, Fence) else Everybody()


class Others(NamedTuple):
    """Whom an order passes over: whether it crosses any, when the fence may say otherwise, if some were not asked."""

    crossed: bool
    retry_at: int | None
    unasked: bool


def ask_all(
    market: Market,
    instrument: Instrument,
    taker: Order,
    fence: Fence | OpenGround,
    limit: int | None,
    asked_bytes: int,
) -> tuple[list[Ladder], Others]:
    """The ladders that an order may trade with down to its limit, and what there is to say of all others.

    Shape: one order speaks for its ladder, since the fence cannot tell its orders apart. Where they are too many to ask
    about all, those of the best prices are asked about, and the book is looked at again soon.
    """
    crossing, crossed = _crossing(instrument, taker, limit)
    admitted: list[Ladder] = []
    retry_at, most = None, ASKED_MAX
    ask = asking(market, fence, taker)
    firsts, kept, at = ask.firsts, market.answers, fence.at
    said: Said | None
    for asked, ladder in enumerate(crossing):
        if asked >= most:
            return admitted, Others(True, earlier(fence.soon(), retry_at), True)
        first, level, said = firsts.get(ladder.standing), ladder.levels[ladder.merits[-1]], None
        # As `of` finds them too: most are refusals that were given before, and calls would take most of the time.
        if first is not None and first.order_id == level.orders[level.head].order_id:
            refusal = kept.get(first.key)
            if refusal is None:
                said = ask.again(first)
            elif refusal is first.kept and (refusal.until is None or refusal.until > at):
                said = refusal
        if said is None:
            said = ask.of(ladder)
            if fence.untaken_bytes > asked_bytes:
                most = asked
            if said.admitted:
                admitted.append(ladder)
                continue
        crossed, until = True, said.until
        if until is not None and (retry_at is None or until < retry_at):
            retry_at = until
    return admitted, Others(crossed, retry_at, False)


def _crossing(instrument: Instrument, taker: Order, limit: int | None) -> tuple[list[Ladder], bool]:
    """The ladders that cross an order and may trade at all, the best first; and whether any crosses that may not."""
    there = ladders_of(instrument, opposite(taker.side))
    worst = None if limit is None else -limit if taker.side is BID else limit
    crossing = [ladder for ladder in there.values() if worst is None or ladder.merits[-1] >= worst]
    crossing.sort(key=_merit, reverse=True)
    able = [ladder for ladder in crossing if ladder.standing != IDLE] if IDLE in there else crossing
    return able, len(able) < len(crossing)


def _merit(ladder: Ladder) -> int:
    return ladder.merits[-1]
