"""What a buyer says of what arrived, and who is right about it."""

from typing import Any

import pytest

from exchange.delivery.facts import (
    AcceptanceProposed,
    DigestsDiffered,
    GapClosed,
    GapReported,
    RangeReceived,
    RangeRuled,
    RangeUnconfirmed,
    RejectionProposed,
)
from exchange.delivery.receipts import DISPUTES_MAX, GAPS_MAX
from exchange.kernel.protocol import Tick
from exchange.kernel.time import DAY
from tests.support.stage import refusal, size_bytes, sound
from tests.unit.delivery.stage import (
    BUYER,
    E1,
    EXCHANGE,
    OTHER,
    SELLER,
    a_close,
    a_completion,
    a_delivery,
    a_gap,
    a_range,
    a_receipt,
    a_ruling,
    an_opening,
    digest,
)


def ruled(right: Any, first: int, last: int, of: str = "topic", entitlement_id: str = E1) -> RangeRuled:
    return RangeRuled(
        entitlement_id=entitlement_id,
        product_id="P-07",
        first=first,
        last=last,
        count=last - first + 1,
        digest=digest(first, last, of),
        right=right,
    )


def rejection(first: int, last: int, entitlement_id: str = E1) -> RejectionProposed:
    return RejectionProposed(
        entitlement_id=entitlement_id,
        trade_id=entitlement_id.replace("E", "T", 1),
        market_id="M-DATA",
        product_id="P-07",
        basis="ruling",
        first=first,
        last=last,
    )


def test_an_equal_digest_is_a_range_received() -> None:
    stage = a_delivery((0, 9))
    (received,) = stage.ask(BUYER, a_receipt(0, 9))
    assert received == RangeReceived(
        entitlement_id=E1,
        product_id="P-07",
        buyer_id=BUYER,
        first=0,
        last=9,
        count=10,
        digest=digest(0, 9),
    )
    assert sound(received)


def test_each_range_is_received_once() -> None:
    stage = a_delivery((0, 9), (10, 19), (20, 29))
    stage.given(BUYER, a_receipt(20, 29), a_receipt(0, 9), a_receipt(10, 19))
    for first in (0, 10, 20):
        assert refusal(stage.ask(BUYER, a_receipt(first, first + 9))) == ("RANGE_RECEIVED", E1)
        wrong = a_receipt(first, first + 9, of="buyer")
        assert refusal(stage.ask(BUYER, wrong)) == ("RANGE_RECEIVED", E1)


@pytest.mark.parametrize(("first", "last"), [(0, 4), (0, 19), (5, 14), (20, 29), (9, 0)])
def test_only_whole_published_ranges_are_received(first: int, last: int) -> None:
    stage = a_delivery((0, 9), (10, 19))
    assert refusal(stage.ask(BUYER, a_receipt(first, last, count=10))) == ("RANGE_UNKNOWN", E1)


def test_what_was_published_before_the_entitlement_does_not_belong_to_it() -> None:
    stage = a_delivery((0, 9))
    stage.given(EXCHANGE, an_opening("E-0.2.0", OTHER))
    stage.given(SELLER, a_range(10, 19))
    early = a_receipt(0, 9, entitlement_id="E-0.2.0")
    assert refusal(stage.ask(OTHER, early)) == ("RANGE_UNKNOWN", "E-0.2.0")
    stage.given(OTHER, a_receipt(10, 19, entitlement_id="E-0.2.0"))


@pytest.mark.parametrize("command", [a_receipt(0, 9), a_gap(0, 4)], ids=["receipt", "gap"])
def test_only_the_buyer_of_an_open_entitlement_says_what_arrived(command: Any) -> None:
    stage = a_delivery((0, 9))
    assert refusal(stage.ask(OTHER, command)) == ("ENTITLEMENT_NOT_OWN", E1)
    stage.given(EXCHANGE, a_close())
    assert refusal(stage.ask(BUYER, command)) == ("ENTITLEMENT_CLOSED", E1)


