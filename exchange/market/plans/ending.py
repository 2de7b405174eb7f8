"""The time of units that were bought is over: seats are free, what is left of prepaid units ends."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.money import half_up
from exchange.market.fencing import Rulesets
from exchange.market.plans.escrow import rest_accepted, under_way
from exchange.market.plans.facts import UnitsEnded
from exchange.market.plans.state import Lot
from exchange.market.state import Market, Purchase


def end_units(market: Market, entitlement_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """End a purchase's units. What is left of them goes back where the plan says so and its price is in escrow.

    Shape: prepaid units that were used have been accepted by being used; seats are accepted as they are delivered.
    """
    lot = market.plans.lots[entitlement_id]
    purchase = under_way(market, lot.trade_id)
    back = _back(lot, purchase)
    ended = UnitsEnded(
        entitlement_id=entitlement_id,
        trade_id=lot.trade_id,
        instrument_id=lot.instrument_id,
        buyer_id=lot.buyer_id,
        units=lot.units,
        unused=lot.left,
        currency=market.instruments[lot.instrument_id].terms.currency,
        refunded_minor=back,
    )
    if purchase is None or not lot.metered:
        return (ended,)
    return (ended, rest_accepted(market, purchase, back, cause, "time"))


def _back(lot: Lot, purchase: Purchase | None) -> int:
    """The price of what is left, by part of the whole, half up."""
    if purchase is None or not lot.refundable:
        return 0
    return min(half_up(lot.amount_minor * lot.left, lot.metered), purchase.escrow_minor)
