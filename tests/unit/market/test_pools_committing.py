"""Entering a pool and leaving it: deposits, the threshold, and every refusal."""

from typing import Any

import pytest

from exchange.kernel.bases import Command
from exchange.market.commands import RecordParticipant, RecordStanding, SetInstrumentState
from exchange.market.pools.commands import ApprovePool, RefusePool, Tier, WithdrawShare
from exchange.market.pools.facts import PoolThresholdLost, PoolThresholdReached, ShareCommitted
from exchange.market.pools.state import SHARES_EACH_MAX, SHARES_MAX
from tests.support.stage import size_bytes
from tests.unit.market.pool_stage import (
    APPROVED,
    CLOSES,
    FUNDS,
    LINE,
    OPENS,
    a_commitment,
    a_line,
    a_line_market,
    a_pool,
    at,
    committed,
    leaves,
    live,
)
from tests.unit.market.stage import OPERATOR, Stage, a_standing, names, refusal

LATEST = CLOSES - 1
OUTCOME_BYTES_MAX = 256 * 1024


def an_open_pool(**changed: Any) -> tuple[Stage, str]:
    stage = a_line_market()
    return stage, a_pool(stage, **changed)


def test_a_share_takes_its_deposit_from_the_purse() -> None:
    stage, pool_id = an_open_pool()
    facts = stage.ask("PR-CN-01", a_commitment(pool_id, 7, reference="ours"))
    assert facts == [
        ShareCommitted(
            share_id=f"SH-0.{stage.offset - 1}.0",
            pool_id=pool_id,
            participant_id="PR-CN-01",
            mbps=7,
            currency="CNY",
            deposit_minor=70_000,
            total_mbps=7,
            price=100_000,
            reference="ours",
        )
    ]
    purse = stage.purse("PR-CN-01")
    assert (purse.cash, purse.deposits, purse.reserved) == (FUNDS - 70_000, 70_000, 0)


def test_a_deposit_is_rounded_up_as_reserves_are() -> None:
    stage, pool_id = an_open_pool(list_price=100_001, deposit_pct=1)
    (share,) = committed(stage, pool_id, ("PR-CN-01", 1))
    assert live(stage, pool_id).shares[share].deposit_minor == 1_001


def test_one_may_have_several_shares() -> None:
    stage, pool_id = an_open_pool()
    assert len(set(committed(stage, pool_id, ("PR-CN-01", 1), ("PR-CN-01", 2)))) == 2
    assert stage.purse("PR-CN-01").deposits == 30_000


def test_shares_are_taken_from_the_opening_to_the_last_moment_before_the_close() -> None:
    stage, pool_id = an_open_pool(opens_at=OPENS + 10)
    assert refusal(stage.ask("PR-CN-01", a_commitment(pool_id))).reason == "POOL_NOT_OPEN"
    for moment in (OPENS + 10, LATEST):
        stage.at = moment
        committed(stage, pool_id, ("PR-CN-01", 200))
    stage.at = CLOSES
    no = refusal(stage.ask("PR-CN-01", a_commitment(pool_id)))
    assert no.reason == "POOL_NOT_OPEN"
    assert "from 2026-10-01T00:00:00.000010Z until 2026-10-16T00:00:00Z" in no.detail


def test_before_the_threshold_one_leaves_with_the_deposit() -> None:
    stage, pool_id = an_open_pool()
    first, _ = committed(stage, pool_id, ("PR-CN-01", 300), ("PR-CN-02", 99))
    (left,) = leaves(stage, pool_id, "PR-CN-01", first)
    assert (left.late, left.returned_minor, left.forfeited_minor) == (False, 3_000_000, 0)
    assert (left.total_mbps, left.price) == (99, 100_000)
    assert stage.purse("PR-CN-01").cash == FUNDS


def test_a_late_leaver_can_lose_the_threshold_and_whoever_follows_is_late_too() -> None:
    stage, pool_id = an_open_pool()
    first, second = committed(stage, pool_id, ("PR-CN-01", 300), ("PR-CN-02", 150))
    facts = leaves(stage, pool_id, "PR-CN-01", first)
    assert names(facts) == ["ShareWithdrawn", "PoolThresholdLost"]
    assert facts[1] == PoolThresholdLost(pool_id=pool_id, total_mbps=150, threshold_mbps=400)
    assert stage.market.tills["CNY"].penalties == 3_000_000
    (later,) = leaves(stage, pool_id, "PR-CN-02", second)
    assert (later.late, later.returned_minor, later.forfeited_minor) == (True, 0, 1_500_000)
    committed(stage, pool_id, ("PR-CN-03", 400))
    assert isinstance(stage.journal[-1][0], PoolThresholdReached)


