"""Pools that are opened, committed to, left, approved."""

from datetime import timedelta

from exchange.kernel.time import DAY
from exchange.market.pools import commands as pooling
from tests.properties.rooms_drawn.picking import LINE, LINK, RARE, Asked, a_licence, one_of
from tests.properties.rooms_twin.calendar import local
from tests.properties.rooms_twin.rooms import Rooms
from tests.unit.market.stage import OPERATOR


def open_pool(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    at = rooms.ground.at
    month = local(at).replace(day=1)
    for _ in range(1 + which % 2):
        month = (month + timedelta(days=31)).replace(day=1)
    list_price = 1_000 + 37 * number
    pool = pooling.OpenPool(
        instrument_id=LINK,
        link_id=LINK,
        delivery_month=f"{month:%Y-%m}",
        list_price=list_price,
        tiers=(
            pooling.Tier(from_mbps=1, price=list_price - number % 3),
            pooling.Tier(from_mbps=9, price=311 if number < RARE else 10**6),
        ),
        threshold_mbps=1 + which % 7,
        supply_mbps=6 + number % 9,
        deposit_pct=(1, 10, 33, 100)[number % 4],
        opens_at=at + (DAY if number % 11 == 10 else 0),
        closes_at=at + (1 + number % 5) * DAY,
        approval_days_pooled=1 + number % 8,
        approval_days_individual=9 if number % 13 else 2,
    )
    return (who if number == RARE else LINE), pool


def _a_pool(rooms: Rooms, which: int, *phases: str) -> str:
    pools = list(rooms.pools.pools.values())
    pool = one_of([each for each in pools if each.phase in phases] or pools, which)
    return pool.name if pool else "PL-0.0.9"


def commit(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    pool_id = _a_pool(rooms, which, "open")
    if which % 4 and pool_id not in rooms.pools.live("open"):
        return open_pool(rooms, who, which, number)
    command = pooling.CommitShare(pool_id=pool_id, mbps=1 + number % 10, licence_digest=a_licence(number))
    return who, command


def leave(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    pool_id = _a_pool(rooms, which, "open", "closed")
    pool = rooms.pools.pools.get(pool_id)
    share = one_of(pool.shares, number) if pool else None
    command = pooling.WithdrawShare(pool_id=pool_id, share_id=share.name if share else "SH-0.0.9")
    return (share.who if share and number < RARE else who), command


def approve(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    if not rooms.pools.live("closed") and number < RARE:
        return commit(rooms, who, which, number)
    command = pooling.ApprovePool(pool_id=_a_pool(rooms, which, "closed"))
    return (who if number == RARE else OPERATOR), command


def refuse(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    command = pooling.RefusePool(pool_id=_a_pool(rooms, which, "open", "closed"), grounds="no")
    return (OPERATOR if number < 6 else who), command
