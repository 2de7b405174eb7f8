"""An arriving order meets the other side of the book: price first, then time, among those it may trade with.

Nothing is touched here: what would happen is worked out first, and then said in facts, or not at all.
Source: market.md sections 4a (1, 3, 6, 8, 9) and the matching invariants.
"""

from collections.abc import Iterator
from heapq import nsmallest
from itertools import islice
from typing import Literal, NamedTuple

import msgspec

from exchange.kernel.bases import Fact
from exchange.market.asking import ASKED_BYTES_MAX, ask_all
from exchange.market.book import crosses, first_of, in_priority, ladders_of, opposite, reaches
from exchange.market.commands import ASK, BID, InstrumentTerms, SelfTrade, Side, Use
from exchange.market.fencing import NO_CROSSING, Answer, Fence, OpenGround, earlier
from exchange.market.flights import best_first
from exchange.market.standings import ANY, standing_of
from exchange.market.state import Instrument, Ladder, Level, Market, Order

MET_MAX = 100
"""Orders one arriving order meets: trades, and those of its own owner that are cancelled or reduced."""
WEIGHT_MAX = 136 * 1024
"""What meetings may weigh before no further order is met: an outcome may weigh 256 KiB, deadlines come first in it."""
SWEPT_MAX = 20
"""Orders met in one step of a sweep, of which many may share an outcome."""
SWEPT_WEIGHT_MAX = 16 * 1024
"""What a step's meetings may weigh before no further order is met, and the answers that it begins with."""
_TRADE_BYTES = 1_300
"""What a trade and its entitlement weigh, but for the fence's answer; with the longest of names half as much again."""

NO_USE = Use()
"""What asks say of the use of data, and all orders where none moves."""
_PLAIN_MET_MAX = 40
"""Meetings that need no weighing: the outcome is far from its bounds."""

Stopped = Literal["own_order_ahead", "fills_bounded"]


class Meeting(msgspec.Struct, frozen=True, gc=False):
    """What happens between the arriving order and one that rests.

    Units: `quantity` in lots. Shape: `kind` says whether they trade, or, being of one owner, the resting one is
    cancelled or both are reduced; `decisions` are facts of the fence that come before.
    """

    resting: Order
    quantity: int
    kind: Literal["trade", "cancel", "reduce"]
    answer: Answer
    decisions: tuple[Fact, ...]


class Plan(msgspec.Struct):
    """What an arriving order would bring about.

    Units: `left` lots are neither traded nor reduced, `traded` ones are. Shape: `stopped` says why what is left may
    not rest; `decisions` are the fence's that no meeting follows; where what is left `crosses` orders that it may not
    trade with, the fence may answer otherwise at `retry_at`; `unasked` says that some standings were not asked about.
    """

    meetings: list[Meeting]
    left: int
    traded: int
    stopped: Stopped | None
    decisions: list[Fact]
    crosses: bool
    retry_at: int | None
    unasked: bool = False


class _Bounds(NamedTuple):
    met: int
    weight_bytes: int
    asked_bytes: int


ARRIVING = _Bounds(MET_MAX, WEIGHT_MAX, ASKED_BYTES_MAX)
SWEEPING = _Bounds(SWEPT_MAX, SWEPT_WEIGHT_MAX, SWEPT_WEIGHT_MAX)


def nothing_to_meet(instrument: Instrument, side: Side, limit: int) -> bool:
    """Whether the other side of the book has nothing that an order with this limit accepts."""
    if instrument.terms.posted_price is not None:
        return side is ASK or not crosses(side, limit, instrument.terms.posted_price)
    bid = side is BID
    return not reaches(instrument.asks if bid else instrument.bids, -limit if bid else limit)


def plan(
    market: Market,
    instrument: Instrument,
    taker: Order,
    fence: Fence | OpenGround,
    limit: int | None,
    bounds: _Bounds = ARRIVING,
) -> Plan:
    """What happens if `taker` takes from the orders that entered before it, down to `limit`; None is any price."""
    owner = _owner_there(market, instrument, taker)
    if limit is not None and bounds is ARRIVING:
        met = _plain_plan(market, instrument, taker, limit, owner)
        if met is not None:
            return met
    return _full_plan(market, instrument, taker, fence, limit, bounds, owner)


