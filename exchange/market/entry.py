"""What an order has to satisfy before the fence is asked: who, on which side, of which book, with what money."""

from exchange.kernel.bases import Cause
from exchange.kernel.money import AMOUNT_MAX, format_minor
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.market.commands import PlaceOrder, Side, Standing
from exchange.market.facts import Reason
from exchange.market.money_rules import lot_reserve_minor
from exchange.market.purses import may_reserve
from exchange.market.state import Instrument, Market, purse_of

_MAY_BID = frozenset({"buyer", "seller", "broker", "processor"})
_MAY_ASK = frozenset({"seller"})


def entry_refusal(
    market: Market, instrument: Instrument, command: PlaceOrder, cause: Cause
) -> Refused | None:
    """Why an order may not enter, the first reason of several."""
    actor = market.participants.get(cause.actor)
    if actor is None:
        detail = f"{cause.actor} is not known to this market; it takes part once admitted"
        return refused(command, Reason.PARTICIPANT_UNKNOWN, cause.actor, detail)
    return (
        _barred(market, instrument, command, actor)
        or _closed(instrument, command)
        or (
            _asking(instrument, command, actor)
            if command.side is Side.ASK
            else _bidding(market, instrument, command, actor)
        )
        or _unfunded(market, instrument, command, cause)
    )


def _barred(market: Market, instrument: Instrument, command: PlaceOrder, actor: Standing) -> Refused | None:
    """The actor may not trade, or not this."""
    who, terms = actor.participant_id, instrument.terms
    if not actor.active:
        detail = f"{who} is suspended; once reinstated it may trade again"
        return refused(command, Reason.PARTICIPANT_SUSPENDED, who, detail)
    if terms.assessor_ids and (assessor_id := _conflict(market, instrument, actor)) is not None:
        detail = (
            f"assessor {assessor_id} gave an opinion on {terms.product_id} and may not trade it;"
            " somebody else has to"
        )
        return refused(command, Reason.CONFLICT_OF_INTEREST, who, detail)
    needed = _MAY_BID if command.side is Side.BID else _MAY_ASK
    if needed.isdisjoint(actor.roles):
        roles, wanted = ", ".join(actor.roles), ", ".join(sorted(needed))
        detail = f"its roles are {roles}; to place a {command.side.value} one of {wanted} is needed"
        return refused(command, Reason.ROLE_MISSING, who, detail)
    return None


def _conflict(market: Market, instrument: Instrument, actor: Standing) -> str | None:
    """The assessor of the product that the actor is, or has one owner with."""
    for assessor_id in instrument.terms.assessor_ids:
        assessor = market.participants.get(assessor_id)
        one_owner = assessor is not None and assessor.beneficial_owner == actor.beneficial_owner
        if one_owner or assessor_id == actor.participant_id:
            return assessor_id
    return None


def _closed(instrument: Instrument, command: PlaceOrder) -> Refused | None:
    if instrument.state == "open":
        return None
    detail = f"its book is {instrument.state}; orders are taken while it is open"
    return refused(command, Reason.INSTRUMENT_NOT_OPEN, command.instrument_id, detail)


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
    if command.use.licence_digest != terms.licence_digest:
        accepted = "none" if command.use.licence_digest is None else command.use.licence_digest.hex()
        detail = f"licence accepted: {accepted}; on offer: {terms.licence_digest.hex()}. Read it and name its digest"
        return refused(command, Reason.LICENCE_NOT_ACCEPTED, command.instrument_id, detail)
    if terms.seller_id is None:
        return None
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
    return None


def _unfunded(market: Market, instrument: Instrument, command: PlaceOrder, cause: Cause) -> Refused | None:
    """The order is worth too much, or the purse holds too little for it."""
    terms = instrument.terms
    reserve = lot_reserve_minor(terms, command.price) * command.quantity
    if reserve > AMOUNT_MAX:
        detail = (
            f"{command.quantity} lots at {command.price} ticks are worth more than {AMOUNT_MAX} minor units;"
            " split the order"
        )
        return refused(command, Reason.AMOUNT_TOO_LARGE, command.instrument_id, detail)
    free = may_reserve(purse_of(market, cause.actor, terms.currency))
    if command.side is Side.BID and free < reserve:
        needed, has = format_minor(reserve, terms.currency), format_minor(free, terms.currency)
        detail = f"it needs {needed}, the purse has {has} free; deposit the rest or cancel other orders"
        return refused(command, Reason.FUNDS_INSUFFICIENT, cause.actor, detail)
    return None
