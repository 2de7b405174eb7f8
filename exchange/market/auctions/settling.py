"""What an auction's deadlines bring: revealing begins; in the end there is a winner, or none."""

from collections.abc import Sequence
from typing import Literal

from exchange.kernel.bases import Cause, Fact
from exchange.market.auctions.facts import AuctionEnded, DepositForfeited, Ended, RevealingBegan
from exchange.market.auctions.judging import Judged, judged, released
from exchange.market.auctions.selling import sold
from exchange.market.auctions.state import Bid, DutchAuction, SealedAuction
from exchange.market.bars import seller_of
from exchange.market.fencing import Rulesets, fence_of
from exchange.market.state import Instrument, Market

DECISIONS_BYTES = 4 * 1024
"""What decisions against high bids may weigh before these bids are released in a step of their own."""


def settle_auction(market: Market, auction_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """What the next deadline of an auction brings.

    Shape: a sealed auction is settled whole, in one step. Where decisions against high bids would make it too large,
    these bids are released in a step before it, and the deadline still stands; as long as there is room, all steps
    are one outcome.
    """
    auction = market.auctions.running[auction_id]
    instrument = market.instruments[auction.instrument_id]
    closed = instrument.state in ("closing", "closed")
    if isinstance(auction, DutchAuction):
        return (
            _ended(auction, "void", "instrument_not_open")
            if closed
            else _ended(auction, "unsold", "not_taken"),
        )
    if closed:
        return _void(market, auction, "instrument_not_open")
    if auction.revealing:
        return _settled(market, auction, instrument, cause, rulesets)
    if not auction.bids:
        return (_ended(auction, "unsold", "no_commitments"),)
    began = RevealingBegan(
        auction_id=auction_id, commitments=len(auction.bids), reveal_until=auction.reveal_until
    )
    return (began,)


def _settled(
    market: Market, auction: SealedAuction, instrument: Instrument, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """The best bid that may win wins; what was never revealed is forfeited, all other money goes back."""
    if instrument.state != "open":
        return _void(market, auction, "instrument_not_open")
    if not seller_of(market, instrument.terms).active:
        return _void(market, auction, "seller_suspended")
    fence = fence_of(market, instrument, cause, rulesets, refusals_bytes=DECISIONS_BYTES)
    if fence is None:
        return _void(market, auction, "no_ruleset")
    result = judged(market, auction, instrument.terms, fence, DECISIONS_BYTES)
    if not result.complete:
        return result.facts
    facts: list[Fact] = [_forfeited(market, auction, bid) for bid in auction.in_order() if bid.price is None]
    facts += result.facts
    if not result.admitted:
        facts.append(_ended(auction, "unsold", "nobody_admitted" if auction.valid_bids else "no_valid_bid"))
        return facts
    return [*facts, *_won(market, auction, instrument, result, cause)]


def _won(
    market: Market, auction: SealedAuction, instrument: Instrument, result: Judged, cause: Cause
) -> Sequence[Fact]:
    """The first of those who may win has won; the price is its own, or what the second bid, at least the reserve."""
    winner, answer = result.admitted[0]
    assert winner.price is not None
    price = winner.price
    if auction.kind == "second_price":
        seconds = [bid.price for bid, _ in result.admitted[1:] if bid.price is not None]
        price = max(seconds, default=auction.reserve_price)
    outbid = [
        released(market, auction, bid, "outbid")
        for bid in auction.in_order()
        if bid.price is not None and bid is not winner and bid.bid_id not in result.passed
    ]
    held = market.holds[winner.bid_id].amount_minor
    who, use = winner.participant_id, winner.use
    sale = sold(market, auction, instrument.terms, winner.bid_id, who, use, price, held, answer, cause)
    return [*outbid, *sale]


def _void(market: Market, auction: SealedAuction, grounds: Ended) -> Sequence[Fact]:
    """It cannot be settled, which is no bidder's fault: all money goes back, unrevealed deposits too."""
    back = [released(market, auction, bid, "auction_void") for bid in auction.in_order()]
    return [*back, _ended(auction, "void", grounds)]


def _forfeited(market: Market, auction: SealedAuction, bid: Bid) -> DepositForfeited:
    held = market.holds[bid.bid_id]
    return DepositForfeited(
        bid_id=bid.bid_id,
        auction_id=auction.auction_id,
        participant_id=bid.participant_id,
        currency=held.currency,
        amount_minor=held.amount_minor,
    )


def _ended(
    auction: SealedAuction | DutchAuction, outcome: Literal["unsold", "void"], grounds: Ended
) -> AuctionEnded:
    return AuctionEnded(
        auction_id=auction.auction_id,
        instrument_id=auction.instrument_id,
        outcome=outcome,
        grounds=grounds,
    )
