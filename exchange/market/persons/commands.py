"""What a market is told of persons."""

from exchange.kernel.bases import Command
from exchange.kernel.ids import Id
from exchange.kernel.persons import UnitedPersons, Year


class BringPersons(Command, frozen=True):
    """Remember how many persons product versions hold together. Sent by a policy."""

    united: UnitedPersons


class BringSplitting(Command, frozen=True):
    """Remember that a group was found to split personal information, or that it was not. Sent by a policy."""

    beneficial_owner: Id
    year: Year
    confirmed: bool


COMMANDS: tuple[type[Command], ...] = (BringPersons, BringSplitting)
