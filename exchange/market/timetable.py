"""An instrument's hours: what it opens as, and what changes when its time comes.

Source: market.md section 3.
"""

from collections.abc import Sequence
from typing import Literal

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.time import HOUR
from exchange.market.closing import closing
from exchange.market.commands import BookRules
from exchange.market.facts import InstrumentStateSet
from exchange.market.fencing import Rulesets
from exchange.market.state import Instrument, Market

GATE_BEFORE_WINDOW = 2 * HOUR
"""How long before its delivery window an instrument closes, where nothing else is said."""


def last_trade(rules: BookRules) -> int | None:
    """When a book closes by itself, if it does."""
    if rules.last_trade is not None or rules.window_from is None:
        return rules.last_trade
    return max(0, rules.window_from - GATE_BEFORE_WINDOW)


def first_state(rules: BookRules, at: int) -> Literal["announced", "call", "open"]:
    """What an instrument is when it is opened at `at`."""
    if rules.first_trade is not None and rules.first_trade > at:
        return "announced"
    return "call" if rules.call_us else "open"


def opening_state(instrument: Instrument, at: int) -> Literal["announced", "call", "open"]:
    """What a book becomes that has never opened and is told to: with its opening auction, if it has one.

    Shape: after a halt it waits for its first trade as before; told while it waits, it opens early.
    """
    rules = instrument.terms.rules
    early = instrument.state == "announced"
    return first_state(rules, max(at, rules.first_trade or at) if early else at)


def begin(market: Market, instrument_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """An announced instrument trades first."""
    state = first_state(market.instruments[instrument_id].terms.rules, cause.at)
    return (InstrumentStateSet(instrument_id=instrument_id, state=state, by="time"),)


def gate(market: Market, instrument_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """An instrument trades last: what is open expires, and it closes."""
    return closing(market, market.instruments[instrument_id], "time")
