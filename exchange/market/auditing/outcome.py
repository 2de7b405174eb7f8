"""One outcome as its leader folds it: what is about to change is noted, and what it has come to is looked at.

Source: market.md, matching invariants. Some of it each fold sees: that nothing is filled beyond its quantity, that an
order reserves what its lots do and releases the same, that no purse is overdrawn and no hold ends twice. The
projections post each fact twice over and stop where an entry does not balance.
"""

from collections.abc import Sequence

from exchange.kernel.bases import Fact
from exchange.market.auditing.crossing import swept, uncrossed
from exchange.market.auditing.money import conserved
from exchange.market.auditing.priority import in_turn, nobody_passed_over
from exchange.market.auditing.state import Watched
from exchange.market.facts import (
    BookSwept,
    EntitlementGranted,
    FenceDecided,
    OrderAccepted,
    OrderReplaced,
    TradeMatched,
)
from exchange.market.fencing import Rulesets
from exchange.market.state import Market

_ENTERS = frozenset((OrderAccepted, OrderReplaced))
_SAME_TURN = frozenset((TradeMatched, EntitlementGranted, FenceDecided))
"""What happens between two trades of one order, and changes nobody's standing."""


def watch(rulesets: Rulesets, market: Market, fact: Fact, at: int) -> None:
    """Look at a fact before it is folded. Raises: InvariantBroken, naming what is not as it must be."""
    watched = market.watched
    if watched is None:
        watched = market.watched = Watched(at)
    kind = type(fact)
    turn = watched.turn
    if turn is not None and (kind not in _SAME_TURN or (kind is TradeMatched and _another(turn.order_id, fact))):
        watched.turn = None
        nobody_passed_over(market, turn, at, rulesets)
    if kind is TradeMatched:
        watched.turn = in_turn(market, fact)  # type: ignore[arg-type]


def audit(rulesets: Rulesets, market: Market, facts: Sequence[Fact]) -> None:
    """Look at what an outcome has left. Raises: as `watch`."""
    watched, market.watched = market.watched, None
    if watched is None:
        return
    if watched.turn is not None:
        nobody_passed_over(market, watched.turn, watched.at, rulesets)
    for fact in facts:
        if type(fact) in _ENTERS:
            uncrossed(market, fact, watched.at, rulesets)  # type: ignore[arg-type]
        elif type(fact) is BookSwept and fact.next_place is None:
            swept(market, fact.instrument_id, watched.at)
    conserved(market, watched, facts)


def _another(taker_id: str, fact: Fact) -> bool:
    """Whether a trade is not that order's."""
    return taker_id not in (fact.bid_id, fact.ask_id)  # type: ignore[attr-defined]
