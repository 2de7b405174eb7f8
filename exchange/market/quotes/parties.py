"""Who may take part in a request for quotation, and whether two may trade."""

from collections.abc import Sequence
from typing import NamedTuple

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.market.auctions.meanwhile import spoken_for
from exchange.market.commands import InstrumentTerms, Use
from exchange.market.fencing import NO_CROSSING, Answer, Rulesets, fence_of, no_ruleset, not_admitted
from exchange.market.parties import takes_part
from exchange.market.reasons import Reason
from exchange.market.state import Instrument, Market


class Admission(NamedTuple):
    """Whether two may trade by now. Shape: `facts` are the fence's decisions; `refusal` is None where they may."""

    facts: Sequence[Fact]
    answer: Answer
    refusal: Refused | None


def barred(market: Market, command: Command, who: str, roles: frozenset[str]) -> Refused | None:
    """Why a participant may not do this at all: it is unknown, suspended, or has none of the roles."""
    standing = takes_part(market, command, who)
    if isinstance(standing, Refused):
        return standing
    has = standing.roles
    if roles.isdisjoint(has):
        detail = f"its roles are {', '.join(has)}; one of {', '.join(sorted(roles))} is needed"
        return refused(command, Reason.ROLE_MISSING, who, detail)
    return None


def _inactive(market: Market, command: Command, who: str) -> Refused | None:
    found = takes_part(market, command, who)
    return found if isinstance(found, Refused) else None


def admission(
    market: Market,
    command: Command,
    instrument: Instrument,
    buyer_id: str,
    seller_id: str,
    use: Use,
    cause: Cause,
    rulesets: Rulesets,
) -> Admission:
    """Whether the two may trade this now: both active, no conflict, the instrument open and free, the fence admits."""
    refusal = (
        _inactive(market, command, seller_id)
        or _inactive(market, command, buyer_id)
        or _related(market, command, instrument.terms, buyer_id, seller_id)
        or _not_open(command, instrument)
        or _spoken_for(market, command, instrument, cause)
    )
    if refusal is not None:
        return Admission((), NO_CROSSING, refusal)
    fence = fence_of(market, instrument, cause, rulesets)
    subject = instrument.terms.instrument_id
    if fence is None:
        return Admission((), NO_CROSSING, no_ruleset(command, subject))
    answer = fence.ask(market.participants[seller_id], market.participants[buyer_id], use)
    return Admission(fence.take(), answer, not_admitted(command, subject, answer))


def _related(
    market: Market, command: Command, terms: InstrumentTerms, buyer_id: str, seller_id: str
) -> Refused | None:
    """One owner on both sides, or an assessor of the product on one of them."""
    owners = {each: market.participants[each].beneficial_owner for each in (buyer_id, seller_id)}
    if owners[buyer_id] == owners[seller_id]:
        detail = f"seller {seller_id} and buyer {buyer_id} have one owner, {owners[buyer_id]}"
        return refused(command, Reason.BID_ON_OWN, terms.instrument_id, detail)
    for assessor_id in terms.assessor_ids:
        assessor = market.participants.get(assessor_id)
        for who, owner in owners.items():
            if who == assessor_id or (assessor is not None and assessor.beneficial_owner == owner):
                detail = f"assessor {assessor_id} gave an opinion on {terms.product_id} and may not trade it"
                return refused(command, Reason.CONFLICT_OF_INTEREST, who, detail)
    return None


def _not_open(command: Command, instrument: Instrument) -> Refused | None:
    if instrument.state == "open":
        return None
    detail = f"it is {instrument.state}; it is traded while it is open"
    return refused(command, Reason.INSTRUMENT_NOT_OPEN, instrument.terms.instrument_id, detail)


def _spoken_for(market: Market, command: Command, instrument: Instrument, cause: Cause) -> Refused | None:
    """It is being auctioned, or another has it to itself."""
    name = instrument.terms.instrument_id
    why = spoken_for(market, name, cause.at)
    return None if why is None else refused(command, Reason.INSTRUMENT_AUCTIONED, name, why)
