"""What an order has to satisfy before the fence is asked: who, on which side, of which book, with what money."""

from exchange.kernel.bases import Cause, Command
from exchange.kernel.money import AMOUNT_MAX, format_minor
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.market.auctions.meanwhile import spoken_for
from exchange.market.commands import ASK, BID, PlaceOrder, Standing
from exchange.market.facts import Reason
from exchange.market.money_rules import lot_reserve_minor
from exchange.market.order_fold import standing_in
from exchange.market.parties import conflicting_assessor, lacks_role, suspended, unknown_participant
from exchange.market.purses import may_reserve
from exchange.market.queues import named
from exchange.market.seats.counting import SEAT, seats_refusal
from exchange.market.state import Holder, Instrument, Market, purse_of

COLLECTED_MAX = 200_000
"""Orders a book collects for an auction: they are summed up by price all at once."""
USES_MAX = 10
"""Uses that one participant's open bids may name in a book that has bids of many kinds already."""
_WIDE = 50


def entry_refusal(
    market: Market, instrument: Instrument, command: PlaceOrder, cause: Cause
) -> Refused | None:
    """Why an order may not enter, the first reason of several."""
    actor = market.participants.get(cause.actor)
    if actor is None:
        return unknown_participant(command, cause.actor)
    return (
        _barred(market, instrument, command, actor)
        or _closed(market, instrument, command, cause)
        or (
            _asking(instrument, command, actor)
            if command.side is ASK
            else _bidding(market, instrument, command, actor)
        )
    )


def _barred(market: Market, instrument: Instrument, command: PlaceOrder, actor: Standing) -> Refused | None:
    """The actor may not trade, or not this."""
    who, terms = actor.participant_id, instrument.terms
    if not actor.active:
        return suspended(command, who)
    if terms.assessor_ids and (assessor_id := conflicting_assessor(market, terms, actor)) is not None:
        detail = (
            f"assessor {assessor_id} gave an opinion on {terms.product_id} and may not trade it;"
            " somebody else has to"
        )
        return refused(command, Reason.CONFLICT_OF_INTEREST, who, detail)
    return lacks_role(command, actor, command.side)


def _closed(market: Market, instrument: Instrument, command: PlaceOrder, cause: Cause) -> Refused | None:
    name, rules = command.instrument_id, instrument.terms.rules
    if instrument.state not in ("open", "call"):
        detail = f"its book is {instrument.state}; orders are taken while it is open or collects them"
        return refused(command, Reason.INSTRUMENT_NOT_OPEN, name, detail)
    if rules.form != "book":
        detail = f"it is not traded in a book of orders: its form is {rules.form}"
        return refused(command, Reason.FORM_DIFFERS, name, detail)
    if (why := spoken_for(market, name, cause.at)) is not None:
        return refused(command, Reason.INSTRUMENT_AUCTIONED, name, why)
    holder = instrument.holders.get(cause.actor)
    open_orders = 0 if holder is None else holder.bids + holder.asks
    if open_orders >= rules.orders_max:
        detail = f"{cause.actor} has {open_orders} open orders there and may have {rules.orders_max}; cancel some first"
        return refused(command, Reason.ORDERS_TOO_MANY, name, detail)
    if instrument.state == "call" and _collected_all(market, instrument):
        detail = f"{COLLECTED_MAX} orders are collected for its auction; wait until it trades on"
        return refused(command, Reason.ORDERS_TOO_MANY, name, detail)
    if market.cancelling and being_cancelled(market, cause.actor, name):
        detail = "orders of this kind are being cancelled, many of them; try again in a moment"
        return refused(command, Reason.CANCELLING, name, detail)
    return None


def _collected_all(market: Market, instrument: Instrument) -> bool:
    """Whether a book has collected as many orders as it may. Shape: they are counted once there are so many at all."""
    if len(market.orders) < COLLECTED_MAX:
        return False
    return sum(holder.bids + holder.asks for holder in instrument.holders.values()) >= COLLECTED_MAX


def being_cancelled(market: Market, participant_id: str, instrument_id: str) -> bool:
    """Whether a participant's orders in an instrument are among those that are being cancelled."""
    return any(
        each.participant_id in (None, participant_id) and each.instrument_id in (None, instrument_id)
        for each in market.cancelling.values()
    )


def _asking(instrument: Instrument, command: PlaceOrder, actor: Standing) -> Refused | None:
    """A posted price is the only ask of its book; a single seller is the only one who asks."""
    terms = instrument.terms
    if terms.posted_price is not None:
        detail = (
            f"it sells at its posted price of {terms.posted_price} ticks only;"
            " to ask another price, list it with another"
        )
        return refused(command, Reason.ASK_NOT_PERMITTED, command.instrument_id, detail)
    if terms.seller_id not in (None, actor.participant_id):
        detail = f"only {terms.seller_id} may sell it; place a bid, or list a product of your own"
        return refused(command, Reason.ASK_NOT_PERMITTED, command.instrument_id, detail)
    return None


