"""When a publication is complete, and what follows by evidence and by time."""

from typing import Any

import pytest

from exchange.delivery.decider import decider
from exchange.delivery.facts import (
    AcceptanceProposed,
    DeliveryObjected,
    EntitlementClosed,
    EntitlementOpened,
    PublicationCompleted,
    RangePublished,
    RangeReceived,
    RangeRuled,
    RangeUnconfirmed,
    RejectionProposed,
)
from exchange.delivery.publication import COMPLETED_MAX
from exchange.delivery.state import Delivery, Entitlement
from exchange.kernel.bases import CommandMeta, Fact
from exchange.kernel.partition import DEADLINE_FACTS_MAX, Asked
from exchange.kernel.protocol import Tick
from exchange.kernel.time import DAY, SECOND
from tests.support.stage import START, Stage, refusal, size_bytes, sound
from tests.unit.delivery.stage import (
    BUYER,
    E1,
    EXCHANGE,
    OTHER,
    SELLER,
    TERM,
    a_close,
    a_completion,
    a_delivery,
    a_gap,
    a_range,
    a_receipt,
    a_record,
    a_ruling,
    an_objection,
    an_opening,
    digest,
)


def acceptance(basis: Any, through: int, entitlement_id: str = E1) -> AcceptanceProposed:
    return AcceptanceProposed(
        entitlement_id=entitlement_id,
        trade_id=entitlement_id.replace("E", "T", 1),
        market_id="M-DATA",
        product_id="P-07",
        basis=basis,
        through=through,
    )


def rejection(basis: Any, first: int, last: int) -> RejectionProposed:
    return RejectionProposed(
        entitlement_id=E1,
        trade_id="T-0.1.0",
        market_id="M-DATA",
        product_id="P-07",
        basis=basis,
        first=first,
        last=last,
    )


def completed(through: int, *entitlement_ids: str) -> PublicationCompleted:
    return PublicationCompleted(
        product_id="P-07", through=through, entitlement_ids=entitlement_ids, basis="seller"
    )


def ended(through: int, *entitlement_ids: str) -> PublicationCompleted:
    return PublicationCompleted(
        product_id="P-07", through=through, entitlement_ids=entitlement_ids, basis="time"
    )


def unconfirmed(first: int, last: int, entitlement_id: str = E1) -> RangeUnconfirmed:
    return RangeUnconfirmed(
        entitlement_id=entitlement_id,
        product_id="P-07",
        first=first,
        last=last,
        first_offset=first + 1,
        last_offset=last + 1,
        seller_count=last - first + 1,
        seller_digest=digest(first, last),
    )


def ticked(stage: Stage[Delivery]) -> tuple[Fact, ...]:
    return stage.ask(EXCHANGE, Tick())


def test_a_publication_ends_with_a_published_range() -> None:
    stage = a_delivery((0, 9), (10, 19))
    for through in (5, 20):
        assert refusal(stage.ask(SELLER, a_completion(through))) == ("THROUGH_NOT_PUBLISHED", "P-07")
    assert stage.ask(SELLER, a_completion(9)) == (completed(9, E1),)


def test_a_completion_is_for_those_open_now_who_are_owed_something() -> None:
    stage = a_delivery((0, 9))
    stage.given(EXCHANGE, an_opening("E-0.2.0", OTHER), an_opening("E-0.3.0", OTHER))
    stage.given(SELLER, a_range(10, 19))
    stage.given(EXCHANGE, a_close(entitlement_id="E-0.2.0"), an_opening("E-0.4.0", OTHER))
    assert stage.ask(SELLER, a_completion(19)) == (completed(19, E1, "E-0.3.0"),)


def test_nothing_is_completed_where_nothing_is_owed() -> None:
    stage = a_delivery((0, 9))
    stage.given(SELLER, a_completion(9))
    assert refusal(stage.ask(SELLER, a_completion(9))) == ("NOTHING_OWED", "P-07")


def test_all_ranges_received_and_then_completed_is_evidence() -> None:
    stage = a_delivery((0, 9), (10, 19))
    stage.given(BUYER, a_receipt(10, 19), a_receipt(0, 9))
    facts = stage.ask(SELLER, a_completion(19))
    assert facts == (completed(19, E1), acceptance("evidence", 19))
    assert all(map(sound, facts))


def test_completed_and_then_all_ranges_received_is_evidence() -> None:
    stage = a_delivery((0, 9), (10, 19))
    stage.given(SELLER, a_completion(19))
    stage.given(BUYER, a_receipt(10, 19))
    (received, proposed) = stage.ask(BUYER, a_receipt(0, 9))
    assert isinstance(received, RangeReceived)
    assert proposed == acceptance("evidence", 19)


