"""Many orders cancelled at once: a participant's, an instrument's, or of the one in the other."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from operator import itemgetter

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.protocol import ProtocolReason, Refused
from exchange.kernel.refusals import refused
from exchange.market.book import open_orders
from exchange.market.commands import CancelOrders, Side
from exchange.market.endings import cancelled
from exchange.market.facts import CancellingBegun, OrdersCancelled, Reason
from exchange.market.fencing import Rulesets
from exchange.market.parties import unknown_instrument
from exchange.market.queues import named
from exchange.market.roles import operates
from exchange.market.state import Instrument, Market, Order, Roll

CANCELLED_MAX = 200
"""Orders cancelled in the outcome that begins it; the rest follow in continuations."""
_CONTINUED_MAX = 100


def cancel_orders(market: Market, command: CancelOrders, cause: Cause) -> Sequence[Fact]:
    """Cancel all that the command names, or begin to where they are many."""
    participant_id, instrument_id = command.participant_id, command.instrument_id
    if (refusal := _refusal(market, command, cause)) is not None:
        return (refusal,)
    ending = list(islice(_named(market, participant_id, instrument_id), CANCELLED_MAX + 1))
    facts: list[Fact] = _cancelled(market, ending[:CANCELLED_MAX])
    if len(ending) <= CANCELLED_MAX:
        done = OrdersCancelled(participant_id=participant_id, instrument_id=instrument_id, count=len(facts))
        return (*facts, done)
    begun = CancellingBegun(
        cancelling_id=derived_id("K", cause.partition, cause.offset, 0),
        participant_id=participant_id,
        instrument_id=instrument_id,
    )
    return (begun, *facts)


def continue_cancelling(
    market: Market, cancelling_id: str, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Cancel the next orders, and say so with the last of them."""
    participant_id, instrument_id = (
        market.cancelling[cancelling_id].participant_id,
        market.cancelling[cancelling_id].instrument_id,
    )
    ending = list(islice(_named(market, participant_id, instrument_id), _CONTINUED_MAX + 1))
    facts = _cancelled(market, ending[:_CONTINUED_MAX])
    if len(ending) > _CONTINUED_MAX:
        return facts
    done = OrdersCancelled(
        participant_id=participant_id,
        instrument_id=instrument_id,
        count=len(facts),
        cancelling_id=cancelling_id,
    )
    return (*facts, done)


def _refusal(market: Market, command: CancelOrders, cause: Cause) -> Refused | None:
    participant_id, instrument_id = command.participant_id, command.instrument_id
    if participant_id is None and instrument_id is None:
        detail = "it names neither a participant nor an instrument; name whose orders, or those of which instrument"
        return refused(command, ProtocolReason.VALUE_OUT_OF_RANGE, cause.actor, detail)
    if participant_id != cause.actor and not operates(market, cause.actor):
        detail = f"{cause.actor} may cancel its own orders only; an operator may cancel others'"
        return refused(command, ProtocolReason.NOT_PERMITTED, cause.actor, detail)
    if participant_id is not None and participant_id not in market.participants:
        detail = f"{participant_id} is not known to this market; check the name"
        return refused(command, Reason.PARTICIPANT_UNKNOWN, participant_id, detail)
    if instrument_id is not None and instrument_id not in market.instruments:
        return unknown_instrument(command, instrument_id)
    return None


def _cancelled(market: Market, orders: Sequence[Order]) -> list[Fact]:
    return [cancelled(market, order, "mass_cancel", order.quantity_left) for order in orders]


def _named(market: Market, participant_id: str | None, instrument_id: str | None) -> Iterator[Order]:
    """The open orders meant: of a participant in the order in which they came, of a book by price, then time."""
    if participant_id is None:
        instrument = market.instruments[instrument_id or ""]
        return chain.from_iterable(open_orders(instrument, side) for side in Side)
    books = (
        market.instruments.items()
        if instrument_id is None
        else [(instrument_id, market.instruments[instrument_id])]
    )
    # Those it has something in are few, and only they are put in order.
    rolls = (roll for _, roll in sorted(_rolls(books, participant_id), key=itemgetter(0)))
    return (order for roll in rolls for order in named(roll, market.orders))


def _rolls(books: Iterable[tuple[str, Instrument]], participant_id: str) -> Iterator[tuple[str, Roll]]:
    """What a participant has in each book that it has anything in, by the book's name."""
    for name, book in books:
        holder = book.holders.get(participant_id)
        if holder is not None and holder.roll.alive:
            yield name, holder.roll