def test_a_leaver_after_the_close_keeps_the_others_price() -> None:
    stage, pool_id = an_open_pool()
    shares = committed(stage, pool_id)
    at(stage, CLOSES)
    (left,) = leaves(stage, pool_id, "PR-CN-03", shares[2])
    assert (left.late, left.forfeited_minor, left.price) == (True, 2_000_000, 20_000)
    assert live(stage, pool_id).price == 20_000


def test_a_leaver_after_the_close_can_make_the_pool_fail_for_all_others_at_once() -> None:
    stage, pool_id = an_open_pool()
    first, _ = committed(stage, pool_id, ("PR-CN-01", 300), ("PR-CN-02", 150))
    at(stage, CLOSES)
    withdrawn, failed = leaves(stage, pool_id, "PR-CN-01", first)
    assert withdrawn.forfeited_minor == 3_000_000
    assert (failed.grounds, failed.total_mbps) == ("withdrawal", 150)
    assert [(each.participant_id, each.amount_minor) for each in failed.returned] == [("PR-CN-02", 1_500_000)]
    assert stage.purse("PR-CN-02").cash == FUNDS
    assert stage.market.holds == {}


def test_a_suspended_participant_may_still_leave() -> None:
    stage, pool_id = an_open_pool()
    (share,) = committed(stage, pool_id, ("PR-CN-01", 1))
    stage.told(RecordStanding(participant_id="PR-CN-01", active=False))
    assert leaves(stage, pool_id, "PR-CN-01", share)[0].returned_minor == 10_000


def test_a_share_is_withdrawn_by_its_owner_once() -> None:
    stage, pool_id = an_open_pool()
    (share,) = committed(stage, pool_id, ("PR-CN-01", 1))
    command = WithdrawShare(pool_id=pool_id, share_id=share)
    assert refusal(stage.ask("PR-CN-02", command)).reason == "SHARE_UNKNOWN"
    leaves(stage, pool_id, "PR-CN-01", share)
    assert refusal(stage.ask("PR-CN-01", command)).reason == "SHARE_UNKNOWN"


def test_nobody_leaves_what_is_approved() -> None:
    stage, pool_id = an_open_pool()
    (share, *_) = committed(stage, pool_id)
    at(stage, APPROVED)
    stage.ask(OPERATOR, ApprovePool(pool_id=pool_id))
    command = WithdrawShare(pool_id=pool_id, share_id=share)
    assert refusal(stage.ask_without_deadlines("PR-CN-01", command)).reason == "POOL_STATE"
    assert refusal(stage.ask("PR-CN-01", command)).reason == "POOL_STATE"


@pytest.mark.parametrize("ending", ["failed", "activated"])
def test_what_has_ended_takes_nothing_and_gives_nothing(ending: str) -> None:
    stage, pool_id = an_open_pool()
    (share, *_) = committed(stage, pool_id)
    if ending == "failed":
        stage.ask(OPERATOR, RefusePool(pool_id=pool_id, grounds="No."))
    else:
        at(stage, APPROVED)
        stage.ask(OPERATOR, ApprovePool(pool_id=pool_id))
        stage.settle()
    assert stage.market.pools.ended == {pool_id: ending}
    commands: tuple[Command, ...] = (
        a_commitment(pool_id),
        WithdrawShare(pool_id=pool_id, share_id=share),
        ApprovePool(pool_id=pool_id),
        RefusePool(pool_id=pool_id, grounds=""),
    )
    for command in commands:
        actor = OPERATOR if isinstance(command, ApprovePool | RefusePool) else "PR-CN-01"
        assert refusal(stage.ask(actor, command)).reason == "POOL_STATE"


def test_a_pool_nobody_opened_is_unknown() -> None:
    stage = a_line_market()
    for command in (a_commitment("PL-0.1.0"), WithdrawShare(pool_id="PL-0.1.0", share_id="SH-0.2.0")):
        assert refusal(stage.ask("PR-CN-01", command)).reason == "POOL_UNKNOWN"


