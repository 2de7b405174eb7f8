"""What a market came to know of persons."""

from exchange.kernel.bases import Fact, Line, Names
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.persons import PersonsOf, UnitedPersons, Year


class PersonsBrought(Fact, frozen=True):
    """A union of product versions counts from now on; one of the same versions and year counts no more."""

    united: UnitedPersons


class SplittingBrought(Fact, frozen=True):
    """A group was found to split personal information, or the finding was taken back."""

    beneficial_owner: Id
    year: Year
    confirmed: bool


class ExportBrought(Fact, frozen=True):
    """Persons whom an exporter let out of a business zone, or sold elsewhere, count in its year."""

    exporter_id: ParticipantId
    year: Year
    owner: Id
    by: Names
    persons: tuple[PersonsOf, ...]


class SoldFromBond(Fact, frozen=True):
    """A product version made in bond was sold abroad, and persons with it that did not count here before.

    Shape: or not as let out to the group `owner`.
    """

    exporter_id: ParticipantId
    year: Year
    output_id: Id
    zone_id: Line
    owner: Id


FACTS: tuple[type[Fact], ...] = (PersonsBrought, SplittingBrought, ExportBrought, SoldFromBond)
