"""The room of seats, as the market's decider takes it in."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.market.fencing import Rulesets
from exchange.market.room import Room
from exchange.market.seats.facts import FACTS, SeatsFreed
from exchange.market.seats.fold import FOLDS, SEATS_END
from exchange.market.state import Market


def free_seats(market: Market, entitlement_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """The right to seats is over."""
    seated = market.seats.taken[entitlement_id]
    return (
        SeatsFreed(
            entitlement_id=entitlement_id,
            trade_id=seated.trade_id,
            instrument_id=seated.instrument_id,
            buyer_id=seated.buyer_id,
            seats=seated.seats,
        ),
    )


ROOM = Room(commands=(), facts=FACTS, answers={}, folds=FOLDS, due={SEATS_END: free_seats})
