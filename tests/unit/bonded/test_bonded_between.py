"""Deep-processing transfers between business zones: in transit, taken in, or turned away and on hand again."""

from typing import Any

import pytest

from exchange.bonded import commands as asked
from exchange.bonded.between.commands import ConcludeTransfer, FollowReclassification, TakeInTransfer
from exchange.bonded.between.facts import (
    ReclassificationPassedOn,
    TransferConcluded,
    TransferDispatched,
    TransferReturned,
    TransferTakenIn,
    TransferTurnedAway,
)
from exchange.bonded.between.following import PASSED_ON_MAX, pass_on
from exchange.bonded.bought.commands import RecordProductRegistered, RecordProductTraits
from exchange.bonded.facts import ConsignmentProposed, DecisionRevoked, EgressRequested
from exchange.kernel.time import DAY
from tests.support.stage import refusal
from tests.unit.bonded.fenced_stage import a_pool, a_session, a_station
from tests.unit.bonded.stage import (
    EXCHANGE,
    OPERATOR,
    OTHER,
    PROCESSOR,
    SELLER,
    a_count,
    a_destruction,
    a_lot,
    a_proposal,
    a_return,
    a_start,
    a_transfer,
    digest,
    items,
    scc,
    traits,
)
from tests.unit.bonded.two_zones import FAR, TwoZones


def test_items_are_in_one_account_after_the_other_and_keep_their_terms() -> None:
    zones = TwoZones()
    name = zones.came()
    zones.sent(name)
    assert zones.line(name) == {"admitted": 10_000, "in_transit": 100, "on_hand": 9_900}
    (taken,) = zones.hear()
    assert isinstance(taken, TransferTakenIn)
    after = zones.there.state.consignments[taken.consignment_id]
    before = zones.here.state.consignments[name]
    assert zones.line(taken.consignment_id, FAR) == {"transferred_in": 100, "on_hand": 100}
    for term in (
        "title",
        "consignor_id",
        "origin",
        "unit",
        "return_list",
        "retention_until",
        "traits",
        "carried",
    ):
        assert getattr(after.proposed, term) == getattr(before.proposed, term)
    assert (after.proposed.zone_id, after.proposed.handbook_no, after.proposed.key_id) == (
        FAR,
        "HB-0002",
        "K-0002",
    )
    assert (after.received_under, after.handed_over_by) == (("I-01",), PROCESSOR)
    (concluded,) = zones.hear(FAR)
    assert isinstance(concluded, TransferConcluded)
    assert zones.line(name) == {"admitted": 10_000, "transferred_out": 100, "on_hand": 9_900}
    for stage in zones.zones.values():
        assert stage.replayed() == stage.reloaded() == stage.partition.written_down()


def test_what_came_in_is_worked_on_in_the_name_of_whoever_handed_it_over() -> None:
    zones = TwoZones()
    zones.sent(zones.came())
    (taken,) = zones.hear()
    assert isinstance(taken, TransferTakenIn)
    start = a_start(items(taken.consignment_id, 0, 99, "L-2"), zone_id=FAR, station_zone=FAR)
    assert zones.there.started(start, OTHER)


def no_such_zone(zones: TwoZones) -> dict[str, Any]:
    return {"to_zone_id": "BZ-9"}


def a_handbook_in_use(zones: TwoZones) -> dict[str, Any]:
    zones.there.given(PROCESSOR, a_proposal("HB-0002", zone_id=FAR))
    return {}


def a_receiver_that_is_suspended(zones: TwoZones) -> dict[str, Any]:
    zones.there.given(EXCHANGE, asked.RecordPartyStanding(participant_id=OTHER, active=False))
    return {}


def a_last_day_that_is_over(zones: TwoZones) -> dict[str, Any]:
    zones.there.later(120 * DAY)
    return {}