def test_an_entitlement_is_one_to_the_product_named() -> None:
    stage = a_delivery((0, 9))
    for wrong in (a_receipt(0, 9, product_id="P-08"), a_receipt(0, 9, entitlement_id="E-0.9.0")):
        assert refusal(stage.ask(BUYER, wrong)) == ("ENTITLEMENT_UNKNOWN", wrong.entitlement_id)


@pytest.mark.parametrize("wrong", [{"of": "buyer"}, {"count": 9}], ids=["digest", "count"])
def test_a_different_digest_or_count_is_for_the_exchange_to_decide(wrong: dict[str, Any]) -> None:
    stage = a_delivery((0, 9), (10, 19))
    (differed,) = stage.ask(BUYER, a_receipt(10, 19, **wrong))
    assert isinstance(differed, DigestsDiffered)
    assert (differed.first_offset, differed.last_offset) == (11, 20)
    assert (differed.seller_count, differed.seller_digest) == (10, digest(10, 19))
    assert sound(differed)
    assert refusal(stage.ask(BUYER, a_receipt(10, 19, **wrong))) == ("RANGE_DISPUTED", E1)


def test_reading_again_settles_a_dispute() -> None:
    stage = a_delivery((0, 9))
    stage.given(BUYER, a_receipt(0, 9, of="buyer"), a_receipt(0, 9))
    assert refusal(stage.ask(EXCHANGE, a_ruling(0, 9))) == ("RANGE_NOT_DISPUTED", "P-07")
    assert stage.state.products["P-07"].disputed == []


def test_only_a_disputed_published_range_is_ruled_on() -> None:
    stage = a_delivery((0, 9))
    assert refusal(stage.ask(EXCHANGE, a_ruling(0, 9))) == ("RANGE_NOT_DISPUTED", "P-07")
    assert refusal(stage.ask(EXCHANGE, a_ruling(0, 8))) == ("RANGE_UNKNOWN", "P-07")
    assert refusal(stage.ask(EXCHANGE, a_ruling(0, 9, product_id="P-08"))) == ("RANGE_UNKNOWN", "P-08")


def test_if_the_seller_is_right_the_range_counts_as_received() -> None:
    stage = a_delivery((0, 9))
    stage.given(SELLER, a_completion(9))
    stage.given(BUYER, a_receipt(0, 9, of="buyer"))
    facts = stage.ask(EXCHANGE, a_ruling(0, 9))
    assert facts[0] == ruled("seller", 0, 9)
    (proposed,) = facts[1:]
    assert isinstance(proposed, AcceptanceProposed)
    assert proposed.basis == "ruling"
    assert all(map(sound, facts))


def test_after_a_ruling_for_the_seller_an_equal_receipt_is_taken_down_once_and_is_evidence() -> None:
    stage = a_delivery((0, 9))
    stage.given(BUYER, a_receipt(0, 9, of="buyer"))
    stage.given(EXCHANGE, a_ruling(0, 9))
    assert refusal(stage.ask(BUYER, a_receipt(0, 9, of="buyer"))) == ("RANGE_RECEIVED", E1)
    stage.given(BUYER, a_receipt(0, 9))
    assert refusal(stage.ask(BUYER, a_receipt(0, 9))) == ("RANGE_RECEIVED", E1)
    (_, proposed) = stage.ask(SELLER, a_completion(9))
    assert isinstance(proposed, AcceptanceProposed)
    assert proposed.basis == "evidence"


