"""How orders and holds come to be on credit: what a purse lacks in cash is drawn."""

from collections.abc import Sequence

import msgspec

from exchange.kernel.bases import Fact
from exchange.market.facts import OrderAccepted, OrderReplaced
from exchange.market.purses import to_draw
from exchange.market.state import Market, purse_of


def drawn_for(market: Market, participant_id: str, currency: str, amount_minor: int) -> int:
    """How much credit it takes to hold an amount of a purse now."""
    return to_draw(purse_of(market, participant_id, currency), amount_minor)


def on_credit(market: Market, facts: Sequence[Fact]) -> Sequence[Fact]:
    """Facts of which an order that reserves more than its purse's cash says how much credit that draws.

    Shape: an outcome enters or changes at most one order, before anything else of it moves money.
    """
    for place, fact in enumerate(facts):
        if isinstance(fact, OrderAccepted | OrderReplaced):
            had = fact.reserved_before_minor if isinstance(fact, OrderReplaced) else 0
            drawn = drawn_for(market, fact.participant_id, fact.currency, fact.reserved_minor - had)
            if drawn:
                entered = msgspec.structs.replace(fact, drawn_minor=drawn)
                return [*facts[:place], entered, *facts[place + 1 :]]
            return facts
    return facts
