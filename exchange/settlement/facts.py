"""What the settlement came to know of those who take part."""

from exchange.kernel.bases import Fact, Names
from exchange.kernel.ids import ParticipantId


class ParticipantKnown(Fact, frozen=True):
    """The settlement knows somebody who takes part."""

    participant_id: ParticipantId
    roles: Names


class StandingKnown(Fact, frozen=True):
    """A participant may act, or no longer may."""

    participant_id: ParticipantId
    active: bool


FACTS: tuple[type[Fact], ...] = (ParticipantKnown, StandingKnown)
