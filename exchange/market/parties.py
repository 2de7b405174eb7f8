"""Who may trade with whom, and the refusals that every way to trade has in common."""

from typing import Final

from exchange.kernel.bases import Command
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.market.commands import ASK, InstrumentTerms, Side, Standing
from exchange.market.reasons import Reason
from exchange.market.state import Market

MAY_BUY: Final = frozenset({"buyer", "seller", "broker", "processor"})
"""Roles that buy, in whatever way."""
MAY_ASK: Final = frozenset({"seller"})


def may_trade(participant: Standing, side: Side) -> bool:
    """Whether a participant's order of this side may trade at present, whatever the fence says."""
    return participant.active and not (MAY_ASK if side is ASK else MAY_BUY).isdisjoint(participant.roles)


def takes_part(market: Market, command: Command, who: str) -> Standing | Refused:
    """Who takes part and is not suspended, or the refusal of whoever does not."""
    standing = market.participants.get(who)
    if standing is None:
        return unknown_participant(command, who)
    return standing if standing.active else suspended(command, who)


def conflicting_assessor(market: Market, terms: InstrumentTerms, participant: Standing) -> str | None:
    """The assessor of the product that a participant is, or has one owner with."""
    for assessor_id in terms.assessor_ids:
        assessor = market.participants.get(assessor_id)
        one_owner = assessor is not None and assessor.beneficial_owner == participant.beneficial_owner
        if one_owner or assessor_id == participant.participant_id:
            return assessor_id
    return None


def lacks_role(command: Command, participant: Standing, side: Side) -> Refused | None:
    """The refusal of somebody whose roles do not place orders of this side."""
    needed = MAY_ASK if side is ASK else MAY_BUY
    if not needed.isdisjoint(participant.roles):
        return None
    roles, wanted = ", ".join(participant.roles), ", ".join(sorted(needed))
    detail = f"its roles are {roles}; to place a {side.value} one of {wanted} is needed"
    return refused(command, Reason.ROLE_MISSING, participant.participant_id, detail)


def unknown_instrument(command: Command, instrument_id: str) -> Refused:
    """The refusal of what is not traded here."""
    detail = "no such instrument is traded here; the catalogue names those on sale"
    return refused(command, Reason.INSTRUMENT_UNKNOWN, instrument_id, detail)


def unknown_participant(command: Command, who: str) -> Refused:
    """The refusal of somebody whom this market does not know."""
    detail = f"{who} is not known to this market; it takes part once admitted"
    return refused(command, Reason.PARTICIPANT_UNKNOWN, who, detail)


def suspended(command: Command, who: str) -> Refused:
    """The refusal of somebody who may not trade at present."""
    detail = f"{who} is suspended; once reinstated it may trade again"
    return refused(command, Reason.PARTICIPANT_SUSPENDED, who, detail)
