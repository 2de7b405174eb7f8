"""What happened to supply tax."""

from exchange.kernel.bases import Fact, Line
from exchange.kernel.time import Instant
from exchange.market.supply.state import Prices, SupplyRate


class SupplyTaxSet(Fact, frozen=True):
    """From `valid_from` on the exchange collects so much tax on sales at home in a country. Units: basis points."""

    authority: Line
    rate_bp: SupplyRate
    prices: Prices
    valid_from: Instant


FACTS: tuple[type[Fact], ...] = (SupplyTaxSet,)
