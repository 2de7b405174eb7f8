"""What a quote offers is held back, where there is only so much of it: seats of a licence, lots of a capacity."""

from exchange.market.seats.counting import by_the_seat
from exchange.market.state import Market


def bind(market: Market, instrument_id: str, lots: int) -> None:
    """A quote binds lots of its instrument; or fewer of them, where these are less than none. Only folds call this."""
    instrument = market.instruments[instrument_id]
    if by_the_seat(instrument.terms) or instrument.terms.rules.capacity_needed:
        instrument.lots_quoted += lots
