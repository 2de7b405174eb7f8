"""What may be asked about movements in suspense."""

from typing import Literal, TypeAlias

from exchange.kernel.bases import Command, Line, Text
from exchange.kernel.ids import Id, MarketId, ParticipantId

BookTo: TypeAlias = Literal["provider_cost", "operator_equity"]
"""What of the exchange's own a movement can be booked to."""


class CreditSuspense(Command, frozen=True):
    """An operator or the governance has money in suspense credited to the participant it belongs to, in a market.

    Shape: above the release limit of its currency two persons have to want the same.
    """

    line_id: Id
    participant_id: ParticipantId
    market_id: MarketId
    grounds: Text


class ReturnSuspense(Command, frozen=True):
    """An operator or the governance has a movement in suspense sent back to where it came from.

    Shape: above the release limit of its currency two persons have to want it. The bank's statement is expected to show
    it under the line's id.
    """

    line_id: Id
    grounds: Text


class ResolveSuspense(Command, frozen=True):
    """An operator or the governance says what a movement in suspense was: a charge, or the exchange's own money.

    Shape: above the release limit of its currency two persons have to say the same.
    """

    line_id: Id
    book_to: BookTo
    grounds: Text


class KeepSuspense(Command, frozen=True):
    """Note that a market has not credited money in suspense, and why. Sent by a policy."""

    line_id: Id
    reason: Line
    detail: Text


COMMANDS: tuple[type[Command], ...] = (ResolveSuspense, CreditSuspense, ReturnSuspense, KeepSuspense)
