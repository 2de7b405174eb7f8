"""What data carries, who clears it, and what falls when it turns out to be other data."""

from typing import Any

from exchange.bonded import commands as asked
from exchange.bonded.facts import (
    ConsignmentAdmitted,
    ConsignmentHeld,
    ConsignmentProposed,
    CrossingDecided,
    DecisionRevoked,
    EgressApproved,
    EgressHeld,
    JobRunCompleted,
    TaintsRecomputed,
)
from exchange.bonded.working import RUNS_MAX
from exchange.kernel.time import DAY
from tests.support.stage import START, refusal, size_bytes
from tests.unit.bonded.stage import (
    ASSESSOR,
    EXCHANGE,
    INDONESIAN,
    OPERATOR,
    PROCESSOR,
    SELLER,
    ZONE,
    ZoneStage,
    a_count,
    a_link,
    a_product,
    a_proposal,
    a_start,
    a_zone,
    an_export,
    digest,
    items,
    scc,
    traits,
)


def carried(stage: ZoneStage, output_id: str) -> Any:
    """What an output carries now."""
    return stage.state.job_runs[stage.state.outputs[output_id].job_run_id].carried


def a_report(job_run_id: str, *clears: Any) -> asked.ApproveAnonymisation:
    return asked.ApproveAnonymisation(
        job_run_id=job_run_id,
        clears=clears or ("domestic_pi",),
        report_sha256=digest("report"),
        statement="Nobody can be found in it any more.",
    )


def reclassified(source_id: str, **changed: Any) -> asked.ReclassifySource:
    return asked.ReclassifySource(
        source_id=source_id,
        traits=traits(**changed),
        grounds="It is other data.",
        evidence_sha256=digest("evidence"),
    )


def of(facts: Any, kind: Any) -> list[Any]:
    return [fact for fact in facts if isinstance(fact, kind)]


def chain(stage: ZoneStage, name: str, *sources: str) -> tuple[str, str]:
    """Lineage.md's three jobs: a consignment becomes W1, W1 and what is named W2, and W2 a product."""
    (first,) = stage.made(a_start(items(name, 0, 99)), a_product(kind="intermediate"))
    (second,) = stage.made(a_start(output_ids=(first,), source_ids=sources), a_product(kind="intermediate"))
    (product,) = stage.made(a_start(output_ids=(second,)), a_product())
    return second, product


def test_an_output_carries_what_all_inputs_carry_over_three_jobs() -> None:
    stage = a_zone()
    _, product = chain(stage, stage.admitted(), stage.source())
    found = carried(stage, product)
    assert (found.origins, found.domestic_pi, found.separable) == (("CN", "DE"), True, False)


def test_only_an_approved_report_clears_what_is_carried_and_with_it_the_places_of_the_mainland() -> None:
    stage = a_zone()
    name = stage.admitted()
    second, product = chain(stage, name, stage.source())
    stage.given(PROCESSOR, a_count(name, 9_900))
    egress_id = stage.requested(an_export(product))
    assert stage.state.egresses[egress_id].phase == "held"
    stage.given(ASSESSOR, a_report(stage.state.outputs[second].job_run_id))
    facts = stage.settled()
    assert not of(facts, DecisionRevoked)
    (approved,) = of(facts, EgressApproved)
    assert approved.egress_id == egress_id
    found = carried(stage, product)
    assert (found.origins, found.domestic_pi) == (("DE",), False)


def test_a_report_on_one_job_does_not_clear_what_came_in_by_another() -> None:
    stage = a_zone()
    name = stage.admitted()
    (first,) = stage.made(
        a_start(items(name, 0, 9), source_ids=(stage.source(),)), a_product(kind="intermediate")
    )
    stage.given(ASSESSOR, a_report(stage.state.outputs[first].job_run_id))
    stage.settled()
    (last,) = stage.made(a_start(output_ids=(first,), source_ids=(stage.source(),)), a_product())
    assert carried(stage, last).domestic_pi


def test_what_was_kept_separable_all_the_way_is_split_at_the_fence() -> None:
    stage = a_zone()
    name = stage.admitted()
    start = a_start(items(name, 0, 99), source_ids=(stage.source(),), keeps_separable=True)
    (output,) = stage.made(start, a_product())
    stage.given(PROCESSOR, a_count(name, 9_900))
    decided = stage.gave(CrossingDecided, PROCESSOR, an_export(output))
    assert (decided.outcome, decided.reason_codes) == ("ALLOW_COND", ("CN_ART4_SPLIT", "CN_ART5_LT100K"))


