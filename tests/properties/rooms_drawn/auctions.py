"""Auctions that are opened, bid in, revealed, taken and called off."""

from typing import Any

from exchange.kernel.time import DAY
from exchange.market.auctions import commands as auctioning
from exchange.market.auctions.commands import OpenAuction
from tests.properties.rooms_drawn.picking import RARE, RIGHTS, Asked, a_use_of, one_of
from tests.properties.rooms_twin.auctions import Auction, sealed
from tests.properties.rooms_twin.rooms import Rooms
from tests.unit.market.stage import OPERATOR

SALT = bytes(range(16))


def open_auction(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    at = rooms.ground.at
    lot: dict[str, Any] = {"instrument_id": RIGHTS, "quantity": 1 + number % 3, "exclusive": number % 2 == 1}
    command: auctioning.OpenAuction | auctioning.OpenDutchAuction
    if which % 4 == 3:
        command = auctioning.OpenDutchAuction(
            **lot,
            start_price=200 + number,
            floor_price=40 if number < RARE - 1 else 400,
            step=7 + number,
            step_interval_s=3_600 * (1 + which),
            open_until=at + (number % 3) * DAY,
        )
    else:
        command = auctioning.OpenAuction(
            **lot,
            kind="second_price" if which % 2 else "first_price",
            reserve_price=60 + number,
            deposit_minor=40 + number * 5,
            commit_until=at + (1 + number % 2) * DAY if number else at,
            reveal_until=at + (1 + number % 2 + (1 + which) * 2) * DAY if number % 15 else at + DAY,
        )
    return (who if number == RARE else OPERATOR if number == 20 else "T"), command


def _an_auction(rooms: Rooms, which: int, kind: type) -> Auction | None:
    running = list(rooms.auctions.running.values())
    return one_of([each for each in running if isinstance(each.asked, kind)] or running, which)


def _name(rooms: Rooms, auction: Auction | None, which: int) -> str:
    return auction.name if auction else one_of(sorted(rooms.auctions.over), which) or "A-0.0.9"


def _price(offset: int) -> int:
    """What is bid by the command of an offset."""
    return 55 + 20 * (offset % 3)


def commit_bid(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    auction = _an_auction(rooms, which, OpenAuction)
    if auction is None and number < RARE:
        return open_auction(rooms, who, which, number)
    if auction and auction.revealing and auction.bids and number < RARE - 2:
        return reveal_bid(rooms, who, which, number)
    name = _name(rooms, auction, which)
    commitment = sealed(name, who, _price(rooms.ground.offset), SALT)
    return who, auctioning.CommitBid(auction_id=name, commitment=commitment, use=a_use_of(number))


def reveal_bid(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    auction = _an_auction(rooms, which, OpenAuction)
    bids = list(auction.bids.values()) if auction else []
    bid = one_of([each for each in bids if each.price is None] or bids, number)
    if bid is None and number < RARE:
        return commit_bid(rooms, who, which, number)
    price = _price(bid.offset) if bid else 1
    command = auctioning.RevealBid(
        auction_id=_name(rooms, auction, which), price=price + (number == 20), salt=SALT
    )
    return (bid.who if bid and number < RARE else who), command


def take_dutch(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    auction = _an_auction(rooms, which, auctioning.OpenDutchAuction)
    if auction is None and number < RARE:
        return open_auction(rooms, who, 3, number)
    most = None if number % 3 else 40 + number * 4
    name = _name(rooms, auction, which)
    return who, auctioning.TakeDutch(auction_id=name, use=a_use_of(number), price_max=most)


def cancel_auction(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    name = _name(rooms, _an_auction(rooms, which, OpenAuction), which)
    return ("T" if number < RARE else who), auctioning.CancelAuction(auction_id=name)
