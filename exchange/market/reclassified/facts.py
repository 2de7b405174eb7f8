"""What a market came to know of product versions that are other data."""

from exchange.kernel.bases import Fact
from exchange.kernel.descent import Inherited
from exchange.kernel.ids import MarketId, ProductId
from exchange.kernel.product import DataTraits, Version
from exchange.kernel.safeguard import ReceivedUnder


class TraitsRecorded(Fact, frozen=True):
    """From now on the fence is asked about this product version with these traits, and with what it inherits.

    Shape: `traits` None leaves them as they are. In markets other than `counted_in` its persons count as unknown.
    """

    product_id: ProductId
    version: Version
    traits: DataTraits | None
    inherited: Inherited
    counted_in: MarketId | None
    received_under: ReceivedUnder = ()


FACTS: tuple[type[Fact], ...] = (TraitsRecorded,)
