"""What happened about listings that could be sold nowhere."""

from exchange.kernel.bases import Fact
from exchange.kernel.ids import Id, InstrumentId, MarketId, ParticipantId, ProductId
from exchange.kernel.product import Version
from exchange.market.destinations.values import Destinations


class NoDestinationFound(Fact, frozen=True):
    """A listing came on sale that could be sold nowhere; no instrument was opened for it, as the refusal says next."""

    instrument_id: InstrumentId
    listing_id: Id
    market_id: MarketId
    product_id: ProductId
    version: Version
    seller_id: ParticipantId | None
    destinations: Destinations


FACTS: tuple[type[Fact], ...] = (NoDestinationFound,)
