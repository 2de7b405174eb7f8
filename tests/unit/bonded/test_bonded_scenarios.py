"""SC-03 and SC-04, to the unit."""

from exchange.bonded import commands as asked
from exchange.bonded.accounts import books
from exchange.bonded.credential import verifies
from exchange.bonded.facts import (
    BalanceClosed,
    CaseDecided,
    CaseOpened,
    ConsignmentAdmitted,
    ConsignmentWrittenOff,
    CrossingDecided,
    DecisionRevoked,
    DeletionCertified,
    DestructionRecorded,
    EgressApproved,
    EgressHeld,
    IncidentReported,
    ItemsReturned,
    JobRunCompleted,
    OutputExported,
)
from exchange.bonded.persons.facts import PersonsCounted
from exchange.bonded.values import PanelSeat
from tests.support.stage import refusal
from tests.unit.bonded.stage import (
    ASSESSOR,
    GOVERNANCE,
    PROCESSOR,
    SELLER,
    ZoneStage,
    a_count,
    a_destruction,
    a_product,
    a_proposal,
    a_return,
    a_start,
    a_zone,
    an_export,
    items,
)


def closes(stage: ZoneStage, name: str) -> tuple[int, ...]:
    """Consumed, returned, scrapped, destroyed and on hand: they sum up to what was admitted, in frames and in bytes."""
    for line in books(stage.state.consignments[name]):
        left = line.consumed + line.returned + line.transferred_out + line.scrapped + line.destroyed
        assert line.admitted + line.transferred_in == left + line.on_hand
    frames = books(stage.state.consignments[name])[0]
    assert (frames.unit, frames.admitted) == ("frame", 10_000)
    return frames.consumed, frames.returned, frames.scrapped, frames.destroyed, frames.on_hand


def test_sc_03_a_consignment_from_admission_to_its_write_off() -> None:
    stage = a_zone()
    # S1
    decided, _, admitted = stage.ask(SELLER, a_proposal())
    assert isinstance(decided, CrossingDecided)
    assert isinstance(admitted, ConsignmentAdmitted)
    assert (decided.outcome, decided.reason_codes, decided.satisfied_by) == (
        "ALLOW_COND",
        ("EU_ART46",),
        ("I-01",),
    )
    name = admitted.consignment_id
    assert closes(stage, name) == (0, 0, 0, 0, 10_000)
    # S2
    started = a_start(items(name, 0, 9_999))
    job_run_id = stage.started(started)
    labelled = a_product(items(name, 0, 9_639), quantity=9_640)
    done = asked.CompleteJobRun(job_run_id=job_run_id, made=(labelled,))
    (output,) = stage.gave(JobRunCompleted, PROCESSOR, done).made
    assert closes(stage, name) == (9_640, 0, 0, 0, 360)
    # Egress is held while the balance is open, and let go as it closes.
    (held,) = (
        fact for fact in stage.ask(PROCESSOR, an_export(output.output_id)) if isinstance(fact, EgressHeld)
    )
    assert held.codes[0] == "ZONE_BALANCE"
    assert stage.gave(BalanceClosed, PROCESSOR, a_count(name, 360)).balance_state == "balanced"
    decided, approved, counted = stage.settled()
    assert isinstance(counted, PersonsCounted)
    assert [(each.origin_id, each.foreign_persons) for each in counted.persons] == [(name, 800_000)]
    assert isinstance(decided, CrossingDecided)
    assert isinstance(approved, EgressApproved)
    # S3
    assert (decided.outcome, decided.reason_codes) == ("ALLOW_COND", ("CN_ART4_TRANSIT",))
    exported = stage.gave(OutputExported, SELLER, stage.arrival(held.egress_id))
    assert exported.output_ids == (output.output_id,)
    assert closes(stage, name) == (9_640, 0, 0, 0, 360)
    # S4
    returned = stage.requested(a_return(items(name, 9_640, 9_949)))
    assert stage.gave(ItemsReturned, SELLER, stage.arrival(returned)).consignor_id == SELLER
    assert closes(stage, name) == (9_640, 310, 0, 0, 50)
    assert stage.state.consignments[name].balance == "balanced"
    assert refusal(stage.ask(PROCESSOR, asked.WriteOff(consignment_id=name))) == ("ITEMS_LEFT", name)
    # S5
    recorded = stage.gave(DestructionRecorded, PROCESSOR, a_destruction(name, items(name, 9_950, 9_999)))
    own = stage.verification(recorded.certificate_id, PROCESSOR)
    assert refusal(stage.ask(PROCESSOR, own)) == ("VERIFIER_IS_OPERATOR", recorded.certificate_id)
    certified = stage.gave(DeletionCertified, ASSESSOR, stage.verification(recorded.certificate_id))
    assert certified.verifier_id != certified.operator_id
    assert verifies(certified.credential)
    assert not verifies(certified.credential.replace('"hashes":50', '"hashes":51'))
    assert closes(stage, name) == (9_640, 310, 0, 50, 0)
    # S6
    written = stage.gave(ConsignmentWrittenOff, PROCESSOR, asked.WriteOff(consignment_id=name))
    frames = written.lines[0]
    assert frames.consumed + frames.returned + frames.scrapped + frames.destroyed + frames.on_hand == 10_000
    assert refusal(stage.ask(PROCESSOR, a_start(items(name, 0, 0)))) == ("CONSIGNMENT_CLOSED", name)
    assert stage.replayed() == stage.reloaded() == stage.partition.written_down()


