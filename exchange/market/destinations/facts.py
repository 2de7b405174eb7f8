"""What happened about where listings could be sold."""

from exchange.kernel.bases import Fact, Line, Names, Value
from exchange.kernel.ids import Id, InstrumentId, MarketId, ParticipantId, ProductId
from exchange.kernel.product import Version
from exchange.market.destinations.values import Destinations


class NoDestinationFound(Fact, frozen=True):
    """A listing can be sold nowhere.

    Shape: it came on sale, and no instrument was opened for it, as the refusal says next; or it `was_on_sale`, the
    rules are others, and its book closes.
    """

    instrument_id: InstrumentId
    listing_id: Id
    market_id: MarketId
    product_id: ProductId
    version: Version
    seller_id: ParticipantId | None
    destinations: Destinations
    was_on_sale: bool = False


class Listed(Value, frozen=True):
    """What the fence says of a listing now.

    Shape: `decision_id` names that answer, and `settles` the one in whose place it is, where that was a REVIEW.
    """

    instrument_id: InstrumentId
    listing_id: Id
    product_id: ProductId
    seller_id: Line
    decision_id: Id
    destinations: Destinations
    settles: Names


class ListingsAskedAgain(Fact, frozen=True):
    """Listings were asked about again, so far, since rules or inputs are others.

    Shape: of those that were `seen` the fence says something else of those that `changed`; `left` are still to be asked
    about. A work that `begins` is about all that are on sale.
    """

    seen: Names
    changed: tuple[Listed, ...]
    left: int
    begins: bool = False


FACTS: tuple[type[Fact], ...] = (NoDestinationFound, ListingsAskedAgain)