@pytest.mark.parametrize(("of", "right"), [("buyer", "buyer"), ("somebody", "neither")])
def test_if_the_seller_is_wrong_rejecting_is_proposed_once(of: str, right: str) -> None:
    stage = a_delivery((0, 9), (10, 19))
    stage.given(BUYER, a_receipt(0, 9, of="buyer"), a_receipt(10, 19, of="buyer"))
    assert stage.ask(EXCHANGE, a_ruling(0, 9, of=of)) == (ruled(right, 0, 9, of), rejection(0, 9))
    assert stage.ask(EXCHANGE, a_ruling(10, 19, of=of)) == (ruled(right, 10, 19, of),)
    assert refusal(stage.ask(SELLER, a_completion(19))) == ("NOTHING_OWED", "P-07")
    assert stage.state.deadlines == []
    stage.given(BUYER, a_receipt(0, 9))
    (received,) = stage.ask(BUYER, a_receipt(10, 19))
    assert isinstance(received, RangeReceived)


def test_a_ruling_may_find_records_missing() -> None:
    stage = a_delivery((0, 9))
    stage.given(BUYER, a_receipt(0, 9, count=7))
    (ruling, rejected) = stage.ask(EXCHANGE, a_ruling(0, 9, count=7))
    assert isinstance(ruling, RangeRuled)
    assert (ruling.right, ruling.count) == ("buyer", 7)
    assert rejected == rejection(0, 9)


def test_one_ruling_settles_every_dispute_over_a_range() -> None:
    stage = a_delivery()
    stage.given(EXCHANGE, an_opening("E-0.2.0", OTHER))
    stage.given(SELLER, a_range(0, 9))
    stage.given(BUYER, a_receipt(0, 9, of="buyer"))
    stage.given(OTHER, a_receipt(0, 9, of="other", entitlement_id="E-0.2.0"))
    assert stage.ask(EXCHANGE, a_ruling(0, 9, of="other")) == (
        ruled("neither", 0, 9, "other"),
        rejection(0, 9),
        ruled("buyer", 0, 9, "other", "E-0.2.0"),
        rejection(0, 9, "E-0.2.0"),
    )


def test_time_does_not_accept_while_a_range_is_in_dispute() -> None:
    stage = a_delivery((0, 9), (10, 19))
    stage.given(SELLER, a_completion(19))
    stage.given(BUYER, a_receipt(0, 9, of="buyer"))
    stage.later(8 * DAY)
    assert stage.ask(EXCHANGE, Tick()) == ()
    assert stage.ask(EXCHANGE, a_ruling(0, 9)) == (ruled("seller", 0, 9),)
    (unconfirmed,) = stage.ask(EXCHANGE, Tick())
    assert isinstance(unconfirmed, RangeUnconfirmed)
    (_, proposed) = stage.ask(EXCHANGE, a_ruling(10, 19))
    assert isinstance(proposed, AcceptanceProposed)
    assert proposed.basis == "time"


def test_disputes_beyond_those_of_one_ruling_are_settled_by_their_own() -> None:
    stage = a_delivery()
    names = [f"E-0.{index}.0" for index in range(1_000, 1_000 + 3 * DISPUTES_MAX)]
    stage.given(EXCHANGE, *[an_opening(name, OTHER) for name in names])
    stage.given(SELLER, a_range(0, 9), a_completion(9))
    for _ in range(2):
        while stage.ask(EXCHANGE, Tick()):
            pass
        stage.later(8 * DAY)
    disputed = stage.state.products["P-07"].disputed
    while disputed:
        before = len(disputed)
        facts = stage.ask(EXCHANGE, a_ruling(0, 9))
        assert len(facts) <= 2 * DISPUTES_MAX
        assert len(disputed) == max(0, before - DISPUTES_MAX)
    assert all(entitlement.proposed == "accept" for entitlement in stage.state.entitlements.values())


def test_a_dispute_beyond_what_is_owed_ends_with_the_completion() -> None:
    stage = a_delivery((0, 9), (10, 19))
    stage.given(BUYER, a_receipt(10, 19, of="buyer"))
    stage.given(SELLER, a_completion(9))
    assert refusal(stage.ask(EXCHANGE, a_ruling(10, 19))) == ("RANGE_NOT_DISPUTED", "P-07")


