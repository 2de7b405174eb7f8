"""What one business zone asks another for. Sent by a policy."""

from exchange.bonded.between.values import HandedOver
from exchange.kernel.bases import Command, Digest, Line, Text
from exchange.kernel.descent import Inherited
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.product import DataTraits


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


class FollowReclassification(Command, frozen=True):
    """Take a consignment for other data, as what its items were of was found to be. Sent by a policy.

    Shape: `unsaid` may be in it though `traits` do not say so.
    """

    consignment_id: Id
    traits: DataTraits
    grounds: Text
    evidence_sha256: Digest
    by_id: ParticipantId
    unsaid: Inherited = ()


COMMANDS: tuple[type[Command], ...] = (TakeInTransfer, ConcludeTransfer, FollowReclassification)
"""Newest last, so that their schemas keep their ids."""