AWAY: list[tuple[Any, str]] = [
    (no_such_zone, "ZONE_UNKNOWN"),
    (a_handbook_in_use, "HANDBOOK_TAKEN"),
    (a_receiver_that_is_suspended, "PARTY_SUSPENDED"),
    (a_last_day_that_is_over, "RETENTION_OVER"),
]


@pytest.mark.parametrize(("happens", "reason"), AWAY)
def test_what_cannot_come_in_is_on_hand_again_with_the_reason_and_may_be_sent_elsewhere(
    happens: Any, reason: str
) -> None:
    zones = TwoZones()
    name = zones.came()
    egress_id = zones.sent(name, **happens(zones))
    (away,) = zones.hear()
    assert isinstance(away, TransferTurnedAway)
    assert (away.egress_id, away.reason) == (egress_id, reason)
    (back,) = zones.hear(FAR)
    assert isinstance(back, TransferReturned)
    assert (back.reason, back.detail) == (away.reason, away.detail)
    assert zones.line(name) == {"admitted": 10_000, "on_hand": 10_000}
    assert zones.here.state.egresses[egress_id].phase == "withdrawn"
    assert zones.here.gave(
        EgressRequested, PROCESSOR, a_transfer(items(name, 10, 109), handbook_no="HB-0003")
    )
    assert zones.there.replayed() == zones.there.partition.written_down()


def a_withdrawal(name: str, egress_id: str) -> tuple[str, Any]:
    return PROCESSOR, asked.WithdrawEgress(egress_id=egress_id, grounds="No.")


def a_return_of_some(name: str, egress_id: str) -> tuple[str, Any]:
    return PROCESSOR, a_return(items(name, 50, 60))


def a_job_on_some(name: str, egress_id: str) -> tuple[str, Any]:
    return PROCESSOR, a_start(items(name, 50, 60))


def a_deletion_of_some(name: str, egress_id: str) -> tuple[str, Any]:
    return PROCESSOR, a_destruction(name, items(name, 50, 60))


def a_write_off(name: str, egress_id: str) -> tuple[str, Any]:
    return PROCESSOR, asked.WriteOff(consignment_id=name)


@pytest.mark.parametrize(
    ("asks", "reason"),
    [
        (a_withdrawal, "EGRESS_IN_TRANSIT"),
        (a_return_of_some, "ITEMS_HELD"),
        (a_job_on_some, "ITEMS_HELD"),
        (a_deletion_of_some, "ITEMS_HELD"),
        (a_write_off, "WORK_LEFT"),
    ],
)
def test_nothing_else_becomes_of_items_that_are_on_their_way(asks: Any, reason: str) -> None:
    zones = TwoZones()
    name = zones.came()
    egress_id = zones.sent(name)
    assert refusal(zones.here.ask(*asks(name, egress_id)))[0] == reason


def test_they_arrive_once() -> None:
    zones = TwoZones()
    egress_id = zones.sent(zones.came())
    assert refusal(zones.here.ask(OTHER, zones.here.arrival(egress_id, OTHER)))[0] == "EGRESS_IN_TRANSIT"
    zones.heard()
    assert refusal(zones.here.ask(OTHER, zones.here.arrival(egress_id, OTHER)))[0] == "EGRESS_ENDED"


def test_the_floor_is_counted_without_what_is_on_its_way() -> None:
    zones = TwoZones()
    name = zones.came()
    zones.sent(name)
    zones.here.given(PROCESSOR, a_count(name, 9_900))
    assert zones.here.state.consignments[name].balance == "balanced"


def test_whoever_looks_at_them_looks_no_more() -> None:
    zones = TwoZones()
    name = zones.came()
    zones.here.given(PROCESSOR, a_pool())
    zones.here.given(OPERATOR, a_station())
    session = zones.here.ask(PROCESSOR, a_session(items=items(name, 100, 120)))[-1]
    zones.sent(name)
    (ended,) = zones.here.settled()
    assert (ended.session_id, ended.basis) == (session.session_id, "gone")  # type: ignore[attr-defined]