def test_persons_of_a_source_count_once_in_the_exporters_year() -> None:
    stage = a_zone()
    name, plates = stage.admitted(), stage.source()
    outputs = []
    for first in (0, 100):
        start = a_start(items(name, first, first + 99), source_ids=(plates,), keeps_separable=True)
        outputs += stage.made(start, a_product())
    other = a_start(items(name, 200, 299), source_ids=(stage.source(),), keeps_separable=True)
    outputs += stage.made(other, a_product())
    stage.given(PROCESSOR, a_count(name, 9_700))
    codes = [stage.gave(CrossingDecided, PROCESSOR, an_export(output)).reason_codes[-1] for output in outputs]
    # 50,000 plates, the same ones, and then those of another source: how many they share nobody has said.
    assert codes == ["CN_ART5_LT100K", "CN_ART5_LT100K", "COUNTS_MISSING"]


def test_a_re_classified_source_reaches_every_descendant_and_revokes_what_rests_on_it() -> None:
    stage = a_zone()
    name = stage.admitted()
    table = stage.source(traits=traits(contains_pi=False, collected_in=("DE",), persons=0))
    _, product = chain(stage, name, table)
    stage.given(PROCESSOR, a_count(name, 9_900))
    waits, gone = (stage.requested(an_export(product)) for _ in range(2))
    stage.given(SELLER, stage.arrival(gone))
    stage.given(OPERATOR, reclassified(table, collected_in=("CN",), persons=50_000))
    facts = stage.settled()
    assert sorted((each.subject, each.stage, each.ground) for each in of(facts, DecisionRevoked)) == [
        (waits, "approved", "reclassified"),
        (gone, "left", "reclassified"),
    ]
    assert carried(stage, product).domestic_pi
    (held,) = of(facts, EgressHeld)
    assert (held.egress_id, held.codes) == (waits, ("CN_ART4_UNPROVEN",))
    assert stage.replayed() == stage.partition.written_down()


def test_a_milder_re_classification_revokes_and_approves_anew() -> None:
    stage = a_zone()
    name = stage.admitted()
    _, product = chain(stage, name)
    stage.given(PROCESSOR, a_count(name, 9_900))
    egress_id = stage.requested(an_export(product))
    before = stage.state.egresses[egress_id].decision_id
    stage.given(SELLER, reclassified(name, persons=700_000))
    facts = stage.settled()
    assert {each.subject for each in of(facts, DecisionRevoked)} == {name, egress_id}
    assert of(facts, ConsignmentAdmitted)
    egress = stage.state.egresses[egress_id]
    assert (egress.phase, egress.decision_id != before) == ("approved", True)


def test_a_re_classified_consignment_waits_for_people_where_the_fence_says_so_and_only_raw_items_go_back() -> (
    None
):
    stage = a_zone()
    name, product = stage.admitted(), ""
    _, product = chain(stage, name)
    stage.given(PROCESSOR, a_count(name, 9_900))
    export = stage.requested(an_export(product))
    stage.given(SELLER, reclassified(name, collected_in=("DE", "VN")))
    facts = stage.settled()
    assert of(facts, ConsignmentHeld)[-1].codes == ("LOCAL_LAW_REVIEW",)
    assert stage.state.egresses[export].phase == "held"
    assert refusal(stage.ask(PROCESSOR, a_start(items(name, 200, 209)))) == ("CONSIGNMENT_NOT_ADMITTED", name)


def test_a_long_line_of_descendants_is_worked_out_a_few_at_a_time_and_before_anything_else_is_decided() -> (
    None
):
    stage = a_zone()
    name = stage.admitted()
    table = stage.source(traits=traits(contains_pi=False, collected_in=("DE",), persons=0))
    (last,) = stage.made(a_start(items(name, 0, 9), source_ids=(table,)), a_product(kind="intermediate"))
    for _ in range(2 * RUNS_MAX):
        (last,) = stage.made(a_start(output_ids=(last,)), a_product(kind="intermediate"))
    stage.given(OPERATOR, reclassified(table, collected_in=("CN",), persons=50_000))
    facts = stage.ask(PROCESSOR, a_start(output_ids=(last,)))
    steps = of(facts, TaintsRecomputed)
    assert max(len(each.seen) for each in steps) <= RUNS_MAX
    assert sum(len(each.seen) for each in steps) == 2 * RUNS_MAX + 1
    assert carried(stage, last).domestic_pi
    assert size_bytes(facts) < 256 * 1024


def test_a_source_reported_while_its_job_runs_is_in_what_the_job_makes() -> None:
    stage = a_zone()
    name = stage.admitted()
    job_run_id = stage.started(a_start(items(name, 0, 9)))
    stage.incident(job_run_id, "undeclared_input", stage.source())
    done = asked.CompleteJobRun(job_run_id=job_run_id, made=(a_product(),))
    assert stage.gave(JobRunCompleted, PROCESSOR, done).carried.domestic_pi


