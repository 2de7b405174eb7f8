"""Pools of lines and their shares: how far each has come, what it costs, and what it saved in money and days."""

from collections.abc import Iterable

from exchange.market.pools.facts import FACTS as POOL_FACTS
from exchange.market.pools.facts import (
    CircuitOrdered,
    PoolActivated,
    PoolApproved,
    PoolClosed,
    PoolFailed,
    PoolOpened,
    PoolThresholdLost,
    PoolThresholdReached,
    ShareActivated,
    ShareCommitted,
    ShareExcluded,
    ShareWithdrawn,
)
from exchange.market.vocabulary import FACTS as MARKET_FACTS
from exchange.store import Change, Insert, Row, Update
from exchange.views.columns import as_json, count, flag, table, text
from exchange.views.view import COMMON_IGNORED, Here, View

POOLS = table(
    "pools",
    "Lines that many buy together: the more, the cheaper",
    text("pool_id", key=True),
    count("partition"),
    count("seq"),
    text("instrument_id"),
    text("seller_id"),
    text("link_id"),
    text("delivery_month"),
    text("currency"),
    count("list_price", comment="in ticks, for one Mbps and month"),
    text("tiers", comment="JSON array of the prices in ticks, and from which total on"),
    count("threshold_mbps"),
    count("supply_mbps"),
    count("deposit_pct", comment="of the list price"),
    count("opens_at"),
    count("closes_at"),
    count("approval_due_at"),
    count("individual_due_at", comment="when one buyer for itself would have had its approval"),
    count("starts_at", comment="the month begins"),
    count("ends_at"),
    text("state", comment="open, closed, approved, activated or failed"),
    flag("threshold_reached"),
    count("shares", comment="that are in it; once activated, those that were"),
    count("excluded", comment="shares of an approved pool that got nothing"),
    count("total_mbps", comment="of the shares in it, and at the close"),
    count("price", comment="the tier's of the total, in ticks; it stands from closing on"),
    count("mbps", comment="what is to be provided, then what was paid"),
    count("amount_minor", comment="what the shares cost: expected once closed, then what was paid"),
    count("list_minor", comment="what they would cost without the pool"),
    count("forfeited_minor", comment="deposits that leavers and those who did not pay lost"),
    count("days_saved", null=True),
    text("grounds", null=True, comment="why it failed"),
    text("detail", null=True),
    count("at"),
    count("changed_at"),
    indexes=[("instrument_id", "delivery_month"), ("state",)],
)

POOL_SHARES = table(
    "pool_shares",
    "Shares of pools, and what became of them and of their deposits",
    text("share_id", key=True),
    count("partition"),
    count("seq"),
    text("pool_id"),
    text("participant_id"),
    count("mbps"),
    count("allotted_mbps", null=True, comment="of the supply, once approved"),
    text("currency"),
    count("deposit_minor"),
    count("rest_minor", null=True, comment="what was paid beside the deposit"),
    count("amount_minor", null=True, comment="the price of what was allotted"),
    text("trade_id", null=True),
    count("returned_minor", comment="of the deposit, without a trade"),
    count("forfeited_minor"),
    text("state", comment="committed, activated, excluded, withdrawn or returned"),
    text(
        "grounds", null=True, comment="why it was excluded or its pool failed; late, if it was withdrawn late"
    ),
    text("reference", comment="the buyer's own name for it"),
    count("at"),
    count("changed_at"),
    indexes=[("pool_id",), ("participant_id",)],
)


def _opened(here: Here, fact: PoolOpened) -> Iterable[Change]:
    yield Insert(
        POOLS,
        {
            "pool_id": fact.pool_id,
            "partition": here.partition,
            "seq": here.seq,
            "instrument_id": fact.instrument_id,
            "seller_id": fact.seller_id,
            "link_id": fact.link_id,
            "delivery_month": fact.delivery_month,
            "currency": fact.currency,
            "list_price": fact.list_price,
            "tiers": as_json(fact.tiers),
            "threshold_mbps": fact.threshold_mbps,
            "supply_mbps": fact.supply_mbps,
            "deposit_pct": fact.deposit_pct,
            "opens_at": fact.opens_at,
            "closes_at": fact.closes_at,
            "approval_due_at": fact.approval_due_at,
            "individual_due_at": fact.individual_due_at,
            "starts_at": fact.starts_at,
            "ends_at": fact.ends_at,
            "state": "open",
            "threshold_reached": False,
            "shares": 0,
            "excluded": 0,
            "total_mbps": 0,
            "price": fact.list_price,
            "mbps": 0,
            "amount_minor": 0,
            "list_minor": 0,
            "forfeited_minor": 0,
            "days_saved": None,
            "grounds": None,
            "detail": None,
            "at": here.at,
            "changed_at": here.at,
        },
    )


def _pool(here: Here, pool_id: str, values: Row, shares: int = 0, forfeited: int = 0) -> Change:
    amounts = {"shares": shares, "forfeited_minor": forfeited}
    added = {column: amount for column, amount in amounts.items() if amount}
    return Update(POOLS, {"pool_id": pool_id}, {**values, "changed_at": here.at}, added)


