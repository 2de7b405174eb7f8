"""What is written down of a market, and what is made anew when it is read: ladders say what open orders say."""

from operator import attrgetter

from msgspec.structs import replace

from exchange.kernel.errors import InvariantBroken
from exchange.market.book import enter
from exchange.market.state import Instrument, Market


def written(market: Market) -> Market:
    """What is written down of a market; for nothing else, since it shares all that changes."""
    return replace(
        market, instruments={name: _without_ladders(each) for name, each in market.instruments.items()}
    )


def restored(market: Market) -> None:
    """Let the open orders of a market that was read stand in their books again.

    Raises: InvariantBroken if one is of no instrument.
    """
    for order in sorted(market.orders.values(), key=attrgetter("rank")):
        instrument = market.instruments.get(order.instrument_id)
        if instrument is None:
            raise InvariantBroken(f"order {order.order_id} is of no instrument: {order.instrument_id}")
        enter(instrument, order)


def _without_ladders(instrument: Instrument) -> Instrument:
    return replace(instrument, bids={}, asks={}) if instrument.bids or instrument.asks else instrument
