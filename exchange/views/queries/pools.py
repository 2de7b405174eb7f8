"""What many buy together, and what it saved."""

from typing import Any

from sqlalchemy import BigInteger, Select, case, cast, literal, null, select, true

from exchange.market.pools.pricing import CLAIMED_SAVING_BP
from exchange.views.pools import POOL_SHARES, POOLS
from exchange.views.queries.query import NamedQuery, Parameter

_BP = 10_000
_SAVING = (POOLS.c.list_price - POOLS.c.price) * _BP // POOLS.c.list_price


def _pools(pool: str | None) -> Select[Any]:
    failed = POOLS.c.state == "failed"
    first = (
        "pool_id",
        "instrument_id",
        "link_id",
        "delivery_month",
        "seller_id",
        "state",
        "grounds",
        "shares",
        "excluded",
    )
    mbps = ("total_mbps", "threshold_mbps", "supply_mbps", "mbps")
    last = ("closes_at", "approval_due_at", "individual_due_at", "starts_at", "at", "changed_at")
    return (
        select(
            *(POOLS.c[name] for name in (*first, *mbps, "list_price", "price")),
            case((failed, cast(null(), BigInteger)), else_=_SAVING).label("saving_bp"),
            literal(CLAIMED_SAVING_BP, BigInteger).label("claimed_saving_bp"),
            *(POOLS.c[name] for name in ("currency", "amount_minor", "list_minor")),
            (POOLS.c.list_minor - POOLS.c.amount_minor).label("saved_minor"),
            *(POOLS.c[name] for name in ("forfeited_minor", "days_saved", *last)),
        )
        .where(true() if pool is None else POOLS.c.pool_id == pool)
        .order_by(POOLS.c.at, POOLS.c.partition, POOLS.c.seq)
    )


def _pool_shares(pool: str | None, participant: str | None, share: str | None) -> Select[Any]:
    shown = (
        "share_id",
        "pool_id",
        "participant_id",
        "mbps",
        "allotted_mbps",
        "state",
        "grounds",
        "currency",
        "deposit_minor",
        "rest_minor",
        "amount_minor",
        "returned_minor",
        "forfeited_minor",
        "trade_id",
        "reference",
        "at",
        "changed_at",
    )
    wanted = [] if pool is None else [POOL_SHARES.c.pool_id == pool]
    wanted += [] if participant is None else [POOL_SHARES.c.participant_id == participant]
    wanted += [] if share is None else [POOL_SHARES.c.share_id == share]
    return (
        select(*(POOL_SHARES.c[name] for name in shown))
        .where(true(), *wanted)
        .order_by(POOL_SHARES.c.at, POOL_SHARES.c.partition, POOL_SHARES.c.seq)
    )


QUERIES = (
    NamedQuery(
        "pools",
        "Lines that many buy together: how far each has come, and what it saved in money and days, beside the saving"
        " that is claimed (up to 80 %).",
        _pools,
        (Parameter("pool", "only this one", required=False),),
    ),
    NamedQuery(
        "pool_shares",
        "The shares of pools: deposits, what was allotted and paid, and the trade that came of it.",
        _pool_shares,
        (
            Parameter("pool", "only of this pool", required=False),
            Parameter("participant", "only this participant's", required=False),
            Parameter("share", "only this one", required=False),
        ),
    ),
)
