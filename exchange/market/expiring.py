"""Orders end at the end of the session, or when they said they would. Source: market.md section 4a (10)."""

from collections.abc import Sequence
from itertools import islice

from exchange.kernel.bases import Cause, Fact
from exchange.market.endings import expired
from exchange.market.fencing import Rulesets
from exchange.market.queues import named
from exchange.market.state import Market

_EXPIRED_MAX = 100


def expire_orders(market: Market, instant: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """End the next orders whose time is over at `instant`."""
    at = int(instant)
    over = named(market.expiring[instant], market.orders, at)
    return [
        expired(market, order, "good_till_date" if order.good_till_date else "day")
        for order in islice(over, _EXPIRED_MAX)
    ]
