"""Which conditions an order may have, alone and together. A condition that cannot take effect is refused.

Source: market.md sections 4 and 4a (4, 5, 10, 11).
"""

from collections.abc import Iterator

from exchange.kernel.bases import Cause, Command
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import iso
from exchange.market.commands import (
    DAY_ONLY,
    FILL_OR_KILL,
    GOOD_TILL_CANCELLED,
    GOOD_TILL_DATE,
    IMMEDIATE_OR_CANCEL,
    LIMIT,
    MARKET,
    InstrumentTerms,
    OrderType,
    PlaceOrder,
    TimeInForce,
)
from exchange.market.facts import Reason
from exchange.market.pricing import band_of, reference_price
from exchange.market.state import Instrument

PARTS_MAX = 100
"""Parts that an order may be shown in: in an auction, where they come in turn, each may be a trade of its own."""
_AT_ONCE = frozenset({IMMEDIATE_OR_CANCEL, FILL_OR_KILL})
_WORDS = {
    DAY_ONLY: "day",
    GOOD_TILL_CANCELLED: "good-till-cancelled",
    IMMEDIATE_OR_CANCEL: "immediate-or-cancel",
    FILL_OR_KILL: "fill-or-kill",
    GOOD_TILL_DATE: "good-till-date",
}


def condition_refusal(instrument: Instrument, command: PlaceOrder, cause: Cause) -> Refused | None:
    """Why an order of these conditions may not enter, the first reason of several."""
    if (
        instrument.unconfined
        and instrument.state == "open"
        and command.price is not None
        and command.expires_at is None
        and command.time_in_force is not GOOD_TILL_DATE
        and is_plain(command)
    ):
        return None
    return (
        _contradiction(instrument, command)
        or expiry_refusal(command, command.instrument_id, command.time_in_force, command.expires_at, cause)
        or size_refusal(instrument, command, command.quantity)
        or _part_refusal(instrument, command)
        or display_refusal(command, command.instrument_id, command.display_quantity, command.quantity)
        or (
            price_refusal(instrument, command, command.price, order_type=_priced_as(instrument, command))
            if command.price is not None
            else _unpriced(command)
        )
    )


def _priced_as(instrument: Instrument, command: PlaceOrder) -> OrderType:
    """In an auction a market order with a protection price is a limit there."""
    return LIMIT if instrument.state == "call" else command.order_type


def takes_only(command: PlaceOrder) -> bool:
    """Whether an order never rests in an open book."""
    return command.order_type is MARKET or command.time_in_force in _AT_ONCE


def size_refusal(instrument: Instrument, command: Command, quantity: int) -> Refused | None:
    """Whether a quantity is one that this instrument is traded in."""
    rules, name = instrument.terms.rules, instrument.terms.instrument_id
    if quantity % rules.quantity_step:
        detail = f"{quantity} lots; it is traded in multiples of {rules.quantity_step}"
        return refused(command, Reason.QUANTITY_OFF_LOT, name, detail)
    if quantity < rules.quantity_min:
        detail = f"{quantity} lots; an order has at least {rules.quantity_min}"
        return refused(command, Reason.QUANTITY_TOO_SMALL, name, detail)
    if quantity > rules.quantity_max:
        detail = f"{quantity} lots; an order has at most {rules.quantity_max}"
        return refused(command, Reason.QUANTITY_TOO_LARGE, name, detail)
    return None


def _part_refusal(instrument: Instrument, command: PlaceOrder) -> Refused | None:
    """Whether a part of an order that is to be shown, or executed at once, is in lots that it is traded in."""
    step, name = instrument.terms.rules.quantity_step, instrument.terms.instrument_id
    parts = {"display_quantity": command.display_quantity, "min_quantity": command.min_quantity}
    for part, quantity in parts.items():
        if quantity is not None and quantity % step:
            detail = f"{part} is {quantity} lots; it is traded in multiples of {step}"
            return refused(command, Reason.QUANTITY_OFF_LOT, name, detail)
    return None


def display_refusal(command: Command, subject: str, display: int | None, quantity: int) -> Refused | None:
    """Whether an order would show too small a part of what is left of it. Shape: `display` None, or 0, shows all."""
    if not display or quantity <= PARTS_MAX * display:
        return None
    detail = f"{display} of {quantity} lots would be shown; at least {-(-quantity // PARTS_MAX)} have to be"
    return refused(command, Reason.DISPLAY_TOO_SMALL, subject, detail)