def test_a_re_classification_tells_of_what_is_on_its_way_that_it_has_left() -> None:
    zones = TwoZones()
    name = zones.came()
    egress_id = zones.sent(name)
    command = asked.ReclassifySource(
        source_id=name,
        traits=traits(persons=700_000),
        grounds="It is other data.",
        evidence_sha256=digest("evidence"),
    )
    zones.here.given(SELLER, command)
    stages = [
        each.stage
        for each in zones.here.settled()
        if isinstance(each, DecisionRevoked) and each.subject == egress_id
    ]
    assert stages == ["left"]
    zones.heard()
    assert zones.line(name)["transferred_out"] == 100


def test_naming_the_same_zone_is_a_transfer_within_it() -> None:
    zones = TwoZones()
    name = zones.came()
    egress_id = zones.here.requested(a_transfer(items(name, 0, 9), to_zone_id="BZ-2"))
    zones.here.given(OTHER, zones.here.arrival(egress_id, OTHER))
    assert zones.waiting("BZ-2") == 0
    assert zones.line(name)["transferred_out"] == 10


def test_two_zones_of_one_partition_ask_each_other_in_the_same_way() -> None:
    zones = TwoZones()
    zones.here.given(OPERATOR, asked.OpenBusinessZone(zone_id="BZ-4", title="x", place="CN-LG", seats=1))
    zones.zones["BZ-4"] = zones.here
    name = zones.came()
    zones.sent(name, to_zone_id="BZ-4")
    (taken,) = zones.hear()
    assert isinstance(taken, TransferTakenIn)
    assert zones.line(taken.consignment_id) == {"transferred_in": 100, "on_hand": 100}
    zones.hear()
    assert zones.line(name)["transferred_out"] == 100


def test_nobody_but_the_exchange_brings_the_word_of_one_zone_to_another() -> None:
    zones = TwoZones()
    egress_id = zones.sent(zones.came())
    (handed,) = [each.fact.handed for each in zones.here.journal if isinstance(each.fact, TransferDispatched)]
    take, done = (
        TakeInTransfer(handed=handed),
        ConcludeTransfer(egress_id=egress_id, consignment_id="C-1.9.0"),
    )
    assert refusal(zones.there.ask(OTHER, take)) == ("NOT_PERMITTED", OTHER)
    assert refusal(zones.here.ask(OTHER, done)) == ("NOT_PERMITTED", OTHER)


def test_an_answer_to_what_is_not_on_its_way_changes_nothing() -> None:
    zones = TwoZones()
    egress_id = zones.sent(zones.came())
    zones.heard()
    for name in (egress_id, "X-9.9.9"):
        done = ConcludeTransfer(egress_id=name, consignment_id="C-1.9.0")
        assert refusal(zones.here.ask(EXCHANGE, done)) == ("EGRESS_UNKNOWN", name)


def a_finding(source_id: str, **changed: Any) -> asked.ReclassifySource:
    return asked.ReclassifySource(
        source_id=source_id,
        traits=traits(**({"persons": 700_000} | changed)),
        grounds="It is other data.",
        evidence_sha256=digest("evidence"),
    )


def persons_there(zones: TwoZones, name: str) -> int | None:
    return zones.there.state.origins[name].traits.persons


@pytest.mark.parametrize("when", ["before it arrived", "after it came in"])
def test_a_re_classification_follows_items_into_the_handbook_that_they_went_to(when: str) -> None:
    zones = TwoZones()
    name = zones.came()
    zones.sent(name)
    if when == "after it came in":
        zones.heard()
    zones.here.given(SELLER, a_finding(name))
    zones.here.settled()
    zones.heard()
    zones.here.settled()
    zones.heard()
    (after,) = zones.there.state.consignments
    assert persons_there(zones, after) == 700_000
    assert [each.subject for each in zones.there.settled() if isinstance(each, DecisionRevoked)] == [after]
    for stage in zones.zones.values():
        assert stage.replayed() == stage.reloaded() == stage.partition.written_down()


