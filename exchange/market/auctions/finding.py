"""Which auction a command is about."""

from exchange.kernel.bases import Command
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.market.auctions.state import DutchAuction, SealedAuction
from exchange.market.facts import Reason
from exchange.market.state import Market


def sealed_auction(market: Market, command: Command, auction_id: str) -> SealedAuction | Refused:
    """A sealed auction that is running, or why there is none of that name."""
    auction = market.auctions.running.get(auction_id)
    if isinstance(auction, DutchAuction):
        detail = "it is a Dutch auction; take it with TakeDutch"
        return refused(command, Reason.AUCTION_KIND, auction_id, detail)
    return auction or over_or_unknown(market, command, auction_id)


def dutch_auction(market: Market, command: Command, auction_id: str) -> DutchAuction | Refused:
    """A Dutch auction that is running, or why there is none of that name."""
    auction = market.auctions.running.get(auction_id)
    if isinstance(auction, SealedAuction):
        detail = "its bids are sealed; commit one with CommitBid and reveal it later"
        return refused(command, Reason.AUCTION_KIND, auction_id, detail)
    return auction or over_or_unknown(market, command, auction_id)


def over_or_unknown(market: Market, command: Command, auction_id: str) -> Refused:
    """Why an auction is not running."""
    if auction_id in market.auctions.over:
        detail = "it is over; its AuctionSold or AuctionEnded says how it ended"
        return refused(command, Reason.AUCTION_OVER, auction_id, detail)
    detail = (
        "there is no such auction here; use the auction_id of its AuctionOpened, and the market it is held in"
    )
    return refused(command, Reason.AUCTION_UNKNOWN, auction_id, detail)
