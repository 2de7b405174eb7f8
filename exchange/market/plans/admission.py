"""Who may buy units now: the buyer, its seller, the instrument, the fence, the purse. Asked at each purchase anew."""

from collections.abc import Sequence
from typing import NamedTuple

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.money import AMOUNT_MAX, format_minor
from exchange.market.auctions.meanwhile import spoken_for
from exchange.market.bars import Bar, bar, not_on_offer, seller_of, short
from exchange.market.commands import InstrumentTerms, Use
from exchange.market.facts import Reason
from exchange.market.fencing import NO_CROSSING, Answer, Rulesets, fence_of, why_not
from exchange.market.state import Instrument, Market


class Admission(NamedTuple):
    """Whether two may trade now. Shape: `decided` are the fence's decisions; `bar` is None where they may."""

    decided: Sequence[Fact]
    answer: Answer
    bar: Bar | None


def admission(
    market: Market, instrument: Instrument, buyer_id: str, use: Use, cause: Cause, rulesets: Rulesets
) -> Admission:
    """Whether a buyer may buy this of its seller now, for this use."""
    terms = instrument.terms
    barred = may_not_buy(market, instrument, buyer_id, use, cause.at)
    if barred is not None:
        return Admission((), NO_CROSSING, barred)
    fence = fence_of(market, instrument, cause, rulesets)
    if fence is None:
        detail = "no ruleset is in force, and without one nothing may cross; activate one"
        return Admission((), NO_CROSSING, Bar(Reason.RULESET_NONE, terms.instrument_id, detail))
    answer = fence.ask(seller_of(market, terms), market.participants[buyer_id], use)
    return Admission(fence.take(), answer, _not_admitted(terms, answer))


def may_not_buy(market: Market, instrument: Instrument, buyer_id: str, use: Use, at: int) -> Bar | None:
    """Why a buyer may not buy this now, whatever the fence says; the first reason of several."""
    buyer = market.participants.get(buyer_id)
    if buyer is None:
        detail = f"{buyer_id} is not known to this market; it takes part once admitted"
        return Bar(Reason.PARTICIPANT_UNKNOWN, buyer_id, detail)
    barred = bar(market, instrument.terms, buyer) or not_on_offer(instrument, use)
    name = instrument.terms.instrument_id
    if barred is None and (why := spoken_for(market, name, at)) is not None:
        return Bar(Reason.INSTRUMENT_AUCTIONED, name, why)
    return barred


def unfunded(market: Market, participant_id: str, currency: str, amount_minor: int) -> Bar | None:
    """That the amount is more than one purchase may be worth, or than the purse has free."""
    if amount_minor > AMOUNT_MAX:
        detail = f"it is worth more than {AMOUNT_MAX} minor units; buy less at a time"
        return Bar(Reason.AMOUNT_TOO_LARGE, participant_id, detail)
    return short(market, participant_id, currency, amount_minor)


def too_dear(subject: str, currency: str, amount_minor: int, amount_max_minor: int | None) -> Bar | None:
    """That it costs more than the buyer would pay."""
    if amount_max_minor is None or amount_minor <= amount_max_minor:
        return None
    costs, at_most = format_minor(amount_minor, currency), format_minor(amount_max_minor, currency)
    detail = f"it costs {costs} by the plan now, and may cost {at_most}; look at the plan and say so again"
    return Bar(Reason.PRICE_HIGHER, subject, detail)


def _not_admitted(terms: InstrumentTerms, answer: Answer) -> Bar | None:
    if answer.admitted or answer.summary is None:
        return None
    detail = why_not(answer.summary, answer.missing)
    return Bar(Reason.FENCE_REFUSED, terms.instrument_id, detail, answer.summary.codes, answer.until)