def _share(here: Here, share_id: str, values: Row) -> Change:
    return Update(POOL_SHARES, {"share_id": share_id}, {**values, "changed_at": here.at})


def _committed(here: Here, fact: ShareCommitted) -> Iterable[Change]:
    yield Insert(
        POOL_SHARES,
        {
            "share_id": fact.share_id,
            "partition": here.partition,
            "seq": here.seq,
            "pool_id": fact.pool_id,
            "participant_id": fact.participant_id,
            "mbps": fact.mbps,
            "allotted_mbps": None,
            "currency": fact.currency,
            "deposit_minor": fact.deposit_minor,
            "rest_minor": None,
            "amount_minor": None,
            "trade_id": None,
            "returned_minor": 0,
            "forfeited_minor": 0,
            "state": "committed",
            "grounds": None,
            "reference": fact.reference,
            "at": here.at,
            "changed_at": here.at,
        },
    )
    yield _pool(here, fact.pool_id, {"total_mbps": fact.total_mbps, "price": fact.price}, shares=1)


def _withdrawn(here: Here, fact: ShareWithdrawn) -> Iterable[Change]:
    ended: Row = {"returned_minor": fact.returned_minor, "forfeited_minor": fact.forfeited_minor}
    yield _share(
        here, fact.share_id, {"state": "withdrawn", "grounds": "late" if fact.late else None, **ended}
    )
    values: Row = {"total_mbps": fact.total_mbps, "price": fact.price}
    yield _pool(here, fact.pool_id, values, shares=-1, forfeited=fact.forfeited_minor)


def _reached(here: Here, fact: PoolThresholdReached) -> Iterable[Change]:
    yield _pool(here, fact.pool_id, {"threshold_reached": True})


def _lost(here: Here, fact: PoolThresholdLost) -> Iterable[Change]:
    yield _pool(here, fact.pool_id, {"threshold_reached": False})


def _closed(here: Here, fact: PoolClosed) -> Iterable[Change]:
    costs: Row = {"amount_minor": fact.amount_minor, "list_minor": fact.list_minor}
    yield _pool(
        here,
        fact.pool_id,
        {"state": "closed", "price": fact.price, "days_saved": fact.days_saved, **costs},
    )


def _failed(here: Here, fact: PoolFailed) -> Iterable[Change]:
    nothing: Row = {"amount_minor": 0, "list_minor": 0, "days_saved": None}
    said: Row = {"grounds": fact.grounds, "detail": fact.detail}
    reached = fact.total_mbps >= fact.threshold_mbps
    yield _pool(here, fact.pool_id, {"state": "failed", "threshold_reached": reached, **said, **nothing})
    for each in fact.returned:
        back: Row = {"state": "returned", "grounds": fact.grounds, "returned_minor": each.amount_minor}
        yield _share(here, each.share_id, back)


def _approved(here: Here, fact: PoolApproved) -> Iterable[Change]:
    yield _pool(here, fact.pool_id, {"state": "approved", "days_saved": fact.days_saved})
    for each in fact.allotments:
        yield _share(here, each.share_id, {"allotted_mbps": each.mbps})


def _ordered(here: Here, fact: CircuitOrdered) -> Iterable[Change]:
    yield _pool(here, fact.pool_id, {"mbps": fact.mbps})


def _share_activated(here: Here, fact: ShareActivated) -> Iterable[Change]:
    paid: Row = {"rest_minor": fact.rest_minor, "amount_minor": fact.amount_minor}
    yield _share(here, fact.share_id, {"state": "activated", "trade_id": fact.trade_id, **paid})


def _excluded(here: Here, fact: ShareExcluded) -> Iterable[Change]:
    ended: Row = {"returned_minor": fact.returned_minor, "forfeited_minor": fact.forfeited_minor}
    yield _share(here, fact.share_id, {"state": "excluded", "grounds": fact.grounds, **ended})
    yield _pool(here, fact.pool_id, {}, forfeited=fact.forfeited_minor)


def _activated(here: Here, fact: PoolActivated) -> Iterable[Change]:
    counts: Row = {"shares": fact.shares, "excluded": fact.excluded, "mbps": fact.mbps}
    costs: Row = {"amount_minor": fact.amount_minor, "list_minor": fact.list_minor}
    days: Row = {"days_saved": fact.days_saved}
    yield _pool(here, fact.pool_id, {"state": "activated", **counts, **costs, **days})


POOLS_VIEW = View(
    name="pools",
    contexts=("market",),
    tables=(POOLS, POOL_SHARES),
    handlers={
        PoolOpened: _opened,
        ShareCommitted: _committed,
        PoolThresholdReached: _reached,
        PoolThresholdLost: _lost,
        ShareWithdrawn: _withdrawn,
        PoolClosed: _closed,
        PoolFailed: _failed,
        PoolApproved: _approved,
        CircuitOrdered: _ordered,
        ShareActivated: _share_activated,
        ShareExcluded: _excluded,
        PoolActivated: _activated,
    },
    # Whatever else happens in a market is shown by the other views.
    ignores=COMMON_IGNORED.union(fact for fact in MARKET_FACTS if fact not in POOL_FACTS),
)
