"""How an auction ends with a sale: the winner, its trade, and its entitlement."""

from collections.abc import Sequence
from typing import Literal

from exchange.kernel.bases import Cause, Fact
from exchange.market.auctions.facts import AuctionSold
from exchange.market.auctions.pricing import needed_minor
from exchange.market.auctions.state import DutchAuction, SealedAuction
from exchange.market.commands import InstrumentTerms, Side, Use
from exchange.market.credit.drawing import drawn_for
from exchange.market.fencing import Answer
from exchange.market.money_rules import amount_minor
from exchange.market.state import Market
from exchange.market.trades import Bargain, traded


def sold(
    market: Market,
    auction: SealedAuction | DutchAuction,
    terms: InstrumentTerms,
    bid_id: str,
    buyer_id: str,
    use: Use,
    price: int,
    held_minor: int,
    answer: Answer,
    cause: Cause,
) -> Sequence[Fact]:
    """The facts of a sale at `price`, for which `held_minor` is held under the bid's name, or with these facts."""
    dutch = isinstance(auction, DutchAuction)
    kind: Literal["first_price", "second_price", "dutch"] = (
        "dutch" if isinstance(auction, DutchAuction) else auction.kind
    )
    assert terms.seller_id is not None
    amount = amount_minor(terms, price, auction.quantity)
    bargain = Bargain(
        bid_id=bid_id,
        ask_id="",
        buyer_id=buyer_id,
        seller_id=terms.seller_id,
        taker=Side.BID if dutch else None,
        price=price,
        quantity=auction.quantity,
        amount_minor=amount,
        released_minor=held_minor - amount,
    )
    trade, entitlement = traded(market, terms, bargain, answer, cause)
    reserved = needed_minor(terms, price, auction.quantity) if dutch else 0
    sale = AuctionSold(
        auction_id=auction.auction_id,
        kind=kind,
        instrument_id=terms.instrument_id,
        seller_id=terms.seller_id,
        buyer_id=buyer_id,
        bid_id=bid_id,
        price=price,
        quantity=auction.quantity,
        currency=terms.currency,
        reserved_minor=reserved,
        use=use,
        trade_id=trade.trade_id,
        exclusive_until=entitlement.ends_at if auction.exclusive else None,
        drawn_minor=drawn_for(market, buyer_id, terms.currency, reserved),
    )
    return sale, trade, entitlement
