"""What of a purchase is paid after it was delivered."""

from exchange.kernel.bases import Value
from exchange.kernel.money import AmountMinor
from exchange.kernel.time import Instant


class OnCredit(Value, frozen=True):
    """So much of what was bought its buyer owes, until then. Units: minor units of the purchase's currency."""

    amount_minor: AmountMinor
    due_at: Instant
