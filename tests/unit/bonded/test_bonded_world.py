"""The four consignments of the world come in as it says: two by a safeguard, two after the counter has looked."""

from typing import Any

import pytest

from exchange.bonded import commands as asked
from exchange.bonded.facts import (
    ConsignmentAdmitted,
    ConsignmentHeld,
    CrossingDecided,
    LiftEnded,
    ReviewLifted,
)
from exchange.kernel.time import DAY
from tests.support.stage import START, refusal
from tests.unit.bonded.stage import (
    COUNTER,
    EXCHANGE,
    KEYS,
    OPERATOR,
    OTHER,
    PROCESSOR,
    SELLER,
    THIRD,
    ZONE,
    ZoneStage,
    a_link,
    a_lot,
    a_party,
    a_proposal,
    a_zone,
    scc,
    traits,
)

# Consignor, processor, origin, return list, unit, quantity, the outcome of the admission, and what it rests on.
WORLD = [
    ("C-0001", SELLER, PROCESSOR, "DE", ("DE",), "frame", 10_000, "ALLOW_COND", ("I-01",), ("EU_ART46",)),
    (
        "C-0002",
        "SE-TH-01",
        OTHER,
        "TH",
        ("TH", "SG"),
        "minute",
        30_000,
        "ALLOW_COND",
        ("I-11",),
        ("TH_PDPA",),
    ),
    ("C-0003", "SE-ID-01", OTHER, "ID", ("ID", "SG"), "minute", 18_000, "REVIEW", (), ("LOCAL_LAW_REVIEW",)),
    (
        "C-0004",
        "BU-TW-01",
        THIRD,
        "TW",
        ("TW",),
        "byte",
        2_400_000_000_000,
        "REVIEW",
        (),
        ("LOCAL_LAW_REVIEW",),
    ),
]


@pytest.fixture
def world() -> ZoneStage:
    """A zone with the world's consignors, lines and safeguards."""
    stage = a_zone()
    for name, place in (("SE-TH-01", "TH"), ("BU-TW-01", "TW")):
        KEYS[name] = KEYS[SELLER]
        stage.given(EXCHANGE, a_party(name, place, "seller"))
    contract = scc("I-11", "SE-TH-01", OTHER, kind="TH-CONTRACT", tz="Asia/Bangkok", tia_current=None)
    stage.given(EXCHANGE, asked.RecordSafeguard(safeguard=contract))
    stage.given(OPERATOR, *(a_link(f"LK-{place}", place) for place in ("TH", "ID", "TW")))
    return stage


@pytest.mark.parametrize("row", WORLD, ids=lambda row: row[0])
def test_a_consignment_of_the_world_comes_in_as_it_says(world: ZoneStage, row: tuple[Any, ...]) -> None:
    name, consignor, processor, origin, return_list, unit, quantity, outcome, relied, codes = row
    proposal = a_proposal(
        name,
        consignor_id=consignor,
        processor_id=processor,
        origin=origin,
        link_ids=(f"LK-{origin}",),
        return_list=return_list,
        unit=unit,
        lots=(a_lot(quantity, each_bytes=1),),
        traits=traits(collected_in=(origin,)),
    )
    decided, _, answered = world.ask(consignor, proposal)
    assert isinstance(decided, CrossingDecided)
    assert (decided.outcome, decided.satisfied_by, decided.deciding_codes) == (outcome, relied, codes)
    if outcome == "REVIEW":
        assert isinstance(answered, ConsignmentHeld)
        ruling = asked.LiftReview(
            zone_id=ZONE,
            handbook_no=name,
            codes=codes,
            valid_until=START + 60 * DAY,
            panel=("Counter",),
            grounds="In favour.",
        )
        world.given(EXCHANGE, ruling)
        answered = world.settled()[-1]
    assert isinstance(answered, ConsignmentAdmitted)


def test_rulings_come_from_the_registry_and_nobody_else_brings_or_ends_them(world: ZoneStage) -> None:
    lift = asked.LiftReview(
        zone_id=ZONE,
        handbook_no="C-0003",
        codes=("LOCAL_LAW_REVIEW",),
        valid_until=START + 60 * DAY,
        panel=("Counter",),
        grounds="In favour.",
        reference="RC-0.1.0",
    )
    end = asked.EndLift(zone_id=ZONE, handbook_no="C-0003", case_id="RC-0.1.0", grounds="Not in favour.")
    for command in (lift, end):
        assert refusal(world.ask(COUNTER, command)) == ("NOT_PERMITTED", COUNTER)
    (nothing,) = world.ask(EXCHANGE, end)
    assert nothing == LiftEnded(
        zone_id=ZONE, handbook_no="C-0003", case_id="RC-0.1.0", ruling_ids=(), grounds="Not in favour."
    )
    (lifted,) = world.ask(EXCHANGE, lift)
    (ended,) = world.ask(EXCHANGE, end)
    assert isinstance(lifted, ReviewLifted)
    assert isinstance(ended, LiftEnded)
    assert ended.ruling_ids == (lifted.ruling_id,)
