"""How an order comes to be on credit."""

from collections.abc import Sequence

import msgspec

from exchange.kernel.bases import Fact
from exchange.market.facts import OrderAccepted, OrderReplaced
from exchange.market.purses import to_draw
from exchange.market.state import Market, purse_of


def on_credit(market: Market, facts: Sequence[Fact]) -> Sequence[Fact]:
    """Facts of which an order that reserves more than its purse's cash says how much credit that draws.

    Shape: an outcome enters or changes at most one order, before anything else of it moves money.
    """
    for place, fact in enumerate(facts):
        if isinstance(fact, OrderAccepted | OrderReplaced):
            drawn = _drawn(market, fact)
            if drawn:
                entered = msgspec.structs.replace(fact, drawn_minor=drawn)
                return [*facts[:place], entered, *facts[place + 1 :]]
            return facts
    return facts


def _drawn(market: Market, fact: OrderAccepted | OrderReplaced) -> int:
    had = fact.reserved_before_minor if isinstance(fact, OrderReplaced) else 0
    purse = purse_of(market, fact.participant_id, fact.currency)
    return to_draw(purse, fact.reserved_minor - had)
