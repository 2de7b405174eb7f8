"""What a purchase is of, in the words of its invoice: what a market says of it to the settlement."""

from exchange.kernel.bases import Count, Line, Value
from exchange.kernel.ids import MarketId, ProductId
from exchange.kernel.product import Version


class Sold(Value, frozen=True):
    """What was sold. Units: `quantity` counts lots, each of which is one `unit`."""

    market_id: MarketId
    product_id: ProductId
    version: Version
    title: Line
    quantity: Count
    unit: Line
