"""What may be asked about supply tax."""

from typing import Annotated

import msgspec

from exchange.kernel.bases import Command
from exchange.kernel.time import Instant
from exchange.market.supply.state import Prices, SupplyRate


class SetSupplyTax(Command, frozen=True):
    """An operator has the exchange collect sellers' tax on what they sell at home, from a time on.

    Units: `rate_bp` in basis points of the price without tax; 0 leaves it to the sellers again. Shape: `authority` is
    the country, by ISO 3166, of sellers and buyers whose sales are meant; `valid_from` None is now.
    """

    authority: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}\Z")]
    rate_bp: SupplyRate
    prices: Prices = "inclusive"
    valid_from: Instant | None = None


COMMANDS: tuple[type[Command], ...] = (SetSupplyTax,)
