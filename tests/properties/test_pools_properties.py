"""Whatever is asked of pools: money is conserved, each deposit ends once, the ledger agrees, replay equals life."""

from collections import Counter
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.kernel.bases import Fact
from exchange.kernel.time import DAY
from exchange.market.commands import RecordStanding
from exchange.market.credit.commands import SetCreditLimit
from exchange.market.facts import TradeMatched
from exchange.market.pools.commands import ApprovePool, RefusePool, Tier, WithdrawShare
from exchange.market.pools.facts import (
    PoolApproved,
    PoolClosed,
    PoolFailed,
    PoolOpened,
    ShareCommitted,
    ShareExcluded,
    ShareWithdrawn,
)
from exchange.views.accounts import CASH, CREDIT, DEPOSITS, ESCROW, PENALTIES, RESERVED
from exchange.views.postings import TEMPLATES, entry_of
from tests.properties.market_machine import ConservingStage
from tests.unit.market.pool_stage import (
    BEGINS,
    CLOSES,
    LINE,
    OPENS,
    SHARES,
    a_commitment,
    a_line_market,
    an_opening,
)
from tests.unit.market.stage import OPERATOR, Stage, pack, unpack

PEOPLE = [who for who, _ in SHARES]
Step = tuple[Any, ...]
people, numbers = st.sampled_from(PEOPLE), st.integers(0, 30)
COMMIT = st.tuples(st.just("commit"), people, st.integers(1, 12))
WITHDRAW = st.tuples(st.just("withdraw"), numbers)
SUSPEND = st.tuples(st.just("suspend"), people, st.booleans())
LATER = st.tuples(st.just("later"), st.sampled_from((1, 5)))
LIMIT = st.tuples(st.just("limit"), people, st.sampled_from((0, 5_000, 20_000)))
RESTART = st.tuples(st.just("restart"))
DECISION = st.tuples(st.sampled_from(("approve", "approve", "approve", "refuse", "overdue")))
STEPS: st.SearchStrategy[list[Step]] = st.tuples(
    st.lists(COMMIT, min_size=3, max_size=8),
    st.lists(st.one_of(COMMIT, COMMIT, WITHDRAW, LATER, SUSPEND, LIMIT, RESTART), max_size=25),
    st.just([("close",)]),
    st.lists(st.one_of(WITHDRAW, SUSPEND, LATER, LIMIT, RESTART, COMMIT), max_size=4),
    DECISION.map(lambda step: [step]),
    st.lists(st.one_of(WITHDRAW, COMMIT, DECISION, RESTART), max_size=4),
).map(lambda parts: [step for part in parts for step in part])
"""Commitments and what happens between them, the close, a word or none, and what comes too late."""
POOLS = st.builds(
    dict,
    threshold_mbps=st.integers(1, 12),
    supply_mbps=st.integers(12, 25),
    deposit_pct=st.sampled_from((1, 10, 33, 100)),
    list_price=st.sampled_from((1_000, 1_001, 2_999)),
)
TIERS = (Tier(from_mbps=1, price=997), Tier(from_mbps=20, price=311))


class Playing:
    """Pools at the mercy of random steps; those that name nothing do nothing."""

    def __init__(self, terms: dict[str, int]) -> None:
        self.stage: Stage = a_line_market(ConservingStage(at=OPENS), funds=4_000)
        for who in PEOPLE[:3]:
            self.say(who, 8_000)
        for month in ("2026-12", "2027-01"):
            self.stage.ask(LINE, an_opening(delivery_month=month, tiers=TIERS, **terms))

    def do(self, step: Step) -> None:
        stage, pools = self.stage, self.stage.market.pools
        live = sorted(pools.live)
        match step:
            case ("commit", who, mbps) if live:
                stage.ask(who, a_commitment(live[mbps % len(live)], mbps))
            case ("withdraw", number):
                if shares := [(pool, share) for pool in live for share in pools.live[pool].in_order()]:
                    pool_id, share = shares[number % len(shares)]
                    command = WithdrawShare(pool_id=pool_id, share_id=share.share_id)
                    stage.ask(share.participant_id, command)
            case ("approve",) if live:
                stage.ask(OPERATOR, ApprovePool(pool_id=live[0]))
            case ("refuse",) if live:
                stage.ask(OPERATOR, RefusePool(pool_id=live[-1], grounds="no"))
            case ("later", days):
                stage.at += days * DAY
                stage.settle()
            case ("close",):
                stage.at = max(stage.at, CLOSES)
                stage.settle()
            case ("limit" | "suspend", who, value):
                self.say(who, value)
            case ("restart",):
                stage.market = unpack(pack(stage.market))

    def say(self, who: str, value: bool | int) -> None:
        """Whether somebody may trade, or how much it may draw."""
        if isinstance(value, bool):
            self.stage.told(RecordStanding(participant_id=who, active=value))
        else:
            limit = SetCreditLimit(participant_id=who, currency="CNY", limit_minor=value)
            self.stage.ask(OPERATOR, limit)

    @property
    def facts(self) -> list[Fact]:
        return [fact for fact, _ in self.stage.journal]


