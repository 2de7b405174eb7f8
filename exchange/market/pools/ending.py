"""How a pool fails: all deposits go back in one fact."""

from collections.abc import Sequence
from typing import Literal

from exchange.market.pools.facts import DepositReturned, PoolFailed
from exchange.market.pools.state import Pool, Share


def failed(
    pool: Pool,
    shares: Sequence[Share],
    grounds: Literal["threshold", "withdrawal", "refused", "overdue", "instrument_closed"],
    detail: str,
) -> PoolFailed:
    """A pool ends with these shares in it."""
    return PoolFailed(
        pool_id=pool.opened.pool_id,
        grounds=grounds,
        detail=detail,
        total_mbps=sum(share.mbps for share in shares),
        threshold_mbps=pool.opened.threshold_mbps,
        currency=pool.opened.currency,
        returned=tuple(
            DepositReturned(
                share_id=share.share_id,
                participant_id=share.participant_id,
                mbps=share.mbps,
                amount_minor=share.deposit_minor,
            )
            for share in shares
        ),
    )
