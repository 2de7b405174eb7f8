"""What the registry remembers of the counting of persons."""

import msgspec

from exchange.kernel.ids import MarketId, ParticipantId
from exchange.kernel.persons import UnitedPersons


class Persons(msgspec.Struct):
    """The declarations that count, by exporter, and the groups that were found to split, as `owner year`.

    Shape: declarations of years that are over are forgotten with the next one of their exporter; `counted_in` names the
    one market in which an exporter's persons are counted.
    """

    declared: dict[ParticipantId, list[UnitedPersons]] = msgspec.field(default_factory=dict)
    splitting: list[str] = msgspec.field(default_factory=list)
    counted_in: dict[ParticipantId, MarketId] = msgspec.field(default_factory=dict)


def group_year(beneficial_owner: str, year: int) -> str:
    """What a finding is about, as one name."""
    return f"{beneficial_owner} {year}"