def _plain_plan(
    market: Market, instrument: Instrument, taker: Order, limit: int, owner: str | None
) -> Plan | None:
    """As `_full_plan`, where no data moves, everybody may trade and nothing is hidden; None where it is otherwise."""
    terms, bid = instrument.terms, taker.side is BID
    ladder = (instrument.asks if bid else instrument.bids).get(ANY)
    if terms.moves_data or terms.posted_price is not None or ladder is None:
        return None
    if len(instrument.asks if bid else instrument.bids) > 1:
        return None
    left = taker.quantity_left
    meetings: list[Meeting] = []
    for level in best_first(ladder):
        if not left or (level.price > limit if bid else level.price < limit):
            break
        for resting in islice(level.orders, level.head, None):
            quantity = resting.quantity_left
            if not quantity:
                continue
            if (
                resting.display
                or len(meetings) == _PLAIN_MET_MAX
                or (owner is not None and _owns(market, owner, resting))
            ):
                return None
            if quantity > left:
                quantity = left
            meetings.append(Meeting(resting, quantity, "trade", NO_CROSSING, ()))
            left -= quantity
            if not left:
                break
    return Plan(meetings, left, taker.quantity_left - left, None, [], False, None)


def _full_plan(
    market: Market,
    instrument: Instrument,
    taker: Order,
    fence: Fence | OpenGround,
    limit: int | None,
    bounds: _Bounds,
    owner: str | None,
) -> Plan:
    admitted, others = ask_all(market, instrument, taker, fence, limit, bounds.asked_bytes)
    weighed = fence.untaken_bytes
    if owner is not None and others.crossed:
        admitted += _elsewhere(market, instrument, owner, admitted, taker, limit)
    met = Plan([], taker.quantity_left, 0, None, fence.take(), *others)
    for resting, available in _portions(market, instrument, taker, admitted, owner, limit, met):
        if not met.left:
            break
        # One is met whatever was asked about: where answers are not kept, the next step would not get further.
        if met.meetings and (len(met.meetings) >= bounds.met or weighed > bounds.weight_bytes):
            met.stopped = "fills_bounded"
            break
        if _owns(market, owner, resting):
            if _meets_own(met, taker, resting):
                break
            continue
        answer = _answer(market, instrument.terms, taker, resting, fence)
        weighed += _TRADE_BYTES + answer.weight_bytes + fence.untaken_bytes
        decisions = tuple(fence.take())
        if answer.admitted:
            quantity = min(met.left, available)
            met.meetings.append(Meeting(resting, quantity, "trade", answer, decisions))
            met.left -= quantity
            met.traded += quantity
        else:
            met.decisions += decisions
            # What trades change may have the fence refuse an order whose ladder it has admitted.
            met.crosses, met.retry_at = True, earlier(met.retry_at, answer.until)
    return met


def _meets_own(met: Plan, taker: Order, resting: Order) -> bool:
    """Prevent a trade within one owner, and say whether the arriving order ends there."""
    mode = taker.self_trade
    if mode is SelfTrade.CANCEL_NEWEST:
        met.stopped = "own_order_ahead"
        return True
    if mode is SelfTrade.DECREMENT:
        quantity = min(met.left, resting.quantity_left)
        met.meetings.append(Meeting(resting, quantity, "reduce", NO_CROSSING, ()))
        met.left -= quantity
        return False
    met.meetings.append(Meeting(resting, resting.quantity_left, "cancel", NO_CROSSING, ()))
    if mode is SelfTrade.CANCEL_BOTH:
        met.stopped = "own_order_ahead"
        return True
    return False


def _answer(
    market: Market, terms: InstrumentTerms, taker: Order, resting: Order, fence: Fence | OpenGround
) -> Answer:
    if not terms.moves_data:
        return NO_CROSSING
    bid, ask = (taker, resting) if taker.side is BID else (resting, taker)
    participants = market.participants
    return fence.ask(participants[ask.participant_id], participants[bid.participant_id], bid.use)


def _owner_there(market: Market, instrument: Instrument, taker: Order) -> str | None:
    """The taker's beneficial owner, if it has orders on the other side, through whichever participant."""
    owner = market.participants[taker.participant_id].beneficial_owner
    for participant_id in market.owned[owner]:
        holder = instrument.holders.get(participant_id)
        if holder is not None and (holder.asks if taker.side is BID else holder.bids):
            return owner
    return None


def _owns(market: Market, owner: str | None, order: Order) -> bool:
    """Whether an order is the owner's, if one has any there."""
    return owner is not None and market.participants[order.participant_id].beneficial_owner == owner


