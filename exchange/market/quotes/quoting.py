"""Quotes: given, replaced, withdrawn, expired."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.protocol import ProtocolReason, Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import DAY, iso
from exchange.market.conditions import off_tick, size_refusal
from exchange.market.entry import capacity_refusal
from exchange.market.fencing import Rulesets
from exchange.market.money_rules import amount_minor, lot_reserve_minor
from exchange.market.parties import MAY_ASK, unknown_instrument
from exchange.market.quotes.commands import Quote, WithdrawQuote
from exchange.market.quotes.facts import QuoteExpired, QuoteGiven, QuoteWithdrawn
from exchange.market.quotes.parties import admission, barred
from exchange.market.quotes.state import Quoted, Request
from exchange.market.reasons import Reason
from exchange.market.state import Instrument, Market

SELLERS_MAX = 100
"""Sellers that quote for one request."""
QUOTES_EACH_MAX = 10
"""Quotes that one seller gives for a request, replaced ones included: nobody takes others' places by quoting again."""
_FORMS = frozenset({"quotes", "book"})
"""A price that a listing is sold at in its book hinders nobody from quoting another for a request."""
VALID_MAX = 366 * DAY
"""How long a quote may be valid."""


def quote(market: Market, command: Quote, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Take a seller's quote, if the two may trade."""
    if (refusal := barred(market, command, cause.actor, MAY_ASK)) is not None:
        return (refusal,)
    request = market.quoting.requests.get(command.request_id)
    if request is None:
        detail = "no such request is open here; use the request_id of its QuotesRequested"
        return (refused(command, Reason.REQUEST_UNKNOWN, command.request_id, detail),)
    instrument = market.instruments.get(command.instrument_id)
    if instrument is None:
        return (unknown_instrument(command, command.instrument_id),)
    refusal = (
        _closed(request, command, cause)
        or _unfit(request, instrument, command, cause)
        or _out_of_range(market, request, instrument, command, cause)
        or _bound(market, request, command, cause)
    )
    if refusal is not None:
        return (refusal,)
    use, buyer_id = request.wanted.use, request.buyer_id
    admitted = admission(market, command, instrument, buyer_id, cause.actor, use, cause, rulesets)
    if admitted.refusal is not None:
        return (*admitted.facts, admitted.refusal)
    return (*admitted.facts, _given(market, request, instrument, command, cause))


def withdraw_quote(
    market: Market, command: WithdrawQuote, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Take back the seller's own quote."""
    found = market.quoting.quotes.get(command.quote_id)
    if found is None:
        return (quote_unknown(command, command.quote_id),)
    if found.seller_id != cause.actor:
        detail = f"only its seller may withdraw it, {cause.actor} is not"
        return (refused(command, ProtocolReason.NOT_PERMITTED, command.quote_id, detail),)
    refusal = quote_over(command, found, cause) or _awarded(command, found)
    if refusal is not None:
        return (refusal,)
    return (QuoteWithdrawn(quote_id=found.quote_id, request_id=found.request_id, seller_id=found.seller_id),)


def expire_quote(market: Market, quote_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Its validity has ended."""
    found = market.quoting.quotes[quote_id]
    return (QuoteExpired(quote_id=quote_id, request_id=found.request_id, seller_id=found.seller_id),)


def quote_unknown(command: Command, quote_id: str) -> Refused:
    """There is none of that name."""
    detail = "there is no such quote of an open request here; use the quote_id of its QuoteGiven"
    return refused(command, Reason.QUOTE_UNKNOWN, quote_id, detail)


def quote_over(command: Command, found: Quoted, cause: Cause) -> Refused | None:
    """A quote that does not stand any more is neither awarded nor withdrawn."""
    if found.ended == "expired" or found.valid_until <= cause.at:
        detail = f"it was valid until {iso(found.valid_until)}; ask {found.seller_id} for a new one"
        return refused(command, Reason.QUOTE_EXPIRED, found.quote_id, detail)
    if found.ended is not None:
        detail = f"it was {found.ended} by {found.seller_id}; look for its newest quote"
        return refused(command, Reason.QUOTE_ENDED, found.quote_id, detail)
    return None


def _closed(request: Request, command: Quote, cause: Cause) -> Refused | None:
    wanted = request.wanted
    if request.closed or request.traded == wanted.quantity or wanted.closes_at <= cause.at:
        detail = f"quotes were taken until {iso(wanted.closes_at)}, and while not all was traded"
        return refused(command, Reason.REQUEST_CLOSED, command.request_id, detail)
    if wanted.invited and cause.actor not in wanted.invited:
        detail = f"{request.buyer_id} has invited {len(wanted.invited)} sellers, and not {cause.actor}"
        return refused(command, Reason.NOT_INVITED, command.request_id, detail)
    return None


def _unfit(request: Request, instrument: Instrument, command: Quote, cause: Cause) -> Refused | None:
    """The instrument is the seller's own, and trades by the unit and in the currency of the request."""
    terms, wanted = instrument.terms, request.wanted
    if terms.rules.form not in _FORMS:
        detail = f"it is sold by {terms.rules.form}; quote with one that is quoted, or traded in a book"
        return refused(command, Reason.FORM_DIFFERS, command.instrument_id, detail)
    if terms.seller_id != cause.actor:
        owner = "no single seller's" if terms.seller_id is None else f"{terms.seller_id}'s"
        detail = f"it is {owner}; quote with an instrument of your own"
        return refused(command, Reason.INSTRUMENT_FOREIGN, command.instrument_id, detail)
    if (terms.currency, terms.unit) != (wanted.currency, wanted.unit):
        detail = (
            f"it trades a {terms.unit} in {terms.currency}, wanted is a {wanted.unit} in {wanted.currency}"
        )
        return refused(command, Reason.QUOTE_UNFIT, command.instrument_id, detail)
    return None


def _out_of_range(
    market: Market, request: Request, instrument: Instrument, command: Quote, cause: Cause
) -> Refused | None:
    if command.quantity > request.wanted.quantity:
        detail = (
            f"{command.quantity} are offered, {request.wanted.quantity} are requested; offer at most these"
        )
        return refused(command, Reason.QUOTE_TOO_LARGE, command.request_id, detail)
    earlier, price, quantity = _standing(market, request, cause.actor), command.price, command.quantity
    replaced = earlier is not None and earlier.instrument_id == command.instrument_id
    quoted = earlier.quantity_left if earlier is not None and replaced else 0
    refusal = (
        off_tick(instrument.terms, command, price)
        or size_refusal(instrument, command, quantity)
        or capacity_refusal(instrument, command, cause.actor, price, quantity, quoted=quoted)
    )
    if refusal is not None:
        return refusal
    if not cause.at < command.valid_until <= cause.at + VALID_MAX:
        until, latest = iso(command.valid_until), iso(cause.at + VALID_MAX)
        detail = f"it would be valid until {until}; name a time after {iso(cause.at)}, {latest} at the latest"
        return refused(command, Reason.TIME_OUT_OF_RANGE, command.request_id, detail)
    return None


def _bound(market: Market, request: Request, command: Quote, cause: Cause) -> Refused | None:
    """The seller is bound by what it has quoted before, or it or all together have quoted often enough."""
    earlier = _standing(market, request, cause.actor)
    if earlier is not None and (refusal := _awarded(command, earlier)) is not None:
        return refusal
    if cause.actor not in request.quotes and len(request.quotes) >= SELLERS_MAX:
        detail = f"{SELLERS_MAX} sellers have quoted for it, and no others may"
        return refused(command, Reason.QUOTES_TOO_MANY, command.request_id, detail)
    quotes = (market.quoting.quotes[each] for each in request.quote_ids)
    if sum(each.seller_id == cause.actor for each in quotes) >= QUOTES_EACH_MAX:
        detail = f"{cause.actor} has quoted {QUOTES_EACH_MAX} times for it, and may no more"
        return refused(command, Reason.QUOTES_TOO_MANY, cause.actor, detail)
    return None


def _standing(market: Market, request: Request, seller_id: str) -> Quoted | None:
    """The seller's quote that stands, if one does."""
    quote_id = request.quotes.get(seller_id)
    found = None if quote_id is None else market.quoting.quotes[quote_id]
    return found if found is not None and found.ended is None else None


def _awarded(command: Command, found: Quoted) -> Refused | None:
    awarded = found.quantity - found.quantity_left
    if not awarded:
        return None
    detail = f"{awarded} of its {found.quantity} lots are awarded; it stands until {iso(found.valid_until)}"
    return refused(command, Reason.QUOTE_AWARDED, found.quote_id, detail)


def _given(
    market: Market, request: Request, instrument: Instrument, command: Quote, cause: Cause
) -> QuoteGiven:
    earlier = _standing(market, request, cause.actor)
    return QuoteGiven(
        quote_id=derived_id("QU", cause.partition, cause.offset, 0),
        request_id=request.request_id,
        seller_id=cause.actor,
        instrument_id=command.instrument_id,
        price=command.price,
        quantity=command.quantity,
        currency=instrument.terms.currency,
        amount_minor=amount_minor(instrument.terms, command.price, command.quantity),
        lot_minor=lot_reserve_minor(instrument.terms, command.price),
        valid_until=command.valid_until,
        replaces="" if earlier is None else earlier.quote_id,
    )
