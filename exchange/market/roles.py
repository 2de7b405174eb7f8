"""Who may say what of a market that is not its own to say."""

from exchange.kernel.bases import Cause, Command
from exchange.kernel.protocol import POLICY_ACTOR, ProtocolReason, Refused
from exchange.kernel.refusals import refused
from exchange.market.state import Market


def operates(market: Market, participant_id: str) -> bool:
    """Whether a participant is an operator of the exchange, and active."""
    participant = market.participants.get(participant_id)
    return participant is not None and participant.active and "operator" in participant.roles


def not_an_operator(market: Market, command: Command, subject: str, cause: Cause) -> Refused | None:
    """The refusal of what only an operator does."""
    if operates(market, cause.actor):
        return None
    detail = f"only an operator does this, {cause.actor} is none"
    return refused(command, ProtocolReason.NOT_PERMITTED, subject, detail)


def not_a_policy(command: Command, cause: Cause) -> Refused | None:
    """The refusal of what only the exchange itself does."""
    if cause.actor == POLICY_ACTOR:
        return None
    detail = f"the exchange itself does this when the registry's facts call for it; {cause.actor} may not"
    return refused(command, ProtocolReason.NOT_PERMITTED, cause.actor, detail)


def not_the_exchange(market: Market, command: Command, cause: Cause) -> Refused | None:
    """The refusal of what the exchange itself does, or an operator."""
    if cause.actor == POLICY_ACTOR or operates(market, cause.actor):
        return None
    detail = f"an operator does this, or the exchange itself; {cause.actor} may not"
    return refused(command, ProtocolReason.NOT_PERMITTED, cause.actor, detail)