@settings(max_examples=150, deadline=None)
@given(terms=POOLS, steps=STEPS)
def test_pools_keep_their_promises(terms: dict[str, int], steps: list[Step]) -> None:
    play = Playing(terms)
    for step in steps:
        play.do(step)
    replay_equals_life(play.stage)
    play.stage.at = BEGINS + 40 * DAY
    play.stage.settle()
    assert len(play.stage.market.pools.ended) == 2
    assert play.stage.market.holds == {}
    assert play.stage.market.agenda.due == {}
    assert play.stage.market.instruments["LK-SG"].holders[LINE].asked == 0
    every_deposit_ended_once(play.facts)
    the_ledger_agrees(play.stage, play.facts)
    prices_and_parts_are_those_of_the_plain_rule(play.facts)


def replay_equals_life(stage: Stage) -> None:
    again = Stage()
    for fact, at in stage.journal:
        again.decider.evolve(again.market, fact, at)
    assert pack(again.market) == pack(stage.market)


def every_deposit_ended_once(facts: list[Fact]) -> None:
    begun = [fact.share_id for fact in facts if isinstance(fact, ShareCommitted)]
    ended = Counter(fact.share_id for fact in facts if isinstance(fact, ShareWithdrawn | ShareExcluded))
    ended.update(fact.bid_id for fact in facts if isinstance(fact, TradeMatched))
    ended.update(each.share_id for fact in facts if isinstance(fact, PoolFailed) for each in fact.returned)
    assert ended == Counter(begun)
    assert all(count == 1 for count in ended.values())


def the_ledger_agrees(stage: Stage, facts: list[Fact]) -> None:
    """The postings of all facts come to the purses and the till, account by account."""
    credit: Counter[tuple[int, str]] = Counter()
    for fact in facts:
        if type(fact) in TEMPLATES:
            for posting in entry_of(fact).postings:
                credit[posting.credit] += posting.amount_minor
                credit[posting.debit] -= posting.amount_minor
    for who in PEOPLE:
        purse = stage.purse(who)
        assert (purse.cash, purse.reserved, purse.deposits, purse.owed) == (
            credit[CASH, who],
            credit[RESERVED, who],
            credit[DEPOSITS, who],
            -credit[CREDIT, who],
        )
    assert credit[PENALTIES, "operator"] == stage.market.tills["CNY"].penalties
    escrow = {key[1]: amount for key, amount in credit.items() if key[0] == ESCROW}
    assert escrow == {name: each.escrow_minor for name, each in stage.market.purchases.items()}


def prices_and_parts_are_those_of_the_plain_rule(facts: list[Fact]) -> None:
    opened: dict[str, PoolOpened] = {}
    shares: dict[str, dict[str, int]] = {}
    for fact in facts:
        match fact:
            case PoolOpened():
                opened[fact.pool_id], shares[fact.pool_id] = fact, {}
            case ShareCommitted():
                shares[fact.pool_id][fact.share_id] = fact.mbps
            case ShareWithdrawn():
                del shares[fact.pool_id][fact.share_id]
            case PoolClosed():
                total = sum(shares[fact.pool_id].values())
                assert total == fact.total_mbps >= opened[fact.pool_id].threshold_mbps
                assert fact.price == (311 if total >= 20 else 997)
            case PoolFailed(grounds="threshold" | "withdrawal"):
                assert sum(shares[fact.pool_id].values()) < opened[fact.pool_id].threshold_mbps
            case PoolApproved():
                parts = {each.share_id: each.mbps for each in fact.allotments}
                assert parts == plain_parts(shares[fact.pool_id], opened[fact.pool_id].supply_mbps)


def plain_parts(shares: dict[str, int], supply: int) -> dict[str, int]:
    """Pro rata by largest remainder: one Mbps at a time to whoever is owed most; the first to commit of those alike."""
    total = sum(shares.values())
    if total <= supply:
        return dict(shares)
    owed = {name: Fraction(mbps * supply, total) for name, mbps in shares.items()}
    parts = {name: int(each) for name, each in owed.items()}
    while sum(parts.values()) < supply:
        neediest = max(parts, key=lambda name: owed[name] - parts[name])
        parts[neediest] += 1
    return parts
