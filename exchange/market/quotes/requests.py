"""Requests: made, withdrawn, closed for quotes, ended."""

from collections.abc import Sequence
from typing import Literal

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.money import known_currency
from exchange.kernel.protocol import ProtocolReason, Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import DAY, iso
from exchange.market.fencing import Rulesets
from exchange.market.parties import MAY_BUY
from exchange.market.quotes.commands import RequestQuotes, Wanted, WithdrawRequest
from exchange.market.quotes.facts import QuotesClosed, QuotesRequested, RequestEnded
from exchange.market.quotes.parties import barred
from exchange.market.quotes.state import Request
from exchange.market.reasons import Reason
from exchange.market.state import Market

REQUESTS_MAX = 50
"""Requests that a buyer may have open in one market."""
OPEN_MAX = 90 * DAY
"""How far ahead the deadline for quotes may lie."""


def request_quotes(
    market: Market, command: RequestQuotes, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Put a request on the board."""
    refusal = (
        barred(market, command, cause.actor, MAY_BUY)
        or _unfit(command, command.wanted, cause)
        or _uninvitable(market, command)
        or _too_many(market, command, cause)
    )
    if refusal is not None:
        return (refusal,)
    request_id = derived_id("RQ", cause.partition, cause.offset, 0)
    return (QuotesRequested(request_id=request_id, buyer_id=cause.actor, wanted=command.wanted),)


def withdraw_request(
    market: Market, command: WithdrawRequest, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """End the buyer's own request."""
    request = market.quoting.requests.get(command.request_id)
    if request is None:
        detail = "no such request is open here; use the request_id of its QuotesRequested"
        return (refused(command, Reason.REQUEST_UNKNOWN, command.request_id, detail),)
    if request.buyer_id != cause.actor:
        detail = f"only its buyer may withdraw it, {cause.actor} is not"
        return (refused(command, ProtocolReason.NOT_PERMITTED, command.request_id, detail),)
    if request.award_ids:
        detail = f"of its awards {', '.join(request.award_ids[:3])} are under way; end them first"
        return (refused(command, Reason.AWARDS_OPEN, command.request_id, detail),)
    return (_ended(market, request, "withdrawn"),)


def close_quotes(market: Market, request_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """The deadline for quotes has come."""
    return (QuotesClosed(request_id=request_id),)


def end_request(market: Market, request_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Nothing more can come of it."""
    request = market.quoting.requests[request_id]
    all_traded = request.traded == request.wanted.quantity
    return (_ended(market, request, "traded" if all_traded else "no_quotes"),)


def _ended(
    market: Market, request: Request, basis: Literal["withdrawn", "traded", "no_quotes"]
) -> RequestEnded:
    standing = (each for each in request.quote_ids if market.quoting.quotes[each].ended is None)
    return RequestEnded(
        request_id=request.request_id,
        buyer_id=request.buyer_id,
        basis=basis,
        traded=request.traded,
        quote_ids=tuple(standing),
    )


def _unfit(command: RequestQuotes, wanted: Wanted, cause: Cause) -> Refused | None:
    if not known_currency(wanted.currency):
        detail = f"{wanted.currency} is no ISO 4217 currency with a minor unit; use one like CNY"
        return refused(command, Reason.CURRENCY_UNKNOWN, wanted.currency, detail)
    if wanted.sampling is not None and wanted.quality is None:
        detail = "a sample is to be accepted first, but no quality measure is named that it has to reach"
        return refused(command, Reason.QUALITY_MISSING, wanted.title, detail)
    if wanted.use.licence_digest is not None:
        detail = "use.licence_digest: a licence is accepted with each award, since every quote brings its own"
        return refused(command, ProtocolReason.VALUE_OUT_OF_RANGE, wanted.title, detail)
    if not cause.at < wanted.closes_at <= cause.at + OPEN_MAX:
        closes, latest = iso(wanted.closes_at), iso(cause.at + OPEN_MAX)
        detail = (
            f"quotes would be taken until {closes}; name a time after {iso(cause.at)}, {latest} at the latest"
        )
        return refused(command, Reason.TIME_OUT_OF_RANGE, wanted.title, detail)
    return None


def _uninvitable(market: Market, command: RequestQuotes) -> Refused | None:
    for who in command.wanted.invited:
        if who not in market.participants:
            detail = f"{who} is not known to this market, so cannot be invited; check the name"
            return refused(command, Reason.PARTICIPANT_UNKNOWN, who, detail)
    return None


def _too_many(market: Market, command: RequestQuotes, cause: Cause) -> Refused | None:
    if market.quoting.open_requests.get(cause.actor, 0) < REQUESTS_MAX:
        return None
    detail = f"{cause.actor} has {REQUESTS_MAX} requests open, and no more may be; withdraw those not needed"
    return refused(command, Reason.REQUESTS_TOO_MANY, cause.actor, detail)
