"""What happens to a pool, as facts."""

from typing import Any

from exchange.kernel.time import DAY
from exchange.market.pools import facts as pools
from exchange.market.pools.commands import Tier

POOLER = "PR-CN-01"


def an_opened_pool(pool_id: str, at: int, **changed: Any) -> pools.PoolOpened:
    """A pool of 100 Mbps at CNY 1,000.00 each, from 40 Mbps on CNY 520.00."""
    values: dict[str, Any] = {
        "pool_id": pool_id,
        "instrument_id": "LK-SG",
        "seller_id": "LN-SG-01",
        "link_id": "LK-SG",
        "delivery_month": "2027-01",
        "currency": "CNY",
        "list_price": 100_000,
        "tiers": (Tier(from_mbps=40, price=52_000),),
        "threshold_mbps": 40,
        "supply_mbps": 100,
        "deposit_pct": 10,
        "opens_at": at,
        "closes_at": at + DAY,
        "approval_due_at": at + 46 * DAY,
        "individual_due_at": at + 76 * DAY,
        "starts_at": at + 60 * DAY,
        "ends_at": at + 91 * DAY,
    }
    return pools.PoolOpened(**(values | changed))


def a_share(share_id: str, pool_id: str, **changed: Any) -> pools.ShareCommitted:
    """Fifty Mbps for a deposit of CNY 5,000.00."""
    values: dict[str, Any] = {
        "share_id": share_id,
        "pool_id": pool_id,
        "participant_id": POOLER,
        "mbps": 50,
        "currency": "CNY",
        "deposit_minor": 500_000,
        "total_mbps": 50,
        "price": 52_000,
        "reference": "ours",
    }
    return pools.ShareCommitted(**(values | changed))


def a_withdrawal(late: bool, share_id: str = "SH-1", pool_id: str = "PL-1") -> pools.ShareWithdrawn:
    """The share leaves, early or late."""
    return pools.ShareWithdrawn(
        share_id=share_id,
        pool_id=pool_id,
        participant_id=POOLER,
        mbps=50,
        late=late,
        currency="CNY",
        returned_minor=0 if late else 500_000,
        forfeited_minor=500_000 if late else 0,
        total_mbps=0,
        price=100_000,
    )


def an_exclusion(returned_minor: int, forfeited_minor: int) -> pools.ShareExcluded:
    """The share gets nothing."""
    return pools.ShareExcluded(
        share_id="SH-1",
        pool_id="PL-1",
        participant_id=POOLER,
        mbps=50,
        grounds="unpaid" if forfeited_minor else "suspended",
        currency="CNY",
        returned_minor=returned_minor,
        forfeited_minor=forfeited_minor,
    )


def a_failure() -> pools.PoolFailed:
    """Two shares get their deposits back."""
    returned = tuple(
        pools.DepositReturned(share_id=f"SH-{name}", participant_id=name, mbps=1, amount_minor=10_000)
        for name in ("A", "B")
    )
    return pools.PoolFailed(
        pool_id="PL-1",
        grounds="threshold",
        detail="",
        total_mbps=2,
        threshold_mbps=40,
        currency="CNY",
        returned=returned,
    )


def an_activation() -> pools.ShareActivated:
    """Deposit and rest pay CNY 26,000.00."""
    return pools.ShareActivated(
        share_id="SH-1",
        pool_id="PL-1",
        participant_id=POOLER,
        mbps=50,
        currency="CNY",
        deposit_minor=500_000,
        rest_minor=2_100_000,
        amount_minor=2_600_000,
        list_minor=5_000_000,
        trade_id="T-1",
    )
