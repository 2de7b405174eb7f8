"""Placing, changing and cancelling orders: one decision over funds, fence and match.

Source: market.md sections 4 and 4a.
"""

from collections.abc import Sequence
from typing import NamedTuple

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.market.book import best_price, opposite
from exchange.market.commands import CancelOrder, OrderType, PlaceOrder, Side, TimeInForce, Use
from exchange.market.conditions import condition_refusal, takes_only
from exchange.market.endings import cancelled
from exchange.market.entry import capacity_refusal, entry_refusal, funds_refusal
from exchange.market.facts import CancelGrounds, OrderAccepted, Reason
from exchange.market.fencing import Fence, Rulesets, fence_of, not_admitted
from exchange.market.matching import Plan, nothing_to_meet, plan
from exchange.market.meetings import facts_of
from exchange.market.money_rules import lot_reserve_minor
from exchange.market.pricing import worst_in_band
from exchange.market.sessions import session_end
from exchange.market.state import Instrument, Market, Order


def place_order(market: Market, command: PlaceOrder, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Refuse an order, or accept it and match it at once."""
    instrument = market.instruments.get(command.instrument_id)
    if instrument is None:
        detail = "no such instrument is traded here; the catalogue names those on sale"
        return (refused(command, Reason.INSTRUMENT_UNKNOWN, command.instrument_id, detail),)
    refusal = entry_refusal(market, instrument, command, cause) or condition_refusal(
        instrument, command, cause
    )
    if refusal is not None:
        return (refusal,)
    fence = fence_of(market, instrument, cause, rulesets)
    if fence is None:
        return (no_ruleset(command, instrument),)
    refusal = fence_refusal(market, instrument, command, command.side, cause.actor, command.use, fence)
    if refusal is not None:
        return (*fence.take(), refusal)
    if instrument.state == "call":
        return _collected(market, instrument, command, cause, fence)
    return _matched(market, instrument, command, cause, fence)


def cancel_order(market: Market, command: CancelOrder, cause: Cause) -> Sequence[Fact]:
    """Cancel what is left of the actor's own order."""
    order = own_order(market, command, command.order_id, cause)
    if isinstance(order, Refused):
        return (order,)
    return (cancelled(market, order, "asked", order.quantity_left),)


def own_order(market: Market, command: Command, order_id: str, cause: Cause) -> Order | Refused:
    """The actor's own open order of this id.

    Shape: ended orders are not remembered, so an id that an earlier command can have brought about is told
    to be not open, any other to be unknown.
    """
    order = market.orders.get(order_id)
    if order is not None and order.participant_id == cause.actor:
        return order
    if order is None and _was_issued(order_id, cause):
        detail = "it is not open: it was filled, cancelled or expired, or never accepted"
        return refused(command, Reason.ORDER_NOT_OPEN, order_id, detail)
    detail = f"{cause.actor} has no such order here; use the order_id of its OrderAccepted"
    return refused(command, Reason.ORDER_UNKNOWN, order_id, detail)


def no_ruleset(command: Command, instrument: Instrument) -> Refused:
    """The refusal of what the fence cannot decide."""
    detail = "no ruleset is in force, and without one nothing may cross; activate one"
    return refused(command, Reason.RULESET_NONE, instrument.terms.instrument_id, detail)


def fence_refusal(
    market: Market, instrument: Instrument, command: Command, side: Side, actor: str, use: Use, fence: Fence
) -> Refused | None:
    """With a single seller the pair is known: an inadmissible bid is refused at entry."""
    seller_id = instrument.terms.seller_id
    if side is Side.ASK or seller_id is None:
        return None
    answer = fence.ask(market.participants[seller_id], market.participants[actor], use)
    return not_admitted(command, instrument.terms.instrument_id, answer)


def funding_refusal(
    market: Market, instrument: Instrument, command: PlaceOrder, actor: str, price: int
) -> Refused | None:
    """Whether the order is backed: a bid by money, an ask by capacity where that is needed."""
    if command.side is Side.BID:
        return funds_refusal(market, instrument, command, actor, price, command.quantity)
    return capacity_refusal(instrument, command, actor, price, command.quantity)


def _collected(
    market: Market, instrument: Instrument, command: PlaceOrder, cause: Cause, fence: Fence
) -> Sequence[Fact]:
    """Take an order for an auction: nothing trades until then. A market order waits at the worst price it may have."""
    price = command.price
    if price is None:
        price = worst_in_band(instrument, command.side)
        if price is None and command.side is Side.ASK:
            price = 1
    if price is None:
        detail = (
            "a market bid in an auction needs a protection price here: the book has no collar that bounds it"
        )
        return (refused(command, Reason.PRICE_MISSING, command.instrument_id, detail),)
    if (refusal := funding_refusal(market, instrument, command, cause.actor, price)) is not None:
        return (refusal,)
    taker = _arriving(market, instrument, command, cause, price)
    return (*fence.take(), _accepted(instrument, command, taker, None, unpriced=command.price is None))


def _matched(
    market: Market, instrument: Instrument, command: PlaceOrder, cause: Cause, fence: Fence
) -> Sequence[Fact]:
    limit = _limit(instrument, command)
    taker = _arriving(market, instrument, command, cause, limit or 0)
    if limit is not None and (refusal := funding_refusal(market, instrument, command, cause.actor, limit)):
        return (refusal,)
    decided = fence.take()
    if limit is not None and nothing_to_meet(instrument, command.side, limit):
        met = Plan([], command.quantity, 0, None, [], False, None)
    else:
        met = plan(market, instrument, taker, fence, limit)
    if command.order_type is OrderType.MARKET and not met.meetings and met.stopped is None:
        detail = "nobody stands on the other side that it may trade with; bid or ask at a limit instead"
        return (
            *decided,
            *met.decisions,
            refused(command, Reason.OPPOSITE_SIDE_EMPTY, command.instrument_id, detail),
        )
    if limit is None:
        taker = _priced(instrument, taker, met)
        if (refusal := funding_refusal(market, instrument, command, cause.actor, taker.price)) is not None:
            return (*decided, *met.decisions, refusal)
    if command.post_only and (met.meetings or met.stopped):
        detail = "it would meet an order at once, and was to rest only; name a price that does not cross"
        return (
            *decided,
            *met.decisions,
            refused(command, Reason.POST_ONLY_WOULD_TAKE, command.instrument_id, detail),
        )
    return (*decided, *_concluded(market, instrument, command, taker, met, cause))


class _End(NamedTuple):
    """How an arriving order ends: `untouched` without a trade; with no `grounds` the rest stands in the book."""

    untouched: bool
    grounds: CancelGrounds | None


def _concluded(
    market: Market, instrument: Instrument, command: PlaceOrder, taker: Order, met: Plan, cause: Cause
) -> list[Fact]:
    untouched, grounds = _end(command, met)
    left = command.quantity if untouched else met.left
    rests = left > 0 and grounds is None
    facts: list[Fact] = [_accepted(instrument, command, taker, met if rests else None), *met.decisions]
    if not untouched:
        facts += facts_of(market, instrument.terms, taker, met.meetings, cause)
    if left and grounds is not None:
        facts.append(cancelled(market, taker, grounds, left))
    return facts


def _end(command: PlaceOrder, met: Plan) -> _End:
    if command.time_in_force is TimeInForce.FILL_OR_KILL and met.traded < command.quantity:
        return _End(True, "fills_bounded" if met.stopped == "fills_bounded" else "fill_or_kill")
    if command.min_quantity is not None and met.traded < command.min_quantity:
        return _End(True, "minimum_quantity")
    if met.stopped is not None:
        return _End(False, met.stopped)
    if command.time_in_force is TimeInForce.IMMEDIATE_OR_CANCEL:
        return _End(False, "immediate_or_cancel")
    return _End(False, "market_rest" if takes_only(command) else None)


def _limit(instrument: Instrument, command: PlaceOrder) -> int | None:
    """The worst price an order takes at; None where a market order has neither protection nor collar."""
    if command.order_type is OrderType.LIMIT:
        return command.price
    worst = worst_in_band(instrument, command.side)
    if command.price is None or worst is None:
        return command.price if worst is None else worst
    return min(command.price, worst) if command.side is Side.BID else max(command.price, worst)


def _priced(instrument: Instrument, taker: Order, met: Plan) -> Order:
    """A market order of no limit has the worst price it met."""
    prices = [meeting.resting.price for meeting in met.meetings]
    taker.price = prices[-1] if prices else (best_price(instrument, opposite(taker.side)) or 0)
    taker.lot_reserve_minor = (
        lot_reserve_minor(instrument.terms, taker.price) if taker.side is Side.BID else 0
    )
    return taker


def _arriving(market: Market, instrument: Instrument, command: PlaceOrder, cause: Cause, price: int) -> Order:
    return Order(
        order_id=derived_id("O", cause.partition, cause.offset, 0),
        instrument_id=command.instrument_id,
        participant_id=cause.actor,
        side=command.side,
        price=price,
        quantity_left=command.quantity,
        lot_reserve_minor=lot_reserve_minor(instrument.terms, price) if command.side is Side.BID else 0,
        use=command.use,
        entered=market.orders_entered,
        rank=market.orders_entered,
        shown=command.quantity,
        expires_at=_expiry(instrument, command, cause),
        self_trade=command.self_trade,
    )


def _expiry(instrument: Instrument, command: PlaceOrder, cause: Cause) -> int | None:
    if command.time_in_force is TimeInForce.DAY:
        return session_end(cause.at, instrument.terms.rules.session_ends_minute)
    return command.expires_at


def _accepted(
    instrument: Instrument, command: PlaceOrder, taker: Order, resting: Plan | None, *, unpriced: bool = False
) -> OrderAccepted:
    return OrderAccepted(
        order_id=taker.order_id,
        instrument_id=taker.instrument_id,
        participant_id=taker.participant_id,
        side=taker.side,
        quantity=command.quantity,
        price=taker.price,
        currency=instrument.terms.currency,
        reserved_minor=taker.lot_reserve_minor * command.quantity,
        use=command.use,
        reference=command.reference,
        time_in_force=command.time_in_force,
        order_type=command.order_type,
        expires_at=taker.expires_at,
        post_only=command.post_only,
        min_quantity=command.min_quantity,
        display_quantity=command.display_quantity,
        self_trade=command.self_trade,
        unpriced=unpriced,
        crosses=resting is not None and resting.crosses,
        retry_at=None if resting is None else resting.retry_at,
    )


def _was_issued(order_id: str, cause: Cause) -> bool:
    """Whether `order_id` is one that an earlier command of this partition can have brought about."""
    prefix = f"O-{cause.partition}."
    offset, _, index = order_id.removeprefix(prefix).partition(".")
    return order_id.startswith(prefix) and offset.isdecimal() and index == "0" and int(offset) < cause.offset
