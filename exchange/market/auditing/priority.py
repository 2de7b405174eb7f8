"""Nobody is passed over that an order might have traded with: none that was older, and better or as good.

Source: market.md, matching invariants (1, 4). Where no data moves, everybody of a ladder may trade, so that the first
of it is looked at for each trade (turns.py). Where data moves, a bounded number of other standings is looked at for
each order that traded or rests crossed, each by what the fence has said of it, where the answers weigh so little that
it was asked about all. Of data without persons, whose trades change no answer, the fence itself is asked about one that
has none.
"""

from collections.abc import Iterator

from exchange.kernel.bases import Cause
from exchange.kernel.errors import InvariantBroken
from exchange.market.asking import ASKED_MAX, asking
from exchange.market.book import first_of, ladders_of, opposite
from exchange.market.commands import BID
from exchange.market.fencing import Rulesets, answer_key, fence_of
from exchange.market.matching import SWEPT_WEIGHT_MAX
from exchange.market.provenance.made_in_bond import holds_persons
from exchange.market.standings import IDLE
from exchange.market.state import (
    Instrument,
    Ladder,
    Market,
    Order,
    Turn,
    Watched,
    provenance_of,
    ruleset_in_force,
)

_LOOKED_MAX = 32
"""Standings that are looked at for one order."""


def nobody_passed_over(market: Market, turn: Turn, watched: Watched, rulesets: Rulesets) -> None:
    """Look at whose turn it was.

    Shape: some are passed over until their book is looked at again where the fence's answers weigh so much that not
    everybody may have been asked about. Raises: InvariantBroken if an older order that might have traded stands ahead.
    """
    if watched.answers_bytes > SWEPT_WEIGHT_MAX:
        return
    taker, at = turn.order, watched.at
    instrument = market.instruments[taker.instrument_id]
    asked = False
    for ladder, other in _ahead(market, instrument, turn):
        bid, ask = (taker, other) if taker.side is BID else (other, taker)
        admitted = may_trade(market, bid, ask, at)
        if admitted is None and not asked and _answer_stays(market, instrument, ask):
            asked, admitted = True, _fence_says(market, instrument, taker, ladder, at, rulesets)
        if admitted:
            raise InvariantBroken(
                f"priority: order {taker.order_id} in book {taker.instrument_id} has passed over order"
                f" {other.order_id} at {other.price}, with which it may trade"
            )


def may_trade(market: Market, bid: Order, ask: Order, at: int) -> bool | None:
    """What the fence has said of a pair by the ruleset in force; None where it has not, or may say otherwise now."""
    kept = market.answers.get(answer_key(bid.instrument_id, ask.participant_id, bid.participant_id, bid.use))
    ruleset = ruleset_in_force(market, at)
    if kept is None or ruleset is None or kept.summary.ruleset_digest != ruleset.digest:
        return None
    return kept.admitted if kept.until is None or at < kept.until else None


def _ahead(market: Market, instrument: Instrument, turn: Turn) -> Iterator[tuple[Ladder, Order]]:
    """Who stands first of its standing, is older than the order, and came before where that has come to."""
    taker = turn.order
    there = ladders_of(instrument, opposite(taker.side))
    if len(there) > ASKED_MAX:
        # Too many to ask about all: some are passed over until their book is looked at again.
        return
    people, looked = market.participants, 0
    owner = people[taker.participant_id].beneficial_owner
    for ladder in there.values():
        best = ladder.merits[-1]
        if best < turn.merit or ladder.standing == IDLE:
            continue
        first = first_of(ladder)
        behind = best == turn.merit and turn.rank is not None and first.rank >= turn.rank
        if behind or first.entered > taker.entered or people[first.participant_id].beneficial_owner == owner:
            continue
        yield ladder, first
        looked += 1
        if looked == _LOOKED_MAX:
            return


def _answer_stays(market: Market, instrument: Instrument, ask: Order) -> bool:
    """Whether trades change nothing that the fence is told: neither persons that have left, nor seats taken."""
    terms = instrument.terms
    said = provenance_of(market, terms, ask.participant_id)
    return terms.licence.seats is None and not holds_persons(terms, said)


def _fence_says(
    market: Market, instrument: Instrument, taker: Order, ladder: Ladder, at: int, rulesets: Rulesets
) -> bool:
    cause = Cause("market", market.partition, 0, "", "", at)
    fence = fence_of(market, instrument, cause, rulesets, refusals_bytes=0)
    return fence is not None and asking(market, fence, taker).of(ladder).admitted
