"""What the settlement came to know of those who take part."""

from exchange.kernel.bases import Fact, Line, Names
from exchange.kernel.ids import ParticipantId


class ParticipantKnown(Fact, frozen=True):
    """The settlement knows somebody who takes part, by which name and where."""

    participant_id: ParticipantId
    roles: Names
    display_name: Line = ""
    place: Line = ""


class StandingKnown(Fact, frozen=True):
    """A participant may act, or no longer may."""

    participant_id: ParticipantId
    active: bool


FACTS: tuple[type[Fact], ...] = (ParticipantKnown, StandingKnown)
