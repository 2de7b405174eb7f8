"""From the close to the last share: approval, refusal, nobody's word in time, and who is left out."""

from typing import Any

import pytest

from exchange.kernel.errors import InvariantBroken
from exchange.kernel.time import DAY
from exchange.market.commands import AcceptDelivery, RecordStanding, SetInstrumentState
from exchange.market.facts import TradeMatched
from exchange.market.pools.commands import ApprovePool, RefusePool, Tier
from exchange.market.pools.facts import (
    PoolActivated,
    PoolFailed,
    ShareActivated,
    ShareExcluded,
    ShareWithdrawn,
)
from exchange.market.pools.pricing import allotted, deposit_minor, price_at, saving_bp
from exchange.market.pools.state import Share
from tests.unit.market.pool_stage import (
    APPROVED,
    BEGINS,
    BODY,
    CLOSES,
    FUNDS,
    LINE,
    SHARES,
    a_line_market,
    a_pool,
    at,
    committed,
    leaves,
    live,
)
from tests.unit.market.stage import OPERATOR, Stage, names, pack, refusal, terms, unpack


def a_closed_pool(*shares: tuple[str, int], stage: Stage | None = None, **changed: Any) -> tuple[Stage, str]:
    stage = stage or a_line_market()
    pool_id = a_pool(stage, **changed)
    committed(stage, pool_id, *shares)
    assert names(at(stage, CLOSES)) == ["PoolClosed"]
    return stage, pool_id


def approved(stage: Stage, pool_id: str, actor: str = OPERATOR) -> list[Any]:
    return [*stage.ask(actor, ApprovePool(pool_id=pool_id)), *stage.settle()]


# Who decides, and when.


@pytest.mark.parametrize("actor", [OPERATOR, BODY])
def test_an_operator_or_the_management_body_approves(actor: str) -> None:
    stage, pool_id = a_closed_pool()
    assert isinstance(approved(stage, pool_id, actor)[-1], PoolActivated)


@pytest.mark.parametrize(
    ("actor", "reason"),
    [(LINE, "ROLE_MISSING"), ("PR-CN-01", "ROLE_MISSING"), ("XX-1", "PARTICIPANT_UNKNOWN")],
)
def test_nobody_else_approves_or_refuses(actor: str, reason: str) -> None:
    stage, pool_id = a_closed_pool()
    for command in (ApprovePool(pool_id=pool_id), RefusePool(pool_id=pool_id, grounds="")):
        assert refusal(stage.ask(actor, command)).reason == reason


def test_a_suspended_operator_says_nothing() -> None:
    stage, pool_id = a_closed_pool()
    stage.told(RecordStanding(participant_id=OPERATOR, active=False))
    assert refusal(stage.ask(OPERATOR, ApprovePool(pool_id=pool_id))).reason == "PARTICIPANT_SUSPENDED"


def test_an_open_pool_is_not_approved() -> None:
    stage = a_line_market()
    pool_id = a_pool(stage)
    no = refusal(stage.ask(OPERATOR, ApprovePool(pool_id=pool_id)))
    assert (no.reason, no.detail) == (
        "POOL_STATE",
        "it closes at 2026-10-16T00:00:00Z, and is approved after that",
    )


def test_what_is_approved_is_not_decided_again() -> None:
    stage, pool_id = a_closed_pool()
    stage.ask(OPERATOR, ApprovePool(pool_id=pool_id))
    for command in (ApprovePool(pool_id=pool_id), RefusePool(pool_id=pool_id, grounds="")):
        assert refusal(stage.ask_without_deadlines(OPERATOR, command)).reason == "POOL_STATE"


def test_an_unknown_pool_is_neither_approved_nor_refused() -> None:
    stage = a_line_market()
    for command in (ApprovePool(pool_id="PL-9"), RefusePool(pool_id="PL-9", grounds="")):
        assert refusal(stage.ask(OPERATOR, command)).reason == "POOL_UNKNOWN"


def test_a_refused_pool_gives_everything_back_and_says_why() -> None:
    stage, pool_id = a_closed_pool()
    (failed,) = stage.ask(BODY, RefusePool(pool_id=pool_id, grounds="The link is full."))
    assert isinstance(failed, PoolFailed)
    assert (failed.grounds, failed.detail, failed.total_mbps) == ("refused", "The link is full.", 850)
    assert [stage.purse(who).cash for who, _ in SHARES] == [FUNDS] * 4


def test_an_open_pool_may_be_refused_too() -> None:
    stage = a_line_market()
    pool_id = a_pool(stage)
    committed(stage, pool_id)
    assert names(stage.ask(OPERATOR, RefusePool(pool_id=pool_id, grounds=""))) == ["PoolFailed"]
    assert stage.purse("PR-CN-01").cash == FUNDS


def test_days_saved_are_counted_from_the_approval_itself() -> None:
    for moment, days in ((CLOSES, 75), (CLOSES + DAY + 1, 73), (APPROVED, 30), (BEGINS - 1, 29)):
        stage, pool_id = a_closed_pool()
        stage.at = moment
        assert approved(stage, pool_id)[-1].days_saved == days


