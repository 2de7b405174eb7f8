"""What may be asked of subscriptions."""

from typing import Literal

from exchange.kernel.bases import Command, Line
from exchange.kernel.ids import Id, InstrumentId
from exchange.kernel.money import AmountMinor
from exchange.market.commands import Quantity, Use


class Subscribe(Command, frozen=True):
    """Subscribe to units of an instrument from now on; the first period is paid by day.

    Units: `units` as the plan counts them; a whole period may cost `amount_max_minor` now, None whatever the plan says.
    Shape: `reference` is the buyer's own name for it.
    """

    instrument_id: InstrumentId
    units: Quantity
    use: Use
    amount_max_minor: AmountMinor | None = None
    reference: Line = ""


class CancelSubscription(Command, frozen=True):
    """End a subscription: with the running period, or at once.

    Shape: its buyer or its seller ends it with the period; at once only its buyer does, who then pays for the days
    begun.
    """

    subscription_id: Id
    when: Literal["period_end", "now"] = "period_end"


COMMANDS: tuple[type[Command], ...] = (Subscribe, CancelSubscription)
