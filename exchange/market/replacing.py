"""Changing an open order. Source: market.md section 4a (5, 7)."""

from collections.abc import Sequence

import msgspec

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.market.commands import ReplaceOrder, Side, TimeInForce
from exchange.market.conditions import display_refusal, expiry_refusal, price_refusal, size_refusal
from exchange.market.credit.drawing import on_credit
from exchange.market.endings import cancelled
from exchange.market.entry import being_cancelled, capacity_refusal, funds_refusal, undeliverable
from exchange.market.facts import OrderReplaced, Reason
from exchange.market.fencing import Rulesets, fence_of, no_ruleset
from exchange.market.matching import Plan, nothing_to_meet, plan
from exchange.market.meetings import facts_of
from exchange.market.money_rules import lot_reserve_minor
from exchange.market.orders import fence_refusal, own_order
from exchange.market.parties import lacks_role, suspended
from exchange.market.state import Instrument, Market, Order
from exchange.market.supply.rules import on_top_bp


def replace_order(market: Market, command: ReplaceOrder, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Refuse a change, or make it: in place where nothing but a reduction changes, anew at the back otherwise."""
    order = own_order(market, command, command.order_id, cause)
    if isinstance(order, Refused):
        return (order,)
    instrument = market.instruments[order.instrument_id]
    if command.quantity <= order.executed:
        return (cancelled(market, order, "replaced_below_executed", order.quantity_left),)
    left = command.quantity - order.executed
    new = _changed(market, instrument, order, command, left, cause)
    in_place = _only_reduces(order, new)
    if in_place:
        new = msgspec.structs.replace(
            new, lot_reserve_minor=order.lot_reserve_minor, on_top_bp=order.on_top_bp
        )
    if (refusal := _refusal(market, instrument, order, new, command, cause, in_place)) is not None:
        return (refusal,)
    if in_place:
        return (_replaced(instrument, order, new, command, None, kept_place=True),)
    return on_credit(market, _anew(market, instrument, order, new, command, cause, rulesets))


def _anew(
    market: Market,
    instrument: Instrument,
    order: Order,
    new: Order,
    command: ReplaceOrder,
    cause: Cause,
    rulesets: Rulesets,
) -> Sequence[Fact]:
    fence = fence_of(market, instrument, cause, rulesets)
    if fence is None:
        return (no_ruleset(command, instrument.terms.instrument_id),)
    refusal = fence_refusal(market, instrument, command, new.side, cause.actor, new.use, fence)
    if refusal is not None:
        return (*fence.take(), refusal)
    decided = fence.take()
    if instrument.state == "call" or nothing_to_meet(instrument, new.side, new.price):
        met = Plan([], new.quantity_left, 0, None, [], False, None)
    else:
        met = plan(market, instrument, new, fence, new.price)
    if order.post_only and (met.meetings or met.stopped):
        detail = (
            "changed so, it would meet an order at once, and was to rest only; the order stands as it was"
        )
        return (
            *decided,
            *met.decisions,
            refused(command, Reason.POST_ONLY_WOULD_TAKE, order.order_id, detail),
        )
    rests = met if met.left and met.stopped is None else None
    facts: list[Fact] = [
        *decided,
        _replaced(instrument, order, new, command, rests, kept_place=False),
        *met.decisions,
    ]
    facts += facts_of(market, instrument.terms, new, met.meetings, cause)
    if met.left and met.stopped is not None:
        facts.append(cancelled(market, new, met.stopped, met.left))
    return facts


def _refusal(
    market: Market,
    instrument: Instrument,
    order: Order,
    new: Order,
    command: ReplaceOrder,
    cause: Cause,
    in_place: bool,
) -> Refused | None:
    """Why an order may not be changed so; one that only becomes smaller keeps the price it was accepted at."""
    if instrument.state not in ("open", "call"):
        detail = f"its book is {instrument.state}; orders are changed while it is open or collects them"
        return refused(command, Reason.INSTRUMENT_NOT_OPEN, order.order_id, detail)
    owner = market.participants[order.participant_id]
    if not owner.active:
        return suspended(command, order.participant_id)
    if (refusal := lacks_role(command, owner, order.side)) is not None:
        return refusal
    if being_cancelled(market, order.participant_id, order.instrument_id):
        detail = "orders of this kind are being cancelled, many of them"
        return refused(command, Reason.CANCELLING, order.order_id, detail)
    if order.waits_for_auction:
        detail = "a market order that waits for an auction is cancelled and placed anew, not changed"
        return refused(command, Reason.CONDITION_CONFLICT, order.order_id, detail)
    dated = _time_in_force(order)
    expires_at = command.expires_at
    if expires_at is None and order.good_till_date:
        expires_at = order.expires_at
    return (
        size_refusal(instrument, command, command.quantity)
        or (None if in_place else display_refusal(command, order.order_id, order.display, new.quantity_left))
        or (None if in_place else price_refusal(instrument, command, command.price))
        or (None if in_place else _seller_suspended(market, instrument, command, order))
        or expiry_refusal(command, order.order_id, dated, expires_at, cause)
        or _unbacked(market, instrument, order, new, command)
    )


def _seller_suspended(
    market: Market, instrument: Instrument, command: ReplaceOrder, order: Order
) -> Refused | None:
    seller_id = instrument.terms.seller_id
    if order.side is Side.ASK or seller_id is None or market.participants[seller_id].active:
        return None
    detail = f"its seller {seller_id} is suspended; until it is reinstated nothing can be bought of it"
    return refused(command, Reason.PARTICIPANT_SUSPENDED, seller_id, detail)


def _unbacked(
    market: Market, instrument: Instrument, order: Order, new: Order, command: ReplaceOrder
) -> Refused | None:
    who, left = order.participant_id, new.quantity_left
    if order.side is Side.ASK:
        return capacity_refusal(instrument, command, who, command.price, left, order.quantity_left)
    had_minor = order.lot_reserve_minor * order.quantity_left
    return undeliverable(instrument, command, command.price, left) or funds_refusal(
        market, instrument, command, who, command.price, left, had_minor, new.on_top_bp
    )


def _changed(
    market: Market, instrument: Instrument, order: Order, command: ReplaceOrder, left: int, cause: Cause
) -> Order:
    """The order as it would be, entering anew."""
    bid = order.side is Side.BID
    on_top = on_top_bp(market, instrument.terms, order.participant_id, cause.at) if bid else 0
    return msgspec.structs.replace(
        order,
        price=command.price,
        quantity_left=left,
        shown=left,
        lot_reserve_minor=lot_reserve_minor(instrument.terms, command.price, on_top) if bid else 0,
        on_top_bp=on_top,
        entered=market.orders_entered,
        rank=market.orders_entered,
        expires_at=order.expires_at if command.expires_at is None else command.expires_at,
    )


def _only_reduces(order: Order, new: Order) -> bool:
    return (
        new.price == order.price
        and new.quantity_left <= order.quantity_left
        and new.expires_at == order.expires_at
    )


def _replaced(
    instrument: Instrument,
    order: Order,
    new: Order,
    command: ReplaceOrder,
    rests: Plan | None,
    *,
    kept_place: bool,
) -> OrderReplaced:
    return OrderReplaced(
        order_id=order.order_id,
        instrument_id=order.instrument_id,
        participant_id=order.participant_id,
        price=new.price,
        quantity=command.quantity,
        quantity_left=new.quantity_left,
        expires_at=new.expires_at,
        kept_place=kept_place,
        currency=instrument.terms.currency,
        reserved_minor=new.lot_reserve_minor * new.quantity_left,
        reserved_before_minor=order.lot_reserve_minor * order.quantity_left,
        crosses=rests is not None and rests.crosses,
        retry_at=None if rests is None else rests.retry_at,
        on_top_bp=new.on_top_bp,
    )


def _time_in_force(order: Order) -> TimeInForce:
    if order.good_till_date:
        return TimeInForce.GOOD_TILL_DATE
    return TimeInForce.GOOD_TILL_CANCELLED if order.expires_at is None else TimeInForce.DAY
