"""Orders that stand crossed are tried again once something has changed who may trade with whom.

Source: market.md section 4a (9, 14).
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.time import local_date, start_of_day
from exchange.market.book import best_price, crosses, open_orders, opposite
from exchange.market.commands import InstrumentTerms, Side
from exchange.market.facts import BookSwept
from exchange.market.fencing import Rulesets, fence_of
from exchange.market.matching import SWEEPING, match
from exchange.market.orders import cancelled
from exchange.market.state import Instrument, Market, Order, ruleset_in_force
from exchange.market.term import ZONE


def next_sweep(market: Market, rulesets: Rulesets) -> tuple[int, str] | None:
    """The earliest instant at which a crossed book is to be tried again, and which.

    Shape: asked before every command; it costs time only for books that stand crossed, of which there are few.
    """
    dues = ((_due(market, rulesets, instrument_id), instrument_id) for instrument_id in market.crossed)
    return min(((due, instrument_id) for due, instrument_id in dues if due is not None), default=None)


def sweep(market: Market, instrument_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Let the next order that can take from older ones do so, at their price.

    Shape: the facts of one order's trades at most, then how far the sweep has come; it stops where it has looked
    at as many pairs as one step may.
    """
    instrument = market.instruments[instrument_id]
    fence = fence_of(market, instrument, cause, rulesets, refusals_bytes=0)
    if fence is None:
        return (BookSwept(instrument_id=instrument_id, next_entered=None),)
    crossed, looks = market.crossed[instrument_id], SWEEPING.looks
    for taker in _takers(market, instrument):
        passed = crossed.passed if taker.entered == crossed.next_entered else 0
        matched = match(market, instrument, taker, fence, cause, SWEEPING._replace(looks=looks), passed)
        looks -= matched.looks
        if matched.stopped == "fills_bounded":
            here = BookSwept(instrument_id=instrument_id, next_entered=taker.entered, passed=matched.passed)
            return (*matched.facts, here)
        facts = matched.facts
        if matched.stopped == "own_order_ahead":
            facts.append(cancelled(market, taker, "own_order_ahead", matched.quantity_left))
        if facts:
            return (*facts, BookSwept(instrument_id=instrument_id, next_entered=taker.entered + 1))
    return (BookSwept(instrument_id=instrument_id, next_entered=None),)


def _takers(market: Market, instrument: Instrument) -> Sequence[Order]:
    """Active participants' orders that cross the other side and are yet to be tried, oldest first."""
    begin = market.crossed[instrument.terms.instrument_id].next_entered
    ahead = [
        order
        for side in Side
        for order in _crossing(market, instrument, side)
        if order.entered >= begin and market.participants[order.participant_id].active
    ]
    return sorted(ahead, key=lambda order: order.entered)


def _crossing(market: Market, instrument: Instrument, side: Side) -> Iterator[Order]:
    best = best_price(instrument, opposite(side))
    if best is None:
        raise InvariantBroken(f"book {instrument.terms.instrument_id} counts as crossed but has one side")
    for order in open_orders(instrument, market.orders, side):
        if not crosses(side, order.price, best):
            return
        yield order


def _due(market: Market, rulesets: Rulesets, instrument_id: str) -> int | None:
    """When a crossed book is to be tried again: a halted or closing one is not."""
    instrument = market.instruments[instrument_id]
    if instrument.state != "open":
        return None
    crossed = market.crossed[instrument_id]
    if crossed.due_at is not None or not instrument.terms.moves_data:
        return crossed.due_at
    return _next_answers(market, rulesets, instrument.terms, crossed.tried_at)


def _next_answers(market: Market, rulesets: Rulesets, terms: InstrumentTerms, after: int) -> int | None:
    """The first instant after `after` at which the fence may answer otherwise though nobody did anything.

    Shape: another ruleset, another of its dated rows, or a new year, in which persons are counted from nought.
    """
    changes = [each.effective_at for each in market.rulesets if each.effective_at > after]
    adopted = ruleset_in_force(market, after)
    if adopted is not None:
        edges = rulesets[adopted.digest].edges
        changes += edges[bisect_right(edges, after) :][:1]
    if terms.traits.contains_pi:
        changes.append(start_of_day(date(local_date(after, ZONE).year + 1, 1, 1), ZONE))
    return min(changes, default=None)
