"""Pools through the doors: who opens one for a line, and who commits to a share."""

from exchange.kernel.errors import Misuse
from exchange.market.pools.commands import CommitShare, OpenPool, WithdrawShare
from exchange.market.pools.facts import PoolOpened, ShareCommitted, ShareWithdrawn
from exchange.sdk.door import Door
from streams.deadline import DEADLINE_S


class PoolBuyer(Door):
    """Buys a line together with others."""

    async def commit_share(
        self,
        market_id: str,
        pool_id: str,
        mbps: int,
        *,
        licence_digest: bytes,
        reference: str = "",
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> ShareCommitted:
        """Commit to a share of a pool under its instrument's terms, and leave the deposit."""
        command = CommitShare(pool_id=pool_id, mbps=mbps, licence_digest=licence_digest, reference=reference)
        return await self._fact(ShareCommitted, "market", market_id, command, id, deadline_s)

    async def withdraw_share(
        self,
        market_id: str,
        share: ShareCommitted | str,
        pool_id: str | None = None,
        *,
        id: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> ShareWithdrawn:
        """Leave a pool: with the deposit before its threshold is reached, without it afterwards.

        Raises: Misuse if a share is named by its id without its pool's.
        """
        share_id = share if isinstance(share, str) else share.share_id
        pool = pool_id or (None if isinstance(share, str) else share.pool_id)
        if pool is None:
            raise Misuse(f"share {share_id}: name the pool_id that it is in")
        command = WithdrawShare(pool_id=pool, share_id=share_id)
        return await self._fact(ShareWithdrawn, "market", market_id, command, id, deadline_s)


class PoolSeller(Door):
    """Sells a line to many together."""

    async def open_pool(
        self, market_id: str, pool: OpenPool, *, id: str | None = None, deadline_s: float = DEADLINE_S
    ) -> PoolOpened:
        """Let many commit to shares of one line for one month."""
        return await self._fact(PoolOpened, "market", market_id, pool, id, deadline_s)