def test_what_is_published_after_the_completion_is_not_owed() -> None:
    stage = a_delivery((0, 9))
    stage.given(SELLER, a_completion(9), a_range(10, 19))
    assert refusal(stage.ask(BUYER, a_receipt(10, 19))) == ("RANGE_UNKNOWN", E1)
    assert stage.ask(BUYER, a_receipt(0, 9))[1:] == (acceptance("evidence", 9),)


def test_what_was_received_beyond_the_completion_does_no_harm() -> None:
    stage = a_delivery((0, 9), (10, 19))
    stage.given(BUYER, a_receipt(0, 9), a_receipt(10, 19))
    assert stage.ask(SELLER, a_completion(9))[1:] == (acceptance("evidence", 9),)


def test_when_the_window_is_over_the_exchange_looks_at_what_is_unconfirmed_and_then_time_accepts() -> None:
    stage = a_delivery((0, 9), (10, 19), (20, 29))
    stage.given(BUYER, a_receipt(10, 19), a_gap(3, 4))
    stage.given(SELLER, a_completion(29))
    assert stage.state.deadlines == [(stage.at + 7 * DAY, "acceptance", E1)]
    stage.later(7 * DAY - 2 * SECOND)
    assert ticked(stage) == ()
    assert ticked(stage) == (unconfirmed(0, 9),)
    assert stage.state.deadlines == []
    (ruled, following) = stage.ask(EXCHANGE, a_ruling(0, 9))
    assert isinstance(ruled, RangeRuled)
    assert following == unconfirmed(20, 29)
    assert stage.ask(EXCHANGE, a_ruling(20, 29))[1:] == (acceptance("time", 29),)
    assert sound(following)


@pytest.mark.parametrize("objected", [True, False])
def test_what_the_topic_does_not_bear_out_is_rejected_and_never_accepted_by_time(objected: bool) -> None:
    stage = a_delivery((0, 9), (10, 19))
    stage.given(SELLER, a_completion(19))
    if objected:
        stage.given(BUYER, an_objection())
    else:
        stage.later(7 * DAY)
        assert ticked(stage) == (unconfirmed(0, 9),)
    stage.given(EXCHANGE, a_ruling(0, 9))
    (ruled, rejected) = stage.ask(EXCHANGE, a_ruling(10, 19, of="nothing", count=0))
    assert isinstance(ruled, RangeRuled)
    assert (ruled.right, ruled.count) == ("neither", 0)
    assert rejected == rejection("ruling", 10, 19)
    assert stage.state.deadlines == []


def test_a_receipt_that_comes_while_the_exchange_looks_still_counts() -> None:
    stage = a_delivery((0, 9), (10, 19))
    stage.given(SELLER, a_completion(19))
    stage.later(7 * DAY)
    assert ticked(stage) == (unconfirmed(0, 9),)
    assert refusal(stage.ask(BUYER, a_receipt(0, 9, of="buyer"))) == ("RANGE_DISPUTED", E1)
    (received, following) = stage.ask(BUYER, a_receipt(0, 9))
    assert isinstance(received, RangeReceived)
    assert following == unconfirmed(10, 19)
    assert stage.ask(BUYER, a_receipt(10, 19))[1:] == (acceptance("evidence", 19),)


def test_the_end_of_the_window_comes_first_in_the_outcome_of_a_late_receipt() -> None:
    stage = a_delivery((0, 9))
    stage.given(SELLER, a_completion(9))
    stage.later(8 * DAY)
    (looked_at, received, proposed) = stage.ask(BUYER, a_receipt(0, 9))
    assert looked_at == unconfirmed(0, 9)
    assert isinstance(received, RangeReceived)
    assert proposed == acceptance("evidence", 9)


def test_nothing_more_is_proposed_after_a_proposal_or_a_close() -> None:
    stage = a_delivery((0, 9))
    stage.given(SELLER, a_completion(9))
    stage.given(EXCHANGE, a_close("refunded"))
    assert stage.state.deadlines == []
    stage.later(8 * DAY)
    assert ticked(stage) == ()
    assert refusal(stage.ask(BUYER, a_receipt(0, 9))) == ("ENTITLEMENT_CLOSED", E1)


def test_an_objection_has_the_exchange_look_at_what_is_unconfirmed_and_that_ends_the_delivery() -> None:
    stage = a_delivery((0, 9), (10, 19))
    stage.given(SELLER, a_completion(19))
    stage.given(BUYER, a_receipt(0, 9))
    (objected, following) = stage.ask(BUYER, an_objection())
    assert objected == DeliveryObjected(
        entitlement_id=E1, product_id="P-07", grounds="Not what was promised."
    )
    assert following == unconfirmed(10, 19)
    assert stage.state.deadlines == []
    stage.later(30 * DAY)
    assert ticked(stage) == ()
    assert stage.ask(EXCHANGE, a_ruling(10, 19))[1:] == (acceptance("ruling", 19),)