def test_it_follows_into_a_handbook_of_the_same_zone_and_from_there_further_on() -> None:
    zones = TwoZones()
    zones.here.given(EXCHANGE, asked.RecordSafeguard(safeguard=scc("I-15", OTHER, PROCESSOR)))
    name = zones.came()
    inside = zones.here.requested(a_transfer(items(name, 0, 99)))
    zones.here.given(OTHER, zones.here.arrival(inside, OTHER))
    (child,) = [each for each in zones.here.state.consignments if each != name]
    command = a_transfer(
        items(child, 0, 9, "L-2"), processor_id=PROCESSOR, handbook_no="HB-0007", to_zone_id=FAR
    )
    further = zones.here.requested(command, OTHER)
    zones.here.given(PROCESSOR, zones.here.arrival(further, PROCESSOR))
    zones.heard()
    zones.here.given(SELLER, a_finding(name))
    for _ in range(3):
        zones.here.settled()
        zones.heard()
    (grandchild,) = zones.there.state.consignments
    assert zones.here.state.origins[child].traits.persons == 700_000
    assert persons_there(zones, grandchild) == 700_000


@pytest.mark.parametrize(("lot", "persons"), [("L-1", 700_000), ("L-9", 800_000)])
def test_of_a_lot_it_follows_the_items_of_that_lot(lot: str, persons: int) -> None:
    zones = TwoZones()
    proposal = a_proposal("HB-0001", lots=(a_lot(100), a_lot(100, "L-9")))
    name = zones.here.gave(ConsignmentProposed, PROCESSOR, proposal).consignment_id
    zones.sent(name, 0, 99)
    zones.heard()
    zones.here.given(SELLER, a_finding(f"{name}/{lot}"))
    zones.here.settled()
    zones.heard()
    (after,) = zones.there.state.consignments
    assert persons_there(zones, after) == persons


def test_what_is_found_of_the_version_that_items_are_of_follows_them_too() -> None:
    zones = TwoZones()
    zones.here.given(EXCHANGE, RecordProductRegistered(product_id="P-07", version="1"))
    proposal = a_proposal("HB-0001", lots=(a_lot(1_000),), made_from="hub://DE/product/P-07/1")
    name = zones.here.gave(ConsignmentProposed, PROCESSOR, proposal).consignment_id
    zones.sent(name)
    zones.heard()
    (after,) = zones.there.state.consignments
    found = RecordProductTraits(
        product_id="P-07", version="1", traits=None, inherited=("domestic", "important"), grounds="A find."
    )
    zones.here.given(EXCHANGE, found)
    zones.here.settled()
    zones.heard()
    now = zones.there.state.origins[after].carried
    assert (now.domestic_pi, now.important, now.complete) == (True, True, False)
    assert now == zones.here.state.origins[name].carried


def test_many_handbooks_are_told_a_few_at_a_time() -> None:
    zones = TwoZones()
    name = zones.came()
    for number in range(PASSED_ON_MAX + 2):
        zones.sent(name, 10 * number, 10 * number + 9, handbook_no=f"HB-F{number}")
    zones.heard()
    zones.here.given(SELLER, a_finding(name))
    assert len(pass_on(zones.here.state)) == PASSED_ON_MAX
    told = [each for each in zones.here.settled() if isinstance(each, ReclassificationPassedOn)]
    assert len(told) == PASSED_ON_MAX + 2
    zones.heard()
    assert {persons_there(zones, each) for each in zones.there.state.consignments} == {700_000}


def test_what_was_never_handed_over_follows_nothing() -> None:
    zones = TwoZones()
    command = FollowReclassification(
        consignment_id="C-1.9.0", traits=traits(), grounds="x", evidence_sha256=digest("x"), by_id=SELLER
    )
    assert refusal(zones.there.ask(SELLER, command)) == ("NOT_PERMITTED", SELLER)
    assert refusal(zones.there.ask(EXCHANGE, command)) == ("CONSIGNMENT_UNKNOWN", "C-1.9.0")
