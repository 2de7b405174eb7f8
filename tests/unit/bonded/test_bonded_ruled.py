"""What the counter rules against ends what is to leave a handbook on it, held or let out by an earlier ruling."""

from typing import Any

import pytest

from exchange.bonded import commands as asked
from exchange.bonded.facts import EgressApproved, EgressHeld, EgressRequested
from exchange.bonded.ruled.commands import RuleAgainst
from exchange.bonded.ruled.deciding import ENDED_MAX
from exchange.bonded.ruled.facts import EgressEnded, RuledAgainst
from exchange.kernel.bases import Cause
from exchange.kernel.protocol import Refused
from exchange.kernel.time import DAY
from tests.support.stage import START, size_bytes
from tests.unit.bonded.stage import (
    COUNTER,
    EXCHANGE,
    PROCESSOR,
    ZONE,
    ZoneStage,
    a_count,
    a_product,
    a_return,
    a_start,
    a_zone,
    an_export,
    items,
)

CODE = "CN_ART4_UNPROVEN"


def against(handbook_no: str = "HB-0001", *codes: str, zone_id: str = ZONE) -> RuleAgainst:
    return RuleAgainst(
        zone_id=zone_id, handbook_no=handbook_no, case_id="RC-0.9.0", codes=codes or (CODE,), grounds="No."
    )


def lift() -> asked.LiftReview:
    return asked.LiftReview(
        zone_id=ZONE,
        handbook_no="HB-0001",
        codes=(CODE,),
        valid_until=START + 30 * DAY,
        panel=("One",),
        grounds="It is in order.",
        reference="RC-0.9.0",
    )


def mixed() -> tuple[ZoneStage, str, str]:
    """A product into which plates of the mainland went, so that only people let it out."""
    stage = a_zone()
    name = stage.admitted()
    (output,) = stage.made(a_start(items(name, 0, 99), source_ids=(stage.source(),)), a_product())
    stage.given(PROCESSOR, a_count(name, 9_900))
    return stage, name, output


def asked_for(stage: ZoneStage, output: str) -> tuple[str, Any]:
    """A request, and what was said of it."""
    facts = stage.ask(PROCESSOR, an_export(output))
    (requested,) = [each for each in facts if isinstance(each, EgressRequested)]
    (said,) = [each for each in facts if isinstance(each, EgressHeld | EgressApproved)]
    return requested.egress_id, said


def of(facts: Any, kind: Any) -> list[Any]:
    return [fact for fact in facts if isinstance(fact, kind)]


def test_what_is_held_for_it_ends_and_cannot_arrive_any_more() -> None:
    stage, name, output = mixed()
    egress_id, held = asked_for(stage, output)
    assert (held.outcome, held.codes) == ("REVIEW", (CODE,))
    (ruled,) = of(stage.ask(EXCHANGE, against()), RuledAgainst)
    assert (ruled.egresses, ruled.ruling_ids) == (1, ())
    (ended,) = of(stage.settled(), EgressEnded)
    assert (ended.egress_id, ended.case_id, ended.codes) == (egress_id, "RC-0.9.0", (CODE,))
    assert stage.state.consignments[name].egress_ids == []
    (refused,) = stage.ask(PROCESSOR, asked.WithdrawEgress(egress_id=egress_id, grounds="?"))
    assert isinstance(refused, Refused)
    assert (refused.reason, refused.detail) == ("EGRESS_ENDED", "the counter ruled against it")
    assert stage.replayed() == stage.partition.written_down() == stage.reloaded()


def test_what_a_ruling_let_out_ends_once_another_panel_rules_against() -> None:
    stage, _, output = mixed()
    stage.given(EXCHANGE, lift())
    egress_id, approved = asked_for(stage, output)
    assert (type(approved), approved.lifted) == (EgressApproved, (CODE,))
    (ruled,) = of(stage.ask(EXCHANGE, against()), RuledAgainst)
    assert (ruled.egresses, len(ruled.ruling_ids)) == (1, 1)
    facts = stage.settled()
    assert [each.egress_id for each in of(facts, EgressEnded)] == [egress_id]
    assert of(facts, EgressHeld) == []
    assert asked_for(stage, output)[1].outcome == "REVIEW"
    assert stage.replayed() == stage.partition.written_down() == stage.reloaded()


@pytest.mark.parametrize(("handbook_no", "codes"), [("HB-0001", ("ZONE_BALANCE",)), ("HB-9999", (CODE,))])
def test_what_waits_for_something_else_waits_on(handbook_no: str, codes: tuple[str, ...]) -> None:
    stage, _, output = mixed()
    egress_id, _ = asked_for(stage, output)
    (ruled,) = of(stage.ask(EXCHANGE, against(handbook_no, *codes)), RuledAgainst)
    assert ruled.egresses == 0
    assert of(stage.settled(), EgressEnded) == []
    assert stage.state.egresses[egress_id].phase == "held"


def test_raw_items_go_back_all_the_same() -> None:
    stage, name, output = mixed()
    asked_for(stage, output)
    raw = stage.requested(a_return(items(name, 500, 509)))
    stage.given(EXCHANGE, against())
    stage.settled()
    assert stage.state.egresses[raw].phase == "approved"


def test_many_end_a_few_at_a_time() -> None:
    stage, _, output = mixed()
    for _ in range(ENDED_MAX + 1):
        asked_for(stage, output)
    stage.given(EXCHANGE, against())
    step = stage.decider.expire(stage.state, Cause("bonded", 0, 999, EXCHANGE, "t", stage.at))
    assert len(of(step, EgressEnded)) == ENDED_MAX
    assert size_bytes(tuple(step)) < 128 * 1024
    assert len(of(stage.settled(), EgressEnded)) == ENDED_MAX + 1


def test_nobody_but_the_exchange_brings_it_and_only_to_a_zone_that_there_is() -> None:
    stage = a_zone()
    for actor, zone_id, reason in ((COUNTER, ZONE, "NOT_PERMITTED"), (EXCHANGE, "BZ-9", "ZONE_UNKNOWN")):
        (refused,) = stage.ask(actor, against(zone_id=zone_id))
        assert isinstance(refused, Refused)
        assert refused.reason == reason
