"""What a business zone is asked to count."""

from exchange.kernel.bases import Command
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.persons import Year


class CountSale(Command, frozen=True):
    """Count the persons of what a market has sold abroad of an output. Sent by a policy.

    Shape: `owner` is the group of the buyer.
    """

    exporter_id: ParticipantId
    output_id: Id
    owner: Id
    year: Year


COMMANDS: tuple[type[Command], ...] = (CountSale,)
"""Newest last, so that their schemas keep their ids."""