def _elsewhere(
    market: Market,
    instrument: Instrument,
    owner: str,
    admitted: list[Ladder],
    taker: Order,
    limit: int | None,
) -> list[Ladder]:
    """The owner's orders that no admitted ladder has, as one more: an order meets its own wherever they stand.

    Shape: older ones within the limit, the first of them by price, then time: no more than the taker can meet.
    """
    side, reached = opposite(taker.side), {ladder.standing for ladder in admitted}
    passed_over = {
        standing
        for standing, ladder in ladders_of(instrument, side).items()
        if standing not in reached and _accepts(taker.side, limit, first_of(ladder).price)
    }
    own = (
        order
        for participant_id in market.owned[owner]
        for order in _standing_in(market, instrument, participant_id, side, passed_over)
        if order.entered < taker.entered and _accepts(taker.side, limit, order.price)
    )
    sign = 1 if side is BID else -1
    levels: dict[int, Level] = {}
    for order in nsmallest(MET_MAX + 1, own, key=lambda order: (-sign * order.price, order.rank)):
        levels.setdefault(sign * order.price, Level(order.price, [])).orders.append(order)
    return [Ladder("own", sorted(levels), levels)] if levels else []


def _standing_in(
    market: Market, instrument: Instrument, participant_id: str, side: Side, standings: set[str]
) -> Iterator[Order]:
    """A participant's open orders of a side in ladders of these standings.

    Shape: where all that it has on a side is of one standing, as asks are, none is looked at if it is not of these.
    """
    terms, holder = instrument.terms, instrument.holders.get(participant_id)
    if holder is None or not (holder.bids if side is BID else holder.asks):
        return
    if side is ASK or not terms.moves_data:
        standing = standing_of(terms, market.participants[participant_id], side, NO_USE)
        if standing not in standings:
            return
    orders, roll = market.orders, holder.roll
    for name in islice(roll.names, roll.head, None):
        order = orders.get(name)
        if order is not None and order.side is side and order.standing in standings:
            yield order


def _accepts(side: Side, limit: int | None, price: int) -> bool:
    """Whether an order of `side` may trade at `price`; without a limit it may at any."""
    return limit is None or crosses(side, limit, price)


def _portions(
    market: Market,
    instrument: Instrument,
    taker: Order,
    ladders: list[Ladder],
    owner: str | None,
    limit: int | None,
    met: Plan,
) -> Iterator[tuple[Order, int]]:
    """What the arriving order meets, in turn: orders, and how much of each.

    Shape: of an iceberg what it shows; once that is used up it comes again, behind its price's queue. Orders of the
    same owner come once. Those that entered later, which only a sweep finds, are left out.
    """
    if instrument.terms.posted_price is not None:
        yield from _standing_ask(instrument.terms, taker, limit)
        return
    for _, orders in in_priority(ladders, opposite(taker.side), limit):
        hidden: list[tuple[Order, int]] = []
        for order in orders:
            if order.entered >= taker.entered:
                if instrument.shown_again:
                    continue
                break
            yield order, order.shown
            if order.shown < order.quantity_left and not _owns(market, owner, order):
                hidden.append((order, order.quantity_left - order.shown))
        if hidden:
            yield from _shown_again(hidden, met)


def _shown_again(hidden: list[tuple[Order, int]], met: Plan) -> Iterator[tuple[Order, int]]:
    """What icebergs hide, part after part in turn, once nothing else stands at their price.

    Shape: as many whole rounds as all of them have and the arriving order takes are one portion of each: the outcome is
    the same, and a part that is small does not count as a fill each time it is shown.
    """
    while hidden:
        each_round = sum(order.display for order, _ in hidden)
        rounds = min(met.left // each_round, min(left // order.display for order, left in hidden))
        turn = hidden if rounds > 1 else hidden[:1]
        hidden = hidden[len(turn) :]
        for order, left in turn:
            part = min(order.display * max(1, rounds), left)
            yield order, part
            if part < left:
                hidden.append((order, left - part))


def _standing_ask(terms: InstrumentTerms, taker: Order, limit: int | None) -> Iterator[tuple[Order, int]]:
    """The posted price: one ask of unlimited quantity, the only one of its book."""
    price, seller_id = terms.posted_price, terms.seller_id
    if price is None or seller_id is None or taker.side is ASK:
        return
    if limit is None or crosses(taker.side, limit, price):
        yield (
            Order(
                order_id="",
                instrument_id=terms.instrument_id,
                participant_id=seller_id,
                side=ASK,
                price=price,
                quantity_left=taker.quantity_left,
                lot_reserve_minor=0,
                use=NO_USE,
                entered=-1,
                rank=-1,
                shown=taker.quantity_left,
            ),
            taker.quantity_left,
        )
