"""Which tax is in a sale, or comes on top of it.

Source: settlement.md section 3 (5). Sales to abroad are left to the seller.
"""

from exchange.kernel.supply import CollectedTax
from exchange.market.commands import InstrumentTerms
from exchange.market.state import Market
from exchange.market.supply.state import SupplySchedule

_COUNTRY_LETTERS = 2


def on_top_bp(market: Market, terms: InstrumentTerms, buyer_id: str, at: int) -> int:
    """What comes on top of the prices of a bid that is entered now: 0 where its seller is not known yet."""
    if not market.supply or terms.seller_id is None:
        return 0
    schedule = _in_force(market, terms.seller_id, buyer_id, at)
    return schedule.rate_bp if schedule is not None and schedule.prices == "exclusive" else 0


def collected(market: Market, seller_id: str, buyer_id: str, on_top_bp: int, at: int) -> CollectedTax | None:
    """The tax in what a buyer pays for a trade that is made now.

    Shape: what its bid has set aside on top of the price, whatever is in force by now; else what is, out of the price.
    """
    if not market.supply:
        return None
    if on_top_bp:
        return CollectedTax(authority=_country(market, seller_id), rate_bp=on_top_bp, on_top=True)
    schedule = _in_force(market, seller_id, buyer_id, at)
    if schedule is None or not schedule.rate_bp:
        return None
    return CollectedTax(authority=schedule.authority, rate_bp=schedule.rate_bp)


def _in_force(market: Market, seller_id: str, buyer_id: str, at: int) -> SupplySchedule | None:
    country = _country(market, seller_id)
    if country != _country(market, buyer_id):
        return None
    schedules = market.supply.get(country, ())
    return next((each for each in reversed(schedules) if each.valid_from <= at), None)


def _country(market: Market, participant_id: str) -> str:
    return market.participants[participant_id].place[:_COUNTRY_LETTERS]
