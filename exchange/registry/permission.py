"""Who may ask the registry for what."""

from exchange.kernel.bases import Cause, Command
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.registry.commands import Role
from exchange.registry.facts import Reason
from exchange.registry.state import Registry


def lacking(registry: Registry, command: Command, cause: Cause, *roles: Role) -> Refused | None:
    """Why the actor may not ask for this: it must be admitted, active, and have one of `roles`."""
    actor = registry.participants.get(cause.actor)
    if actor is None:
        detail = f"actor {cause.actor} is not a participant; an operator has to admit it first"
        return refused(command, Reason.PARTICIPANT_UNKNOWN, cause.actor, detail)
    if not actor.active:
        detail = f"actor {cause.actor} is suspended; an operator has to reinstate it first"
        return refused(command, Reason.PARTICIPANT_SUSPENDED, cause.actor, detail)
    if not any(role in actor.roles for role in roles):
        detail = (
            f"actor {cause.actor} is {', '.join(actor.roles)}; this takes {' or '.join(roles)};"
            " ask as one that has the role"
        )
        return refused(command, Reason.ROLE_MISSING, cause.actor, detail)
    return None


def is_operator(registry: Registry, participant_id: str) -> bool:
    """Whether a participant is an active operator."""
    found = registry.participants.get(participant_id)
    return found is not None and found.active and Role.OPERATOR in found.roles
