"""Who may buy units now: the buyer, its seller, the instrument, the fence, the purse. Asked at each purchase anew."""

from collections.abc import Sequence
from typing import NamedTuple

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.money import AMOUNT_MAX, format_minor
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.market.auctions.meanwhile import spoken_for
from exchange.market.commands import InstrumentTerms, Standing, Use
from exchange.market.facts import Reason
from exchange.market.fencing import NO_CROSSING, Answer, Rulesets, fence_of
from exchange.market.parties import MAY_BUY, conflicting_assessor
from exchange.market.state import Instrument, Market, purse_of


class Bar(NamedTuple):
    """Why something may not be bought now. Shape: `until` is when the fence may answer otherwise."""

    reason: Reason
    subject: str
    detail: str
    codes: tuple[str, ...] = ()
    until: int | None = None


class Admission(NamedTuple):
    """Whether two may trade now. Shape: `decided` are the fence's decisions; `bar` is None where they may."""

    decided: Sequence[Fact]
    answer: Answer
    bar: Bar | None


def said(command: Command, bar: Bar) -> Refused:
    """The refusal of a command for what bars it."""
    return refused(command, bar.reason, bar.subject, bar.detail, bar.codes)


def admission(
    market: Market, instrument: Instrument, buyer_id: str, use: Use, cause: Cause, rulesets: Rulesets
) -> Admission:
    """Whether a buyer may buy this of its seller now, for this use."""
    terms = instrument.terms
    barred = bar(market, instrument, buyer_id, use, cause.at)
    if barred is not None:
        return Admission((), NO_CROSSING, barred)
    fence = fence_of(market, instrument, cause, rulesets)
    if fence is None:
        detail = "no ruleset is in force, and without one nothing may cross; activate one"
        return Admission((), NO_CROSSING, Bar(Reason.RULESET_NONE, terms.instrument_id, detail))
    answer = fence.ask(seller_of(market, terms), market.participants[buyer_id], use)
    return Admission(fence.take(), answer, _not_admitted(terms, answer))


def bar(market: Market, instrument: Instrument, buyer_id: str, use: Use, at: int) -> Bar | None:
    """Why a buyer may not buy this now, whatever the fence says; the first reason of several."""
    terms = instrument.terms
    buyer = market.participants.get(buyer_id)
    if buyer is None:
        detail = f"{buyer_id} is not known to this market; it takes part once admitted"
        return Bar(Reason.PARTICIPANT_UNKNOWN, buyer_id, detail)
    return _barred(market, terms, buyer) or _not_on_offer(market, instrument, use, at)


def seller_of(market: Market, terms: InstrumentTerms) -> Standing:
    """Who sells an instrument that has a price plan: it is known, since it set the plan."""
    assert terms.seller_id is not None
    return market.participants[terms.seller_id]


def unfunded(market: Market, participant_id: str, currency: str, amount_minor: int) -> Bar | None:
    """That the amount is more than one purchase may be worth, or than the purse has free."""
    if amount_minor > AMOUNT_MAX:
        detail = f"it is worth more than {AMOUNT_MAX} minor units; buy less at a time"
        return Bar(Reason.AMOUNT_TOO_LARGE, participant_id, detail)
    cash = purse_of(market, participant_id, currency).cash
    if cash >= amount_minor:
        return None
    needed, has = format_minor(amount_minor, currency), format_minor(cash, currency)
    detail = f"it needs {needed}, the purse has {has} free; deposit the rest or cancel orders"
    return Bar(Reason.FUNDS_INSUFFICIENT, participant_id, detail)


def too_dear(subject: str, currency: str, amount_minor: int, amount_max_minor: int | None) -> Bar | None:
    """That it costs more than the buyer would pay."""
    if amount_max_minor is None or amount_minor <= amount_max_minor:
        return None
    costs, at_most = format_minor(amount_minor, currency), format_minor(amount_max_minor, currency)
    detail = f"it costs {costs} by the plan now, and may cost {at_most}; look at the plan and say so again"
    return Bar(Reason.PRICE_HIGHER, subject, detail)


def _barred(market: Market, terms: InstrumentTerms, buyer: Standing) -> Bar | None:
    who, seller = buyer.participant_id, seller_of(market, terms)
    if not buyer.active:
        return Bar(
            Reason.PARTICIPANT_SUSPENDED, who, f"{who} is suspended; once reinstated it may trade again"
        )
    if (assessor_id := conflicting_assessor(market, terms, buyer)) is not None:
        detail = f"assessor {assessor_id} gave an opinion on {terms.product_id} and may not trade it"
        return Bar(Reason.CONFLICT_OF_INTEREST, who, detail)
    if MAY_BUY.isdisjoint(buyer.roles):
        needed = ", ".join(sorted(MAY_BUY))
        return Bar(
            Reason.ROLE_MISSING, who, f"its roles are {', '.join(buyer.roles)}; one of {needed} is needed"
        )
    if seller.beneficial_owner == buyer.beneficial_owner:
        detail = f"seller {seller.participant_id} and {who} have one owner, {buyer.beneficial_owner}"
        return Bar(Reason.BID_ON_OWN, terms.instrument_id, detail)
    if not seller.active:
        detail = f"its seller {seller.participant_id} is suspended; until it is reinstated nothing can be bought of it"
        return Bar(Reason.PARTICIPANT_SUSPENDED, seller.participant_id, detail)
    return None


def _not_on_offer(market: Market, instrument: Instrument, use: Use, at: int) -> Bar | None:
    terms = instrument.terms
    if instrument.state != "open":
        detail = f"it is {instrument.state}; units are sold while it is open"
        return Bar(Reason.INSTRUMENT_NOT_OPEN, terms.instrument_id, detail)
    if (why := spoken_for(market, terms.instrument_id, at)) is not None:
        return Bar(Reason.INSTRUMENT_AUCTIONED, terms.instrument_id, why)
    if (use.licence_digest or b"") != terms.licence_digest:
        accepted = "none" if use.licence_digest is None else use.licence_digest.hex()
        detail = f"licence accepted: {accepted}; on offer: {terms.licence_digest.hex()}. Read it and name its digest"
        return Bar(Reason.LICENCE_NOT_ACCEPTED, terms.instrument_id, detail)
    return None


def _not_admitted(terms: InstrumentTerms, answer: Answer) -> Bar | None:
    if answer.admitted or answer.summary is None:
        return None
    decision = f"{answer.summary.outcome} under ruleset {answer.summary.ruleset_version}"
    supply = f"; supply what is not known: {', '.join(answer.missing)}" if answer.missing else ""
    detail = f"{decision}, decision {answer.summary.decision_id}{supply}"
    return Bar(Reason.FENCE_REFUSED, terms.instrument_id, detail, answer.summary.codes, answer.until)
