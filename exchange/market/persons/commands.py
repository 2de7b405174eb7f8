"""What a market is told of persons."""

from typing import Annotated

import msgspec

from exchange.kernel.bases import Command, Line
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.persons import PersonsOf, UnitedPersons, Year


class BringPersons(Command, frozen=True):
    """Remember how many persons product versions hold together. Sent by a policy."""

    united: UnitedPersons


class BringSplitting(Command, frozen=True):
    """Remember that a group was found to split personal information, or that it was not. Sent by a policy."""

    beneficial_owner: Id
    year: Year
    confirmed: bool


class BringExport(Command, frozen=True):
    """Remember persons whom an exporter let out of a business zone, or sold elsewhere. Sent by a policy.

    Shape: `owner` is the group of whoever receives them; `by` are product versions, and outputs that are none.
    """

    exporter_id: ParticipantId
    year: Year
    owner: Id
    by: Annotated[tuple[Line, ...], msgspec.Meta(max_length=10)]
    persons: Annotated[tuple[PersonsOf, ...], msgspec.Meta(max_length=200)]


COMMANDS: tuple[type[Command], ...] = (BringPersons, BringSplitting, BringExport)
