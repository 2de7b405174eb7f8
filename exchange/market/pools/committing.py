"""Entering a pool, and leaving it."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Command, Fact
from exchange.kernel.ids import derived_id
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import iso
from exchange.market.bars import said, short
from exchange.market.credit.drawing import drawn_for
from exchange.market.fencing import Rulesets
from exchange.market.pools.commands import CommitShare, WithdrawShare
from exchange.market.pools.ending import failed
from exchange.market.pools.facts import (
    PoolThresholdLost,
    PoolThresholdReached,
    ShareCommitted,
    ShareWithdrawn,
)
from exchange.market.pools.parties import may_not_commit, not_open
from exchange.market.pools.pricing import deposit_minor, price_at
from exchange.market.pools.state import SHARES_EACH_MAX, SHARES_MAX, Pool, Share
from exchange.market.reasons import Reason
from exchange.market.state import Market


def commit_share(market: Market, command: CommitShare, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Refuse a share, or take its deposit."""
    pool = live_pool(market, command, command.pool_id)
    if isinstance(pool, Refused):
        return (pool,)
    opened, instrument = pool.opened, market.instruments[pool.opened.instrument_id]
    deposit = deposit_minor(instrument.terms, opened.list_price, opened.deposit_pct, command.mbps)
    refusal = (
        _not_taken_now(pool, command, cause)
        or may_not_commit(market, instrument, command, cause)
        or not_open(instrument, command)
        or _too_much(pool, command, cause)
        or _unfunded(market, opened.currency, command, cause, deposit)
    )
    if refusal is not None:
        return (refusal,)
    total = pool.total_mbps + command.mbps
    share = ShareCommitted(
        share_id=derived_id("SH", cause.partition, cause.offset, 0),
        pool_id=command.pool_id,
        participant_id=cause.actor,
        mbps=command.mbps,
        currency=opened.currency,
        deposit_minor=deposit,
        total_mbps=total,
        price=price_at(opened.tiers, opened.list_price, total),
        reference=command.reference,
        drawn_minor=drawn_for(market, cause.actor, opened.currency, deposit),
    )
    if pool.reached or total < opened.threshold_mbps:
        return (share,)
    threshold = opened.threshold_mbps
    return share, PoolThresholdReached(pool_id=share.pool_id, total_mbps=total, threshold_mbps=threshold)


def withdraw_share(
    market: Market, command: WithdrawShare, cause: Cause, rulesets: Rulesets
) -> Sequence[Fact]:
    """Let a share go, early with its deposit or late without it, and test the threshold again."""
    pool = live_pool(market, command, command.pool_id)
    if isinstance(pool, Refused):
        return (pool,)
    if pool.phase == "approved":
        detail = "it is approved and its circuit ordered; nobody leaves it any more"
        return (refused(command, Reason.POOL_STATE, command.pool_id, detail),)
    share = pool.shares.get(command.share_id)
    if share is None or share.participant_id != cause.actor:
        detail = (
            f"{cause.actor} has no such share in {command.pool_id}; use the share_id of its ShareCommitted"
        )
        return (refused(command, Reason.SHARE_UNKNOWN, command.share_id, detail),)
    left = pool.total_mbps - share.mbps
    withdrawn = _withdrawn(pool, share, left)
    if not pool.reached or left >= pool.opened.threshold_mbps:
        return (withdrawn,)
    if pool.phase == "closed":
        others = [each for each in pool.in_order() if each is not share]
        return withdrawn, failed(pool, others, "withdrawal", "")
    threshold = pool.opened.threshold_mbps
    return withdrawn, PoolThresholdLost(pool_id=command.pool_id, total_mbps=left, threshold_mbps=threshold)


def live_pool(market: Market, command: Command, pool_id: str) -> Pool | Refused:
    """A pool that has not ended."""
    pool = market.pools.live.get(pool_id)
    if pool is not None:
        return pool
    ended = market.pools.ended.get(pool_id)
    if ended is not None:
        detail = f"it has {'failed' if ended == 'failed' else 'come about'} and changes no more"
        return refused(command, Reason.POOL_STATE, pool_id, detail)
    detail = "there is no such pool here; use the pool_id of its PoolOpened"
    return refused(command, Reason.POOL_UNKNOWN, pool_id, detail)


def _withdrawn(pool: Pool, share: Share, left_mbps: int) -> ShareWithdrawn:
    opened, late = pool.opened, pool.ever_reached
    now = price_at(opened.tiers, opened.list_price, left_mbps)
    return ShareWithdrawn(
        share_id=share.share_id,
        pool_id=opened.pool_id,
        participant_id=share.participant_id,
        mbps=share.mbps,
        late=late,
        currency=opened.currency,
        returned_minor=0 if late else share.deposit_minor,
        forfeited_minor=share.deposit_minor if late else 0,
        total_mbps=left_mbps,
        price=now if pool.phase == "open" else pool.price,
    )


def _not_taken_now(pool: Pool, command: CommitShare, cause: Cause) -> Refused | None:
    opened = pool.opened
    if pool.phase == "open" and cause.at >= opened.opens_at:
        return None
    detail = (
        f"shares are taken from {iso(opened.opens_at)} until {iso(opened.closes_at)}, now is {iso(cause.at)}"
    )
    return refused(command, Reason.POOL_NOT_OPEN, command.pool_id, detail)


def _too_much(pool: Pool, command: CommitShare, cause: Cause) -> Refused | None:
    if command.mbps > pool.opened.supply_mbps:
        detail = f"{command.mbps} Mbps are more than the {pool.opened.supply_mbps} supplied; commit to less"
        return refused(command, Reason.SHARE_TOO_LARGE, command.pool_id, detail)
    if len(pool.shares) >= SHARES_MAX:
        detail = f"it has {SHARES_MAX} shares, and a pool may have no more"
        return refused(command, Reason.POOL_FULL, command.pool_id, detail)
    if sum(share.participant_id == cause.actor for share in pool.shares.values()) >= SHARES_EACH_MAX:
        detail = (
            f"{cause.actor} has {SHARES_EACH_MAX} shares of it, and may have no more; withdraw some first"
        )
        return refused(command, Reason.SHARES_TOO_MANY, command.pool_id, detail)
    return None


def _unfunded(
    market: Market, currency: str, command: CommitShare, cause: Cause, deposit_minor: int
) -> Refused | None:
    barred = short(market, cause.actor, currency, deposit_minor)
    return None if barred is None else said(command, barred)
