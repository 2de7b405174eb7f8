"""Placing, changing and cancelling orders: one decision over funds, fence and match.

Source: market.md sections 4 and 4a.
"""

from collections.abc import Sequence

import msgspec

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.market.book import best_price, opposite
from exchange.market.commands import (
    ASK,
    BID,
    DAY_ONLY,
    FILL_OR_KILL,
    GOOD_TILL_CANCELLED,
    IMMEDIATE_OR_CANCEL,
    LIMIT,
    MARKET,
    CancelOrder,
    PlaceOrder,
    Side,
    Use,
)
from exchange.market.conditions import condition_refusal, is_plain
from exchange.market.credit.drawing import on_credit
from exchange.market.endings import cancelled
from exchange.market.entry import capacity_refusal, entry_refusal, funds_refusal
from exchange.market.facts import CancelGrounds, OrderAccepted, OrderCancelled, Reason
from exchange.market.fencing import (
    OPEN_GROUND,
    Fence,
    OpenGround,
    Rulesets,
    fence_of,
    no_ruleset,
    not_admitted,
)
from exchange.market.matching import Plan, Stopped, nothing_to_meet, plan
from exchange.market.meetings import facts_of
from exchange.market.money_rules import lot_reserve_minor
from exchange.market.parties import unknown_instrument
from exchange.market.plainly import enters_plainly
from exchange.market.pricing import worst_in_band
from exchange.market.sessions import session_end
from exchange.market.state import Instrument, Market, Order
from exchange.market.supply.rules import on_top_bp


