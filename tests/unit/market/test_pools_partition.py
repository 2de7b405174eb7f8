"""Pools in a partition as workers run it: a tick closes them, outcomes stay small, a reader comes to the same."""

from typing import Any

from exchange.kernel.bases import Command, Fact, Outcome
from exchange.kernel.partition import DEADLINE_BYTES_MAX
from exchange.kernel.protocol import POLICY_ACTOR, Tick
from exchange.market.commands import ConfirmDeposit, RecordParticipant
from exchange.market.decider import decider
from exchange.market.pools.commands import ApprovePool, Tier
from exchange.market.pools.facts import PoolActivated, PoolOpened, ShareActivated
from exchange.market.pools.state import SHARES_EACH_MAX, SHARES_MAX
from exchange.market.state import Market
from tests.support.stage import Stage, size_bytes
from tests.unit.market.pool_stage import (
    APPROVED,
    CLOSES,
    LINE,
    OPENS,
    a_commitment,
    a_line,
    an_opening,
)
from tests.unit.market.stage import BANK, OPERATOR, a_standing, names, shipped

OUTCOME_BYTES_MAX = 256 * 1024
BUYERS = [f"{number:080d}" for number in range(SHARES_MAX // SHARES_EACH_MAX)]


class PoolStage(Stage[Market]):
    """A market's partition on the day the pool opens."""

    def __init__(self) -> None:
        super().__init__(decider(shipped()))
        self.at = OPENS

    def policy(self, command: Command) -> None:
        self.given(POLICY_ACTOR, command)

    def outcomes(self) -> list[Outcome]:
        """The facts of the journal by the command that brought them."""
        found: dict[int, list[Any]] = {}
        for recorded in self.journal:
            found.setdefault(recorded.meta.cause, []).append(recorded)
        return [tuple(each) for each in found.values()]


def a_full_pool() -> tuple[PoolStage, str]:
    """As many shares as may be, of names as long as may be."""
    stage = PoolStage()
    people = [
        (OPERATOR, "operator"),
        (BANK, "custodian"),
        (LINE, "seller"),
        *((who, "buyer") for who in BUYERS),
    ]
    for who, role in people:
        standing = a_standing(who, "CN-LG", role, beneficial_owner=f"UBO-{role}")
        stage.policy(RecordParticipant(standing=standing))
    stage.policy(a_line())
    opening = an_opening(threshold_mbps=SHARES_MAX, tiers=(Tier(from_mbps=1, price=52_000),))
    (opened,) = stage.ask(LINE, opening)
    assert isinstance(opened, PoolOpened)
    for number, who in enumerate(BUYERS):
        deposit = ConfirmDeposit(
            participant_id=who, currency="CNY", amount_minor=100_000_000, reference=f"D-{number}"
        )
        stage.given(BANK, deposit)
        stage.given(who, *[a_commitment(opened.pool_id, 1)] * SHARES_EACH_MAX)
    return stage, opened.pool_id


def of_kind(facts: tuple[Fact, ...], kind: type[Fact]) -> int:
    return sum(isinstance(fact, kind) for fact in facts)


def test_a_tick_closes_a_pool_in_silence_and_further_ones_pay_its_shares_in_small_outcomes() -> None:
    stage, pool_id = a_full_pool()
    assert stage.partition.next_deadline() == CLOSES
    stage.at = CLOSES
    assert names(list(stage.ask("exchange", Tick()))) == ["PoolClosed"]
    stage.at = APPROVED
    stage.given(OPERATOR, ApprovePool(pool_id=pool_id))
    ticks = []
    while (due := stage.partition.next_deadline()) is not None and due <= stage.at + 1_000_000:
        ticks.append(stage.ask("exchange", Tick()))
    assert sum(of_kind(facts, ShareActivated) for facts in ticks) == SHARES_MAX
    assert isinstance(ticks[-1][-1], PoolActivated)
    assert 2 <= len(ticks) <= 10
    assert max(size_bytes(outcome) for outcome in stage.outcomes()) < OUTCOME_BYTES_MAX
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()


def test_a_full_pool_that_fails_does_so_in_one_fact_that_leaves_room_for_other_deadlines() -> None:
    stage, _ = a_full_pool()
    stage.at = APPROVED + 10**12  # The month has begun: it closes and fails at once.
    facts = stage.ask("exchange", Tick())
    assert names(list(facts)) == ["PoolClosed", "PoolFailed"]
    assert size_bytes(facts) < OUTCOME_BYTES_MAX - DEADLINE_BYTES_MAX
    assert stage.state.holds == {}
    assert stage.replayed() == stage.partition.written_down()
