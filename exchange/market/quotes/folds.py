"""How each fact of a request for quotation changes a market. No rule is here."""

from collections.abc import Callable, Mapping
from typing import Any

from exchange.kernel.bases import Fact
from exchange.kernel.errors import InvariantBroken
from exchange.market.agenda import schedule, settle
from exchange.market.holds import hold, let_go, meant_for
from exchange.market.order_fold import export
from exchange.market.quotes import facts as happened
from exchange.market.quotes.binding import bind
from exchange.market.quotes.state import Award, Ending, Quoted, Request
from exchange.market.state import Market

CLOSES, DONE, EXPIRES = "request_closes", "request_done", "quote_expires"
SAMPLE_DUE, ANSWER_DUE = "sample_due", "sample_answer"
"""What falls due: of a request, of a quote, of an award."""


def requested(market: Market, fact: happened.QuotesRequested, at: int) -> None:
    quoting = market.quoting
    quoting.requests[fact.request_id] = Request(fact.request_id, fact.buyer_id, fact.wanted)
    quoting.open_requests[fact.buyer_id] = quoting.open_requests.get(fact.buyer_id, 0) + 1
    schedule(market.agenda, fact.wanted.closes_at, CLOSES, fact.request_id)


def closed(market: Market, fact: happened.QuotesClosed, at: int) -> None:
    request = market.quoting.requests[fact.request_id]
    request.closed = True
    settle(market.agenda, CLOSES, fact.request_id)
    _finish(market, request, at)


def request_ended(market: Market, fact: happened.RequestEnded, at: int) -> None:
    """Forget it, with its quotes."""
    quoting = market.quoting
    request = quoting.requests.pop(fact.request_id)
    if request.award_ids:
        raise InvariantBroken(f"request {fact.request_id} ended with awards {request.award_ids} under way")
    for kind in (CLOSES, DONE):
        settle(market.agenda, kind, fact.request_id)
    for quote_id in request.quote_ids:
        settle(market.agenda, EXPIRES, quote_id)
        quote = quoting.quotes.pop(quote_id)
        if quote.ended is None:
            bind(market, quote.instrument_id, -quote.quantity_left)
    quoting.open_requests[fact.buyer_id] -= 1
    if not quoting.open_requests[fact.buyer_id]:
        del quoting.open_requests[fact.buyer_id]


def quote_given(market: Market, fact: happened.QuoteGiven, at: int) -> None:
    request = market.quoting.requests[fact.request_id]
    if fact.replaces:
        _quote_over(market, fact.replaces, "replaced")
    market.quoting.quotes[fact.quote_id] = Quoted(
        quote_id=fact.quote_id,
        request_id=fact.request_id,
        seller_id=fact.seller_id,
        instrument_id=fact.instrument_id,
        price=fact.price,
        quantity=fact.quantity,
        quantity_left=fact.quantity,
        valid_until=fact.valid_until,
    )
    bind(market, fact.instrument_id, fact.quantity)
    request.quote_ids.append(fact.quote_id)
    request.quotes[fact.seller_id] = fact.quote_id
    schedule(market.agenda, fact.valid_until, EXPIRES, fact.quote_id)


def quote_withdrawn(market: Market, fact: happened.QuoteWithdrawn, at: int) -> None:
    _quote_over(market, fact.quote_id, "withdrawn")
    _finish(market, market.quoting.requests[fact.request_id], at)


def quote_expired(market: Market, fact: happened.QuoteExpired, at: int) -> None:
    _quote_over(market, fact.quote_id, "expired")
    _finish(market, market.quoting.requests[fact.request_id], at)


def quote_awarded(market: Market, fact: happened.QuoteAwarded, at: int) -> None:
    hold(market, fact.award_id, fact.buyer_id, fact.currency, fact.held_minor, "reserved", fact.drawn_minor)
    meant_for(market, fact.award_id, market.quoting.requests[fact.request_id].wanted.use)
    market.quoting.awards[fact.award_id] = Award(
        award_id=fact.award_id,
        request_id=fact.request_id,
        quote_id=fact.quote_id,
        quantity=fact.quantity,
        held_minor=fact.held_minor,
    )
    request = _take(market, fact.request_id, fact.quote_id, fact.quantity)
    request.award_ids.append(fact.award_id)
    request.awards_given += 1
    if fact.due_at is not None:
        schedule(market.agenda, fact.due_at, SAMPLE_DUE, fact.award_id)


