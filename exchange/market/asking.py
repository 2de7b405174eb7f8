"""The fence is asked for one order about the first of each ladder, which speaks for all of its standing."""

from typing import TypeAlias

from exchange.market.commands import BID, Standing, Use
from exchange.market.fencing import NO_CROSSING, Answer, Fence, OpenGround
from exchange.market.recalling import MEMORY, First
from exchange.market.state import KeptAnswer, Ladder, Market, Order

Said: TypeAlias = Answer | KeptAnswer
"""What the fence says, or has said and still does."""


class Everybody:
    """Where no data moves nobody is asked."""

    def of(self, ladder: Ladder) -> Said:
        """Everybody who may trade may trade with a ladder's orders."""
        return NO_CROSSING


class Asking:
    """Asks for one order. Shape: the answer, and what it counts, is that of asking about each pair anew."""

    __slots__ = ("_at", "_digest", "_fence", "_firsts", "_kept", "_market", "_taker")

    def __init__(self, market: Market, fence: Fence, taker: Order) -> None:
        self._market, self._fence, self._taker = market, fence, taker
        self._kept, self._digest, self._at = market.answers, fence.ruleset_digest, fence.at
        self._firsts = MEMORY.of(market, fence.terms, fence.ruleset_digest, fence.at, taker)

    def of(self, ladder: Ladder) -> Said:
        """Whether it may trade with a ladder's orders."""
        level = ladder.levels[-1]
        order_id = level.names[level.head]
        first = self._firsts.get(ladder.standing)
        if first is None or first.order_id != order_id:
            first = self._met(ladder.standing, self._market.orders[order_id])
        # What `Fence.known` finds most of the time: asked a thousand times for one order, calls are what it costs.
        kept = self._kept.get(first.key)
        if kept is not None and kept.summary.ruleset_digest == self._digest:
            until = kept.until
            if until is None or until > self._at:
                return kept
        said = self._fence.known(first.key)
        if said is None and first.refusal is not None:
            said = self._fence.said_again(first.key, first.refusal)
        return said or self._ask(first)

    def _met(self, standing: str, order: Order) -> First:
        """Somebody stands first in a ladder who did not when it was last asked about."""
        first = self._firsts[standing] = First(order.order_id, self._fence.key(*self._parties(order)))
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