def labelled_and_approved(stage: ZoneStage) -> tuple[str, str, str]:
    """A consignment, the run that labelled all of it, and an approved export of what the run made."""
    name = stage.admitted()
    job_run_id = stage.started(a_start(items(name, 0, 9_999)))
    done = asked.CompleteJobRun(job_run_id=job_run_id, made=(a_product(items(name, 0, 9_999)),))
    (output,) = stage.gave(JobRunCompleted, PROCESSOR, done).made
    stage.given(PROCESSOR, a_count(name, 0))
    egress_id = stage.requested(an_export(output.output_id))
    assert stage.state.egresses[egress_id].phase == "approved"
    return name, job_run_id, egress_id


def test_sc_04_domestic_data_enters_a_bonded_job() -> None:
    stage = a_zone()
    name = stage.admitted()
    plates = stage.source()
    # S1
    job_run_id = stage.started(a_start(items(name, 0, 9_999), source_ids=(plates,)))
    done = asked.CompleteJobRun(job_run_id=job_run_id, made=(a_product(items(name, 0, 9_999)),))
    (output,) = stage.gave(JobRunCompleted, PROCESSOR, done).made
    stage.given(PROCESSOR, a_count(name, 0))
    # S2
    decided, _, held = stage.ask(PROCESSOR, an_export(output.output_id))
    assert isinstance(decided, CrossingDecided)
    assert (decided.outcome, decided.reason_codes) == ("REVIEW", ("CN_ART4_UNPROVEN",))
    assert isinstance(held, EgressHeld)
    early = stage.arrival(held.egress_id)
    assert refusal(stage.ask(SELLER, early)) == ("EGRESS_NOT_APPROVED", held.egress_id)
    # S3, S4
    incident, case = stage.ask(
        PROCESSOR,
        asked.ReportIncident(
            job_run_id=job_run_id, kind="other", statement="Plates of the mainland were joined."
        ),
    )
    assert isinstance(incident, IncidentReported)
    assert incident.own
    assert isinstance(case, CaseOpened)
    assert case.constituencies == ("government", "institution", "industry")
    stage.settled()
    assert stage.state.egresses[held.egress_id].phase == "held"


def test_sc_04_what_was_approved_before_the_processor_reported_itself_is_revoked_and_held() -> None:
    stage = a_zone()
    _, job_run_id, egress_id = labelled_and_approved(stage)
    first = stage.state.egresses[egress_id].decision_id
    case_id = stage.incident(job_run_id, "undeclared_input", stage.source())
    facts = stage.settled()
    (revoked,) = (fact for fact in facts if isinstance(fact, DecisionRevoked))
    assert (revoked.decision_id, revoked.subject) == (first, egress_id)
    assert (revoked.stage, revoked.ground) == ("approved", "incident")
    (held,) = (fact for fact in facts if isinstance(fact, EgressHeld))
    assert (held.outcome, held.codes) == ("REVIEW", ("CN_ART4_UNPROVEN",))
    panel = tuple(
        PanelSeat(name=f"Member {word}", constituency=word)  # type: ignore[arg-type]
        for word in ("government", "institution", "industry")
    )
    verdict = asked.DecideCase(
        case_id=case_id, granted=True, panel=panel, remedy="Run it again without the table."
    )
    assert stage.gave(CaseDecided, GOVERNANCE, verdict).granted


def test_sc_04_what_has_left_is_revoked_too_so_that_its_receiver_can_be_told() -> None:
    stage = a_zone()
    _, job_run_id, egress_id = labelled_and_approved(stage)
    stage.given(SELLER, stage.arrival(egress_id))
    stage.incident(job_run_id, "undeclared_input", stage.source())
    (revoked,) = (fact for fact in stage.settled() if isinstance(fact, DecisionRevoked))
    assert (revoked.subject, revoked.stage) == (egress_id, "left")
