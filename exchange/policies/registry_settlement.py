"""What the settlement has to know of those who take part."""

from collections.abc import Iterable, Sequence

from exchange.kernel.bases import Recorded
from exchange.policies.policy import SETTLEMENT, Ask, Policy
from exchange.registry.commands import Role
from exchange.registry.facts import ParticipantAdmitted, ParticipantReinstated, ParticipantSuspended
from exchange.registry.participants.facts import ParticipantUpdated
from exchange.settlement.commands import KnowParticipant, KnowStanding


def react(recorded: Recorded) -> Sequence[Ask]:
    """Tell the settlement who takes part, in which roles and where, and who may not at present."""
    match recorded.fact:
        case ParticipantAdmitted(participant_id=who, roles=roles, display_name=name, place=place):
            return (_known(who, roles, name, place),)
        case ParticipantUpdated(participant_id=who, description=description):
            return (_known(who, description.roles, "", description.place),)
        case ParticipantSuspended(participant_id=who):
            return (Ask("settlement", SETTLEMENT, KnowStanding(participant_id=who, active=False)),)
        case ParticipantReinstated(participant_id=who):
            return (Ask("settlement", SETTLEMENT, KnowStanding(participant_id=who, active=True)),)
    return ()


def _known(participant_id: str, roles: Iterable[Role], display_name: str, place: str) -> Ask:
    named = tuple(role.value for role in roles)
    known = KnowParticipant(
        participant_id=participant_id, roles=named, display_name=display_name, place=place
    )
    return Ask("settlement", SETTLEMENT, known)


REGISTRY_SETTLEMENT = Policy("registry_settlement", "registry", react)
