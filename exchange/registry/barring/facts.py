"""What happened about listings that could be sold nowhere."""

from exchange.kernel.bases import Fact, Names, Text
from exchange.kernel.ids import Id, MarketId, ParticipantId, ProductId
from exchange.kernel.product import Version


class ListingBarred(Fact, frozen=True):
    """A listing is off sale for good, since the fence bars every place to which it could be sold.

    Shape: `codes` say by which rules; once these, the licence or the data are others, its seller may list it again.
    """

    listing_id: Id
    product_id: ProductId
    version: Version
    seller_id: ParticipantId
    market_id: MarketId
    codes: Names
    grounds: Text


FACTS: tuple[type[Fact], ...] = (ListingBarred,)
