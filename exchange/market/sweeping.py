"""Orders that stand crossed are tried again once something has changed who may trade with whom.

Source: market.md section 4a (9, 14).
"""

from collections.abc import Sequence
from typing import NamedTuple

from exchange.kernel.bases import Cause, Fact
from exchange.market.asking import asking
from exchange.market.book import first_of
from exchange.market.endings import cancelled
from exchange.market.facts import BookSwept
from exchange.market.fencing import Fence, OpenGround, Rulesets, earlier, fence_of
from exchange.market.matching import SWEEPING, SWEPT_WEIGHT_MAX, plan
from exchange.market.meetings import facts_of
from exchange.market.standings import IDLE
from exchange.market.state import Instrument, Market, Order

_TRIED_MAX = 500
"""Orders tried in one step that find nobody."""
_DECIDED_MAX = 50
"""Pairs that the fence decides in one step before the next order is tried in another."""
_PAIRS_MAX = 1_000
"""Pairs of standings that the fence decides to say whether any two may trade."""


class _Apart(NamedTuple):
    """What the fence says of standings that are crossed.

    Shape: `some` may trade, or are too many to ask about all; `others_may` where these are known and of two owners, so
    that a sweep leaves none; of the rest the fence may answer otherwise at `retry_at`.
    """

    some: bool
    others_may: bool
    retry_at: int | None


def sweep(market: Market, instrument_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Let the next order that can take from older ones do so, at their price.

    Shape: the first step only notes who stands crossed, if any two of them may trade; each further one has the facts of
    one order's trades at most, and how far the sweep has come.
    """
    instrument, crossed = market.instruments[instrument_id], market.crossed[instrument_id]
    fence = fence_of(market, instrument, cause, rulesets, refusals_bytes=0)
    if fence is None:
        return (BookSwept(instrument_id=instrument_id, next_place=None),)
    if crossed.todo is None:
        apart = _asked(market, instrument, fence)
        begun = BookSwept(
            instrument_id=instrument_id, next_place=0 if apart.some else None, retry_at=apart.retry_at
        )
        return (*fence.take(), begun)
    for place in range(crossed.place, min(len(crossed.todo), crossed.place + _TRIED_MAX)):
        if fence.decided >= _DECIDED_MAX:
            return (BookSwept(instrument_id=instrument_id, next_place=place),)
        taker = market.orders.get(crossed.todo[place])
        if taker is None or taker.standing == IDLE:
            continue
        facts, stays = _take(market, instrument, taker, fence, cause)
        if facts:
            return (*facts, BookSwept(instrument_id=instrument_id, next_place=place if stays else place + 1))
    if crossed.place + _TRIED_MAX < len(crossed.todo):
        return (BookSwept(instrument_id=instrument_id, next_place=crossed.place + _TRIED_MAX),)
    apart = _asked(market, instrument, fence)
    # Some that were kept apart when the sweep began may trade by now: it begins again.
    retry_at = cause.at if apart.others_may else apart.retry_at
    return (*fence.take(), BookSwept(instrument_id=instrument_id, next_place=None, retry_at=retry_at))


def _take(
    market: Market, instrument: Instrument, taker: Order, fence: Fence | OpenGround, cause: Cause
) -> tuple[list[Fact], bool]:
    """What one order takes from older ones, and whether it may take more."""
    met = plan(market, instrument, taker, fence, taker.price, SWEEPING)
    facts = [*met.decisions, *facts_of(market, instrument.terms, taker, met.meetings, cause)]
    if met.stopped == "own_order_ahead" and met.left:
        facts.append(cancelled(market, taker, "own_order_ahead", met.left))
    # What was answered is kept, so that the same order goes on to whom it has not asked about.
    goes_on = met.unasked and bool(met.decisions) and instrument.terms.licence.seats is None
    return facts, goes_on or met.stopped == "fills_bounded"


def _asked(market: Market, instrument: Instrument, fence: Fence | OpenGround) -> _Apart:
    """Whether any two standings that are crossed may trade.

    Shape: where they are too many to ask about all, some are taken to, and the book is looked at again soon.
    """
    some, others_may, retries = False, False, list[int]()
    people, most = market.participants, fence.decided + _PAIRS_MAX
    for bids in instrument.bids.values():
        bid = first_of(bids)
        owner, ask = people[bid.participant_id].beneficial_owner, asking(market, fence, bid)
        for asks in instrument.asks.values():
            if bids.merits[-1] + asks.merits[-1] < 0:
                continue
            if IDLE in (bids.standing, asks.standing):
                continue
            if fence.decided >= most or fence.untaken_bytes > SWEPT_WEIGHT_MAX:
                return _Apart(True, others_may, earlier(fence.soon(), min(retries, default=None)))
            answer = ask.of(asks)
            some |= answer.admitted
            others_may |= answer.admitted and people[first_of(asks).participant_id].beneficial_owner != owner
            retries += [] if answer.until is None or answer.admitted else [answer.until]
    return _Apart(some, others_may, min(retries, default=None))
