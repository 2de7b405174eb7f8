"""What may be asked about participants that were admitted."""

from typing import Annotated

import msgspec

from exchange.kernel.bases import Command, Names
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.money import CurrencyCode
from exchange.kernel.product import Place
from exchange.registry.commands import Role


class UpdateParticipant(Command, frozen=True):
    """Describe a participant anew: whatever was decided by the description before is decided again.

    Shape: what is None stays as it is. Its name and what it signed never change: another is admitted instead.
    """

    participant_id: ParticipantId
    grounds: Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]
    place: Place | None = None
    roles: Annotated[tuple[Role, ...], msgspec.Meta(min_length=1, max_length=12)] | None = None
    beneficial_owner: Id | None = None
    currency: CurrencyCode | None = None
    registered_zones: Names | None = None
    ciio: bool | None = None
    gba_registered: bool | None = None
    us_covered_person: bool | None = None
    is_intermediary: bool | None = None
    bound_by_comparable_law: bool | None = None


COMMANDS: tuple[type[Command], ...] = (UpdateParticipant,)
