"""What may be asked about rights that run."""

from exchange.kernel.bases import Command, Text
from exchange.kernel.ids import EntitlementId


class EndEntitlement(Command, frozen=True):
    """End a running entitlement before its term: what is not used of it is refunded by day.

    Shape: its buyer does so while it is suspended; an operator, the counter, or the exchange's own policy at any time.
    """

    entitlement_id: EntitlementId
    grounds: Text


COMMANDS: tuple[type[Command], ...] = (EndEntitlement,)
