"""Committing to a sealed bid, and revealing it."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.money import AMOUNT_MAX
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import iso
from exchange.market.auctions.admission import entry_refusal, unfunded
from exchange.market.auctions.commands import CommitBid, RevealBid
from exchange.market.auctions.facts import BidCommitted, BidRevealed
from exchange.market.auctions.finding import sealed_auction
from exchange.market.auctions.judging import released
from exchange.market.auctions.pricing import needed_minor
from exchange.market.auctions.sealing import commitment
from exchange.market.auctions.state import Bid, SealedAuction
from exchange.market.bars import seller_of
from exchange.market.conditions import off_tick
from exchange.market.credit.drawing import drawn_for
from exchange.market.facts import Reason
from exchange.market.fencing import Rulesets, fence_of, no_ruleset, not_admitted
from exchange.market.state import Market

BIDS_MAX = 50
"""Bids of one auction: what settling it says of each has to fit one outcome."""


def commit_bid(market: Market, command: CommitBid, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Take a deposit for a bid that nobody can read yet, if the bidder may buy what is sold."""
    auction = sealed_auction(market, command, command.auction_id)
    if isinstance(auction, Refused):
        return (auction,)
    instrument = market.instruments[auction.instrument_id]
    terms, before = instrument.terms, auction.bids.get(cause.actor)
    refusal = (
        _late(auction, command, cause)
        or entry_refusal(market, instrument, command, command.use, cause)
        or (None if before else _no_room(market, auction, command, terms.currency, cause))
    )
    if refusal is not None:
        return (refusal,)
    fence = fence_of(market, instrument, cause, rulesets)
    if fence is None:
        return (no_ruleset(command, terms.instrument_id),)
    answer = fence.ask(seller_of(market, terms), market.participants[cause.actor], command.use)
    if (refusal := not_admitted(command, terms.instrument_id, answer)) is not None:
        return (*fence.take(), refusal)
    deposit = 0 if before else auction.deposit_minor
    committed = BidCommitted(
        bid_id=before.bid_id if before else derived_id("B", cause.partition, cause.offset, 0),
        auction_id=auction.auction_id,
        participant_id=cause.actor,
        commitment=command.commitment,
        position=cause.offset,
        use=command.use,
        currency=terms.currency,
        deposit_minor=deposit,
        drawn_minor=drawn_for(market, cause.actor, terms.currency, deposit),
    )
    return (*fence.take(), committed)


def reveal_bid(market: Market, command: RevealBid, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Check what was committed to, and hold its price.

    Shape: a bid below the reserve is over with its reveal, and its deposit goes back; one off the tick cannot be
    revealed. Whether the bidder may buy is not asked: if it no longer may, it only gets its money back when the
    auction is settled.
    """
    auction = sealed_auction(market, command, command.auction_id)
    if isinstance(auction, Refused):
        return (auction,)
    bid = auction.bids.get(cause.actor)
    if bid is None:
        detail = (
            f"{cause.actor} has no bid in it: it never committed to one, or its bid was below the reserve"
        )
        return (refused(command, Reason.BID_UNKNOWN, auction.auction_id, detail),)
    if (refusal := _not_revealing(auction, bid, command, cause)) is not None:
        return (refusal,)
    terms = market.instruments[auction.instrument_id].terms
    if (refusal := off_tick(terms, command, command.price)) is not None:
        return (refusal,)
    if command.price < auction.reserve_price:
        return (
            _revealed(market, auction, bid, command, 0, 0),
            released(market, auction, bid, "below_reserve"),
        )
    needed = needed_minor(terms, command.price, auction.quantity)
    if needed > AMOUNT_MAX:
        detail = (
            f"{auction.quantity} lots at {command.price} ticks are worth more than {AMOUNT_MAX} minor units"
        )
        return (refused(command, Reason.AMOUNT_TOO_LARGE, auction.auction_id, detail),)
    rest = needed - auction.deposit_minor
    if (refusal := unfunded(market, command, terms.currency, rest, cause)) is not None:
        return (refusal,)
    return (_revealed(market, auction, bid, command, auction.deposit_minor, rest),)


def _late(auction: SealedAuction, command: CommitBid, cause: Cause) -> Refused | None:
    if cause.at < auction.commit_until:
        return None
    detail = f"bids were committed before {iso(auction.commit_until)}; those that were are being revealed"
    return refused(command, Reason.COMMITTING_OVER, auction.auction_id, detail)


def _no_room(
    market: Market, auction: SealedAuction, command: CommitBid, currency: str, cause: Cause
) -> Refused | None:
    """A first commitment needs a place and its deposit; a later one has both."""
    if len(auction.bids) >= BIDS_MAX:
        detail = f"{BIDS_MAX} have committed to it, which is all that it takes"
        return refused(command, Reason.AUCTION_FULL, auction.auction_id, detail)
    return unfunded(market, command, currency, auction.deposit_minor, cause)


def _not_revealing(auction: SealedAuction, bid: Bid, command: RevealBid, cause: Cause) -> Refused | None:
    if cause.at < auction.commit_until:
        detail = f"bids are revealed from {iso(auction.commit_until)} on; told before, others could outbid it"
        return refused(command, Reason.REVEALING_NOT_BEGUN, auction.auction_id, detail)
    if cause.at >= auction.reveal_until:
        detail = f"bids were revealed before {iso(auction.reveal_until)}"
        return refused(command, Reason.AUCTION_OVER, auction.auction_id, detail)
    if bid.price is not None:
        detail = f"it was revealed at {bid.price} ticks; nothing is to be done"
        return refused(command, Reason.BID_REVEALED, bid.bid_id, detail)
    if commitment(auction.auction_id, bid.participant_id, command.price, command.salt) != bid.commitment:
        detail = (
            f"{command.price} ticks with this salt are not what {bid.commitment.hex()} commits to; reveal the"
            f" price and the salt it was made of before {iso(auction.reveal_until)}, or the deposit is lost"
        )
        return refused(command, Reason.COMMITMENT_MISMATCH, bid.bid_id, detail)
    return None


def _revealed(
    market: Market,
    auction: SealedAuction,
    bid: Bid,
    command: RevealBid,
    deposit_minor: int,
    held_minor: int,
) -> BidRevealed:
    currency = market.instruments[auction.instrument_id].terms.currency
    return BidRevealed(
        bid_id=bid.bid_id,
        auction_id=auction.auction_id,
        participant_id=bid.participant_id,
        price=command.price,
        salt=command.salt,
        currency=currency,
        deposit_minor=deposit_minor,
        held_minor=held_minor,
        drawn_minor=drawn_for(market, bid.participant_id, currency, held_minor),
    )
