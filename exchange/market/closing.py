"""A book closes: its open orders end, in as many outcomes as they need."""

from collections.abc import Sequence
from itertools import chain, islice
from typing import Literal

from exchange.kernel.bases import Cause, Fact
from exchange.market.book import open_orders
from exchange.market.commands import Side
from exchange.market.endings import cancelled, expired
from exchange.market.facts import InstrumentStateSet
from exchange.market.fencing import Rulesets
from exchange.market.state import Instrument, Market, Order

ENDED_MAX = 200
"""Orders that end in the outcome that begins it; the rest follow in continuations."""
_CONTINUED_MAX = 100


def closing(market: Market, instrument: Instrument, by: Literal["decision", "time"]) -> Sequence[Fact]:
    """End a book's orders and close it, or begin to where they are many."""
    name = instrument.terms.instrument_id
    facts, done = _ends(market, instrument, by, ENDED_MAX)
    if done:
        return (*facts, InstrumentStateSet(instrument_id=name, state="closed", by=by))
    return (InstrumentStateSet(instrument_id=name, state="closing", by=by), *facts)


def continue_closing(market: Market, instrument_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """End the next orders of a book that is closing, and close it with the last of them."""
    instrument = market.instruments[instrument_id]
    by = instrument.closing_by
    facts, done = _ends(market, instrument, by, _CONTINUED_MAX)
    if not done:
        return facts
    return (*facts, InstrumentStateSet(instrument_id=instrument_id, state="closed", by=by))


def _ends(
    market: Market, instrument: Instrument, by: Literal["decision", "time"], orders_max: int
) -> tuple[list[Fact], bool]:
    """The ends of the next orders, and whether they were the last."""
    orders = chain.from_iterable(open_orders(instrument, side) for side in Side)
    ending = list(islice(orders, orders_max + 1))
    return [_end(market, order, by) for order in ending[:orders_max]], len(ending) <= orders_max


def _end(market: Market, order: Order, by: Literal["decision", "time"]) -> Fact:
    if by == "time":
        return expired(market, order, "last_trade")
    return cancelled(market, order, "instrument_closed", order.quantity_left)
