"""What happened to participants that were admitted."""

from exchange.kernel.bases import Digest, Fact, Names, Text
from exchange.kernel.ids import ParticipantId
from exchange.registry.participants.description import Description


class ParticipantUpdated(Fact, frozen=True):
    """A participant is described anew.

    Shape: `description` is the whole of it, of which `changed` names the fields that are otherwise than before; that it
    is `active`, and its `public_key`, stay what they were.
    """

    participant_id: ParticipantId
    description: Description
    changed: Names
    active: bool
    public_key: Digest
    grounds: Text
    by_id: ParticipantId


FACTS: tuple[type[Fact], ...] = (ParticipantUpdated,)