@pytest.mark.parametrize(
    ("actor", "changed", "reason"),
    [
        ("XX-1", {}, "PARTICIPANT_UNKNOWN"),
        ("AS-CN-01", {}, "CONFLICT_OF_INTEREST"),
        (OPERATOR, {}, "ROLE_MISSING"),
        ("PR-CN-01", {"licence_digest": b""}, "LICENCE_NOT_ACCEPTED"),
        (LINE, {}, "BID_ON_OWN"),
        ("PR-CN-01", {"mbps": 10_001}, "SHARE_TOO_LARGE"),
        ("PR-CN-04", {}, "FUNDS_INSUFFICIENT"),
    ],
)
def test_who_may_not_commit_is_told_why(actor: str, changed: dict[str, Any], reason: str) -> None:
    stage = a_line_market().told(a_line(instrument_id="LK-2", assessor_ids=("AS-CN-01",)))
    stage.told(RecordParticipant(standing=a_standing("PR-CN-04", "CN-LG", "processor")))
    pool_id = a_pool(stage, instrument_id="LK-2")
    assert refusal(stage.ask(actor, a_commitment(pool_id, **changed))).reason == reason


def test_one_owner_with_the_assessor_or_the_seller_is_the_same() -> None:
    stage = a_line_market().told(a_line(instrument_id="LK-2", assessor_ids=("AS-CN-01",)))
    pool_id = a_pool(stage, instrument_id="LK-2")
    for owner, reason in ((f"UBO-{LINE}", "BID_ON_OWN"), ("UBO-AS-CN-01", "CONFLICT_OF_INTEREST")):
        twin = a_standing("PR-CN-05", "CN-LG", "buyer", beneficial_owner=owner)
        stage.told(RecordParticipant(standing=twin))
        assert refusal(stage.ask("PR-CN-05", a_commitment(pool_id))).reason == reason


@pytest.mark.parametrize("who", ["PR-CN-01", LINE])
def test_the_suspended_neither_commit_nor_sell(who: str) -> None:
    stage, pool_id = an_open_pool()
    stage.told(RecordStanding(participant_id=who, active=False))
    no = refusal(stage.ask("PR-CN-01", a_commitment(pool_id)))
    assert (no.reason, no.subject) == ("PARTICIPANT_SUSPENDED", who)


def test_a_halted_instrument_takes_no_shares() -> None:
    stage, pool_id = an_open_pool()
    stage.told(SetInstrumentState(instrument_id="LK-SG", state="halted"))
    assert refusal(stage.ask("PR-CN-01", a_commitment(pool_id))).reason == "INSTRUMENT_NOT_OPEN"


def test_a_deposit_needs_its_last_fen() -> None:
    stage, pool_id = an_open_pool()
    stage.told(RecordParticipant(standing=a_standing("PR-CN-04", "CN-LG", "processor")))
    stage.deposited("PR-CN-04", 999_999)
    no = refusal(stage.ask("PR-CN-04", a_commitment(pool_id)))
    assert no.reason == "FUNDS_INSUFFICIENT"
    assert "CNY 10,000.00, the purse has CNY 9,999.99 free" in no.detail
    stage.deposited("PR-CN-04", 1)
    committed(stage, pool_id, ("PR-CN-04", 100))


def test_one_participant_has_only_so_many_shares() -> None:
    stage, pool_id = an_open_pool()
    shares = committed(stage, pool_id, *[("PR-CN-01", 1)] * SHARES_EACH_MAX)
    assert refusal(stage.ask("PR-CN-01", a_commitment(pool_id, 1))).reason == "SHARES_TOO_MANY"
    leaves(stage, pool_id, "PR-CN-01", shares[0])
    committed(stage, pool_id, ("PR-CN-01", 1))


def a_full_pool() -> tuple[Stage, str]:
    """As many shares as there may be, of participants whose names are as long as names may be."""
    stage, pool_id = an_open_pool(threshold_mbps=SHARES_MAX, tiers=(Tier(from_mbps=1, price=52_000),))
    people = [f"{number:080d}" for number in range(SHARES_MAX // SHARES_EACH_MAX)]
    for who in people:
        stage.told(RecordParticipant(standing=a_standing(who, "CN-LG", "buyer", beneficial_owner="one")))
        stage.deposited(who, FUNDS)
        committed(stage, pool_id, *[(who, 1)] * SHARES_EACH_MAX)
    return stage, pool_id


def test_a_full_pool_takes_no_more_and_fails_in_one_outcome_of_bounded_size() -> None:
    stage, pool_id = a_full_pool()
    assert refusal(stage.ask("PR-CN-01", a_commitment(pool_id, 1))).reason == "POOL_FULL"
    (failed,) = stage.ask(OPERATOR, RefusePool(pool_id=pool_id, grounds="é" * 2_000))
    assert len(failed.returned) == SHARES_MAX  # type: ignore[attr-defined]
    assert size_bytes((failed,)) < OUTCOME_BYTES_MAX // 4
    assert stage.market.holds == {}
