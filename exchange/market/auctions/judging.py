"""Which of the revealed bids may win: the best first, each asked again whether it may buy."""

from typing import NamedTuple

from exchange.kernel.bases import Fact
from exchange.market.auctions.facts import BidReleased, Released
from exchange.market.auctions.state import Bid, SealedAuction
from exchange.market.bars import bar, seller_of
from exchange.market.commands import InstrumentTerms
from exchange.market.facts import DecisionSummary
from exchange.market.fencing import Answer, Fence, OpenGround
from exchange.market.state import Market
from exchange.market.weighing import weight


class Judged(NamedTuple):
    """What came of asking.

    Shape: `admitted` has the bid that wins and, where it sets the price, the next one that could have won; `passed`
    those better than these that may not, released by `facts`; if it is not `complete`, the facts are enough for one
    step, and what is left is to be asked again.
    """

    facts: list[Fact]
    admitted: list[tuple[Bid, Answer]]
    passed: set[str]
    complete: bool


def judged(
    market: Market,
    auction: SealedAuction,
    terms: InstrumentTerms,
    fence: Fence | OpenGround,
    decisions_bytes: int,
) -> Judged:
    """Ask of one bid after the other, from the best on, until enough may win or the refusals weigh too much."""
    result = Judged([], [], set(), complete=True)
    needed = 2 if auction.kind == "second_price" else 1
    refusals_bytes = 0
    for bid in ranked(auction):
        if len(result.admitted) == needed or refusals_bytes >= decisions_bytes:
            break
        answer = _ask(market, terms, bid, fence)
        decided = fence.take()
        result.facts.extend(decided)
        if answer is not None and answer.admitted:
            result.admitted.append((bid, answer))
            continue
        refusals_bytes += sum(map(weight, decided))
        grounds: Released = "may_not_trade" if answer is None else "fence_refused"
        result.facts.append(released(market, auction, bid, grounds, answer.summary if answer else None))
        result.passed.add(bid.bid_id)
    return result._replace(complete=refusals_bytes < decisions_bytes)


def ranked(auction: SealedAuction) -> list[Bid]:
    """The revealed bids, the highest first; of equal ones that which was committed to first."""
    revealed = [(bid.price, bid) for bid in auction.bids.values() if bid.price is not None]
    return [bid for price, bid in sorted(revealed, key=lambda each: (-each[0], each[1].position))]


def released(
    market: Market,
    auction: SealedAuction,
    bid: Bid,
    grounds: Released,
    decision: DecisionSummary | None = None,
) -> BidReleased:
    """The fact that all money of a bid goes back."""
    held = market.holds[bid.bid_id]
    deposited = held.account == "deposits"
    return BidReleased(
        bid_id=bid.bid_id,
        auction_id=auction.auction_id,
        participant_id=bid.participant_id,
        currency=held.currency,
        deposit_minor=held.amount_minor if deposited else 0,
        reserved_minor=0 if deposited else held.amount_minor,
        grounds=grounds,
        decision=decision,
    )


def _ask(market: Market, terms: InstrumentTerms, bid: Bid, fence: Fence | OpenGround) -> Answer | None:
    """What the fence says of a bid; None where its bidder may not trade at all, so that no data would move."""
    buyer = market.participants[bid.participant_id]
    if bar(market, terms, buyer) is not None:
        return None
    return fence.ask(seller_of(market, terms), buyer, bid.use)