def sample_submitted(market: Market, fact: happened.SampleSubmitted, at: int) -> None:
    award = market.quoting.awards[fact.award_id]
    award.samples, award.waiting_bp = fact.number, fact.value_bp
    settle(market.agenda, SAMPLE_DUE, fact.award_id)
    schedule(market.agenda, fact.answer_by, ANSWER_DUE, fact.award_id)


def sample_accepted(market: Market, fact: happened.SampleAccepted, at: int) -> None:
    _answered(market, fact.award_id)


def sample_rejected(market: Market, fact: happened.SampleRejected, at: int) -> None:
    _answered(market, fact.award_id)
    if fact.due_at is not None:
        schedule(market.agenda, fact.due_at, SAMPLE_DUE, fact.award_id)


def award_traded(market: Market, fact: happened.AwardTraded, at: int) -> None:
    """The trade has spent the hold; what it took out of the mainland counts."""
    award, request = _award_over(market, fact.award_id)
    request.traded += award.quantity
    bind(market, fact.instrument_id, -award.quantity)
    if market.instruments[fact.instrument_id].terms.moves_data:
        export(market, fact.instrument_id, fact.seller_id, fact.buyer_id, request.wanted.use, at)
    _finish(market, request, at)


def award_ended(market: Market, fact: happened.AwardEnded, at: int) -> None:
    """Give the money back; what was awarded can be awarded again."""
    award, request = _award_over(market, fact.award_id)
    if let_go(market, fact.award_id) != fact.released_minor:
        raise InvariantBroken(f"{fact!r} but {award.held_minor} were held")
    _take(market, fact.request_id, fact.quote_id, -award.quantity)
    quote = market.quoting.quotes[fact.quote_id]
    if quote.ended is not None:
        bind(market, quote.instrument_id, -award.quantity)
    _finish(market, request, at)


def _answered(market: Market, award_id: str) -> None:
    market.quoting.awards[award_id].waiting_bp = None
    settle(market.agenda, ANSWER_DUE, award_id)


def _take(market: Market, request_id: str, quote_id: str, quantity: int) -> Request:
    """Take lots off a quote for an award of its request, or give them back."""
    request, quote = market.quoting.requests[request_id], market.quoting.quotes[quote_id]
    request.awarded += quantity
    quote.quantity_left -= quantity
    if request.awarded > request.wanted.quantity or quote.quantity_left < 0:
        raise InvariantBroken(
            f"more was awarded than is there: {request.awarded} of {request_id}, by {quote}"
        )
    return request


def _award_over(market: Market, award_id: str) -> tuple[Award, Request]:
    award = market.quoting.awards.pop(award_id)
    request = market.quoting.requests[award.request_id]
    request.award_ids.remove(award_id)
    for kind in (SAMPLE_DUE, ANSWER_DUE):
        settle(market.agenda, kind, award_id)
    return award, request


def _quote_over(market: Market, quote_id: str, ending: Ending) -> None:
    quote = market.quoting.quotes[quote_id]
    quote.ended = ending
    bind(market, quote.instrument_id, -quote.quantity_left)
    settle(market.agenda, EXPIRES, quote_id)


def _finish(market: Market, request: Request, at: int) -> None:
    """Once nothing more can come of a request it is due to end, now."""
    if over(market, request):
        schedule(market.agenda, at, DONE, request.request_id)


def over(market: Market, request: Request) -> bool:
    """Whether no award is under way and none can be made any more."""
    if request.award_ids:
        return False
    if request.traded == request.wanted.quantity:
        return True
    quotes = (market.quoting.quotes[each] for each in request.quotes.values())
    return request.closed and not any(each.ended is None and each.quantity_left for each in quotes)


FOLDS: Mapping[type[Fact], Callable[[Market, Any, int], None]] = {
    happened.QuotesRequested: requested,
    happened.QuotesClosed: closed,
    happened.RequestEnded: request_ended,
    happened.QuoteGiven: quote_given,
    happened.QuoteWithdrawn: quote_withdrawn,
    happened.QuoteExpired: quote_expired,
    happened.QuoteAwarded: quote_awarded,
    happened.SampleSubmitted: sample_submitted,
    happened.SampleAccepted: sample_accepted,
    happened.SampleRejected: sample_rejected,
    happened.AwardTraded: award_traded,
    happened.AwardEnded: award_ended,
}
