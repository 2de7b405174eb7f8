"""What belongs to an entitlement whose ground was revoked, and how its delivery goes on or ends."""

from typing import Any

import pytest

from exchange.delivery.commands import LapseEntitlement, ResumeEntitlement, SuspendEntitlement
from exchange.delivery.facts import (
    AcceptanceProposed,
    EntitlementLapsed,
    EntitlementResumed,
    EntitlementSuspended,
    PublicationCompleted,
    RangeReceived,
    RangeUnconfirmed,
    ReadingSetAside,
    RejectionProposed,
    UsageMetered,
)
from exchange.delivery.state import Delivery
from exchange.kernel.bases import CommandMeta, Fact
from exchange.kernel.partition import Asked
from exchange.kernel.protocol import Tick
from exchange.kernel.time import DAY, HOUR
from tests.support.stage import START, Stage, refusal, sound
from tests.unit.delivery.stage import (
    BUYER,
    E1,
    EXCHANGE,
    SELLER,
    TERM,
    a_close,
    a_completion,
    a_delivery,
    a_gap,
    a_range,
    a_receipt,
    a_record,
    an_opening,
)
from tests.unit.delivery.test_delivery_metering import metered
from tests.unit.delivery.test_delivery_readings import a_reading

CODES = ("SG_S26",)


def a_suspension(since: int = 10**17) -> SuspendEntitlement:
    return SuspendEntitlement(entitlement_id=E1, product_id="P-07", since=since, codes=CODES)


def a_resumption() -> ResumeEntitlement:
    return ResumeEntitlement(entitlement_id=E1, product_id="P-07")


def a_lapse(ended_at: int) -> LapseEntitlement:
    return LapseEntitlement(entitlement_id=E1, product_id="P-07", ended_at=ended_at)


def ticked(stage: Stage[Delivery], at: int) -> list[Fact]:
    """What happens by itself until then."""
    stage.at, stage.offset = max(stage.at, at), stage.offset + 1
    meta = CommandMeta(id=f"tick-{stage.offset}", actor=EXCHANGE, valid_until=stage.at + HOUR)
    outcomes = stage.partition.answer(stage.offset, stage.at, Asked(meta, Tick()), claim=0)
    stage.journal.extend(recorded for outcome in outcomes for recorded in outcome)
    return [recorded.fact for outcome in outcomes for recorded in outcome if recorded.meta.index >= 0]


def suspended(*ranges: tuple[int, int]) -> Stage[Delivery]:
    """What was published before belongs to E1, what is published from now on does not."""
    stage = a_delivery(*ranges)
    stage.given(EXCHANGE, a_suspension())
    return stage


def of(facts: Any, kind: type[Fact]) -> list[Any]:
    return [fact for fact in facts if isinstance(fact, kind)]


def test_what_is_published_during_a_suspension_is_nobodys() -> None:
    stage = a_delivery((0, 9))
    (fact,) = stage.ask(EXCHANGE, a_suspension())
    assert isinstance(fact, EntitlementSuspended)
    assert sound(fact)
    assert (fact.from_seq, fact.codes) == (10, CODES)
    stage.given(SELLER, a_range(10, 19))
    assert of(stage.ask(BUYER, a_receipt(0, 9)), RangeReceived), "what was published before stays owed"
    assert refusal(stage.ask(BUYER, a_receipt(10, 19))) == ("RANGE_SUSPENDED", E1)
    assert refusal(stage.ask(BUYER, a_gap(10, 19))) == ("RANGE_SUSPENDED", E1)
    (resumed,) = stage.ask(EXCHANGE, a_resumption())
    assert resumed == EntitlementResumed(entitlement_id=E1, product_id="P-07", first=10, last=19)
    stage.given(SELLER, a_range(20, 29))
    assert refusal(stage.ask(BUYER, a_receipt(10, 19))) == ("RANGE_SUSPENDED", E1)
    assert of(stage.ask(BUYER, a_receipt(20, 29)), RangeReceived)
    (completed, accepted) = stage.ask(SELLER, a_completion(29))
    assert isinstance(completed, PublicationCompleted)
    assert isinstance(accepted, AcceptanceProposed), "what was not owed is not waited for"
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()


def test_what_came_between_the_ground_and_the_word_of_it_is_not_owed_unless_received() -> None:
    stage = a_delivery((0, 9))
    since = stage.at + 1
    stage.given(SELLER, a_range(10, 19), a_range(20, 29))
    stage.given(BUYER, a_receipt(10, 19))
    (fact,) = stage.ask(EXCHANGE, a_suspension(since))
    assert isinstance(fact, EntitlementSuspended)
    assert (fact.from_seq, fact.since) == (20, since)


def test_the_evidence_speaks_once_it_has_resumed() -> None:
    stage = suspended((0, 9))
    assert not of(stage.ask(SELLER, a_completion(9)), AcceptanceProposed)
    assert not of(stage.ask(BUYER, a_receipt(0, 9)), AcceptanceProposed)
    resumed, accepted = stage.ask(EXCHANGE, a_resumption())
    assert isinstance(resumed, EntitlementResumed)
    assert isinstance(accepted, AcceptanceProposed)
    assert accepted.basis == "evidence"