def test_without_approval_before_the_month_everything_goes_back() -> None:
    stage, pool_id = a_closed_pool()
    assert at(stage, BEGINS - 1) == []
    (failed,) = at(stage, BEGINS)
    assert (failed.grounds, len(failed.returned)) == ("overdue", 4)
    assert "due at 2026-11-30T00:00:00Z" in failed.detail
    assert [stage.purse(who).cash for who, _ in SHARES] == [FUNDS] * 4
    assert refusal(stage.ask(OPERATOR, ApprovePool(pool_id=pool_id))).reason == "POOL_STATE"


def test_a_silence_over_close_and_month_ends_the_pool_all_the_same() -> None:
    stage = a_line_market()
    pool_id = a_pool(stage)
    committed(stage, pool_id)
    assert names(at(stage, BEGINS + DAY)) == ["PoolClosed", "PoolFailed"]
    assert stage.market.pools.ended == {pool_id: "failed"}


def test_a_pool_of_an_instrument_that_was_closed_fails() -> None:
    stage = a_line_market()
    committed(stage, a_pool(stage))
    stage.told(SetInstrumentState(instrument_id="LK-SG", state="closed"))
    (failed,) = at(stage, CLOSES)
    assert failed.grounds == "instrument_closed"


def test_a_halted_instrument_or_a_suspended_seller_is_not_approved() -> None:
    stage, pool_id = a_closed_pool()
    halts = SetInstrumentState(instrument_id="LK-SG", state="halted")
    for said, reason in (
        (RecordStanding(participant_id=LINE, active=False), "PARTICIPANT_SUSPENDED"),
        (halts, "INSTRUMENT_NOT_OPEN"),
    ):
        stage.told(said)
        assert refusal(stage.ask(OPERATOR, ApprovePool(pool_id=pool_id))).reason == reason


def test_the_circuit_can_be_accepted_and_the_line_operator_is_owed() -> None:
    stage, pool_id = a_closed_pool()
    trade = next(fact for fact in approved(stage, pool_id) if isinstance(fact, TradeMatched))
    stage.ask(trade.buyer_id, AcceptDelivery(trade_id=trade.trade_id))
    assert stage.purse(LINE).payable == 6_000_000 - 150_000


# Who is left out.


def test_who_cannot_pay_the_rest_forfeits_its_deposit_and_changes_nothing_for_the_others() -> None:
    stage = a_line_market(funds=0)
    for who, mbps in SHARES:
        stage.deposited(who, 20_000 * mbps - (1 if who == "PR-CN-02" else 0))
    stage, pool_id = a_closed_pool(stage=stage)
    facts = approved(stage, pool_id)
    (excluded,) = [fact for fact in facts if isinstance(fact, ShareExcluded)]
    assert (excluded.participant_id, excluded.grounds, excluded.mbps) == ("PR-CN-02", "unpaid", 150)
    assert (excluded.returned_minor, excluded.forfeited_minor) == (0, 1_500_000)
    done = facts[-1]
    assert (done.shares, done.excluded, done.mbps, done.saving_bp) == (3, 1, 700, 8_000)
    assert (done.amount_minor, done.list_minor) == (14_000_000, 70_000_000)
    assert stage.market.tills["CNY"].penalties == 1_500_000
    assert stage.purse("PR-CN-02").cash == 1_499_999
    assert stage.market.holds == {}


def test_what_one_share_pays_is_gone_for_the_next_of_the_same_participant() -> None:
    stage = a_line_market(funds=0)
    stage.deposited("PR-CN-01", 8_000_000 + 2_000_000)
    stage, pool_id = a_closed_pool(("PR-CN-01", 200), ("PR-CN-01", 200), ("PR-CN-01", 400), stage=stage)
    kinds = [type(fact).__name__ for fact in approved(stage, pool_id) if hasattr(fact, "share_id")]
    assert kinds == ["ShareActivated", "ShareExcluded", "ShareExcluded"]


def test_who_is_suspended_by_then_gets_its_deposit_back_instead() -> None:
    stage, pool_id = a_closed_pool()
    stage.told(RecordStanding(participant_id="PR-CN-03", active=False))
    (excluded,) = [fact for fact in approved(stage, pool_id) if isinstance(fact, ShareExcluded)]
    assert (excluded.participant_id, excluded.grounds) == ("PR-CN-03", "suspended")
    assert (excluded.returned_minor, excluded.forfeited_minor) == (2_000_000, 0)
    assert stage.purse("PR-CN-03").cash == FUNDS


# Supply less than demand.


def test_a_supply_that_is_too_small_is_divided_by_largest_remainder() -> None:
    stage, pool_id = a_closed_pool(supply_mbps=801)
    facts = approved(stage, pool_id)
    # 801 of 850: 282.7, 141.35, 188.47, 188.47; the two Mbps left go to .7 and, of two alike, to the earlier .47.
    assert [each.mbps for each in facts[0].allotments] == [283, 141, 189, 188]
    assert facts[1].mbps == 801
    assert facts[-1].amount_minor == 801 * 20_000
    assert (facts[-1].saving_bp, facts[-1].list_minor) == (8_000, 801 * 100_000)
    paid = [fact for fact in facts if isinstance(fact, ShareActivated)]
    assert (paid[0].deposit_minor, paid[0].rest_minor) == (3_000_000, 283 * 20_000 - 3_000_000)