def test_what_was_written_outside_the_fence_lets_nothing_out_until_a_panel_tolerates_it() -> None:
    stage = a_zone()
    name = stage.admitted()
    (output,) = stage.made(a_start(items(name, 0, 99)), a_product())
    stage.given(PROCESSOR, a_count(name, 9_900))
    egress_id = stage.requested(an_export(output))
    case_id = stage.incident(stage.state.outputs[output].job_run_id, "wrote_outside_fence")
    held = of(stage.settled(), EgressHeld)[-1]
    assert (held.outcome, held.codes[0]) == ("DENY", "ZONE_FENCE")
    seats: Any = [
        {"name": f"M {word}", "constituency": word} for word in ("government", "institution", "industry")
    ]
    from exchange.bonded.values import PanelSeat

    verdict = asked.DecideCase(
        case_id=case_id,
        granted=True,
        panel=tuple(PanelSeat(**seat) for seat in seats),
        remedy="Brought back.",
    )
    stage.given("MB-CN-01", verdict)
    assert of(stage.settled(), EgressApproved)
    assert stage.state.egresses[egress_id].phase == "approved"


def test_an_approval_falls_with_what_it_rests_on_and_comes_back_with_it() -> None:
    stage = a_zone()
    name = stage.admitted()
    (output,) = stage.made(a_start(items(name, 0, 99)), a_product())
    stage.given(PROCESSOR, a_count(name, 9_900))
    egress_id = stage.requested(an_export(output))
    stage.given(OPERATOR, a_link(state="down"))
    facts = stage.settled()
    assert [(each.subject, each.ground) for each in of(facts, DecisionRevoked)] == [(egress_id, "rules")]
    assert of(facts, EgressHeld)[0].codes[0] == "ZONE_NO_LINK"
    stage.given(OPERATOR, a_link())
    assert of(stage.settled(), EgressApproved)


def test_an_approval_falls_when_its_time_is_over() -> None:
    stage = a_zone()
    name = stage.admitted(retention_until="2026-11-03")
    (output,) = stage.made(a_start(items(name, 0, 99)), a_product())
    stage.given(PROCESSOR, a_count(name, 9_900))
    egress_id = stage.requested(an_export(output))
    stage.later(3 * DAY)
    (revoked,) = of(stage.settled(), DecisionRevoked)
    assert (revoked.subject, revoked.ground) == (egress_id, "time")


def test_a_suspended_receiver_and_a_new_job_hold_what_was_approved() -> None:
    stage = a_zone()
    name = stage.admitted()
    (output,) = stage.made(a_start(items(name, 0, 99)), a_product())
    stage.given(PROCESSOR, a_count(name, 9_900))
    egress_id = stage.requested(an_export(output))
    stage.made(a_start(items(name, 100, 199)), a_product())
    (revoked,) = of(stage.settled(), DecisionRevoked)
    assert (revoked.subject, revoked.ground) == (egress_id, "rules")
    stage.given(EXCHANGE, asked.RecordPartyStanding(participant_id=PROCESSOR, active=False))
    assert "ZONE_COMMITMENT" in of(stage.settled(), EgressHeld)[-1].codes


def test_a_consignment_that_the_fence_puts_to_people_is_let_in_by_the_counters_ruling() -> None:
    stage = a_zone()
    command = a_proposal(
        "HB-0003",
        consignor_id=INDONESIAN,
        origin="ID",
        link_ids=("LK-ID", "LK-SG"),
        return_list=("ID", "SG"),
        traits=traits(collected_in=("ID",), persons=1_200),
    )
    _, proposed, held = stage.ask(INDONESIAN, command)
    assert isinstance(proposed, ConsignmentProposed)
    assert isinstance(held, ConsignmentHeld)
    lifting = asked.LiftReview(
        zone_id=ZONE,
        handbook_no="HB-0003",
        codes=held.codes,
        valid_until=START + 30 * DAY,
        panel=("One", "Two"),
        grounds="The home law's duties are met by contract.",
    )
    stage.given(EXCHANGE, lifting)
    decided, admitted = stage.settled()
    assert isinstance(decided, CrossingDecided)
    assert (decided.outcome, decided.admitted, len(decided.ruling_ids)) == ("REVIEW", True, 1)
    assert isinstance(admitted, ConsignmentAdmitted)
    assert stage.started(a_start(items(proposed.consignment_id, 0, 9)))


def test_work_on_a_consignment_needs_the_safeguard_that_it_came_in_under() -> None:
    stage = a_zone()
    name = stage.admitted()
    stage.given(EXCHANGE, asked.RecordSafeguard(safeguard=scc(status="revoked")))
    facts = stage.ask(PROCESSOR, a_start(items(name, 0, 9)))
    assert facts[-1].codes == ("EU_NO_TOOL",)  # type: ignore[attr-defined]
