"""What is remembered of subsidies: programmes, what was used of their caps, and claims that no market has answered."""

import msgspec

from exchange.kernel.ids import ParticipantId
from exchange.settlement.subsidies.facts import SubsidyClaimed, SubsidyProgrammeOpened


class Programme(msgspec.Struct):
    """One programme.

    Units: `fund_minor` has come and is not promised to anybody, `pledged_minor` was promised and has not come. Shape:
    `used` by period and participant, the memo account 9010; `claimed` has the references of each participant, for good.
    """

    opened: SubsidyProgrammeOpened
    fund_minor: int = 0
    pledged_minor: int = 0
    admitted: set[ParticipantId] = msgspec.field(default_factory=set)
    used: dict[str, dict[ParticipantId, int]] = msgspec.field(default_factory=dict)
    claimed: dict[ParticipantId, set[str]] = msgspec.field(default_factory=dict)


class Subsidies(msgspec.Struct):
    """All of them, claims under way, and the references that each bank has used."""

    programmes: dict[str, Programme] = msgspec.field(default_factory=dict)
    claims: dict[str, SubsidyClaimed] = msgspec.field(default_factory=dict)
    references: dict[ParticipantId, set[str]] = msgspec.field(default_factory=dict)


def used_of(programme: Programme, period: str, participant_id: str) -> int:
    """What a participant has had in a period."""
    return programme.used.get(period, {}).get(participant_id, 0)
