"""Samples before the main delivery: shown, accepted, rejected, reworked. Of a silent buyer the measure speaks."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.protocol import ProtocolReason, Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import DAY, iso
from exchange.market.fencing import Rulesets
from exchange.market.quotes.awards import award_unknown, ended, may_trade, trade
from exchange.market.quotes.commands import AcceptSample, Quality, RejectSample, Sampling, SubmitSample
from exchange.market.quotes.facts import SampleAccepted, SampleRejected, SampleSubmitted
from exchange.market.quotes.state import Award, Quoted, Request
from exchange.market.reasons import Reason
from exchange.market.state import Market


class _Sampled(NamedTuple):
    """An award that needs a sample, with all that is agreed on it."""

    award: Award
    request: Request
    quote: Quoted
    quality: Quality
    sampling: Sampling


def submit_sample(market: Market, command: SubmitSample, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Show a sample, or its rework, to the buyer."""
    found = _sampled(market, command, command.award_id)
    if isinstance(found, Refused):
        return (found,)
    award, request, quote, quality, sampling = found
    if cause.actor != quote.seller_id:
        return (_another(command, award, f"only {quote.seller_id}, who quoted, may submit a sample"),)
    if award.waiting_bp is not None:
        detail = f"sample {award.samples} has not been answered yet; wait for the answer"
        return (refused(command, Reason.SAMPLE_WAITING, award.award_id, detail),)
    values = [each.value_bp for each in command.measured if each.measure == quality.measure]
    if len(values) != 1:
        detail = f"measure {quality.measure!r} is said {len(values)} times; say once what it comes to"
        return (refused(command, Reason.MEASURE_MISSING, award.award_id, detail),)
    terms = market.instruments[quote.instrument_id].terms
    return (
        SampleSubmitted(
            award_id=award.award_id,
            request_id=request.request_id,
            product_id=terms.product_id,
            version=terms.version,
            stored_in=terms.stored_in,
            buyer_id=request.buyer_id,
            seller_id=quote.seller_id,
            number=award.samples + 1,
            digest=command.digest,
            measured=command.measured,
            value_bp=values[0],
            answer_by=cause.at + sampling.answer_days * DAY,
        ),
    )


def accept_sample(market: Market, command: AcceptSample, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """The buyer finds it good enough, whatever it measures; the award trades, if the two still may."""
    found = _answerable(market, command, command.award_id, cause)
    if isinstance(found, Refused):
        return (found,)
    return _accepted(market, command, found, "buyer", cause, rulesets)


def reject_sample(market: Market, command: RejectSample, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """The buyer finds it not good enough and says why."""
    found = _answerable(market, command, command.award_id, cause)
    if isinstance(found, Refused):
        return (found,)
    return _rejected(market, found, "buyer", command.grounds, command.value_bp, cause)


def miss_sample(market: Market, award_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """No sample was shown in time: the award ends."""
    award = market.quoting.awards[award_id]
    return (ended(market, award, "time", f"no sample was submitted until {iso(cause.at)}"),)


def answer_sample(market: Market, award_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """The buyer kept silent: what was measured decides. Where the two may not trade by now, the award ends."""
    command = AcceptSample(award_id=award_id)
    found = _sampled(market, command, award_id)
    assert not isinstance(found, Refused)
    value_bp, quality = found.award.waiting_bp or 0, found.quality
    if value_bp < quality.threshold_bp:
        grounds = f"{quality.measure} came to {value_bp} of 10,000, less than {quality.threshold_bp}"
        return _rejected(market, found, "measure", grounds, None, cause)
    *facts, last = _accepted(market, command, found, "measure", cause, rulesets)
    if isinstance(last, Refused):
        return (*facts, ended(market, found.award, "barred", f"{last.reason}: {last.detail}"))
    return (*facts, last)


def _accepted(
    market: Market,
    command: AcceptSample,
    found: _Sampled,
    basis: Literal["buyer", "measure"],
    cause: Cause,
    rulesets: Rulesets,
) -> Sequence[Fact]:
    award = found.award
    admitted = may_trade(market, command, found.quote, award.quantity, cause, rulesets)
    if admitted.refusal is not None:
        return (*admitted.facts, admitted.refusal)
    accepted = SampleAccepted(
        award_id=award.award_id,
        request_id=award.request_id,
        number=award.samples,
        basis=basis,
        value_bp=award.waiting_bp or 0,
        threshold_bp=found.quality.threshold_bp,
    )
    return (*admitted.facts, accepted, *trade(market, award, admitted.answer, cause))


def _rejected(
    market: Market,
    found: _Sampled,
    basis: Literal["buyer", "measure"],
    grounds: str,
    value_bp: int | None,
    cause: Cause,
) -> Sequence[Fact]:
    """The seller may rework it; after the last sample agreed on the award ends."""
    award, sampling = found.award, found.sampling
    reworks = award.samples < sampling.samples_max
    rejected = SampleRejected(
        award_id=award.award_id,
        request_id=award.request_id,
        number=award.samples,
        basis=basis,
        value_bp=(award.waiting_bp or 0) if value_bp is None else value_bp,
        threshold_bp=found.quality.threshold_bp,
        grounds=grounds,
        due_at=cause.at + sampling.days * DAY if reworks else None,
    )
    if reworks:
        return (rejected,)
    return rejected, ended(market, award, "rejected", f"sample {award.samples} was the last one agreed on")


def _answerable(
    market: Market, command: AcceptSample | RejectSample, award_id: str, cause: Cause
) -> _Sampled | Refused:
    found = _sampled(market, command, award_id)
    if isinstance(found, Refused):
        return found
    if cause.actor != found.request.buyer_id:
        return _another(command, found.award, f"only {found.request.buyer_id}, who asked for it, may answer")
    if found.award.waiting_bp is None:
        detail = f"{found.award.samples} samples were submitted, and none waits for an answer"
        return refused(command, Reason.SAMPLE_NONE, award_id, detail)
    return found


def _sampled(market: Market, command: Command, award_id: str) -> _Sampled | Refused:
    """The award of that name: those under way all need a sample, for the others trade at once."""
    award = market.quoting.awards.get(award_id)
    request = None if award is None else market.quoting.requests[award.request_id]
    if award is None or request is None or request.wanted.quality is None or request.wanted.sampling is None:
        return award_unknown(command, award_id)
    quote = market.quoting.quotes[award.quote_id]
    return _Sampled(award, request, quote, request.wanted.quality, request.wanted.sampling)


def _another(command: Command, award: Award, detail: str) -> Refused:
    return refused(command, ProtocolReason.NOT_PERMITTED, award.award_id, detail)
