"""A pool closes by itself; then it is approved, refused, or not approved in time."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import iso
from exchange.market.fencing import Rulesets
from exchange.market.money_rules import amount_minor
from exchange.market.pools.commands import ApprovePool, RefusePool
from exchange.market.pools.committing import live_pool
from exchange.market.pools.ending import failed
from exchange.market.pools.facts import Allotment, CircuitOrdered, PoolApproved, PoolClosed
from exchange.market.pools.parties import may_not_approve, not_open, seller_idle
from exchange.market.pools.pricing import allotted, days_until, price_at, saving_bp
from exchange.market.pools.state import Pool
from exchange.market.reasons import Reason
from exchange.market.state import Market


def close(market: Market, pool_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """The price is the tier's of the total now; below the threshold there is no pool."""
    pool = market.pools.live[pool_id]
    if market.instruments[pool.opened.instrument_id].state in ("closing", "closed"):
        return (failed(pool, pool.in_order(), "instrument_closed", ""),)
    if not pool.reached:
        return (failed(pool, pool.in_order(), "threshold", ""),)
    return (_closed(market, pool),)


def overdue(market: Market, pool_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """The month has begun without an approval: what was committed to can be delivered no more."""
    pool = market.pools.live[pool_id]
    detail = f"approval was due at {iso(pool.opened.approval_due_at)}, the month began without it"
    return (failed(pool, pool.in_order(), "overdue", detail),)


def approve_pool(market: Market, command: ApprovePool, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Divide the supply and order the circuit; the shares are paid one by one as deadlines that are due at once."""
    pool = _undecided(market, command, command.pool_id, cause)
    if isinstance(pool, Refused):
        return (pool,)
    if pool.phase == "open":
        detail = f"it closes at {iso(pool.opened.closes_at)}, and is approved after that"
        return (refused(command, Reason.POOL_STATE, command.pool_id, detail),)
    instrument = market.instruments[pool.opened.instrument_id]
    refusal = not_open(instrument, command) or seller_idle(market, instrument.terms, command)
    return (refusal,) if refusal is not None else _approved(pool, cause)


def refuse_pool(market: Market, command: RefusePool, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Give all deposits back, whether the pool has closed or not."""
    pool = _undecided(market, command, command.pool_id, cause)
    if isinstance(pool, Refused):
        return (pool,)
    return (failed(pool, pool.in_order(), "refused", command.grounds),)


def _undecided(market: Market, command: Command, pool_id: str, cause: Cause) -> Pool | Refused:
    """A pool that is neither approved nor ended, for somebody who may say whether it goes on."""
    refusal = may_not_approve(market, command, cause)
    if refusal is not None:
        return refusal
    pool = live_pool(market, command, pool_id)
    if isinstance(pool, Refused) or pool.phase != "approved":
        return pool
    return refused(command, Reason.POOL_STATE, pool_id, "it is approved, which is final")


def _closed(market: Market, pool: Pool) -> PoolClosed:
    opened, terms = pool.opened, market.instruments[pool.opened.instrument_id].terms
    price = price_at(opened.tiers, opened.list_price, pool.total_mbps)
    sold = min(pool.total_mbps, opened.supply_mbps)
    amount, listed = amount_minor(terms, price, sold), amount_minor(terms, opened.list_price, sold)
    return PoolClosed(
        pool_id=opened.pool_id,
        shares=len(pool.shares),
        total_mbps=pool.total_mbps,
        price=price,
        list_price=opened.list_price,
        saving_bp=saving_bp(price, opened.list_price),
        currency=opened.currency,
        amount_minor=amount,
        list_minor=listed,
        saved_minor=listed - amount,
        approval_due_at=opened.approval_due_at,
        individual_due_at=opened.individual_due_at,
        days_saved=days_until(opened.approval_due_at, opened.individual_due_at),
    )


def _approved(pool: Pool, cause: Cause) -> Sequence[Fact]:
    opened, shares = pool.opened, pool.in_order()
    parts = allotted(shares, opened.supply_mbps)
    approved = PoolApproved(
        pool_id=opened.pool_id,
        approver_id=cause.actor,
        total_mbps=pool.total_mbps,
        price=pool.price,
        days_saved=days_until(cause.at, opened.individual_due_at),
        allotments=tuple(
            Allotment(share_id=share.share_id, participant_id=share.participant_id, mbps=mbps)
            for share, mbps in zip(shares, parts, strict=True)
        ),
    )
    circuit = CircuitOrdered(
        pool_id=opened.pool_id,
        link_id=opened.link_id,
        seller_id=opened.seller_id,
        mbps=sum(parts),
        starts_at=opened.starts_at,
        ends_at=opened.ends_at,
    )
    return approved, circuit
