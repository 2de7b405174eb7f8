"""What a business zone is told of rulings against."""

from typing import Annotated

import msgspec

from exchange.bonded.values import Word
from exchange.kernel.bases import Command, Text
from exchange.kernel.ids import Id


class RuleAgainst(Command, frozen=True):
    """End what is to leave a handbook on a REVIEW that a panel has ruled against. Sent by a policy.

    Shape: `codes` are the reason codes that were ruled against; what came of the same case before ends with it.
    """

    zone_id: Id
    handbook_no: Id
    case_id: Id
    codes: Annotated[tuple[Word, ...], msgspec.Meta(min_length=1, max_length=20)]
    grounds: Text


COMMANDS: tuple[type[Command], ...] = (RuleAgainst,)
"""Newest last, so that their schemas keep their ids."""
