"""What happened to the counts of persons."""

from exchange.bonded.persons.values import UnitedOrigins
from exchange.kernel.bases import Fact, Names
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.persons import PersonsOf, Year


class PersonsCounted(Fact, frozen=True):
    """Persons count in an exporter's year that did not all count before: exported, sold, or seen from abroad.

    Shape: or did not all count as let out to `owner`, the group of whoever receives them; `by` are product versions,
    outputs that are none, and sessions;
    `origin_ids` is all that is behind them, `persons` what of it holds any; `domestic` where persons of the mainland
    are among them.
    """

    exporter_id: ParticipantId
    year: int
    owner: Id
    by: Names
    origin_ids: Names
    domestic: bool
    persons: tuple[PersonsOf, ...]


class LetOutRecorded(Fact, frozen=True):
    """Persons whom an exporter let out of a business zone count in what its group let out to a group of recipients."""

    exporter_id: ParticipantId
    year: Year
    owner: Id
    persons: tuple[PersonsOf, ...]


class PersonsUnited(Fact, frozen=True):
    """An exporter said how many distinct persons consignments and sources hold together; it counts from now on.

    Shape: a declaration of the same ones and year takes the place of the one before it.
    """

    united: UnitedOrigins


FACTS: tuple[type[Fact], ...] = (PersonsCounted, LetOutRecorded, PersonsUnited)
"""Newest last, so that their schemas keep their ids."""
