"""Placing and cancelling orders: one decision over funds, fence and match."""

from collections.abc import Sequence
from typing import Literal

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.market.commands import CancelOrder, PlaceOrder, Side
from exchange.market.entry import entry_refusal
from exchange.market.facts import OrderAccepted, OrderCancelled, Reason
from exchange.market.fencing import Fence, Rulesets, fence_of
from exchange.market.matching import ARRIVING, match
from exchange.market.money_rules import lot_reserve_minor
from exchange.market.purses import to_draw
from exchange.market.state import Instrument, Market, Order, purse_of

Grounds = Literal["asked", "immediate_or_cancel", "own_order_ahead", "fills_bounded", "instrument_closed"]


def place_order(market: Market, command: PlaceOrder, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Refuse an order, or accept it and match it at once."""
    instrument = market.instruments.get(command.instrument_id)
    if instrument is None:
        detail = "no such instrument is traded here; the catalogue names those on sale"
        return (refused(command, Reason.INSTRUMENT_UNKNOWN, command.instrument_id, detail),)
    if (refusal := entry_refusal(market, instrument, command, cause)) is not None:
        return (refusal,)
    fence = fence_of(market, instrument, cause, rulesets)
    if fence is None:
        detail = "no ruleset is in force, and without one nothing may cross; activate one"
        return (refused(command, Reason.RULESET_NONE, command.instrument_id, detail),)
    if instrument.terms.seller_id is not None:
        refusal = _fence_refusal(market, instrument, command, cause, fence)
        if refusal is not None:
            return (*fence.take(), refusal)
    return _accepted(market, instrument, command, cause, fence)


def cancel_order(market: Market, command: CancelOrder, cause: Cause) -> Sequence[Fact]:
    """Cancel what is left of the actor's own order.

    Shape: ended orders are not remembered, so an id that an earlier command can have brought about is told
    to be not open, any other to be unknown.
    """
    order = market.orders.get(command.order_id)
    if order is not None and order.participant_id == cause.actor:
        return (cancelled(market, order, "asked", order.quantity_left),)
    if order is None and _was_issued(command.order_id, cause):
        detail = "it is not open: it was filled or cancelled, or never accepted"
        return (refused(command, Reason.ORDER_NOT_OPEN, command.order_id, detail),)
    detail = f"{cause.actor} has no such order here; use the order_id of its OrderAccepted"
    return (refused(command, Reason.ORDER_UNKNOWN, command.order_id, detail),)


def cancelled(market: Market, order: Order, grounds: Grounds, quantity_left: int) -> OrderCancelled:
    """The fact that the `quantity_left` lots of `order` end without a trade."""
    return OrderCancelled(
        order_id=order.order_id,
        instrument_id=order.instrument_id,
        participant_id=order.participant_id,
        quantity_left=quantity_left,
        currency=market.instruments[order.instrument_id].terms.currency,
        released_minor=order.lot_reserve_minor * quantity_left,
        grounds=grounds,
    )


def _fence_refusal(
    market: Market, instrument: Instrument, command: PlaceOrder, cause: Cause, fence: Fence
) -> Refused | None:
    """With a single seller the pair is known: an inadmissible bid is refused at entry."""
    seller_id = instrument.terms.seller_id
    if command.side is Side.ASK or seller_id is None:
        return None
    answer = fence.ask(market.participants[seller_id], market.participants[cause.actor], command.use)
    if answer.admitted or answer.summary is None:
        return None
    said = f"{answer.summary.outcome} under ruleset {answer.summary.ruleset_version}"
    supply = f"; supply what is not known: {', '.join(answer.missing)}" if answer.missing else ""
    detail = f"{said}, decision {answer.summary.decision_id}{supply}"
    return refused(command, Reason.FENCE_REFUSED, command.instrument_id, detail, answer.summary.codes)


def _accepted(
    market: Market, instrument: Instrument, command: PlaceOrder, cause: Cause, fence: Fence
) -> Sequence[Fact]:
    bid = command.side is Side.BID
    taker = Order(
        order_id=derived_id("O", cause.partition, cause.offset, 0),
        instrument_id=command.instrument_id,
        participant_id=cause.actor,
        side=command.side,
        price=command.price,
        quantity_left=command.quantity,
        lot_reserve_minor=lot_reserve_minor(instrument.terms, command.price) if bid else 0,
        use=command.use,
        entered=market.orders_entered,
    )
    accepted = OrderAccepted(
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
        drawn_minor=to_draw(
            purse_of(market, cause.actor, instrument.terms.currency),
            taker.lot_reserve_minor * command.quantity,
        ),
    )
    facts: list[Fact] = [*fence.take(), accepted]
    matched = match(market, instrument, taker, fence, cause, ARRIVING)
    facts += matched.facts
    grounds: Grounds | None = matched.stopped
    if grounds is None and command.time_in_force == "immediate_or_cancel":
        grounds = "immediate_or_cancel"
    if matched.quantity_left and grounds is not None:
        facts.append(cancelled(market, taker, grounds, matched.quantity_left))
    return facts


def _was_issued(order_id: str, cause: Cause) -> bool:
    """Whether `order_id` is one that an earlier command of this partition can have brought about."""
    prefix = f"O-{cause.partition}."
    offset, _, index = order_id.removeprefix(prefix).partition(".")
    return order_id.startswith(prefix) and offset.isdecimal() and index == "0" and int(offset) < cause.offset
