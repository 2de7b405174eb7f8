"""A call auction: orders were collected, one price is found for all, and they trade at it.

Source: market.md section 4a (11, 12, 13).
"""

from collections.abc import Sequence
from itertools import islice
from typing import Literal

from exchange.kernel.bases import Cause, Fact
from exchange.market.allotting import Admits, allotted
from exchange.market.auction_price import find_price
from exchange.market.closing import closing
from exchange.market.endings import cancelled
from exchange.market.facts import AuctionPriced, InstrumentStateSet
from exchange.market.fencing import Fence, OpenGround, Rulesets, fence_of
from exchange.market.meetings import bargain_of
from exchange.market.queues import named
from exchange.market.state import Instrument, Market, Order
from exchange.market.trades import traded
from exchange.market.uniform_price import NOTHING

_TRADES_MAX = 20
_CANCELLED_MAX = 100


def continue_auction(market: Market, instrument_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Find the price; then, in further outcomes, trade at it; then trade on or close."""
    instrument = market.instruments[instrument_id]
    if instrument.state == "call":
        return uncrossing(market, instrument, cause, rulesets, "time")
    fence = fence_of(market, instrument, cause, rulesets, refusals_bytes=0)
    trades = [] if fence is None else _trades(market, instrument, fence, cause)
    return trades or _over(market, instrument)


def uncrossing(
    market: Market, instrument: Instrument, cause: Cause, rulesets: Rulesets, by: Literal["decision", "time"]
) -> Sequence[Fact]:
    """The end of the call: the price is found, and nothing is accepted until all trades at it are made."""
    name = instrument.terms.instrument_id
    fence = fence_of(market, instrument, cause, rulesets, refusals_bytes=0)
    found = NOTHING if fence is None else find_price(market, instrument, _admits(market, fence))
    return (
        InstrumentStateSet(instrument_id=name, state="uncrossing", by=by),
        AuctionPriced(instrument_id=name, price=found.price, volume=found.volume, imbalance=found.imbalance),
    )


def _admits(market: Market, fence: Fence | OpenGround) -> Admits:
    """Whether a bid and an ask may trade, but for their owners: one pair speaks for all of its standings."""
    people = market.participants
    known: dict[tuple[str, str], bool] = {}

    def admits(bid: Order, ask: Order) -> bool:
        key = (bid.standing, ask.standing)
        if key not in known:
            answer = fence.ask(people[ask.participant_id], people[bid.participant_id], bid.use)
            known[key] = answer.admitted
        return known[key]

    return admits


def _trades(market: Market, instrument: Instrument, fence: Fence | OpenGround, cause: Cause) -> list[Fact]:
    """The next trades at the auction's price."""
    price, people = instrument.auction_price, market.participants
    if price is None:
        return []
    facts: list[Fact] = []
    pairs = allotted(market, instrument, price, _admits(market, fence))
    for index, (bid, ask, quantity) in enumerate(islice(pairs, _TRADES_MAX)):
        answer = fence.ask(people[ask.participant_id], people[bid.participant_id], bid.use)
        facts += fence.take()
        bargain = bargain_of(instrument.terms, bid, ask, None, price, quantity)
        facts += traded(market, instrument.terms, bargain, answer, cause, index)
    return facts


def _over(market: Market, instrument: Instrument) -> Sequence[Fact]:
    """Market orders end with the auction that they waited for; then the book trades on, or closes."""
    ending = list(islice(named(instrument.waiting, market.orders), _CANCELLED_MAX))
    if ending:
        return [cancelled(market, order, "auction_ended", order.quantity_left) for order in ending]
    if instrument.terms.rules.after_call == "closed":
        return closing(market, instrument, "time")
    return (InstrumentStateSet(instrument_id=instrument.terms.instrument_id, state="open", by="time"),)