def _bidding(market: Market, instrument: Instrument, command: PlaceOrder, actor: Standing) -> Refused | None:
    """The licence on offer is the one accepted, and a single seller is another and may trade."""
    terms = instrument.terms
    if (command.use.licence_digest or b"") != terms.licence_digest:
        accepted = "none" if command.use.licence_digest is None else command.use.licence_digest.hex()
        detail = f"licence accepted: {accepted}; on offer: {terms.licence_digest.hex()}. Read it and name its digest"
        return refused(command, Reason.LICENCE_NOT_ACCEPTED, command.instrument_id, detail)
    if terms.seller_id is None:
        return _too_many_uses(market, instrument, command, actor)
    seller = market.participants.get(terms.seller_id)
    if seller is None:
        detail = (
            f"its seller {terms.seller_id} is not known to this market; once admitted it can be bought of"
        )
        return refused(command, Reason.PARTICIPANT_UNKNOWN, terms.seller_id, detail)
    if seller.beneficial_owner == actor.beneficial_owner:
        detail = (
            f"seller {terms.seller_id} and {actor.participant_id} have one owner, {actor.beneficial_owner};"
            " buy of somebody else"
        )
        return refused(command, Reason.BID_ON_OWN, command.instrument_id, detail)
    if not seller.active:
        detail = (
            f"its seller {terms.seller_id} is suspended; until it is reinstated nothing can be bought of it"
        )
        return refused(command, Reason.PARTICIPANT_SUSPENDED, terms.seller_id, detail)
    return undeliverable(instrument, command, command.price, command.quantity)


def _too_many_uses(
    market: Market, instrument: Instrument, command: PlaceOrder, actor: Standing
) -> Refused | None:
    """Bids of different uses stand apart, and whoever asks has to look at each kind: nobody makes too many of them."""
    if not instrument.terms.moves_data or len(instrument.bids) < _WIDE:
        return None
    standing = standing_in(market, instrument.terms, actor, BID, command.use)
    holder = instrument.holders.get(actor.participant_id)
    if holder is None or standing in instrument.bids:
        return None
    uses = {order.use for order in named(holder.roll, market.orders) if order.side is BID}
    if len(uses) < USES_MAX or command.use in uses:
        return None
    detail = f"{actor.participant_id} has open bids there for {len(uses)} different uses; cancel those of one first"
    return refused(command, Reason.USES_TOO_MANY, command.instrument_id, detail)


def funds_refusal(
    market: Market,
    instrument: Instrument,
    command: Command,
    participant_id: str,
    price: int,
    quantity: int,
    had_minor: int = 0,
    on_top_bp: int = 0,
) -> Refused | None:
    """Whether a bid is worth too much, or the purse too little, with the `had_minor` that it reserves already.

    Shape: at a posted price seats are taken at once; in a book it is the asks that they stand behind.
    """
    terms = instrument.terms
    at_once = terms.unit == SEAT and terms.posted_price is not None
    if at_once and (refusal := seats_refusal(instrument, command, quantity)) is not None:
        return refusal
    reserve = lot_reserve_minor(terms, price, on_top_bp) * quantity
    if reserve > AMOUNT_MAX:
        detail = (
            f"{quantity} lots at {price} ticks are worth more than {AMOUNT_MAX} minor units; split the order"
        )
        return refused(command, Reason.AMOUNT_TOO_LARGE, terms.instrument_id, detail)
    free = may_reserve(purse_of(market, participant_id, terms.currency)) + had_minor
    if free < reserve:
        needed, has = format_minor(reserve, terms.currency), format_minor(free, terms.currency)
        detail = f"it needs {needed}, the purse has {has} free; deposit the rest or cancel other orders"
        return refused(command, Reason.FUNDS_INSUFFICIENT, participant_id, detail)
    return None


def undeliverable(
    instrument: Instrument, command: Command, price: int | None, quantity: int
) -> Refused | None:
    """Whether a bid that takes a posted price takes more than its seller can deliver; None is any price."""
    posted, seller_id = instrument.terms.posted_price, instrument.terms.seller_id
    if posted is None or seller_id is None or (price is not None and price < posted):
        return None
    return capacity_refusal(instrument, command, seller_id, posted, quantity)


def capacity_refusal(
    instrument: Instrument,
    command: Command,
    participant_id: str,
    price: int,
    quantity: int,
    had: int = 0,
    quoted: int = 0,
) -> Refused | None:
    """Whether an ask is worth too much, or more than the seller can deliver.

    Units: `had` lots it asks for already, `quoted` are bound by its own quote. Shape: what quotes bind is the only
    seller's, for nobody else quotes.
    """
    terms = instrument.terms
    if (
        terms.unit == SEAT
        and (refusal := seats_refusal(instrument, command, quantity, had + quoted)) is not None
    ):
        return refusal
    if lot_reserve_minor(terms, price) * quantity > AMOUNT_MAX:
        detail = (
            f"{quantity} lots at {price} ticks are worth more than {AMOUNT_MAX} minor units; split the order"
        )
        return refused(command, Reason.AMOUNT_TOO_LARGE, terms.instrument_id, detail)
    if not terms.rules.capacity_needed:
        return None
    holder = instrument.holders.get(participant_id) or Holder()
    bound = instrument.lots_quoted - quoted
    free = holder.registered + holder.bought - holder.sold - holder.asked + had - bound
    if quantity > free:
        detail = (
            f"{quantity} lots asked; of {holder.registered} registered and {holder.bought} bought,"
            f" {holder.sold} are sold, {holder.asked - had} asked for and {bound} quoted: {max(free, 0)} are left"
        )
        return refused(command, Reason.CAPACITY_INSUFFICIENT, participant_id, detail)
    return None
