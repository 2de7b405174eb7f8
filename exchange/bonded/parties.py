"""Who may ask for what."""

from exchange.bonded.reasons import Reason
from exchange.bonded.state import Bonded
from exchange.bonded.values import Party
from exchange.kernel.bases import Cause, Command
from exchange.kernel.protocol import POLICY_ACTOR, ProtocolReason, Refused
from exchange.kernel.refusals import refused


def not_a_policy(command: Command, cause: Cause) -> Refused | None:
    """The refusal of what only the exchange itself does."""
    if cause.actor == POLICY_ACTOR:
        return None
    detail = f"the exchange itself does this when the registry's facts call for it; {cause.actor} may not"
    return refused(command, ProtocolReason.NOT_PERMITTED, cause.actor, detail)


def is_operator(bonded: Bonded, participant_id: str) -> bool:
    """Whether a participant is an active operator."""
    found = bonded.parties.get(participant_id)
    return found is not None and found.active and "operator" in found.roles


def lacking(bonded: Bonded, command: Command, cause: Cause, *roles: str) -> Refused | None:
    """Why the actor may not ask for this: it has to be active and to have one of `roles`."""
    party = active(bonded, command, cause.actor)
    if isinstance(party, Refused):
        return party
    if not any(role in party.roles for role in roles):
        detail = f"{cause.actor} is {', '.join(party.roles)}; this takes {' or '.join(roles)}"
        return refused(command, Reason.ROLE_MISSING, cause.actor, detail)
    return None


def not_one_of(bonded: Bonded, command: Command, cause: Cause, subject: str, *owners: str) -> Refused | None:
    """Why the actor may not ask for this: it has to be active and one of `owners`."""
    party = active(bonded, command, cause.actor)
    if isinstance(party, Refused):
        return party
    if cause.actor not in owners:
        detail = f"{' or '.join(dict.fromkeys(owners))} may ask for this, {cause.actor} may not"
        return refused(command, Reason.NOT_OWN, subject, detail)
    return None


def active(bonded: Bonded, command: Command, participant_id: str) -> Party | Refused:
    """A participant that is admitted and not suspended, or why it is not."""
    party = bonded.parties.get(participant_id)
    if party is None:
        detail = f"{participant_id} is not known here; an operator has to admit it first"
        return refused(command, Reason.PARTY_UNKNOWN, participant_id, detail)
    if not party.active:
        detail = f"{participant_id} is suspended; an operator has to reinstate it first"
        return refused(command, Reason.PARTY_SUSPENDED, participant_id, detail)
    return party
