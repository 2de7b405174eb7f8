"""What a market came to know of persons."""

from exchange.kernel.bases import Fact
from exchange.kernel.ids import Id
from exchange.kernel.persons import UnitedPersons, Year


class PersonsBrought(Fact, frozen=True):
    """A union of product versions counts from now on; one of the same versions and year counts no more."""

    united: UnitedPersons


class SplittingBrought(Fact, frozen=True):
    """A group was found to split personal information, or the finding was taken back."""

    beneficial_owner: Id
    year: Year
    confirmed: bool


FACTS: tuple[type[Fact], ...] = (PersonsBrought, SplittingBrought)