def price_refusal(
    instrument: Instrument, command: Command, price: int, order_type: OrderType = LIMIT
) -> Refused | None:
    """Whether a price is one that this instrument is traded at now; a protection price may lie outside the collar."""
    if (refusal := off_tick(instrument.terms, command, price)) is not None:
        return refusal
    band, name = band_of(instrument), instrument.terms.instrument_id
    if order_type is LIMIT and band is not None and not band.low <= price <= band.high:
        detail = (
            f"{price} ticks; the collar around {reference_price(instrument)} is {band.low} to {band.high}"
        )
        return refused(command, Reason.PRICE_OUTSIDE_COLLAR, name, detail)
    return None


def off_tick(terms: InstrumentTerms, command: Command, *prices: int) -> Refused | None:
    """Whether one of some prices is none that this instrument is traded at, however it is sold."""
    step = terms.rules.price_step
    for price in prices:
        if price % step:
            detail = f"{price} ticks; its price moves in steps of {step}"
            return refused(command, Reason.PRICE_OFF_TICK, terms.instrument_id, detail)
    return None


def expiry_refusal(
    command: Command, subject: str, time_in_force: TimeInForce, expires_at: int | None, cause: Cause
) -> Refused | None:
    """Whether an expiry belongs to the order, and lies ahead."""
    dated = time_in_force is GOOD_TILL_DATE
    if dated and expires_at is None:
        detail = "a good-till-date order says in expires_at when it ends"
        return refused(command, Reason.EXPIRY_MISSING, subject, detail)
    if expires_at is None:
        return None
    if not dated:
        detail = f"expires_at goes with good-till-date, this order is {_WORDS[time_in_force]}"
        return refused(command, Reason.CONDITION_CONFLICT, subject, detail)
    if expires_at <= cause.at:
        detail = f"it would end at {iso(expires_at)}, now is {iso(cause.at)}; name a later moment"
        return refused(command, Reason.EXPIRY_PAST, subject, detail)
    return None


def _contradiction(instrument: Instrument, command: PlaceOrder) -> Refused | None:
    if is_plain(command) and instrument.state != "call":
        return None
    for wrong, detail in _conflicts(instrument, command):
        if wrong:
            return refused(command, Reason.CONDITION_CONFLICT, command.instrument_id, detail)
    return None


def is_plain(command: PlaceOrder) -> bool:
    """A limit order of no conditions, as most are: nothing of it contradicts anything."""
    return (
        command.order_type is LIMIT
        and not command.post_only
        and command.min_quantity is None
        and command.display_quantity is None
    )


def _conflicts(instrument: Instrument, command: PlaceOrder) -> Iterator[tuple[bool, str]]:
    market = command.order_type is MARKET
    least, shown, calling = command.min_quantity, command.display_quantity, instrument.state == "call"
    word = "market" if market else _WORDS[command.time_in_force]
    yield command.post_only and takes_only(command), f"a post-only order rests, a {word} order does not"
    yield (
        shown is not None and takes_only(command),
        f"a display quantity is for what rests, a {word} order does not",
    )
    yield (
        market and command.time_in_force in (GOOD_TILL_CANCELLED, GOOD_TILL_DATE),
        f"a market order does not rest, so it cannot be {_WORDS[command.time_in_force]}",
    )
    yield (
        least is not None and (command.post_only or command.time_in_force is FILL_OR_KILL),
        "a minimum quantity is executed at once: a post-only order executes nothing, a fill-or-kill order all",
    )
    yield (
        least is not None and least > command.quantity,
        f"at least {least} of {command.quantity} lots cannot be executed",
    )
    yield (
        shown is not None and shown > command.quantity,
        f"{shown} of {command.quantity} lots cannot be shown",
    )
    yield (
        calling and (command.time_in_force in _AT_ONCE or command.post_only or least is not None),
        "the book collects orders for an auction: immediate-or-cancel, fill-or-kill, post-only and a minimum quantity"
        " have to wait until it trades on",
    )


def _unpriced(command: PlaceOrder) -> Refused | None:
    if command.order_type is MARKET:
        return None
    detail = "a limit order names its price in ticks; for any price send a market order"
    return refused(command, Reason.PRICE_MISSING, command.instrument_id, detail)
