"""Awards: made, traded, ended. Money is held from the award on, and leaves the hold exactly once."""

from collections.abc import Sequence
from typing import Literal

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.protocol import ProtocolReason, Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import DAY
from exchange.market.bars import said, short
from exchange.market.commands import InstrumentTerms, Side
from exchange.market.conditions import size_refusal
from exchange.market.credit.drawing import drawn_for
from exchange.market.entry import capacity_refusal
from exchange.market.fencing import NO_CROSSING, Answer, Rulesets
from exchange.market.money_rules import amount_minor
from exchange.market.parties import MAY_BUY
from exchange.market.quotes.commands import AwardQuote, EndAward
from exchange.market.quotes.facts import AwardEnded, AwardTraded, QuoteAwarded
from exchange.market.quotes.parties import Admission, admission, barred
from exchange.market.quotes.quoting import quote_over, quote_unknown
from exchange.market.quotes.state import Award, Quoted, Request
from exchange.market.reasons import Reason
from exchange.market.state import Market
from exchange.market.trades import Bargain, traded

AWARDS_MAX = 100
"""Awards that are made of one request, ended ones included."""

Basis = Literal["buyer", "seller", "time", "rejected", "barred"]


def award_quote(market: Market, command: AwardQuote, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Hold the price of what is awarded; without a sample it trades at once."""
    if (refusal := barred(market, command, cause.actor, MAY_BUY)) is not None:
        return (refusal,)
    quote = market.quoting.quotes.get(command.quote_id)
    if quote is None:
        return (quote_unknown(command, command.quote_id),)
    request = market.quoting.requests[quote.request_id]
    instrument = market.instruments[quote.instrument_id]
    terms = instrument.terms
    refusal = (
        _not_awardable(request, quote, command, cause)
        or size_refusal(instrument, command, command.quantity)
        or _not_accepted(command, terms)
        or _unfunded(market, quote, command, cause)
    )
    if refusal is not None:
        return (refusal,)
    admitted = may_trade(market, command, quote, command.quantity, cause, rulesets)
    if admitted.refusal is not None:
        return (*admitted.facts, admitted.refusal)
    awarded = _awarded(market, request, quote, terms, command, cause)
    if awarded.due_at is not None:
        return (*admitted.facts, awarded)
    award = Award(awarded.award_id, request.request_id, quote.quote_id, awarded.quantity, awarded.held_minor)
    return (*admitted.facts, awarded, *trade(market, award, admitted.answer, cause))


def end_award(market: Market, command: EndAward, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Its buyer or its seller lets it go."""
    award = market.quoting.awards.get(command.award_id)
    if award is None:
        return (award_unknown(command, command.award_id),)
    sides: dict[str, Basis] = {
        market.quoting.requests[award.request_id].buyer_id: "buyer",
        market.quoting.quotes[award.quote_id].seller_id: "seller",
    }
    if cause.actor not in sides:
        detail = f"only its buyer or its seller may end it, {cause.actor} is neither"
        return (refused(command, ProtocolReason.NOT_PERMITTED, command.award_id, detail),)
    return (ended(market, award, sides[cause.actor], command.grounds),)


def award_unknown(command: Command, award_id: str) -> Refused:
    """None of that name is under way."""
    detail = "no such award is under way here; use the award_id of its QuoteAwarded"
    return refused(command, Reason.AWARD_UNKNOWN, award_id, detail)


def may_trade(
    market: Market, command: Command, quote: Quoted, quantity: int, cause: Cause, rulesets: Rulesets
) -> Admission:
    """Whether the two of a quote may trade now, and the seller can deliver so many lots; its seats the quote binds."""
    request, instrument = market.quoting.requests[quote.request_id], market.instruments[quote.instrument_id]
    use = request.wanted.use
    refusal = capacity_refusal(instrument, command, quote.seller_id, quote.price, quantity, quoted=quantity)
    if refusal is not None:
        return Admission((), NO_CROSSING, refusal)
    return admission(market, command, instrument, request.buyer_id, quote.seller_id, use, cause, rulesets)


def trade(market: Market, award: Award, answer: Answer, cause: Cause) -> tuple[Fact, ...]:
    """An award becomes a trade: what is held goes into escrow, all of it."""
    quote = market.quoting.quotes[award.quote_id]
    bargain = Bargain(
        bid_id=award.award_id,
        ask_id="",
        buyer_id=market.quoting.requests[award.request_id].buyer_id,
        seller_id=quote.seller_id,
        taker=Side.BID,
        price=quote.price,
        quantity=award.quantity,
        amount_minor=award.held_minor,
        released_minor=0,
    )
    terms = market.instruments[quote.instrument_id].terms
    matched, entitlement = traded(market, terms, bargain, answer, cause)
    done = AwardTraded(
        award_id=award.award_id,
        request_id=award.request_id,
        quote_id=award.quote_id,
        trade_id=matched.trade_id,
        instrument_id=quote.instrument_id,
        buyer_id=bargain.buyer_id,
        seller_id=bargain.seller_id,
        quantity=award.quantity,
    )
    return matched, entitlement, done


def ended(market: Market, award: Award, basis: Basis, grounds: str) -> AwardEnded:
    """The fact that an award ends without a trade."""
    request, quote = market.quoting.requests[award.request_id], market.quoting.quotes[award.quote_id]
    return AwardEnded(
        award_id=award.award_id,
        request_id=award.request_id,
        quote_id=award.quote_id,
        buyer_id=request.buyer_id,
        seller_id=quote.seller_id,
        quantity=award.quantity,
        currency=request.wanted.currency,
        released_minor=award.held_minor,
        basis=basis,
        grounds=grounds,
        unanswered=0 if award.waiting_bp is None or basis == "rejected" else award.samples,
    )


def _not_awardable(request: Request, quote: Quoted, command: AwardQuote, cause: Cause) -> Refused | None:
    if request.buyer_id != cause.actor:
        detail = f"only {request.buyer_id}, who asked for it, may award it"
        return refused(command, ProtocolReason.NOT_PERMITTED, command.quote_id, detail)
    if (refusal := quote_over(command, quote, cause)) is not None:
        return refusal
    left = min(quote.quantity_left, request.wanted.quantity - request.awarded)
    if command.quantity > left:
        detail = (
            f"{command.quantity} would be awarded; the quote still offers {quote.quantity_left},"
            f" and of the request {request.wanted.quantity - request.awarded} are left"
        )
        return refused(command, Reason.AWARD_TOO_LARGE, command.quote_id, detail)
    if request.awards_given >= AWARDS_MAX:
        detail = f"it has been awarded {AWARDS_MAX} times, and no more awards are made"
        return refused(command, Reason.AWARDS_TOO_MANY, request.request_id, detail)
    return None


def _not_accepted(command: AwardQuote, terms: InstrumentTerms) -> Refused | None:
    if command.licence_digest == terms.licence_digest:
        return None
    accepted, on_offer = command.licence_digest.hex() or "none", terms.licence_digest.hex()
    detail = f"licence accepted: {accepted}; on offer: {on_offer}. Read it and name its digest"
    return refused(command, Reason.LICENCE_NOT_ACCEPTED, terms.instrument_id, detail)


def _unfunded(market: Market, quote: Quoted, command: AwardQuote, cause: Cause) -> Refused | None:
    terms = market.instruments[quote.instrument_id].terms
    price_minor = amount_minor(terms, quote.price, command.quantity)
    barred = short(market, cause.actor, terms.currency, price_minor)
    return None if barred is None else said(command, barred)


def _awarded(
    market: Market,
    request: Request,
    quote: Quoted,
    terms: InstrumentTerms,
    command: AwardQuote,
    cause: Cause,
) -> QuoteAwarded:
    sampling, held = request.wanted.sampling, amount_minor(terms, quote.price, command.quantity)
    return QuoteAwarded(
        award_id=derived_id("AW", cause.partition, cause.offset, 0),
        request_id=request.request_id,
        quote_id=quote.quote_id,
        instrument_id=quote.instrument_id,
        buyer_id=request.buyer_id,
        seller_id=quote.seller_id,
        price=quote.price,
        quantity=command.quantity,
        currency=terms.currency,
        held_minor=held,
        licence_digest=command.licence_digest,
        due_at=None if sampling is None else cause.at + sampling.days * DAY,
        drawn_minor=drawn_for(market, request.buyer_id, terms.currency, held),
    )
