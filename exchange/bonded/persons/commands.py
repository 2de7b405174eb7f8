"""What a business zone is asked to count."""

from typing import Annotated

import msgspec

from exchange.kernel.bases import Command
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.persons import PersonsOf, Year


class CountSale(Command, frozen=True):
    """Count the persons of what a market has sold abroad of an output. Sent by a policy.

    Shape: `owner` is the group of the buyer.
    """

    exporter_id: ParticipantId
    output_id: Id
    owner: Id
    year: Year


class RecordLetOut(Command, frozen=True):
    """Remember persons whom an exporter let out of a business zone, or sold of what was made there. Sent by a policy.

    Shape: `owner` is the group of whoever receives them; what was let out here is known already.
    """

    exporter_id: ParticipantId
    year: Year
    owner: Id
    persons: Annotated[tuple[PersonsOf, ...], msgspec.Meta(max_length=200)]


COMMANDS: tuple[type[Command], ...] = (CountSale, RecordLetOut)
"""Newest last, so that their schemas keep their ids."""
