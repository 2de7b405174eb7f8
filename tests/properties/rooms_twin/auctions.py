"""Sealed and falling auctions. Source: market.md section 5; ties by commit offset."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from math import ceil
from typing import Any

from exchange.market.auctions.commands import (
    CancelAuction,
    CommitBid,
    OpenAuction,
    OpenDutchAuction,
    RevealBid,
    TakeDutch,
)
from tests.properties.rooms_twin.calendar import DAY_US
from tests.properties.rooms_twin.ground import Answer, Due, Ground, Said, Shelf, said

SECOND_US = 1_000_000


def sealed(auction: str, who: str, price: int, salt: bytes) -> bytes:
    """What commits a bidder to a price: SHA-256 of five lines."""
    text = f"sealed bid\nauction {auction}\nbidder {who}\nprice {price}\nsalt {salt.hex()}\n"
    return sha256(text.encode()).digest()


@dataclass
class Bid:
    """A sealed bid; its money is held under its name."""

    name: str
    who: str
    commitment: bytes
    offset: int
    price: int | None = None


@dataclass
class Auction:
    """One that runs: until `next_at` bids are committed, revealed, or the falling price may be taken."""

    name: str
    shelf: Shelf
    asked: OpenAuction | OpenDutchAuction
    began: int
    next_at: int
    revealing: bool = False
    valid: bool = False
    bids: dict[str, Bid] = field(default_factory=dict)

    def in_order(self) -> list[Bid]:
        """The bids in the order they were committed."""
        return sorted(self.bids.values(), key=lambda bid: bid.offset)

    def needs(self, price: int) -> int:
        """What a bid has to have at hand: each lot rounded up."""
        return ceil(price * self.shelf.lot) * self.asked.quantity


@dataclass
class Auctions:
    """Those that run by name, the names of those that are over, and what was sold to one buyer alone."""

    ground: Ground
    running: dict[str, Auction] = field(default_factory=dict)
    over: set[str] = field(default_factory=set)
    alone: dict[str, tuple[str, int]] = field(default_factory=dict)

    def answers(self) -> dict[type, Callable[[str, Any], Answer]]:
        """What each command is answered by."""
        return {
            OpenAuction: self.open,
            OpenDutchAuction: self.open,
            CommitBid: self.commit,
            RevealBid: self.reveal,
            TakeDutch: self.take,
            CancelAuction: self.cancel,
        }

    def open(self, who: str, asked: OpenAuction | OpenDutchAuction) -> Answer:
        """Its seller or an operator auctions an instrument, once at a time."""
        ground, at = self.ground, self.ground.at
        shelf = ground.shelves[asked.instrument_id]
        if shelf.seller is None or shelf.counted or shelf.form not in ("book", "auction"):
            return {"NOT_AUCTIONABLE"}
        dutch = isinstance(asked, OpenDutchAuction)
        first = asked.open_until if isinstance(asked, OpenDutchAuction) else asked.commit_until
        auction = Auction(ground.named("A"), shelf, asked, at, first)
        reasons = self._foreign(shelf, who) | ground.shut(shelf) | self.spoken_for(shelf)
        last = first if isinstance(asked, OpenDutchAuction) else asked.reveal_until
        if first <= at or (not dutch and last < first + SECOND_US) or last > at + 366 * DAY_US:
            reasons.add("AUCTION_TIMES")
        if isinstance(asked, OpenDutchAuction):
            reasons |= {"AUCTION_PRICES"} if asked.floor_price > asked.start_price else set()
        elif asked.deposit_minor > auction.needs(asked.reserve_price):
            reasons.add("DEPOSIT_TOO_LARGE")
        if reasons:
            return reasons
        self.running[auction.name] = auction
        return [said("DutchAuctionOpened" if dutch else "AuctionOpened", auction_id=auction.name)]

    def spoken_for(self, shelf: Shelf) -> set[str]:
        """The reason, if it is being auctioned, or one buyer alone has it."""
        alone = shelf.name in self.alone and self.ground.at < self.alone[shelf.name][1]
        runs = any(each.shelf is shelf for each in self.running.values())
        return {"INSTRUMENT_AUCTIONED"} if alone or runs else set()

    def cancel(self, who: str, asked: CancelAuction) -> Answer:
        """As long as nobody has committed to it."""
        auction = self.running.get(asked.auction_id)
        if auction is None:
            return self._not_running(asked.auction_id)
        reasons = self._foreign(auction.shelf, who) | ({"BIDS_COMMITTED"} if auction.bids else set())
        return reasons or [self._end(auction, "cancelled", "asked")]

    def commit(self, who: str, asked: CommitBid) -> Answer:
        """A deposit, once; a later commitment takes the earlier one's place, at the end of the line."""
        auction, ground = self.running.get(asked.auction_id), self.ground
        if auction is None or isinstance(auction.asked, OpenDutchAuction):
            return {"AUCTION_KIND"} if auction else self._not_running(asked.auction_id)
        before = auction.bids.get(who)
        deposit = 0 if before else auction.asked.deposit_minor
        reasons = ground.barred(auction.shelf, who, asked.use.licence_digest)
        reasons |= ground.money.short(who, auction.shelf.currency, deposit)
        if ground.at >= auction.asked.commit_until:
            reasons.add("COMMITTING_OVER")
        if reasons:
            return reasons
        name, drawn = before.name if before else ground.named("B"), 0
        if not before:
            drawn = ground.money.hold(name, who, auction.shelf.currency, deposit, deposit=True)
        auction.bids[who] = Bid(name, who, asked.commitment, ground.offset)
        return [said("BidCommitted", bid_id=name, deposit_minor=deposit, drawn_minor=drawn)]

    def reveal(self, who: str, asked: RevealBid) -> Answer:
        """The price is held, the deposit a part of it; below the reserve the deposit goes back."""
        auction, ground = self.running.get(asked.auction_id), self.ground
        if auction is None or isinstance(auction.asked, OpenDutchAuction):
            return {"AUCTION_KIND"} if auction else self._not_running(asked.auction_id)
        bid = auction.bids.get(who)
        if bid is None:
            return {"BID_UNKNOWN"}
        rest = auction.needs(asked.price) - auction.asked.deposit_minor
        reasons = set() if auction.revealing else {"REVEALING_NOT_BEGUN"}
        if bid.price is not None:
            reasons.add("BID_REVEALED")
        if sealed(auction.name, who, asked.price, asked.salt) != bid.commitment:
            reasons.add("COMMITMENT_MISMATCH")
        if asked.price >= auction.asked.reserve_price:
            reasons |= ground.money.short(who, auction.shelf.currency, rest)
        if reasons:
            return reasons
        values = {"bid_id": bid.name, "price": asked.price}
        if asked.price < auction.asked.reserve_price:
            revealed = said("BidRevealed", **values, deposit_minor=0, held_minor=0, drawn_minor=0)
            return [revealed, self._release(auction, bid, "below_reserve")]
        bid.price, auction.valid = asked.price, True
        ground.money.held[bid.name].deposit = False
        drawn = ground.money.add(bid.name, rest)
        deposit = auction.asked.deposit_minor
        return [said("BidRevealed", **values, deposit_minor=deposit, held_minor=rest, drawn_minor=drawn)]

    def take(self, who: str, asked: TakeDutch) -> Answer:
        """The first who takes it has it at the price of that moment."""
        auction, ground = self.running.get(asked.auction_id), self.ground
        if auction is None or isinstance(auction.asked, OpenAuction):
            return {"AUCTION_KIND"} if auction else self._not_running(asked.auction_id)
        terms, price, ends = auction.asked, auction.asked.start_price, auction.began
        while (ends := ends + terms.step_interval_s * SECOND_US) <= ground.at and price > terms.floor_price:
            price = max(terms.floor_price, price - terms.step)
        needed = auction.needs(price)
        reasons = ground.barred(auction.shelf, who, asked.use.licence_digest)
        reasons |= ground.money.short(who, auction.shelf.currency, needed)
        if asked.price_max is not None and price > asked.price_max:
            reasons.add("PRICE_TOO_HIGH")
        if reasons:
            return reasons
        name = ground.named("B")
        drawn = ground.money.hold(name, who, auction.shelf.currency, needed)
        return self._sell(auction, name, who, price, {"reserved_minor": needed, "drawn_minor": drawn})

    def dues(self) -> Iterator[Due]:
        """When a phase ends."""
        for auction in self.running.values():
            yield Due(auction.next_at, "8-auction", auction.name, partial(self._phase_ends, auction))

    def closed(self, shelf: Shelf) -> None:
        """With its instrument an auction ends at once."""
        for auction in self.running.values():
            if auction.shelf is shelf:
                auction.next_at = self.ground.at

    def given_back(self, trade: str) -> None:
        """What was sold alone may be sold again."""
        self.alone = {name: each for name, each in self.alone.items() if each[0] != trade}

    def _not_running(self, name: str) -> set[str]:
        return {"AUCTION_OVER"} if name in self.over else {"AUCTION_UNKNOWN"}

    def _foreign(self, shelf: Shelf, who: str) -> set[str]:
        may = who == shelf.seller or not self.ground.lacks(who, "operator")
        return self.ground.idle(who, shelf.seller) | (set() if may else {"NOT_PERMITTED"})

    def _phase_ends(self, auction: Auction) -> list[Said]:
        """Revealing begins, or all is settled; what cannot be settled is no bidder's fault."""
        if isinstance(auction.asked, OpenDutchAuction):
            gone = auction.shelf.for_good
            grounds = ("void", "instrument_not_open") if gone else ("unsold", "not_taken")
            return [self._end(auction, *grounds)]
        if auction.shelf.for_good or (auction.revealing and auction.shelf.state != "open"):
            return self._void(auction, "instrument_not_open")
        if not auction.revealing and not auction.bids:
            return [self._end(auction, "unsold", "no_commitments")]
        if not auction.revealing:
            auction.revealing, auction.next_at = True, auction.asked.reveal_until
            return [said("RevealingBegan", auction_id=auction.name, commitments=len(auction.bids))]
        if self.ground.idle(auction.shelf.seller):
            return self._void(auction, "seller_suspended")
        return self._settle(auction, auction.asked)

    def _void(self, auction: Auction, grounds: str) -> list[Said]:
        back = [self._release(auction, bid, "auction_void") for bid in auction.in_order()]
        return [*back, self._end(auction, "void", grounds)]

    def _settle(self, auction: Auction, asked: OpenAuction) -> list[Said]:
        """The unrevealed forfeit; the best who may buy wins, and pays its own price or the next one's."""
        happens = [self._forfeit(auction, bid) for bid in auction.in_order() if bid.price is None]
        ranked = sorted(auction.bids.values(), key=lambda bid: (-(bid.price or 0), bid.offset))
        prices, winner, most = [], None, 2 if asked.kind == "second_price" else 1
        for bid in ranked:
            if len(prices) == most:
                break
            if self._may_buy(auction.shelf, bid.who):
                prices.append(bid.price or 0)
                winner = winner or bid
            else:
                happens.append(self._release(auction, bid, "may_not_trade"))
        if winner is None:
            grounds = "nobody_admitted" if auction.valid else "no_valid_bid"
            return [*happens, self._end(auction, "unsold", grounds)]
        outbid = [bid for bid in auction.in_order() if bid is not winner]
        happens += [self._release(auction, bid, "outbid") for bid in outbid]
        price = [*prices, asked.reserve_price][1] if most == 2 else prices[0]
        return [*happens, *self._sell(auction, winner.name, winner.who, price, {"reserved_minor": 0})]

    def _may_buy(self, shelf: Shelf, who: str) -> bool:
        may_not = self.ground.idle(who) | self.ground.lacks(who, "buyer", "seller", "broker", "processor")
        return not may_not and not self.ground.one_owner(who, shelf.seller or "")

    def _sell(self, auction: Auction, hold: str, who: str, price: int, values: dict[str, Any]) -> list[Said]:
        shelf, lots = auction.shelf, auction.asked.quantity
        amount = shelf.amount(price, lots)
        name = self.ground.named("T", self.ground.next_trade())
        over = self.ground.money.held[hold].amount - amount
        trade = self.ground.trade(hold, shelf, who, shelf.seller or "", price, lots, amount, over)
        until = trade[1].values["ends_at"] if auction.asked.exclusive else None
        if until is not None:
            self.alone[shelf.name] = (name, until)
        self._gone(auction)
        sold = said("AuctionSold", buyer_id=who, price=price, trade_id=name, exclusive_until=until, **values)
        return [sold, *trade]

    def _release(self, auction: Auction, bid: Bid, grounds: str) -> Said:
        del auction.bids[bid.who]
        deposit = self.ground.money.held[bid.name].deposit
        amount = self.ground.money.give_back(bid.name)
        parts = {"deposit_minor": amount if deposit else 0, "reserved_minor": 0 if deposit else amount}
        return said("BidReleased", bid_id=bid.name, grounds=grounds, **parts)

    def _forfeit(self, auction: Auction, bid: Bid) -> Said:
        del auction.bids[bid.who]
        return said("DepositForfeited", bid_id=bid.name, amount_minor=self.ground.money.keep(bid.name))

    def _end(self, auction: Auction, outcome: str, grounds: str) -> Said:
        self._gone(auction)
        return said("AuctionEnded", auction_id=auction.name, outcome=outcome, grounds=grounds)

    def _gone(self, auction: Auction) -> None:
        del self.running[auction.name]
        self.over.add(auction.name)