def place_order(market: Market, command: PlaceOrder, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Refuse an order, or accept it and match it at once."""
    instrument = market.instruments.get(command.instrument_id)
    if instrument is None:
        return (unknown_instrument(command, command.instrument_id),)
    price = command.price
    if enters_plainly(market, instrument, command, cause):
        if (
            price is not None
            and command.time_in_force is GOOD_TILL_CANCELLED
            and nothing_to_meet(instrument, command.side, price)
        ):
            order_id = derived_id("O", cause.partition, cause.offset, 0)
            return (_plainly_accepted(instrument, command, cause.actor, order_id, price, None),)
        return _entered(market, instrument, command, cause, OPEN_GROUND, price)
    refusal = entry_refusal(market, instrument, command, cause) or condition_refusal(
        instrument, command, cause
    )
    if refusal is not None:
        return (refusal,)
    fence = fence_of(market, instrument, cause, rulesets)
    if fence is None:
        return (no_ruleset(command, command.instrument_id),)
    refusal = fence_refusal(market, instrument, command, command.side, cause.actor, command.use, fence)
    if refusal is not None:
        return (*fence.take(), refusal)
    on_top = on_top_bp(market, instrument.terms, cause.actor, cause.at) if command.side is BID else 0
    entered = _collected if instrument.state == "call" else _matched
    return on_credit(market, entered(market, instrument, command, cause, fence, on_top))


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


def fence_refusal(
    market: Market,
    instrument: Instrument,
    command: Command,
    side: Side,
    actor: str,
    use: Use,
    fence: Fence | OpenGround,
) -> Refused | None:
    """With a single seller the pair is known: an inadmissible bid is refused at entry."""
    seller_id = instrument.terms.seller_id
    if side is ASK or seller_id is None:
        return None
    answer = fence.ask(market.participants[seller_id], market.participants[actor], use)
    return not_admitted(command, instrument.terms.instrument_id, answer)


def _unbacked(
    market: Market, instrument: Instrument, command: PlaceOrder, cause: Cause, price: int, on_top: int
) -> Refused | None:
    """Whether the order is backed: a bid by money, an ask by capacity where that is needed."""
    who, quantity = cause.actor, command.quantity
    if command.side is BID:
        return funds_refusal(market, instrument, command, who, price, quantity, on_top_bp=on_top)
    return capacity_refusal(instrument, command, who, price, quantity)


def _collected(
    market: Market,
    instrument: Instrument,
    command: PlaceOrder,
    cause: Cause,
    fence: Fence | OpenGround,
    on_top: int,
) -> Sequence[Fact]:
    """Take an order for an auction: nothing trades until then. A market order waits at the worst price it may have."""
    price = command.price
    if price is None:
        price = worst_in_band(instrument, command.side)
        if price is None and command.side is ASK:
            price = 1
    if price is None:
        detail = (
            "a market bid in an auction needs a protection price here: the book has no collar that bounds it"
        )
        return (refused(command, Reason.PRICE_MISSING, command.instrument_id, detail),)
    if (refusal := _unbacked(market, instrument, command, cause, price, on_top)) is not None:
        return (refusal,)
    order_id = derived_id("O", cause.partition, cause.offset, 0)
    expires_at = _expiry(instrument, command, cause)
    accepted = _accepted(instrument, command, cause.actor, order_id, price, expires_at, on_top)
    if command.price is None:
        accepted = msgspec.structs.replace(accepted, unpriced=True)
    return (*fence.take(), accepted)


def _matched(
    market: Market,
    instrument: Instrument,
    command: PlaceOrder,
    cause: Cause,
    fence: Fence | OpenGround,
    on_top: int,
) -> Sequence[Fact]:
    limit = _limit(instrument, command)
    if limit is not None:
        refusal = _unbacked(market, instrument, command, cause, limit, on_top)
        if refusal is not None:
            return (refusal,)
    return _entered(market, instrument, command, cause, fence, limit, on_top)


def _entered(
    market: Market,
    instrument: Instrument,
    command: PlaceOrder,
    cause: Cause,
    fence: Fence | OpenGround,
    limit: int | None,
    on_top: int = 0,
) -> Sequence[Fact]:
    """An order that nothing speaks against meets the other side, down to its limit."""
    if limit is not None and nothing_to_meet(instrument, command.side, limit):
        return _meets_nothing(instrument, command, cause, limit, fence, on_top)
    if command.order_type is MARKET and _nobody_there(instrument, command.side):
        return (*fence.take(), _nobody(command))
    decided = fence.take()
    taker = _arriving(market, instrument, command, cause, limit or 0, on_top)
    met = plan(market, instrument, taker, fence, limit)
    if limit is None:
        taker = _priced(instrument, taker, met)
        refusal = _unbacked(market, instrument, command, cause, taker.price, on_top)
        if refusal is not None:
            return (*decided, *met.decisions, refusal)
    if command.post_only and (met.meetings or met.stopped):
        detail = "it would meet an order at once, and was to rest only; name a price that does not cross"
        refusal = refused(command, Reason.POST_ONLY_WOULD_TAKE, command.instrument_id, detail)
        return (*decided, *met.decisions, refusal)
    return (*decided, *_concluded(market, instrument, command, taker, met, cause))


def _meets_nothing(
    instrument: Instrument,
    command: PlaceOrder,
    cause: Cause,
    limit: int,
    fence: Fence | OpenGround,
    on_top: int,
) -> Sequence[Fact]:
    """An order that crosses nobody rests, or ends as it came."""
    if command.order_type is MARKET and _nobody_there(instrument, command.side):
        return (*fence.take(), _nobody(command))
    order_id = derived_id("O", cause.partition, cause.offset, 0)
    expires_at = _expiry(instrument, command, cause)
    accepted = _accepted(instrument, command, cause.actor, order_id, limit, expires_at, on_top)
    decided = fence.take()
    _, grounds = _end(command, 0, None)
    if grounds is None:
        return (*decided, accepted) if decided else (accepted,)
    ended = OrderCancelled(
        order_id=order_id,
        instrument_id=command.instrument_id,
        participant_id=cause.actor,
        quantity_left=command.quantity,
        currency=accepted.currency,
        released_minor=accepted.reserved_minor,
        grounds=grounds,
    )
    return (*decided, accepted, ended)


def _nobody_there(instrument: Instrument, side: Side) -> bool:
    if side is BID and instrument.terms.posted_price is not None:
        return False
    return best_price(instrument, opposite(side)) is None


def _nobody(command: PlaceOrder) -> Refused:
    detail = "nobody stands on the other side; bid or ask at a limit instead"
    return refused(command, Reason.OPPOSITE_SIDE_EMPTY, command.instrument_id, detail)


def _concluded(
    market: Market, instrument: Instrument, command: PlaceOrder, taker: Order, met: Plan, cause: Cause
) -> list[Fact]:
    untouched, grounds = _end(command, met.traded, met.stopped)
    left = command.quantity if untouched else met.left
    crosses = met.crosses and left > 0 and grounds is None
    accepted = _accepted(
        instrument, command, cause.actor, taker.order_id, taker.price, taker.expires_at, taker.on_top_bp
    )
    if crosses:
        accepted = msgspec.structs.replace(accepted, crosses=True, retry_at=met.retry_at)
    facts: list[Fact] = [accepted, *met.decisions]
    if not untouched:
        facts += facts_of(market, instrument.terms, taker, met.meetings, cause)
    if left and grounds is not None:
        facts.append(cancelled(market, taker, grounds, left))
    return facts


def _end(command: PlaceOrder, traded: int, stopped: Stopped | None) -> tuple[bool, CancelGrounds | None]:
    """How an arriving order ends: whether without a trade, and on which grounds; on none its rest stays in the book."""
    whole = command.time_in_force is FILL_OR_KILL
    least = command.quantity if whole else command.min_quantity
    if least is not None and traded < least:
        if stopped == "fills_bounded":
            return True, stopped
        return True, "fill_or_kill" if whole else "minimum_quantity"
    if stopped is not None:
        return False, stopped
    if command.time_in_force is IMMEDIATE_OR_CANCEL:
        return False, "immediate_or_cancel"
    return False, "market_rest" if command.order_type is MARKET else None


def _limit(instrument: Instrument, command: PlaceOrder) -> int | None:
    """The worst price an order takes at; None where a market order has neither protection nor collar."""
    if command.order_type is LIMIT:
        return command.price
    worst = worst_in_band(instrument, command.side)
    if command.price is None or worst is None:
        return command.price if worst is None else worst
    return min(command.price, worst) if command.side is BID else max(command.price, worst)


def _priced(instrument: Instrument, taker: Order, met: Plan) -> Order:
    """A market order of no limit has the worst price it met."""
    prices = [meeting.resting.price for meeting in met.meetings]
    taker.price = prices[-1] if prices else (best_price(instrument, opposite(taker.side)) or 0)
    if taker.side is BID:
        taker.lot_reserve_minor = lot_reserve_minor(instrument.terms, taker.price, taker.on_top_bp)
    return taker


def _arriving(
    market: Market, instrument: Instrument, command: PlaceOrder, cause: Cause, price: int, on_top: int
) -> Order:
    terms, bid = instrument.terms, command.side is BID
    return Order(
        derived_id("O", cause.partition, cause.offset, 0),
        command.instrument_id,
        cause.actor,
        command.side,
        price,
        command.quantity,
        lot_reserve_minor(terms, price, on_top) if bid else 0,
        command.use,
        market.orders_entered,
        market.orders_entered,
        command.quantity,
        expires_at=_expiry(instrument, command, cause),
        self_trade=command.self_trade,
        on_top_bp=on_top,
    )


def _expiry(instrument: Instrument, command: PlaceOrder, cause: Cause) -> int | None:
    if command.time_in_force is DAY_ONLY:
        return session_end(cause.at, instrument.terms.rules.session_ends_minute)
    return command.expires_at


def _accepted(
    instrument: Instrument,
    command: PlaceOrder,
    actor: str,
    order_id: str,
    price: int,
    expires_at: int | None,
    on_top: int,
) -> OrderAccepted:
    """The fact that an order enters."""
    plain = _plainly_accepted(instrument, command, actor, order_id, price, expires_at, on_top)
    if is_plain(command):
        return plain
    return msgspec.structs.replace(
        plain,
        order_type=command.order_type,
        post_only=command.post_only,
        min_quantity=command.min_quantity,
        display_quantity=command.display_quantity,
    )


def _plainly_accepted(
    instrument: Instrument,
    command: PlaceOrder,
    actor: str,
    order_id: str,
    price: int,
    expires_at: int | None,
    on_top: int = 0,
) -> OrderAccepted:
    """As most orders enter: with no more to them than a limit."""
    terms, bid = instrument.terms, command.side is BID
    # Values by their place: by name they take twice the time.
    return OrderAccepted(
        order_id,
        terms.instrument_id,
        actor,
        command.side,
        command.quantity,
        price,
        terms.currency,
        lot_reserve_minor(terms, price, on_top) * command.quantity if bid else 0,
        command.use,
        command.reference,
        command.time_in_force,
        expires_at=expires_at,
        self_trade=command.self_trade,
        on_top_bp=on_top,
    )


def _was_issued(order_id: str, cause: Cause) -> bool:
    """Whether `order_id` is one that an earlier command of this partition can have brought about."""
    prefix = f"O-{cause.partition}."
    offset, _, index = order_id.removeprefix(prefix).partition(".")
    return order_id.startswith(prefix) and offset.isdecimal() and index == "0" and int(offset) < cause.offset