def test_a_dispute_ends_with_the_entitlement() -> None:
    stage = a_delivery((0, 9))
    stage.given(BUYER, a_receipt(0, 9, of="buyer"))
    stage.given(EXCHANGE, a_close("refunded"))
    assert refusal(stage.ask(EXCHANGE, a_ruling(0, 9, of="buyer"))) == ("RANGE_NOT_DISPUTED", "P-07")


def test_disputes_over_one_range_are_bounded_and_so_is_their_ruling() -> None:
    stage = a_delivery()
    names = [f"E-{index}" + "x" * 74 for index in range(1_000, 1_000 + DISPUTES_MAX)]
    stage.given(EXCHANGE, *[an_opening(name, OTHER) for name in names])
    stage.given(SELLER, a_range(0, 9))
    for name in names:
        stage.given(OTHER, a_receipt(0, 9, of="other", entitlement_id=name))
    assert refusal(stage.ask(BUYER, a_receipt(0, 9, of="buyer"))) == ("RANGE_DISPUTED", E1)
    facts = stage.ask(EXCHANGE, a_ruling(0, 9, of="other"))
    assert len(facts) == 2 * DISPUTES_MAX
    assert size_bytes(facts) < 128 * 1024
    stage.given(BUYER, a_receipt(0, 9, of="buyer"))


def test_a_gap_closes_when_receipts_cover_it() -> None:
    stage = a_delivery((0, 9), (10, 19), (20, 29))
    (reported,) = stage.ask(BUYER, a_gap(5, 14))
    assert reported == GapReported(entitlement_id=E1, product_id="P-07", first=5, last=14)
    stage.given(BUYER, a_gap(2, 3), a_gap(25, 25))
    assert stage.ask(BUYER, a_receipt(0, 9))[1:] == (
        GapClosed(entitlement_id=E1, product_id="P-07", first=2, last=3),
    )
    assert stage.ask(BUYER, a_receipt(10, 19))[1:] == (
        GapClosed(entitlement_id=E1, product_id="P-07", first=5, last=14),
    )
    assert stage.state.entitlements[E1].gaps == [(25, 25)]


@pytest.mark.parametrize(("first", "last"), [(15, 25), (25, 30), (12, 11), (0, 12)])
def test_a_gap_lies_within_what_was_published_for_the_entitlement(first: int, last: int) -> None:
    stage = a_delivery((0, 9))
    stage.given(EXCHANGE, an_opening("E-0.2.0", BUYER))
    stage.given(SELLER, a_range(10, 19))
    assert refusal(stage.ask(BUYER, a_gap(first, last, "E-0.2.0"))) == ("GAP_NOT_PUBLISHED", "E-0.2.0")


def test_what_was_received_is_no_gap() -> None:
    stage = a_delivery((0, 9))
    stage.given(BUYER, a_receipt(0, 9))
    assert refusal(stage.ask(BUYER, a_gap(3, 4))) == ("RANGE_RECEIVED", E1)


def test_a_gap_is_reported_once_and_gaps_are_bounded() -> None:
    stage = a_delivery((0, 999))
    stage.given(BUYER, *[a_gap(index, index) for index in range(GAPS_MAX)])
    assert refusal(stage.ask(BUYER, a_gap(0, 0))) == ("GAP_KNOWN", E1)
    assert refusal(stage.ask(BUYER, a_gap(500, 500))) == ("GAPS_TOO_MANY", E1)
    assert len(stage.ask(BUYER, a_receipt(0, 999))) == 1 + GAPS_MAX


def test_the_state_comes_back_from_the_journal_and_from_its_bytes() -> None:
    stage = a_delivery((0, 9), (10, 19), (20, 29), (30, 39))
    stage.given(BUYER, a_receipt(20, 29), a_receipt(0, 9, of="buyer"), a_receipt(10, 19, of="buyer"))
    stage.given(BUYER, a_gap(31, 32), a_gap(3, 14))
    stage.given(EXCHANGE, a_ruling(10, 19))
    stage.given(SELLER, a_completion(39))
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()
