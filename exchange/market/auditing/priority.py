"""Whoever takes from a book takes from the best that it may trade with: by price, then by time, and at their price.

Source: market.md, matching invariants (1, 2, 4). Where no data moves, everybody of a ladder may trade, so that the first
of it is looked at for each trade. Where data moves, it is also looked at who was passed over by the last trade of an
order, or stands crossed with what is left of it: a bounded number of standings, each by what the fence has said of it.
Of data without persons, whose trades change no answer, the fence itself is asked about one that has none.
"""

from collections.abc import Iterator

from exchange.kernel.bases import Cause
from exchange.kernel.errors import InvariantBroken
from exchange.market import matching
from exchange.market.auditing.state import Turn
from exchange.market.book import first_of, ladders_of, opposite
from exchange.market.commands import BID, Side, Use
from exchange.market.facts import TradeMatched
from exchange.market.fencing import Rulesets, answer_key, fence_of
from exchange.market.provenance.made_in_bond import holds_persons
from exchange.market.standings import IDLE
from exchange.market.state import Instrument, Market, Order, provenance_of, ruleset_in_force

_LOOKED_MAX = 32
"""Standings that are looked at for one order."""


def in_turn(market: Market, fact: TradeMatched) -> Turn | None:
    """Look at a trade that is about to happen. Shape: of data, how far its taker has come with it.

    Raises: InvariantBroken if it is not at the price of the order that rests, or another one of its ladder stands ahead.
    """
    bid, ask = market.orders.get(fact.bid_id), market.orders.get(fact.ask_id)
    if fact.taker is None or bid is None or ask is None:
        return None
    taker, resting = (bid, ask) if fact.taker is BID else (ask, bid)
    instrument = market.instruments[fact.instrument_id]
    if fact.price != resting.price:
        raise InvariantBroken(f"{fact!r} is not at the price of the order that rests, {resting.price}")
    first = first_of(market, ladders_of(instrument, resting.side)[resting.standing])
    # A sweep takes from older ones only.
    if first is not resting and first.entered < taker.entered:
        raise InvariantBroken(f"priority: order {first.order_id} stands ahead of what {fact!r} takes from")
    if not instrument.terms.moves_data:
        return None
    return _turn(taker, resting.price, resting.rank)


def at_rest(order: Order) -> Turn:
    """How far an order has come that rests: past all that it accepts."""
    return _turn(order, order.price, None)


def nobody_passed_over(market: Market, turn: Turn, at: int, rulesets: Rulesets) -> None:
    """Raises: InvariantBroken if an older order that might have traded with the one whose turn it was stands ahead."""
    instrument = market.instruments[turn.instrument_id]
    asked = False
    for other in _ahead(market, instrument, turn):
        admitted = _kept_answer(market, turn, other, at)
        if admitted is None and not asked and _asks_change_nothing(market, instrument, turn, other):
            asked, admitted = True, _fence_says(market, instrument, turn, other, at, rulesets)
        if admitted:
            raise InvariantBroken(
                f"priority: order {turn.order_id} in book {turn.instrument_id} has passed over order"
                f" {other.order_id} at {other.price}, with which it may trade"
            )


def may_trade(market: Market, bid: Order, ask: Order, at: int) -> bool | None:
    """What the fence has said of a pair by the ruleset in force; None where it has not, or may say otherwise now."""
    return _said(market, bid.instrument_id, ask.participant_id, bid.participant_id, bid.use, at)


def _turn(taker: Order, price: int, rank: int | None) -> Turn:
    return Turn(
        instrument_id=taker.instrument_id,
        order_id=taker.order_id,
        participant_id=taker.participant_id,
        side=taker.side,
        use=taker.use,
        entered=taker.entered,
        merit=-price if taker.side is BID else price,
        rank=rank,
    )


def _ahead(market: Market, instrument: Instrument, turn: Turn) -> Iterator[Order]:
    """Who stands first of its standing, is older than the order, and came before where that has come to."""
    there = ladders_of(instrument, opposite(turn.side))
    if len(there) > matching.ASKED_MAX:
        # Too many to ask about all: some are passed over until their book is looked at again.
        return
    people, looked = market.participants, 0
    owner = people[turn.participant_id].beneficial_owner
    for ladder in there.values():
        best = ladder.merits[-1]
        if best < turn.merit or ladder.standing == IDLE:
            continue
        first = first_of(market, ladder)
        behind = best == turn.merit and turn.rank is not None and first.rank >= turn.rank
        if behind or first.entered > turn.entered or people[first.participant_id].beneficial_owner == owner:
            continue
        yield first
        looked += 1
        if looked == _LOOKED_MAX:
            return


def _kept_answer(market: Market, turn: Turn, other: Order, at: int) -> bool | None:
    seller_id, buyer_id, use = _pair(turn, other)
    return _said(market, turn.instrument_id, seller_id, buyer_id, use, at)


def _said(
    market: Market, instrument_id: str, seller_id: str, buyer_id: str, use: Use, at: int
) -> bool | None:
    kept, ruleset = (
        market.answers.get(answer_key(instrument_id, seller_id, buyer_id, use)),
        ruleset_in_force(market, at),
    )
    if kept is None or ruleset is None or kept.summary.ruleset_digest != ruleset.digest:
        return None
    return kept.admitted if kept.until is None or at < kept.until else None


def _asks_change_nothing(market: Market, instrument: Instrument, turn: Turn, other: Order) -> bool:
    """Whether trades change nothing that the fence is told of a pair: neither persons that have left, nor seats taken."""
    terms, (seller_id, _, _) = instrument.terms, _pair(turn, other)
    return terms.licence.seats is None and not holds_persons(terms, provenance_of(market, terms, seller_id))


def _fence_says(
    market: Market, instrument: Instrument, turn: Turn, other: Order, at: int, rulesets: Rulesets
) -> bool:
    seller_id, buyer_id, use = _pair(turn, other)
    fence = fence_of(market, instrument, Cause("market", market.partition, 0, "", "", at), rulesets)
    if fence is None:
        return False
    return fence.ask(market.participants[seller_id], market.participants[buyer_id], use).admitted


def _pair(turn: Turn, other: Order) -> tuple[str, str, Use]:
    """Who would sell to whom, for which use."""
    if turn.side is Side.BID:
        return other.participant_id, turn.participant_id, turn.use
    return turn.participant_id, other.participant_id, other.use
