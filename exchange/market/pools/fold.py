"""How each fact of a pool changes a market. No rule is here."""

from collections.abc import Callable
from typing import Any, Literal

from exchange.kernel.bases import Fact
from exchange.kernel.errors import InvariantBroken
from exchange.market.agenda import schedule, settle
from exchange.market.holds import add_to_hold, forfeit, hold, let_go, turn_to_reserve
from exchange.market.pools import facts as happened
from exchange.market.pools.state import Pool, Share, month_name
from exchange.market.state import Holder, Market

ACTIVATE, CLOSE, OVERDUE = "2-pool-activate", "2-pool-close", "8-pool-overdue"
"""What a pool's deadlines bring. At one instant they come in the order of these names: a pool closes before its
instrument does."""


def opened(market: Market, fact: happened.PoolOpened, at: int) -> None:
    pool = market.pools.live[fact.pool_id] = Pool(opened=fact)
    _offer(market, pool, fact.supply_mbps)
    market.pools.months[month_name(fact.instrument_id, fact.delivery_month)] = fact.pool_id
    schedule(market.agenda, fact.closes_at, CLOSE, fact.pool_id)


def committed(market: Market, fact: happened.ShareCommitted, at: int) -> None:
    pool = market.pools.live[fact.pool_id]
    pool.shares[fact.share_id] = Share(
        fact.share_id, fact.participant_id, fact.mbps, fact.deposit_minor, pool.committed
    )
    pool.committed += 1
    pool.total_mbps = fact.total_mbps
    deposit = fact.deposit_minor
    hold(market, fact.share_id, fact.participant_id, fact.currency, deposit, "deposits", fact.drawn_minor)


def withdrawn(market: Market, fact: happened.ShareWithdrawn, at: int) -> None:
    pool = market.pools.live[fact.pool_id]
    del pool.shares[fact.share_id]
    pool.total_mbps = fact.total_mbps
    _deposit_ends(market, fact)


def threshold_reached(market: Market, fact: happened.PoolThresholdReached, at: int) -> None:
    market.pools.live[fact.pool_id].ever_reached = True


def threshold_lost(market: Market, fact: happened.PoolThresholdLost, at: int) -> None:
    """The total says so already."""


def closed(market: Market, fact: happened.PoolClosed, at: int) -> None:
    pool = market.pools.live[fact.pool_id]
    pool.phase, pool.price = "closed", fact.price
    settle(market.agenda, CLOSE, fact.pool_id)
    schedule(market.agenda, pool.opened.starts_at, OVERDUE, fact.pool_id)


def failed(market: Market, fact: happened.PoolFailed, at: int) -> None:
    for each in fact.returned:
        _ends_with(let_go(market, each.share_id), each.amount_minor, fact)
    _end(market, fact.pool_id, "failed")


def approved(market: Market, fact: happened.PoolApproved, at: int) -> None:
    pool = market.pools.live[fact.pool_id]
    pool.phase, pool.days_saved = "approved", fact.days_saved
    for each in fact.allotments:
        pool.shares[each.share_id].allotted_mbps = each.mbps
    _offer(market, pool, sum(each.mbps for each in fact.allotments))
    settle(market.agenda, OVERDUE, fact.pool_id)
    schedule(market.agenda, at, ACTIVATE, fact.pool_id)


def circuit_ordered(market: Market, fact: happened.CircuitOrdered, at: int) -> None:
    """The market decides nothing by it."""


def share_activated(market: Market, fact: happened.ShareActivated, at: int) -> None:
    pool = market.pools.live[fact.pool_id]
    del pool.shares[fact.share_id]
    pool.activated += 1
    pool.activated_mbps += fact.mbps
    pool.amount_minor += fact.amount_minor
    pool.list_minor += fact.list_minor
    _offer(market, pool, pool.offered_mbps - fact.mbps)
    market.lines.pooled[fact.trade_id] = pool.opened.link_id
    turn_to_reserve(market, fact.share_id)
    add_to_hold(market, fact.share_id, fact.rest_minor, fact.drawn_minor)


def share_excluded(market: Market, fact: happened.ShareExcluded, at: int) -> None:
    pool = market.pools.live[fact.pool_id]
    del pool.shares[fact.share_id]
    pool.excluded += 1
    _offer(market, pool, pool.offered_mbps - fact.mbps)
    _deposit_ends(market, fact)


def activated(market: Market, fact: happened.PoolActivated, at: int) -> None:
    _end(market, fact.pool_id, "activated")


def _deposit_ends(market: Market, fact: happened.ShareWithdrawn | happened.ShareExcluded) -> None:
    ending = forfeit if fact.forfeited_minor else let_go
    _ends_with(ending(market, fact.share_id), fact.forfeited_minor + fact.returned_minor, fact)


def _ends_with(held_minor: int, said_minor: int, fact: Fact) -> None:
    if held_minor != said_minor:
        raise InvariantBroken(f"{held_minor} were held, {said_minor} go by {fact!r}")


def _offer(market: Market, pool: Pool, mbps: int) -> None:
    """The seller asks for so much in all with this pool, which takes up its capacity."""
    holders = market.instruments[pool.opened.instrument_id].holders
    holder = holders.get(pool.opened.seller_id)
    if holder is None:
        holder = holders[pool.opened.seller_id] = Holder()
    holder.asked += mbps - pool.offered_mbps
    pool.offered_mbps = mbps


def _end(market: Market, pool_id: str, how: Literal["failed", "activated"]) -> None:
    pool = market.pools.live.pop(pool_id)
    _offer(market, pool, 0)
    del market.pools.months[month_name(pool.opened.instrument_id, pool.opened.delivery_month)]
    market.pools.ended[pool_id] = how
    for kind in (CLOSE, OVERDUE, ACTIVATE):
        settle(market.agenda, kind, pool_id)


FOLDS: dict[type[Fact], Callable[[Market, Any, int], None]] = {
    happened.PoolOpened: opened,
    happened.ShareCommitted: committed,
    happened.PoolThresholdReached: threshold_reached,
    happened.PoolThresholdLost: threshold_lost,
    happened.ShareWithdrawn: withdrawn,
    happened.PoolClosed: closed,
    happened.PoolFailed: failed,
    happened.PoolApproved: approved,
    happened.CircuitOrdered: circuit_ordered,
    happened.ShareActivated: share_activated,
    happened.ShareExcluded: share_excluded,
    happened.PoolActivated: activated,
}
"""What each fact does."""