def test_an_objection_over_a_disputed_range_waits_for_the_ruling_that_is_due_anyway() -> None:
    stage = a_delivery((0, 9), (10, 19))
    stage.given(SELLER, a_completion(19))
    stage.given(BUYER, a_receipt(0, 9, of="buyer"))
    (objected,) = stage.ask(BUYER, an_objection())
    assert isinstance(objected, DeliveryObjected)
    assert stage.ask(EXCHANGE, a_ruling(0, 9))[1:] == (unconfirmed(10, 19),)
    assert stage.ask(BUYER, a_receipt(10, 19))[1:] == (acceptance("ruling", 19),)


def test_a_buyer_may_object_between_the_completion_and_its_own_last_receipt() -> None:
    stage = a_delivery((0, 9))
    stage.given(SELLER, a_completion(9))
    stage.given(BUYER, an_objection())
    assert stage.ask(BUYER, a_receipt(0, 9))[1:] == (acceptance("evidence", 9),)


def test_an_objection_needs_a_complete_delivery_that_is_not_decided() -> None:
    stage = a_delivery((0, 9))
    assert refusal(stage.ask(BUYER, an_objection())) == ("NOT_COMPLETE", E1)
    stage.given(SELLER, a_completion(9))
    assert refusal(stage.ask(OTHER, an_objection())) == ("ENTITLEMENT_NOT_OWN", E1)
    stage.given(BUYER, an_objection())
    assert refusal(stage.ask(BUYER, an_objection())) == ("OBJECTION_STANDS", E1)
    stage.given(BUYER, a_receipt(0, 9))
    assert refusal(stage.ask(BUYER, an_objection())) == ("PROPOSAL_MADE", E1)
    stage.given(EXCHANGE, a_close())
    assert refusal(stage.ask(BUYER, an_objection())) == ("ENTITLEMENT_CLOSED", E1)
    assert refusal(stage.ask(BUYER, an_objection("E-0.9.0"))) == ("ENTITLEMENT_UNKNOWN", "E-0.9.0")


def test_the_end_of_the_term_completes_what_the_seller_has_not() -> None:
    stage = a_delivery((0, 9), (10, 19))
    stage.given(EXCHANGE, an_opening("E-0.2.0", OTHER, ends_at=START + 2 * TERM))
    stage.given(BUYER, a_receipt(0, 9))
    stage.later(TERM)
    (completion, published) = stage.ask(SELLER, a_range(20, 29))
    assert completion == ended(19, E1)
    assert isinstance(published, RangePublished)
    assert refusal(stage.ask(BUYER, a_receipt(20, 29))) == ("RANGE_UNKNOWN", E1)
    assert stage.state.deadlines == [
        (stage.at - SECOND + 7 * DAY, "acceptance", E1),
        (START + 2 * TERM, "term", "E-0.2.0"),
    ]
    assert stage.ask(SELLER, a_completion(29)) == (completed(29, "E-0.2.0"),)
    assert stage.ask(BUYER, a_receipt(10, 19))[1:] == (acceptance("evidence", 19),)


def test_the_end_of_the_term_accepts_at_once_what_is_all_confirmed() -> None:
    stage = a_delivery((0, 9))
    stage.given(BUYER, a_receipt(0, 9))
    stage.later(TERM)
    assert ticked(stage) == (ended(9, E1), acceptance("evidence", 9))


def test_a_term_in_which_nothing_was_published_is_refunded() -> None:
    stage = a_delivery()
    stage.later(TERM)
    (rejected, published) = stage.ask(SELLER, a_range(0, 9))
    assert rejected == rejection("time", 0, -1)
    assert sound(rejected)
    assert isinstance(published, RangePublished)
    assert stage.state.deadlines == []
    assert refusal(stage.ask(SELLER, a_completion(9))) == ("NOTHING_OWED", "P-07")


def test_a_purchase_of_what_was_never_recorded_here_is_refunded_too() -> None:
    stage = Stage(decider())
    stage.given(EXCHANGE, an_opening())
    stage.later(TERM)
    assert ticked(stage) == (rejection("time", 0, -1),)


def many(count: int, name: str = "E-0.{}.0") -> Stage[Delivery]:
    """A delivery with `count` more entitlements than E1, and one range published."""
    stage = a_delivery()
    stage.given(EXCHANGE, *[an_opening(name.format(index), OTHER) for index in range(1_000, 1_000 + count)])
    stage.given(SELLER, a_range(0, 9))
    return stage


