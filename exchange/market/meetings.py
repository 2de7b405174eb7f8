"""What an arriving order and those it meets bring about, as facts."""

from collections.abc import Iterable

from exchange.kernel.bases import Cause, Fact
from exchange.market.commands import BID, InstrumentTerms, Side
from exchange.market.endings import cancelled, reduced
from exchange.market.matching import Meeting
from exchange.market.money_rules import amount_minor
from exchange.market.state import Market, Order
from exchange.market.trades import Bargain, traded


def facts_of(
    market: Market, terms: InstrumentTerms, taker: Order, meetings: Iterable[Meeting], cause: Cause
) -> list[Fact]:
    """The facts of some meetings, in the order they take effect; a decision comes before the trade that rests on it."""
    facts: list[Fact] = []
    trades = 0
    side = taker.side
    bids = side is BID
    for meeting in meetings:
        resting, quantity = meeting.resting, meeting.quantity
        if meeting.decisions:
            facts += meeting.decisions
        if meeting.kind == "trade":
            bid, ask = (taker, resting) if bids else (resting, taker)
            bargain = bargain_of(terms, bid, ask, side, resting.price, quantity)
            facts += traded(market, terms, bargain, meeting.answer, cause, trades)
            trades += 1
        elif meeting.kind == "cancel":
            facts.append(cancelled(market, resting, "own_order_behind", quantity))
        else:
            facts += (reduced(market, taker, quantity), reduced(market, resting, quantity))
    return facts


def bargain_of(
    terms: InstrumentTerms, bid: Order, ask: Order, taker: Side | None, price: int, quantity: int
) -> Bargain:
    """What a bid and an ask agree on; the money comes out of the bid's reserve."""
    amount = amount_minor(terms, price, quantity, bid.on_top_bp)
    return Bargain(
        bid.order_id,
        ask.order_id,
        bid.participant_id,
        ask.participant_id,
        taker=taker,
        price=price,
        quantity=quantity,
        amount_minor=amount,
        released_minor=bid.lot_reserve_minor * quantity - amount,
        on_top_bp=bid.on_top_bp,
    )
