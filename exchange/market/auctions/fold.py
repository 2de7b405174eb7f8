"""How each fact changes the auctions of a market. No rule is here."""

from collections.abc import Mapping

from exchange.kernel.bases import Fact
from exchange.kernel.errors import InvariantBroken
from exchange.market.agenda import schedule, settle
from exchange.market.auctions import facts as happened
from exchange.market.auctions.meanwhile import SETTLING
from exchange.market.auctions.state import Bid, DutchAuction, Exclusive, SealedAuction
from exchange.market.holds import add_to_hold, forfeit, hold, let_go, meant_for, turn_to_reserve
from exchange.market.order_fold import export
from exchange.market.room import Fold
from exchange.market.state import Market


def _opened(market: Market, fact: happened.AuctionOpened, at: int) -> None:
    _begin(
        market,
        SealedAuction(
            auction_id=fact.auction_id,
            instrument_id=fact.instrument_id,
            kind=fact.kind,
            reserve_price=fact.reserve_price,
            deposit_minor=fact.deposit_minor,
            commit_until=fact.commit_until,
            reveal_until=fact.reveal_until,
            quantity=fact.quantity,
            exclusive=fact.exclusive,
        ),
        fact.commit_until,
    )


def _dutch_opened(market: Market, fact: happened.DutchAuctionOpened, at: int) -> None:
    _begin(
        market,
        DutchAuction(
            auction_id=fact.auction_id,
            instrument_id=fact.instrument_id,
            start_price=fact.start_price,
            floor_price=fact.floor_price,
            step=fact.step,
            step_interval_s=fact.step_interval_s,
            opened_at=at,
            quantity=fact.quantity,
            exclusive=fact.exclusive,
        ),
        fact.open_until,
    )


def _begin(market: Market, auction: SealedAuction | DutchAuction, until: int) -> None:
    market.auctions.running[auction.auction_id] = auction
    market.auctions.of_instrument[auction.instrument_id] = auction.auction_id
    schedule(market.agenda, until, SETTLING, auction.auction_id)


def _committed(market: Market, fact: happened.BidCommitted, at: int) -> None:
    bids = _sealed(market, fact.auction_id).bids
    if fact.participant_id not in bids:
        hold(
            market,
            fact.bid_id,
            fact.participant_id,
            fact.currency,
            fact.deposit_minor,
            "deposits",
            fact.drawn_minor,
        )
    bids[fact.participant_id] = Bid(
        bid_id=fact.bid_id,
        participant_id=fact.participant_id,
        commitment=fact.commitment,
        position=fact.position,
        use=fact.use,
    )


def _revealing(market: Market, fact: happened.RevealingBegan, at: int) -> None:
    _sealed(market, fact.auction_id).revealing = True
    schedule(market.agenda, fact.reveal_until, SETTLING, fact.auction_id)


def _revealed(market: Market, fact: happened.BidRevealed, at: int) -> None:
    auction = _sealed(market, fact.auction_id)
    auction.bids[fact.participant_id].price = fact.price
    if fact.deposit_minor:
        auction.valid_bids += 1
        turn_to_reserve(market, fact.bid_id)
        add_to_hold(market, fact.bid_id, fact.held_minor, fact.drawn_minor)


def _released(market: Market, fact: happened.BidReleased, at: int) -> None:
    del _sealed(market, fact.auction_id).bids[fact.participant_id]
    let_go(market, fact.bid_id)


def _forfeited(market: Market, fact: happened.DepositForfeited, at: int) -> None:
    del _sealed(market, fact.auction_id).bids[fact.participant_id]
    forfeit(market, fact.bid_id)


def _sold(market: Market, fact: happened.AuctionSold, at: int) -> None:
    """The money is a hold of the bid's name, which the trade spends; the persons in the data are counted here."""
    if fact.kind == "dutch":
        money = fact.reserved_minor
        hold(market, fact.bid_id, fact.buyer_id, fact.currency, money, "reserved", fact.drawn_minor)
    if market.instruments[fact.instrument_id].terms.moves_data:
        export(market, fact.instrument_id, fact.seller_id, fact.buyer_id, fact.use, at)
    meant_for(market, fact.bid_id, fact.use)
    if fact.exclusive_until is not None:
        market.auctions.exclusive[fact.instrument_id] = Exclusive(fact.trade_id, fact.exclusive_until)
    _end(market, fact.auction_id, fact.instrument_id, winner_id=fact.buyer_id)


def _ended(market: Market, fact: happened.AuctionEnded, at: int) -> None:
    _end(market, fact.auction_id, fact.instrument_id)


def _end(market: Market, auction_id: str, instrument_id: str, winner_id: str | None = None) -> None:
    auction = market.auctions.running.pop(auction_id)
    if isinstance(auction, SealedAuction) and not auction.bids.keys() <= {winner_id}:
        raise InvariantBroken(f"auction {auction_id} ends with money still held for {sorted(auction.bids)}")
    del market.auctions.of_instrument[instrument_id]
    market.auctions.over.add(auction_id)
    settle(market.agenda, SETTLING, auction_id)


def _sealed(market: Market, auction_id: str) -> SealedAuction:
    auction = market.auctions.running[auction_id]
    assert isinstance(auction, SealedAuction)
    return auction


FOLDS: Mapping[type[Fact], Fold] = {
    happened.AuctionOpened: _opened,
    happened.DutchAuctionOpened: _dutch_opened,
    happened.BidCommitted: _committed,
    happened.RevealingBegan: _revealing,
    happened.BidRevealed: _revealed,
    happened.BidReleased: _released,
    happened.DepositForfeited: _forfeited,
    happened.AuctionSold: _sold,
    happened.AuctionEnded: _ended,
}
