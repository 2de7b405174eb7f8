"""What may be asked about movements in suspense."""

from exchange.kernel.bases import Command, Line, Text
from exchange.kernel.ids import Id, MarketId, ParticipantId


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


class KeepSuspense(Command, frozen=True):
    """Note that a market has not credited money in suspense, and why. Sent by a policy."""

    line_id: Id
    reason: Line
    detail: Text


COMMANDS: tuple[type[Command], ...] = (CreditSuspense, ReturnSuspense, KeepSuspense)
