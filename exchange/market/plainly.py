"""What most orders are: a limit without conditions, in an instrument of which only the book has to be looked at.

Shape: what enters here is what the long way of entry.py and conditions.py lets in (test_market_plainly.py).
"""

from exchange.kernel.bases import Cause
from exchange.kernel.money import AMOUNT_MAX
from exchange.market.commands import BID, GOOD_TILL_DATE, InstrumentTerms, PlaceOrder
from exchange.market.conditions import is_plain
from exchange.market.money_rules import lot_reserve_minor
from exchange.market.parties import MAY_ASK, MAY_BUY
from exchange.market.pricing import unconfined
from exchange.market.state import Instrument, Market


def is_plain_book(terms: InstrumentTerms) -> bool:
    """Whether nothing of an instrument has to be looked at but its book."""
    rules = terms.rules
    return (
        terms.seller_id is None
        and not (terms.moves_data or terms.assessor_ids or rules.capacity_needed)
        and rules.form == "book"
        and unconfined(rules)
    )


def enters_plainly(market: Market, instrument: Instrument, command: PlaceOrder, cause: Cause) -> bool:
    """Whether nothing speaks against an order; where this says no, it has to be looked at more closely."""
    price, time_in_force, terms = command.price, command.time_in_force, instrument.terms
    bid, actor = command.side is BID, market.participants.get(cause.actor)
    if (
        not instrument.plain
        or instrument.state != "open"
        or price is None
        or actor is None
        or not actor.active
        or (time_in_force is GOOD_TILL_DATE or command.expires_at is not None)
        or not is_plain(command)
        or (MAY_BUY if bid else MAY_ASK).isdisjoint(actor.roles)
        or market.cancelling
        or (bid and (command.use.licence_digest or b"") != terms.licence_digest)
    ):
        return False
    holder = instrument.holders.get(cause.actor)
    if holder is not None and holder.bids + holder.asks >= terms.rules.orders_max:
        return False
    reserved_minor = lot_reserve_minor(terms, price) * command.quantity
    if reserved_minor > AMOUNT_MAX:
        return False
    if not bid:
        return True
    purses = market.purses.get(cause.actor)
    purse = purses.get(terms.currency) if purses is not None else None
    return purse is not None and purse.cash >= reserved_minor