def test_an_acceptance_window_stands_still_meanwhile() -> None:
    stage = a_delivery((0, 9))
    stage.given(SELLER, a_completion(9))
    stage.later(5 * DAY)
    stage.given(EXCHANGE, a_suspension())
    assert stage.partition.next_deadline() is None
    stage.later(10 * DAY)
    stage.given(EXCHANGE, a_resumption())
    due = stage.partition.next_deadline()
    assert due is not None
    assert 2 * DAY - HOUR < due - stage.at <= 2 * DAY
    assert of(ticked(stage, due), RangeUnconfirmed)


def test_a_term_that_ends_while_suspended_owes_what_came_before() -> None:
    stage = suspended((0, 9))
    stage.given(SELLER, a_range(10, 19))
    facts = ticked(stage, START + TERM)
    assert [fact.through for fact in of(facts, PublicationCompleted)] == [19]
    assert not of(stage.ask(BUYER, a_receipt(0, 9)), AcceptanceProposed)
    lapsed, accepted = stage.ask(EXCHANGE, a_lapse(START + TERM))
    assert lapsed == EntitlementLapsed(
        entitlement_id=E1, product_id="P-07", ended_at=START + TERM, first=10, last=19
    )
    assert isinstance(accepted, AcceptanceProposed)
    assert refusal(stage.ask(EXCHANGE, a_resumption())) == ("ENTITLEMENT_CLOSED", E1)
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()


def test_where_all_of_it_was_published_during_a_suspension_nothing_was_delivered() -> None:
    stage = suspended()
    stage.given(SELLER, a_range(0, 9))
    (rejected,) = of(ticked(stage, START + TERM), RejectionProposed)
    assert (rejected.basis, rejected.first, rejected.last) == ("time", 0, -1)


def test_a_seller_that_completes_what_was_published_during_a_suspension_has_delivered_nothing() -> None:
    stage = suspended()
    stage.given(SELLER, a_range(0, 9), a_completion(9))
    resumed, rejected = stage.ask(EXCHANGE, a_resumption())
    assert isinstance(resumed, EntitlementResumed)
    assert isinstance(rejected, RejectionProposed)


def test_an_end_before_the_term_owes_what_was_published_until_then() -> None:
    stage = a_delivery((0, 9))
    stage.given(BUYER, a_receipt(0, 9))
    stage.later(DAY)
    stage.given(EXCHANGE, a_lapse(stage.at))
    facts = ticked(stage, stage.at)
    assert [fact.through for fact in of(facts, PublicationCompleted)] == [9]
    assert of(facts, AcceptanceProposed)
    stage.given(SELLER, a_range(10, 19))
    assert refusal(stage.ask(BUYER, a_receipt(10, 19))) == ("RANGE_UNKNOWN", E1)


def test_a_file_is_received_whole_once_it_has_resumed() -> None:
    stage = Stage(a_delivery().decider)
    stage.given(EXCHANGE, a_record(product_type="dataset"), an_opening(), a_suspension())
    stage.given(SELLER, a_range(0, 9))
    assert refusal(stage.ask(BUYER, a_receipt(0, 9))) == ("RANGE_SUSPENDED", E1)
    (resumed,) = stage.ask(EXCHANGE, a_resumption())
    assert resumed == EntitlementResumed(entitlement_id=E1, product_id="P-07", first=0, last=-1)
    assert of(stage.ask(BUYER, a_receipt(0, 9)), RangeReceived)


def test_a_reading_of_a_suspended_right_is_credited_to_nobody() -> None:
    stage = metered(counts="calls")
    stage.given(SELLER, a_reading(120))
    stage.given(EXCHANGE, a_suspension())
    (aside,) = stage.ask(SELLER, a_reading(500))
    assert isinstance(aside, ReadingSetAside)
    assert sound(aside)
    assert (aside.before, aside.total) == (120, 500)
    stage.given(EXCHANGE, a_resumption())
    (taken,) = stage.ask(SELLER, a_reading(510))
    assert (taken.before, taken.total) == (500, 510)  # type: ignore[attr-defined]
    assert not of(stage.ask(SELLER, a_reading(511)), UsageMetered)


@pytest.mark.parametrize(
    ("before", "command", "reason"),
    [
        ((), a_resumption(), "ENTITLEMENT_NOT_SUSPENDED"),
        ((a_suspension(),), a_suspension(), "ENTITLEMENT_SUSPENDED"),
        ((a_close("refunded"),), a_suspension(), "ENTITLEMENT_CLOSED"),
        ((a_lapse(START),), a_lapse(START), "ENTITLEMENT_CLOSED"),
        (
            (),
            SuspendEntitlement(entitlement_id="E-9.9.9", product_id="P-07", since=0, codes=()),
            "ENTITLEMENT_UNKNOWN",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(before: Any, command: Any, reason: str) -> None:
    stage = a_delivery()
    stage.given(EXCHANGE, *before)
    assert refusal(stage.ask(EXCHANGE, command)[-1:])[0] == reason


@pytest.mark.parametrize("command", [a_suspension(), a_resumption(), a_lapse(START)])
def test_only_the_exchange_itself_says_so(command: Any) -> None:
    assert refusal(a_delivery().ask(SELLER, command)) == ("NOT_PERMITTED", SELLER)
