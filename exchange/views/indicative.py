"""What a call auction would find by now, for those who watch a book collect orders."""

from collections.abc import Mapping, Set

from exchange.market.commands import ASK, BID
from exchange.market.uniform_price import Depth, uniform_price
from exchange.views.depth import Auctioned


def indicated(
    bids: Mapping[int, int], asks: Mapping[int, int], limits: Set[int], reference: int | None
) -> Auctioned:
    """The auction's own rule over the lots at each price, hidden ones too, as if everybody might trade with everybody.

    Shape: `limits` are the prices at which anything else than a market order stands.
    """
    return Auctioned(*uniform_price(Depth(BID, bids), Depth(ASK, asks), limits, reference))
