"""What an auction means to the rest of the market while it runs and after it."""

from typing import Final

from exchange.kernel.time import iso
from exchange.market.agenda import schedule
from exchange.market.state import Market

SETTLING: Final = "8-auction"
"""The kind of an auction's deadlines, the last at an instant; their subject is the auction."""


def spoken_for(market: Market, instrument_id: str, at: int) -> str | None:
    """Why nothing else of an instrument may be sold now, if so: it is being auctioned, or was sold exclusively."""
    auctions = market.auctions
    if not auctions.of_instrument and not auctions.exclusive:
        return None
    if (auction_id := auctions.of_instrument.get(instrument_id)) is not None:
        return f"it is being auctioned; bid in {auction_id}, or wait for its end"
    exclusive = auctions.exclusive.get(instrument_id)
    if exclusive is not None and at < exclusive.until:
        return f"trade {exclusive.trade_id} sold it exclusively until {iso(exclusive.until)}"
    return None


def wind_up(market: Market, instrument_id: str, at: int) -> None:
    """Its instrument has closed: let an auction end now. Only folds call this."""
    if (auction_id := market.auctions.of_instrument.get(instrument_id)) is not None:
        schedule(market.agenda, at, SETTLING, auction_id)


def lift(market: Market, instrument_id: str, trade_id: str) -> None:
    """An exclusive sale was given back: the instrument may be sold again. Only folds call this."""
    exclusive = market.auctions.exclusive.get(instrument_id)
    if exclusive is not None and exclusive.trade_id == trade_id:
        del market.auctions.exclusive[instrument_id]
