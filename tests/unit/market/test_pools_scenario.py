"""SC-08, pool PL-01: its three variants, to the cent."""

from dataclasses import dataclass, field

from exchange.kernel.bases import Fact
from exchange.market.facts import EntitlementGranted, TradeMatched
from exchange.market.pools.commands import ApprovePool
from exchange.market.pools.facts import (
    CircuitOrdered,
    DepositReturned,
    PoolActivated,
    PoolApproved,
    PoolClosed,
    PoolFailed,
    PoolThresholdReached,
    ShareActivated,
    ShareWithdrawn,
)
from tests.unit.market.pool_stage import (
    APPROVED,
    BEGINS,
    CLOSES,
    ENDS,
    FUNDS,
    INDIVIDUAL,
    LINE,
    SHARES,
    a_line_market,
    a_pool,
    at,
    committed,
    leaves,
)
from tests.unit.market.stage import OPERATOR, Stage, names


@dataclass
class Played:
    """A pool from its opening to its approval: what its closing and its approval brought."""

    stage: Stage
    pool_id: str
    shares: list[str]
    closing: list[Fact] = field(default_factory=list)
    approval: list[Fact] = field(default_factory=list)

    def close(self) -> PoolClosed:
        self.closing = at(self.stage, CLOSES)
        (closed,) = self.closing
        assert isinstance(closed, PoolClosed)
        return closed

    def approve(self) -> PoolActivated:
        self.stage.at = APPROVED
        self.approval = self.stage.ask(OPERATOR, ApprovePool(pool_id=self.pool_id))
        self.approval += self.stage.settle()
        last = self.approval[-1]
        assert isinstance(last, PoolActivated)
        return last

    def money(self, who: str) -> tuple[int, int, int]:
        purse = self.stage.purse(who)
        return FUNDS - purse.cash, purse.deposits, purse.reserved


def a_played_pool() -> Played:
    stage = a_line_market()
    pool_id = a_pool(stage)
    return Played(stage, pool_id, committed(stage, pool_id))


def test_a_all_stay_and_pay_two_hundred() -> None:
    pool = a_played_pool()
    assert [pool.money(who)[:2] for who, _ in SHARES] == [
        (3_000_000, 3_000_000),
        (1_500_000, 1_500_000),
        (2_000_000, 2_000_000),
        (2_000_000, 2_000_000),
    ]
    assert pool.close() == PoolClosed(
        pool_id=pool.pool_id,
        shares=4,
        total_mbps=850,
        price=20_000,
        list_price=100_000,
        saving_bp=8_000,
        currency="CNY",
        amount_minor=17_000_000,
        list_minor=85_000_000,
        saved_minor=68_000_000,
        approval_due_at=APPROVED,
        individual_due_at=INDIVIDUAL,
        days_saved=30,
    )
    assert pool.approve() == PoolActivated(
        pool_id=pool.pool_id,
        shares=4,
        excluded=0,
        mbps=850,
        saving_bp=8_000,
        currency="CNY",
        amount_minor=17_000_000,
        list_minor=85_000_000,
        saved_minor=68_000_000,
        days_saved=30,
    )
    assert [pool.money(who) for who, _ in SHARES] == [
        (6_000_000, 0, 0),
        (3_000_000, 0, 0),
        (4_000_000, 0, 0),
        (4_000_000, 0, 0),
    ]
    activated = [fact for fact in pool.approval if isinstance(fact, ShareActivated)]
    assert sum(fact.deposit_minor for fact in activated) == 8_500_000
    assert sum(fact.rest_minor for fact in activated) == 8_500_000
    escrow = pool.stage.market.purchases.values()
    assert sum(purchase.escrow_minor for purchase in escrow) == 17_000_000
    assert pool.stage.market.tills["CNY"].penalties == 0
    assert pool.stage.market.holds == {}


