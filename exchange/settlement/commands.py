"""What the settlement is told of those who take part."""

from exchange.kernel.bases import Command, Line, Names
from exchange.kernel.ids import ParticipantId


class KnowParticipant(Command, frozen=True):
    """Know somebody who takes part, and in which roles. Sent by a policy.

    Shape: the name is empty where it is the one that is known: it never changes.
    """

    participant_id: ParticipantId
    roles: Names
    display_name: Line = ""
    place: Line = ""


class KnowStanding(Command, frozen=True):
    """Know that a participant may act, or no longer may. Sent by a policy."""

    participant_id: ParticipantId
    active: bool


COMMANDS: tuple[type[Command], ...] = (KnowParticipant, KnowStanding)