def test_a_completion_for_many_goes_on_by_itself_and_forgets_nobody() -> None:
    stage = many(3 * COMPLETED_MAX)
    (first,) = stage.ask(SELLER, a_completion(9))
    assert isinstance(first, PublicationCompleted)
    assert len(first.entitlement_ids) == COMPLETED_MAX
    names = [*first.entitlement_ids]
    for fact in ticked(stage):
        assert isinstance(fact, PublicationCompleted)
        names.extend(fact.entitlement_ids)
    assert sorted(names) == sorted(stage.state.entitlements)
    assert len(set(names)) == 3 * COMPLETED_MAX + 1
    assert stage.state.products["P-07"].completing is None
    assert {kind for _, kind, _ in stage.state.deadlines} == {"acceptance"}


def test_a_completion_that_goes_on_ends_when_the_rest_is_closed() -> None:
    stage = many(COMPLETED_MAX)
    (first,) = stage.ask(SELLER, a_completion(9))
    assert isinstance(first, PublicationCompleted)
    (left,) = set(stage.state.entitlements) - set(first.entitlement_ids)
    assert stage.ask(EXCHANGE, a_close(entitlement_id=left))[0] == completed(9, left)

    stage = many(COMPLETED_MAX)
    others = sorted(stage.state.entitlements)[1:]
    stage.partition.decider.evolve(stage.state, completed(9, *others), stage.at)
    assert stage.state.products["P-07"].completing == (9, stage.at)
    closed = EntitlementClosed(entitlement_id=E1, trade_id="T-0.1.0", product_id="P-07", verdict="refunded")
    stage.partition.decider.evolve(stage.state, closed, stage.at)
    assert stage.state.products["P-07"].completing is None
    assert {kind for _, kind, _ in stage.state.deadlines} == {"acceptance"}


def test_a_step_of_a_completion_costs_only_its_own_entitlements() -> None:
    count, looks = 20_000, 0
    stage = many(1)
    for index in range(count):
        opening = EntitlementOpened(
            entitlement_id=f"E-1.{index}.0",
            trade_id=f"T-1.{index}.0",
            market_id="M-DATA",
            product_id="P-07",
            version="1",
            seller_id=SELLER,
            buyer_id=OTHER,
            from_seq=0,
            starts_at=START,
            ends_at=START + TERM,
            acceptance_days=7,
        )
        stage.decider.evolve(stage.state, opening, stage.at)

    class Counted(dict[str, Entitlement]):
        def __getitem__(self, name: str) -> Entitlement:
            nonlocal looks
            looks += 1
            return super().__getitem__(name)

    stage.state.entitlements = Counted(stage.state.entitlements)
    meta = CommandMeta(id="c", actor=SELLER, valid_until=stage.at + DAY)
    command = Asked(meta, a_completion(9))
    (outcome,) = stage.partition.answer(stage.offset + 1, stage.at, command, claim=0)
    assert [type(fact) for _, fact in outcome] == [PublicationCompleted]
    assert looks < 10 * COMPLETED_MAX
    tick = Asked(CommandMeta(id="t", actor=EXCHANGE, valid_until=stage.at + DAY), Tick())
    looks = 0
    (outcome,) = stage.partition.answer(stage.offset + 2, stage.at, tick, claim=0)
    assert len(outcome) <= DEADLINE_FACTS_MAX
    assert looks < 10 * sum(
        len(fact.entitlement_ids) for _, fact in outcome if hasattr(fact, "entitlement_ids")
    )
    left = len(stage.state.products["P-07"].incomplete)
    assert left == count + 2 - COMPLETED_MAX * (1 + len(outcome))


def test_an_outcome_stays_bounded_however_many_are_completed_with_names_however_long() -> None:
    name = "E-{}" + "x" * 74
    stage = many(4 * COMPLETED_MAX, name)
    for index in range(1_000, 1_000 + 4 * COMPLETED_MAX):
        stage.given(OTHER, a_receipt(0, 9, entitlement_id=name.format(index)))
    largest = size_bytes(stage.ask(SELLER, a_completion(9)))
    while outcome := ticked(stage):
        largest = max(largest, size_bytes(outcome))
    assert largest < 256 * 1024
    assert sum(e.proposed == "accept" for e in stage.state.entitlements.values()) == 4 * COMPLETED_MAX


def test_a_new_version_goes_on_in_the_same_stream() -> None:
    stage = a_delivery((0, 9))
    stage.given(EXCHANGE, a_record("2"))
    stage.given(SELLER, a_range(10, 19))
    assert [published.first for published in stage.state.products["P-07"].ranges] == [0, 10]
    assert stage.state.products["P-07"].begins == {"1": 0, "2": 10}


def test_the_state_comes_back_from_the_journal_and_from_its_bytes() -> None:
    stage = many(2 * COMPLETED_MAX)
    stage.given(BUYER, a_receipt(0, 9))
    stage.given(SELLER, a_completion(9))
    assert stage.state.products["P-07"].completing is not None
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()
