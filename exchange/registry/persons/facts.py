"""What happened about the counting of persons."""

from exchange.kernel.bases import Fact, Line, Text
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.persons import UnitedPersons, Year


class PersonsDeclared(Fact, frozen=True):
    """An exporter said how many distinct persons product versions hold together; it counts from now on.

    Shape: a declaration of the same versions and year takes the place of the one before it.
    """

    united: UnitedPersons


class SplittingConfirmed(Fact, frozen=True):
    """The governance found that a group splits personal information to stay below a threshold."""

    beneficial_owner: Id
    year: Year
    grounds: Text
    reference: Line
    by_id: ParticipantId


class SplittingWithdrawn(Fact, frozen=True):
    """A finding of splitting was taken back."""

    beneficial_owner: Id
    year: Year
    grounds: Text
    by_id: ParticipantId


FACTS: tuple[type[Fact], ...] = (PersonsDeclared, SplittingConfirmed, SplittingWithdrawn)
