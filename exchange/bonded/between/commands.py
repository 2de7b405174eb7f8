"""What one business zone asks another for. Sent by a policy."""

from exchange.bonded.between.values import HandedOver
from exchange.kernel.bases import Command, Line, Text
from exchange.kernel.ids import Id


class TakeInTransfer(Command, frozen=True):
    """Open a handbook for raw items that another business zone has handed over. Sent by a policy."""

    handed: HandedOver


class ConcludeTransfer(Command, frozen=True):
    """Close the account of items that were on their way to another business zone. Sent by a policy.

    Shape: `consignment_id` is the one that they are of now; it is empty where they were turned away, and `reason` and
    `detail` say why.
    """

    egress_id: Id
    consignment_id: Line
    reason: Line = ""
    detail: Text = ""


COMMANDS: tuple[type[Command], ...] = (TakeInTransfer, ConcludeTransfer)
"""Newest last, so that their schemas keep their ids."""