def test_what_a_deposit_is_more_than_the_price_goes_back() -> None:
    stage, pool_id = a_closed_pool(("PR-CN-01", 400), ("PR-CN-02", 400), supply_mbps=400, deposit_pct=50)
    facts = approved(stage, pool_id)
    trades = [fact for fact in facts if isinstance(fact, TradeMatched)]
    assert [(fact.amount_minor, fact.released_minor) for fact in trades] == [(4_000_000, 16_000_000)] * 2
    assert [fact.rest_minor for fact in facts if isinstance(fact, ShareActivated)] == [0, 0]
    assert stage.purse("PR-CN-01").cash == FUNDS - 4_000_000
    assert stage.market.holds == {}


def test_a_share_that_gets_nothing_gets_its_deposit_back() -> None:
    shares = (("PR-CN-01", 399), ("PR-CN-02", 399), ("PR-CN-03", 1))
    stage, pool_id = a_closed_pool(*shares, supply_mbps=400)
    facts = approved(stage, pool_id)
    assert facts[0].allotments[2].mbps == 0
    (excluded,) = [fact for fact in facts if isinstance(fact, ShareExcluded)]
    assert (excluded.participant_id, excluded.grounds) == ("PR-CN-03", "not_allotted")
    assert stage.purse("PR-CN-03").cash == FUNDS
    assert facts[-1].mbps == 400


def test_who_leaves_before_the_approval_leaves_its_supply_to_the_others() -> None:
    stage, pool_id = a_closed_pool(supply_mbps=650)
    share = live(stage, pool_id).in_order()[2]
    leaves(stage, pool_id, share.participant_id, share.share_id)
    assert [each.mbps for each in approved(stage, pool_id)[0].allotments] == [300, 150, 200]


def test_the_order_of_commitments_outlives_a_snapshot() -> None:
    stage = a_line_market()
    pool_id = a_pool(stage, supply_mbps=400)
    stage.offset = 95
    for _ in range(12):  # SH-0.99.0 sorts behind SH-0.100.0.
        committed(stage, pool_id, ("PR-CN-01", 50))
    stage.market = unpack(pack(stage.market))
    at(stage, CLOSES)
    facts = approved(stage, pool_id)
    offsets = [int(each.share_id.split(".")[1]) for each in facts[0].allotments]
    assert offsets == sorted(offsets)
    # 33.3 each: the four Mbps left go to the first four.
    assert [each.mbps for each in facts[0].allotments] == [34] * 4 + [33] * 8


# Arithmetic.


def shares(*mbps: int) -> list[Share]:
    return [Share(f"SH-{number}", "A", each, 0, number) for number, each in enumerate(mbps)]


@pytest.mark.parametrize(
    ("mbps", "supply", "wanted"),
    [
        ((300, 150), 450, [300, 150]),
        ((300, 150), 10_000, [300, 150]),
        ((1, 1, 1), 2, [1, 1, 0]),
        ((1, 2), 2, [1, 1]),
        ((10, 10, 1), 10, [5, 5, 0]),
        ((3, 3, 3), 1, [1, 0, 0]),
        ((), 5, []),
    ],
)
def test_supply_is_divided_to_whole_mbps(mbps: tuple[int, ...], supply: int, wanted: list[int]) -> None:
    assert allotted(shares(*mbps), supply) == wanted


def test_the_price_is_that_of_the_tier_reached() -> None:
    tiers = (Tier(from_mbps=400, price=52), Tier(from_mbps=800, price=20))
    assert [price_at(tiers, 100, total) for total in (0, 399, 400, 799, 800, 10**6)] == [
        100, 100, 52, 52, 20, 20,
    ]  # fmt: skip


def test_a_saving_is_never_said_to_be_more_than_it_is() -> None:
    assert [saving_bp(price, 300) for price in (300, 299, 100, 1)] == [0, 33, 6_666, 9_966]


def test_deposits_of_currencies_without_decimals_are_whole() -> None:
    yen = terms(currency="JPY", tick_micros=1_000_000)
    assert deposit_minor(yen, 15, 10, 1) == 2
    assert deposit_minor(yen, 15, 10, 10) == 15


def test_a_deposit_that_ends_with_another_amount_is_a_bug() -> None:
    stage = a_line_market()
    pool_id = a_pool(stage)
    (share,) = committed(stage, pool_id, ("PR-CN-01", 1))
    wrong = ShareWithdrawn(
        share_id=share,
        pool_id=pool_id,
        participant_id="PR-CN-01",
        mbps=1,
        late=False,
        currency="CNY",
        returned_minor=9_999,
        forfeited_minor=0,
        total_mbps=0,
        price=100_000,
    )
    with pytest.raises(InvariantBroken, match="10000 were held, 9999 go by"):
        stage.decider.evolve(stage.market, wrong, stage.at)
