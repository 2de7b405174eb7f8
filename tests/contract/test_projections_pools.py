"""SC-08 in the tables: what each pool cost and saved, what became of every share, and where the money lies."""

from collections.abc import Sequence

import pytest

from exchange.kernel.bases import Fact
from exchange.kernel.position import BEGINNING
from exchange.market.pools.commands import ApprovePool
from exchange.store import VIEWS_READER, Store, save
from exchange.views import VIEWS, project_batch
from exchange.views.queries import run_query
from tests.unit.market.pool_stage import (
    APPROVED,
    CLOSES,
    INDIVIDUAL,
    OPENS,
    SHARES,
    a_line_market,
    a_pool,
    at,
    committed,
    leaves,
)
from tests.unit.market.stage import OPERATOR, Stage
from tests.unit.views.story import Journal, position_after


class WrittenStage(Stage):
    """A stage whose outcomes are written down as a journal."""

    def __init__(self) -> None:
        super().__init__(at=OPENS)
        self.written = Journal("market")

    def take(self, facts: Sequence[Fact]) -> None:
        super().take(facts)
        self.written.add(*facts)


def a_written_pool() -> tuple[WrittenStage, str, list[str]]:
    stage = WrittenStage()
    a_line_market(stage)
    pool_id = a_pool(stage)
    return stage, pool_id, committed(stage, pool_id)


def shown(store: Store, stage: WrittenStage) -> dict[str, object]:
    """The one pool's row, once all that happened is projected."""
    after = position_after(stage.written.outcomes)
    changes = project_batch(VIEWS, "market", 0, stage.written.outcomes)
    save(store, VIEWS_READER, "market.journal", 0, BEGINNING, after, changes)
    (pool,) = run_query(store, "pools").as_dicts()
    return pool


def approve(stage: WrittenStage, pool_id: str) -> None:
    at(stage, APPROVED)
    stage.ask(OPERATOR, ApprovePool(pool_id=pool_id))
    stage.settle()


def balances(store: Store, account: int) -> dict[str, int]:
    rows = run_query(store, "balances", {"account": account}).as_dicts()
    return {row["party"]: row["balance_minor"] for row in rows if row["balance_minor"]}


def test_a_pool_shows_what_it_saved_beside_the_claim(store: Store) -> None:
    stage, pool_id, shares = a_written_pool()
    approve(stage, pool_id)
    wanted = {
        "pool_id": pool_id,
        "state": "activated",
        "shares": 4,
        "total_mbps": 850,
        "mbps": 850,
        "list_price": 100_000,
        "price": 20_000,
        "saving_bp": 8_000,
        "claimed_saving_bp": 8_000,
        "amount_minor": 17_000_000,
        "list_minor": 85_000_000,
        "saved_minor": 68_000_000,
        "forfeited_minor": 0,
        "days_saved": 30,
        "approval_due_at": APPROVED,
        "individual_due_at": INDIVIDUAL,
    }
    pool = shown(store, stage)
    assert {name: pool[name] for name in wanted} == wanted
    rows = run_query(store, "pool_shares", {"pool": pool_id}).as_dicts()
    assert [row["share_id"] for row in rows] == shares
    assert {row["state"] for row in rows} == {"activated"}
    assert [row["deposit_minor"] + row["rest_minor"] for row in rows] == [20_000 * mbps for _, mbps in SHARES]
    trades = {row["trade_id"]: row["amount_minor"] for row in run_query(store, "trades").as_dicts()}
    assert {row["trade_id"]: row["amount_minor"] for row in rows} == trades
    assert sum(balances(store, 2100).values()) == 17_000_000
    assert balances(store, 2110) == balances(store, 2020) == {}


def test_a_late_leaver_s_deposit_is_the_exchange_s(store: Store) -> None:
    stage, pool_id, shares = a_written_pool()
    leaves(stage, pool_id, "PR-CN-03", shares[2])
    approve(stage, pool_id)
    pool = shown(store, stage)
    assert (pool["price"], pool["saving_bp"], pool["forfeited_minor"]) == (52_000, 4_800, 2_000_000)
    assert (pool["amount_minor"], pool["saved_minor"], pool["shares"]) == (33_800_000, 31_200_000, 3)
    assert balances(store, 4030) == {"operator": 2_000_000}
    (left,) = run_query(store, "pool_shares", {"participant": "PR-CN-03"}).as_dicts()
    assert (left["state"], left["grounds"], left["forfeited_minor"]) == ("withdrawn", "late", 2_000_000)


def test_a_failed_pool_saved_nothing_and_holds_nothing(store: Store) -> None:
    stage, pool_id, shares = a_written_pool()
    for place in (0, 1, 2):
        leaves(stage, pool_id, SHARES[place][0], shares[place])
    at(stage, CLOSES)
    pool = shown(store, stage)
    assert (pool["state"], pool["grounds"], pool["saving_bp"]) == ("failed", "threshold", None)
    assert (pool["saved_minor"], pool["days_saved"], pool["forfeited_minor"]) == (0, None, 6_500_000)
    rows = run_query(store, "pool_shares").as_dicts()
    assert [row["state"] for row in rows] == ["withdrawn", "withdrawn", "withdrawn", "returned"]
    assert rows[3]["returned_minor"] == 2_000_000
    assert balances(store, 2110) == {}


@pytest.mark.parametrize(
    ("moment", "state", "saving_bp"), [(OPENS, "open", 8_000), (CLOSES, "closed", 8_000)]
)
def test_before_its_end_a_pool_shows_how_far_it_has_come(
    store: Store, moment: int, state: str, saving_bp: int
) -> None:
    stage, _, _ = a_written_pool()
    at(stage, moment)
    pool = shown(store, stage)
    assert (pool["state"], pool["total_mbps"], pool["price"]) == (state, 850, 20_000)
    assert pool["saving_bp"] == saving_bp
    (purse,) = run_query(store, "purses", {"participant": "PR-CN-01"}).as_dicts()
    assert (purse["cash_minor"], purse["deposits_minor"]) == (97_000_000, 3_000_000)
