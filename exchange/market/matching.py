"""An arriving order meets the other side of the book: price first, then time, among those it may trade with.

Source: market.md sections 4a (1, 3, 8, 9) and the matching invariants.
"""

from collections.abc import Iterator
from itertools import chain, islice
from typing import Literal, NamedTuple

import msgspec

from exchange.kernel.bases import Cause, Fact
from exchange.market.book import crosses, open_orders, opposite
from exchange.market.commands import InstrumentTerms, Side, Standing, Use
from exchange.market.fencing import Answer, Fence
from exchange.market.money_rules import amount_minor
from exchange.market.state import Instrument, Market, Order
from exchange.market.trades import Bargain, traded
from exchange.market.weighing import weight


class Limits(NamedTuple):
    """How much matching one order may bring about at once.

    Units: `fills` are trades, `looks` resting orders looked at with those passed over, `weight_bytes` what the
    facts may weigh on the wire before no further order is met.
    """

    fills: int
    looks: int
    weight_bytes: int


ARRIVING = Limits(fills=100, looks=1_000, weight_bytes=112 * 1024)
"""An outcome may weigh 256 KiB; the rest is for the deadlines that come first in it and for one last decision."""
SWEEPING = Limits(fills=20, looks=100, weight_bytes=16 * 1024)
"""Many steps of a sweep may share an outcome, so each is short; the next one goes on where it stopped."""

Stopped = Literal["own_order_ahead", "fills_bounded"]


class Matched(msgspec.Struct, frozen=True):
    """What came of matching.

    Shape: `stopped` says why what is left may not rest; `looks` counts the resting orders looked at, of which
    `passed` did not trade, with those passed over before.
    """

    facts: list[Fact]
    quantity_left: int
    stopped: Stopped | None
    looks: int
    passed: int


class _Pair(NamedTuple):
    """A bid and an ask at the resting one's price; the ask of a posted price has no id."""

    bid: Order
    ask_id: str
    seller: Standing
    buyer: Standing
    taker: Side
    price: int


def match(
    market: Market,
    instrument: Instrument,
    taker: Order,
    fence: Fence,
    cause: Cause,
    limits: Limits,
    passed: int = 0,
) -> Matched:
    """Trade `taker` against the orders that entered before it, but for the first `passed`, which it may not meet.

    Shape: facts in the order they take effect; a decision comes before the first trade that rests on it.
    """
    levels = instrument.asks if taker.side is Side.BID else instrument.bids
    if instrument.terms.posted_price is None and not (
        levels and crosses(taker.side, taker.price, levels[-1].price)
    ):
        return Matched([], taker.quantity_left, None, 0, passed)
    facts: list[Fact] = []
    left, fills, looks, weighed = taker.quantity_left, 0, 0, 0
    owner = market.participants[taker.participant_id].beneficial_owner
    stopped: Stopped | None = None
    for resting in islice(_ahead(instrument, market, taker), passed, None):
        if not left:
            break
        standing = market.participants[resting.participant_id]
        if standing.beneficial_owner == owner:
            stopped = "own_order_ahead"
            break
        if fills == limits.fills or looks == limits.looks or weighed > limits.weight_bytes:
            stopped = "fills_bounded"
            break
        looks += 1
        if not standing.active:
            continue
        pair = _pair(market, taker, resting)
        answer = fence.ask(pair.seller, pair.buyer, pair.bid.use)
        new: list[Fact] = fence.take()
        if answer.admitted:
            quantity = min(left, resting.quantity_left)
            new += _trade(market, instrument.terms, pair, quantity, answer, fills, cause)
            left -= quantity
            fills += 1
        weighed += sum(map(weight, new))
        facts += new
    return Matched(facts, left, stopped, looks, passed + looks - fills)


def _ahead(instrument: Instrument, market: Market, taker: Order) -> Iterator[Order]:
    """The other side's orders whose price `taker` accepts, in the order they are to be met."""
    side = opposite(taker.side)
    resting = chain(open_orders(instrument, market.orders, side), _standing_ask(instrument.terms, taker))
    for order in resting:
        if not crosses(taker.side, taker.price, order.price):
            return
        if order.entered < taker.entered:
            yield order


def _standing_ask(terms: InstrumentTerms, taker: Order) -> tuple[Order, ...]:
    """The posted price: one ask of unlimited quantity, the only one of its book."""
    if terms.posted_price is None or terms.seller_id is None or taker.side is Side.ASK:
        return ()
    return (
        Order(
            order_id="",
            instrument_id=terms.instrument_id,
            participant_id=terms.seller_id,
            side=Side.ASK,
            price=terms.posted_price,
            quantity_left=taker.quantity_left,
            lot_reserve_minor=0,
            use=Use(),
            entered=-1,
        ),
    )


def _pair(market: Market, taker: Order, resting: Order) -> _Pair:
    bid, ask = (taker, resting) if taker.side is Side.BID else (resting, taker)
    participants = market.participants
    seller, buyer = participants[ask.participant_id], participants[bid.participant_id]
    return _Pair(bid, ask.order_id, seller, buyer, taker.side, resting.price)


def _trade(
    market: Market,
    terms: InstrumentTerms,
    pair: _Pair,
    quantity: int,
    answer: Answer,
    index: int,
    cause: Cause,
) -> tuple[Fact, Fact]:
    amount = amount_minor(terms, pair.price, quantity)
    return traded(
        market,
        terms,
        Bargain(
            bid_id=pair.bid.order_id,
            ask_id=pair.ask_id,
            buyer_id=pair.buyer.participant_id,
            seller_id=pair.seller.participant_id,
            taker=pair.taker,
            price=pair.price,
            quantity=quantity,
            amount_minor=amount,
            released_minor=pair.bid.lot_reserve_minor * quantity - amount,
        ),
        answer,
        cause,
        index,
    )
