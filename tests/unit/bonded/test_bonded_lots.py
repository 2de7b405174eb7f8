"""A single lot turns out to be other data: what was made of it falls, and what was made of others stays."""

from typing import Any

from exchange.bonded import commands as asked
from exchange.bonded.between.facts import ReclassificationPassedOn
from exchange.bonded.facts import (
    BalanceCounted,
    ConsignmentAdmitted,
    CrossingDecided,
    DecisionRevoked,
    EgressHeld,
    JobRunCompleted,
    SourceReclassified,
)
from exchange.bonded.fenced.facts import SessionEnded
from exchange.kernel.bases import Recorded
from exchange.policies.bonded_bonded import BONDED_BONDED
from tests.unit.bonded.fenced_stage import a_staffed_zone, opened
from tests.unit.bonded.stage import (
    EXCHANGE,
    OPERATOR,
    OTHER,
    PLATES,
    PROCESSOR,
    ZoneStage,
    a_count,
    a_lot,
    a_product,
    a_return,
    a_start,
    a_transfer,
    an_export,
    items,
    scc,
    traits,
)

FIRST, SECOND = "L-1", "L-2"


def two_lots(stage: ZoneStage) -> str:
    return stage.admitted(lots=(a_lot(100), a_lot(100, SECOND)))


def reclassify(stage: ZoneStage, name: str, **changed: Any) -> Any:
    """The second lot holds plates of the mainland beside what was declared."""
    values = {"traits": traits(collected_in=("CN", "DE"))} | changed
    command = asked.ReclassifySource(
        source_id=f"{name}/{SECOND}", grounds="Plates.", evidence_sha256=bytes(32), **values
    )
    return stage.gave(SourceReclassified, OPERATOR, command)


def of(facts: Any, kind: Any) -> list[Any]:
    return [fact for fact in facts if isinstance(fact, kind)]


def test_only_what_was_made_of_the_lot_carries_it_and_only_that_is_held() -> None:
    stage = a_staffed_zone()
    name = two_lots(stage)
    outputs = []
    for lot in (FIRST, SECOND):
        (raw,) = stage.made(a_start(items(name, 0, 49, lot)), a_product(kind="intermediate"))
        outputs += stage.made(a_start(output_ids=(raw,)), a_product())
    stage.given(PROCESSOR, a_count(name, 100))
    clean, mixed = (stage.requested(an_export(output)) for output in outputs)
    assert reclassify(stage, name).source_id == f"{name}/{SECOND}"
    facts = stage.settled()
    assert {each.subject for each in of(facts, DecisionRevoked) if each.ground == "reclassified"} == {
        name,
        mixed,
    }
    assert of(facts, ConsignmentAdmitted)
    assert stage.state.egresses[clean].phase == "approved"
    assert stage.state.egresses[mixed].phase == "held"
    assert of(facts, EgressHeld)[-1].codes == ("CN_ART4_UNPROVEN",)
    runs = [stage.state.job_runs[stage.state.outputs[output].job_run_id] for output in outputs]
    assert [run.carried.domestic_pi for run in runs if run.carried is not None] == [False, True]
    assert [run.source_ids for run in runs] == [(), (f"{name}/{SECOND}",)]
    assert stage.replayed() == stage.partition.written_down() == stage.reloaded()


def test_a_run_that_goes_on_makes_what_carries_it() -> None:
    stage = a_staffed_zone()
    name = two_lots(stage)
    run = stage.started(a_start(items(name, 0, 9, SECOND)))
    reclassify(stage, name)
    stage.settled()
    done = asked.CompleteJobRun(job_run_id=run, made=(a_product(),))
    assert stage.gave(JobRunCompleted, PROCESSOR, done).carried.domestic_pi
    assert stage.state.job_runs[run].source_ids == (f"{name}/{SECOND}",)
    reclassify(stage, name, traits=traits(persons=1))
    stage.settled()
    carried = stage.state.job_runs[run].carried
    assert carried is not None
    assert not carried.domestic_pi


def test_a_run_begun_afterwards_has_the_lot_behind_it_and_one_on_another_lot_has_not() -> None:
    stage = a_staffed_zone()
    name = two_lots(stage)
    reclassify(stage, name)
    stage.settled()
    behind = [
        stage.state.job_runs[stage.started(a_start(items(name, 0, 9, lot)))].started.behind_source_ids
        for lot in (FIRST, SECOND)
    ]
    assert behind == [(), (f"{name}/{SECOND}",)]


def test_the_admission_rests_on_all_lots() -> None:
    stage = a_staffed_zone()
    name = two_lots(stage)
    reclassify(stage, name, traits=traits(collected_in=("VN",)))
    decided = [each for each in of(stage.settled(), CrossingDecided) if each.intent_kind == "admit"]
    assert decided[-1].deciding_codes == ("LOCAL_LAW_REVIEW",)
    assert stage.state.consignments[name].phase == "in_review"


def test_raw_items_of_other_lots_are_on_their_way_as_before() -> None:
    stage = a_staffed_zone()
    name = two_lots(stage)
    stage.given(PROCESSOR, a_count(name, 200))
    other, lot = (stage.requested(a_return(items(name, 0, 9, each))) for each in (FIRST, SECOND))
    reclassify(stage, name)
    facts = stage.settled()
    revoked = {each.subject for each in of(facts, DecisionRevoked)}
    assert (other in revoked, lot in revoked) == (False, True)


