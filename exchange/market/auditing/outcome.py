"""One outcome as its leader folds it: what the folds touch is noted, and what it has come to is looked at.

Source: market.md, matching invariants. Some of it each fold sees: that nothing is filled beyond its quantity, that an
order reserves what its lots do and releases the same, that no purse is overdrawn and no hold ends twice. The
projections post each fact twice over and stop where an entry does not balance.
"""

from collections.abc import Sequence

from exchange.kernel.bases import Fact
from exchange.market.auditing.crossing import swept, uncrossed
from exchange.market.auditing.money import conserved
from exchange.market.auditing.priority import nobody_passed_over
from exchange.market.facts import BookSwept, OrderAccepted, OrderReplaced
from exchange.market.fencing import Rulesets
from exchange.market.state import Market, Watched


def watch(rulesets: Rulesets, market: Market, at: int) -> None:
    """Have the folds note what they touch, and look at whose turn to trade it was in what was decided before."""
    watched = market.watched
    if watched is None:
        market.watched = Watched(at)
    elif watched.turn is not None:
        # Before anything else changes who may trade.
        _end_turn(rulesets, market, watched)
    if watched is not None:
        watched.answers_bytes = 0


def audit(rulesets: Rulesets, market: Market, facts: Sequence[Fact]) -> None:
    """Look at what an outcome has left. Raises: InvariantBroken, naming what is not as it must be."""
    watched, market.watched = market.watched, None
    if watched is None:
        return
    if watched.turn is not None:
        _end_turn(rulesets, market, watched)
    for fact in facts:
        kind = type(fact)
        if kind is OrderAccepted or kind is OrderReplaced:
            uncrossed(market, fact, watched, rulesets)  # type: ignore[arg-type]
        elif kind is BookSwept and fact.next_place is None:  # type: ignore[attr-defined]
            swept(market, fact.instrument_id, watched.at)  # type: ignore[attr-defined]
    if watched.purse is not None or watched.escrow is not None or watched.others is not None:
        conserved(market, watched, facts)


def _end_turn(rulesets: Rulesets, market: Market, watched: Watched) -> None:
    turn, watched.turn = watched.turn, None
    if turn is not None:
        nobody_passed_over(market, turn, watched, rulesets)