def test_a_the_approval_orders_the_circuit_and_each_share_trades_at_the_pooled_price() -> None:
    pool = a_played_pool()
    pool.close()
    pool.approve()
    share = ["ShareActivated", "TradeMatched", "EntitlementGranted"]
    assert names(pool.approval) == ["PoolApproved", "CircuitOrdered", *share * 4, "PoolActivated"]
    approved, circuit = pool.approval[:2]
    assert isinstance(approved, PoolApproved)
    assert approved.days_saved == 30
    assert circuit == CircuitOrdered(
        pool_id=pool.pool_id, link_id="LK-SG", seller_id=LINE, mbps=850, starts_at=BEGINS, ends_at=ENDS
    )
    trades = [fact for fact in pool.approval if isinstance(fact, TradeMatched)]
    assert [(fact.buyer_id, fact.quantity) for fact in trades] == list(SHARES)
    assert [fact.bid_id for fact in trades] == pool.shares
    assert {(fact.price, fact.seller_id, fact.ask_id, fact.taker) for fact in trades} == {
        (20_000, LINE, "", None)
    }
    assert len({fact.trade_id for fact in trades}) == 4
    rights = [fact for fact in pool.approval if isinstance(fact, EntitlementGranted)]
    assert {(fact.starts_at, fact.ends_at, fact.unit) for fact in rights} == {(BEGINS, ENDS, "Mbps-month")}


def test_b_a_late_leaver_forfeits_and_the_others_pay_five_hundred_and_twenty() -> None:
    pool = a_played_pool()
    (left,) = leaves(pool.stage, pool.pool_id, "PR-CN-03", pool.shares[2])
    assert left == ShareWithdrawn(
        share_id=pool.shares[2],
        pool_id=pool.pool_id,
        participant_id="PR-CN-03",
        mbps=200,
        late=True,
        currency="CNY",
        returned_minor=0,
        forfeited_minor=2_000_000,
        total_mbps=650,
        price=52_000,
    )
    closed = pool.close()
    assert (closed.total_mbps, closed.price, closed.saving_bp) == (650, 52_000, 4_800)
    assert (closed.amount_minor, closed.list_minor) == (33_800_000, 65_000_000)
    activated = pool.approve()
    assert (activated.mbps, activated.amount_minor, activated.list_minor) == (650, 33_800_000, 65_000_000)
    paid = [fact for fact in pool.approval if isinstance(fact, ShareActivated)]
    assert sum(fact.deposit_minor for fact in paid) == 6_500_000
    assert sum(fact.rest_minor for fact in paid) == 27_300_000
    assert pool.stage.market.tills["CNY"].penalties == 2_000_000
    assert pool.money("PR-CN-03") == (2_000_000, 0, 0)


def test_c_below_the_threshold_all_deposits_return_in_one_outcome() -> None:
    stage = a_line_market()
    pool_id = a_pool(stage)
    shares = committed(stage, pool_id, *SHARES[2:][:1], *SHARES[1:2])
    assert sum(stage.purse(who).deposits for who, _ in SHARES) == 3_500_000
    (failed,) = at(stage, CLOSES)
    assert failed == PoolFailed(
        pool_id=pool_id,
        grounds="threshold",
        detail="",
        total_mbps=350,
        threshold_mbps=400,
        currency="CNY",
        returned=(
            DepositReturned(share_id=shares[0], participant_id="PR-CN-03", mbps=200, amount_minor=2_000_000),
            DepositReturned(share_id=shares[1], participant_id="PR-CN-02", mbps=150, amount_minor=1_500_000),
        ),
    )
    assert [stage.purse(who).cash for who, _ in SHARES] == [FUNDS] * 4
    assert stage.market.holds == {}
    assert stage.market.agenda.due == {}


def test_the_threshold_is_told_with_the_share_that_reaches_it() -> None:
    stage = a_line_market()
    pool_id = a_pool(stage)
    committed(stage, pool_id, ("PR-CN-01", 300))
    facts = [fact for fact, _ in stage.journal]
    committed(stage, pool_id, ("PR-CN-02", 150), ("PR-CN-03", 200))
    told = [fact for fact, _ in stage.journal][len(facts) :]
    assert names(told) == ["ShareCommitted", "PoolThresholdReached", "ShareCommitted"]
    assert told[1] == PoolThresholdReached(pool_id=pool_id, total_mbps=450, threshold_mbps=400)