def test_who_looks_at_the_lot_is_asked_about_again_with_what_it_is() -> None:
    stage = a_staffed_zone()
    name = two_lots(stage)
    stage.given(PROCESSOR, a_count(name, 200))
    first = opened(stage, items=items(name, 0, 9, FIRST), seen_from="DE")
    reclassify(stage, name)
    ended = of(stage.settled(), SessionEnded)
    assert [(each.session_id, each.basis) for each in ended] == [(first, "revoked")]
    again = stage.ask(PROCESSOR, a_start(items(name, 0, 9, SECOND)))
    assert of(again, CrossingDecided)[-1].admitted


def test_a_lot_that_is_handed_over_is_what_it_was_found_to_be() -> None:
    stage = a_staffed_zone()
    stage.given(EXCHANGE, asked.RecordSafeguard(safeguard=scc("I-02", PROCESSOR, OTHER)))
    name = two_lots(stage)
    reclassify(stage, name, traits=PLATES)
    stage.settled()
    stage.given(PROCESSOR, a_count(name, 200))
    egress = stage.requested(a_transfer(items(name, 0, 9, SECOND)))
    stage.settled()
    stage.given(OTHER, stage.arrival(egress, OTHER))
    entered = stage.state.zones["BZ-2"].handbooks["HB-0002"]
    assert stage.state.origins[entered].traits == PLATES


def handed_over(stage: ZoneStage, *ranges: Any, to: str = OTHER) -> str:
    """Items that another handbook has now: its consignment."""
    egress = stage.requested(a_transfer(tuple(each for some in ranges for each in some), processor_id=to))
    stage.given(to, stage.arrival(egress, to))
    return stage.state.zones["BZ-2"].handbooks["HB-0002"]


def follows(stage: ZoneStage) -> None:
    """What a zone tells of handed-over items comes back to it, as the policy brings it."""
    for told in of(stage.settled(), ReclassificationPassedOn):
        for ask in BONDED_BONDED.react(Recorded(stage.journal[-1].meta, told)):
            stage.given(EXCHANGE, ask.command)
    stage.settled()


def test_a_handbook_with_items_of_several_lots_follows_the_gravest_of_them() -> None:
    stage = a_staffed_zone()
    stage.given(EXCHANGE, asked.RecordSafeguard(safeguard=scc("I-02", PROCESSOR, OTHER)))
    name = two_lots(stage)
    stage.given(PROCESSOR, a_count(name, 200))
    entered = handed_over(stage, items(name, 0, 9, FIRST), items(name, 0, 9, SECOND))
    reclassify(stage, name, traits=traits(collected_in=("CN",), category="important", persons=5))
    follows(stage)
    now = stage.state.origins[entered].traits
    assert (now.category, now.collected_in, now.persons) == ("important", ("CN", "DE"), None)
    assert stage.state.origins[entered].carried.domestic_pi
    assert stage.state.origins[name].traits == traits()


def test_a_handbook_with_items_of_the_other_lot_alone_follows_nothing() -> None:
    stage = a_staffed_zone()
    stage.given(EXCHANGE, asked.RecordSafeguard(safeguard=scc("I-02", PROCESSOR, OTHER)))
    name = two_lots(stage)
    stage.given(PROCESSOR, a_count(name, 200))
    entered = handed_over(stage, items(name, 0, 9, FIRST))
    reclassify(stage, name, traits=PLATES)
    follows(stage)
    assert stage.state.origins[entered].traits == traits()


def test_a_handbook_of_a_lot_apart_stays_what_that_was_found_to_be_when_its_consignment_is_other_data() -> (
    None
):
    stage = a_staffed_zone()
    stage.given(EXCHANGE, asked.RecordSafeguard(safeguard=scc("I-02", PROCESSOR, OTHER)))
    name = two_lots(stage)
    stage.given(PROCESSOR, a_count(name, 200))
    entered = handed_over(stage, items(name, 0, 9, SECOND))
    reclassify(stage, name, traits=PLATES)
    follows(stage)
    assert stage.state.origins[entered].traits == PLATES
    whole = asked.ReclassifySource(
        source_id=name, traits=traits(persons=5), grounds="Fewer.", evidence_sha256=bytes(32)
    )
    stage.given(OPERATOR, whole)
    follows(stage)
    assert stage.state.origins[name].traits.persons == 5
    assert stage.state.origins[entered].traits == PLATES


def test_a_processor_moves_its_own_items_to_another_handbook_of_its_own() -> None:
    stage = a_staffed_zone()
    name = two_lots(stage)
    stage.given(PROCESSOR, a_count(name, 200))
    entered = handed_over(stage, items(name, 0, 9, FIRST), to=PROCESSOR)
    before, after = stage.state.consignments[name], stage.state.consignments[entered]
    assert (after.proposed.processor_id, after.handed_over_by) == (PROCESSOR, before.handed_over_by)
    counts = stage.gave(BalanceCounted, PROCESSOR, a_count(entered, 10))
    assert (counts.lines[0].admitted, counts.lines[0].transferred_in) == (0, 10)
    # It is worked on in the name of whoever handed it over first, on whose safeguards it came in.
    (output,) = stage.made(a_start(items(entered, 0, 9, "L-2")), a_product())
    stage.given(PROCESSOR, a_count(entered, 0))
    assert stage.requested(an_export(output))
    assert stage.replayed() == stage.partition.written_down() == stage.reloaded()


def test_nothing_moves_into_the_handbook_that_it_is_in() -> None:
    stage = a_staffed_zone()
    name = two_lots(stage)
    (refused,) = stage.ask(
        PROCESSOR, a_transfer(items(name, 0, 9), processor_id=PROCESSOR, handbook_no="HB-0001")
    )
    assert refused.reason == "HANDBOOK_TAKEN"  # type: ignore[attr-defined]
