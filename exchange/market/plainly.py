"""What most orders are: a limit without conditions that crosses nobody, in a book of nothing but orders.

Shape: what is said here is what orders.py would say the long way (tests/unit/market/test_market_plainly.py).
"""

from exchange.kernel.bases import Cause
from exchange.kernel.ids import derived_id
from exchange.kernel.money import AMOUNT_MAX
from exchange.market.commands import BID, DAY_ONLY, GOOD_TILL_CANCELLED, InstrumentTerms, PlaceOrder
from exchange.market.conditions import is_plain
from exchange.market.entry import MAY_ASK, MAY_BID
from exchange.market.facts import OrderAccepted
from exchange.market.money_rules import lot_reserve_minor
from exchange.market.pricing import unconfined
from exchange.market.sessions import session_end
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


def rests_plainly(
    market: Market, instrument: Instrument, command: PlaceOrder, cause: Cause
) -> OrderAccepted | None:
    """The fact that an order rests, where nothing speaks against it; None if it has to be looked at more closely."""
    price, time_in_force, terms = command.price, command.time_in_force, instrument.terms
    bid, actor = command.side is BID, market.participants.get(cause.actor)
    if (
        not instrument.plain
        or instrument.state != "open"
        or price is None
        or actor is None
        or not actor.active
        or (time_in_force is not GOOD_TILL_CANCELLED and time_in_force is not DAY_ONLY)
        or command.expires_at is not None
        or not is_plain(command)
        or (MAY_BID if bid else MAY_ASK).isdisjoint(actor.roles)
        or market.cancelling
        or _crosses_somebody(instrument, price, bid)
        or (bid and (command.use.licence_digest or b"") != terms.licence_digest)
    ):
        return None
    holder = instrument.holders.get(cause.actor)
    if holder is not None and holder.bids + holder.asks >= terms.rules.orders_max:
        return None
    reserved_minor = lot_reserve_minor(terms, price) * command.quantity
    if reserved_minor > AMOUNT_MAX:
        return None
    if bid:
        purses = market.purses.get(cause.actor)
        purse = purses.get(terms.currency) if purses is not None else None
        if purse is None or purse.cash < reserved_minor:
            return None
    return OrderAccepted(
        order_id=derived_id("O", cause.partition, cause.offset, 0),
        instrument_id=terms.instrument_id,
        participant_id=cause.actor,
        side=command.side,
        quantity=command.quantity,
        price=price,
        currency=terms.currency,
        reserved_minor=reserved_minor if bid else 0,
        use=command.use,
        reference=command.reference,
        time_in_force=time_in_force,
        expires_at=session_end(cause.at, terms.rules.session_ends_minute)
        if time_in_force is DAY_ONLY
        else None,
        self_trade=command.self_trade,
    )


def _crosses_somebody(instrument: Instrument, price: int, bid: bool) -> bool:
    """Whether anybody of any standing stands at a price that the order accepts."""
    merit = -price if bid else price
    for ladder in (instrument.asks if bid else instrument.bids).values():  # noqa: SIM110 (a generator takes twice as long)
        if ladder.merits[-1] >= merit:
            return True
    return False
