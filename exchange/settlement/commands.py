"""What the settlement is told of those who take part."""

from exchange.kernel.bases import Command, Names
from exchange.kernel.ids import ParticipantId


class KnowParticipant(Command, frozen=True):
    """Know somebody who takes part, and in which roles. Sent by a policy."""

    participant_id: ParticipantId
    roles: Names


class KnowStanding(Command, frozen=True):
    """Know that a participant may act, or no longer may. Sent by a policy."""

    participant_id: ParticipantId
    active: bool


COMMANDS: tuple[type[Command], ...] = (KnowParticipant, KnowStanding)
