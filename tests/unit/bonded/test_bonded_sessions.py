"""Who sees what at view-only stations, and what ends it."""

from collections.abc import Callable
from typing import Any

import pytest

from exchange.bonded import commands as asked
from exchange.bonded.facts import CaseOpened, ConsignmentHeld, CrossingDecided, IncidentReported
from exchange.bonded.fenced import commands as fenced
from exchange.bonded.fenced.access import TOGETHER_MAX
from exchange.bonded.fenced.facts import AccessContinued, SessionEnded, SessionOpened
from exchange.kernel.bases import Cause
from exchange.kernel.protocol import Refused
from exchange.kernel.time import DAY, HOUR
from tests.support.stage import START, size_bytes
from tests.unit.bonded.fenced_stage import (
    WORKERS,
    a_grant,
    a_pool,
    a_session,
    a_staffed_zone,
    a_station,
    opened,
    running,
)
from tests.unit.bonded.stage import (
    EXCHANGE,
    OPERATOR,
    PROCESSOR,
    SELLER,
    ZoneStage,
    a_count,
    a_destruction,
    a_link,
    a_party,
    a_product,
    a_start,
    items,
    scc,
    traits,
)


def of(facts: Any, kind: Any) -> list[Any]:
    return [fact for fact in facts if isinstance(fact, kind)]


def ends(stage: ZoneStage) -> list[tuple[str, str, tuple[str, ...]]]:
    """What ended by itself: which, why, and the fence's deciding code if it was the fence."""
    return [(each.session_id, each.basis, each.codes[:1]) for each in of(stage.settled(), SessionEnded)]


def test_a_session_says_what_is_seen_by_whom_and_what_it_does_not_let_them_do() -> None:
    stage = a_staffed_zone()
    name, run = running(stage)
    decided, session = stage.ask(PROCESSOR, a_session(job_run_id=run))
    assert isinstance(decided, CrossingDecided)
    assert isinstance(session, SessionOpened)
    assert (decided.intent_kind, decided.outcome, decided.reason_codes) == (
        "access",
        "ALLOW_COND",
        ("EU_ART46",),
    )
    assert (session.consignment_ids, session.may) == ((name,), ("view", "annotate"))
    assert session.may_not == ("export", "clipboard", "print", "capture", "network")
    assert session.decision_id == decided.decision_id


@pytest.mark.parametrize(
    ("seen_from", "outcome", "codes"),
    [
        ("SG", "DENY", ("EU_NO_TOOL", "ZONE_RETURN_LIST")),
        ("CN", "DENY", ("ZONE_NO_LINK", "ZONE_RETURN_LIST")),
        ("DE", "REVIEW", ("ZONE_BALANCE",)),
    ],
)
def test_who_looks_from_afar_is_asked_about_as_if_the_data_went_there(
    seen_from: str, outcome: str, codes: tuple[str, ...]
) -> None:
    stage = a_staffed_zone()
    _, run = running(stage)
    decided, no = stage.ask(PROCESSOR, a_session(job_run_id=run, seen_from=seen_from))
    assert isinstance(decided, CrossingDecided)
    assert isinstance(no, Refused)
    assert (decided.outcome, decided.deciding_codes, no.reason) == (outcome, codes, "FENCE_REFUSED")
    assert no.codes[: len(codes)] == codes


def test_who_looks_from_the_home_of_the_data_may_once_the_balance_is_closed_and_no_longer_than_it_is() -> (
    None
):
    stage = a_staffed_zone()
    name = stage.admitted()
    stage.given(PROCESSOR, a_count(name, 10_000))
    session = opened(stage, items=items(name, 0, 9), seen_from="DE")
    stage.given(PROCESSOR, a_count(name, 9_000))
    assert ends(stage) == [(session, "fence", ("ZONE_BALANCE",))]


def a_suspension(stage: ZoneStage, name: str, run: str) -> None:
    stage.given(EXCHANGE, asked.RecordPartyStanding(participant_id=PROCESSOR, active=False))


def the_end_of_its_term(stage: ZoneStage, name: str, run: str) -> None:
    stage.later(9 * HOUR)


def the_end_of_its_job(stage: ZoneStage, name: str, run: str) -> None:
    stage.given(PROCESSOR, asked.CompleteJobRun(job_run_id=run, made=(a_product(items(name, 0, 99)),)))


def a_failure_of_its_job(stage: ZoneStage, name: str, run: str) -> None:
    stage.given(PROCESSOR, asked.FailJobRun(job_run_id=run, grounds="It stopped."))


def a_re_classification(stage: ZoneStage, name: str, run: str) -> None:
    command = asked.ReclassifySource(
        source_id=name, traits=traits(persons=900_000), grounds="More.", evidence_sha256=bytes(32)
    )
    stage.given(SELLER, command)


def an_incident(stage: ZoneStage, name: str, run: str) -> None:
    stage.incident(run, "other")


def a_pool_without_them(stage: ZoneStage, name: str, run: str) -> None:
    stage.given(PROCESSOR, a_pool(worker_ids=WORKERS[1:]))


def a_station_that_is_down(stage: ZoneStage, name: str, run: str) -> None:
    stage.given(OPERATOR, a_station(state="down"))


def a_station_that_prints(stage: ZoneStage, name: str, run: str) -> None:
    stage.given(OPERATOR, a_station(lets=("view", "print")))


def a_processor_that_is_none_any_more(stage: ZoneStage, name: str, run: str) -> None:
    stage.given(EXCHANGE, a_party(PROCESSOR, "CN-LG", "seller"))


def a_processor_that_moved_away(stage: ZoneStage, name: str, run: str) -> None:
    stage.given(EXCHANGE, a_party(PROCESSOR, "CN", "seller", "processor"))


def a_safeguard_that_fell(stage: ZoneStage, name: str, run: str) -> None:
    stage.given(OPERATOR, asked.RecordSafeguard(safeguard=scc(status="revoked")))


@pytest.mark.parametrize(
    ("happens", "basis", "code"),
    [
        (a_suspension, "suspended", ()),
        (a_processor_that_is_none_any_more, "suspended", ()),
        (a_processor_that_moved_away, "suspended", ()),
        (the_end_of_its_term, "time", ()),
        (the_end_of_its_job, "job_ended", ()),
        (a_failure_of_its_job, "job_ended", ()),
        (a_re_classification, "revoked", ()),
        (an_incident, "incident", ()),
        (a_pool_without_them, "pool", ()),
        (a_station_that_is_down, "station", ()),
        (a_station_that_prints, "station", ()),
        (a_safeguard_that_fell, "fence", ("EU_NO_TOOL",)),
    ],
)
def test_a_session_ends_by_itself(
    happens: Callable[[ZoneStage, str, str], None], basis: str, code: tuple[str, ...]
) -> None:
    stage = a_staffed_zone()
    name, run = running(stage)
    session = opened(stage, job_run_id=run)
    happens(stage, name, run)
    assert ends(stage) == [(session, basis, code)]
    assert not stage.state.fenced.open
    assert stage.replayed() == stage.partition.written_down() == stage.reloaded()


def test_a_session_ends_with_the_last_day_of_what_it_sees() -> None:
    stage = a_staffed_zone()
    name = stage.admitted(retention_until="2026-11-02")
    stage.later(10 * HOUR)
    session = opened(stage, items=items(name, 0, 9), ends_at=START + 16 * HOUR)
    stage.later(6 * HOUR)
    assert [each[0] for each in ends(stage)] == [session]


def test_who_looks_at_items_sees_them_no_more_once_they_have_left_the_books_and_others_go_on() -> None:
    stage = a_staffed_zone()
    name = stage.admitted()
    first = opened(stage, items=items(name, 0, 9))
    opened(stage, items=items(name, 10, 19), worker_id="W-002", station_id="ST-002")
    grounds = {"grounds": "Black.", "evidence_sha256": bytes(32)}
    stage.given(PROCESSOR, asked.ScrapItems(items=items(name, 9, 9), **grounds))
    assert ends(stage) == [(first, "gone", ())]


def test_a_consignment_whose_key_is_destroyed_is_seen_by_nobody() -> None:
    stage = a_staffed_zone()
    name = stage.admitted()
    session = opened(stage, items=items(name, 0, 9))
    stage.destroyed(a_destruction(name, items(name, 0, 9_999)))
    assert ends(stage) == [(session, "gone", ())]


def test_a_seat_is_taken_while_items_are_looked_at() -> None:
    stage = a_staffed_zone()
    name = stage.admitted()
    session = opened(stage, items=items(name, 0, 9))
    assert stage.state.zones["BZ-2"].seats_used == 1
    stage.given(PROCESSOR, fenced.EndSession(session_id=session, grounds="Done."))
    assert stage.state.zones["BZ-2"].seats_used == 0


def test_one_answer_says_how_all_sessions_stand_that_the_fence_cannot_tell_apart() -> None:
    stage = a_staffed_zone()
    _, run = running(stage)
    first = opened(stage, job_run_id=run)
    second = opened(stage, job_run_id=run, worker_id="W-002", station_id="ST-002")
    stage.given(OPERATOR, a_link("LK-XX", "FR"))
    facts = stage.settled()
    (continued,) = of(facts, AccessContinued)
    assert (sorted(continued.access_ids), len(of(facts, CrossingDecided))) == (sorted((first, second)), 1)
    stage.given(OPERATOR, asked.RecordSafeguard(safeguard=scc(status="suspended")))
    facts = stage.settled()
    assert (len(of(facts, SessionEnded)), len(of(facts, CrossingDecided))) == (2, 1)


def test_a_breach_ends_the_session_and_opens_a_case_that_a_panel_decides() -> None:
    stage = a_staffed_zone()
    name = stage.admitted()
    session = opened(stage, items=items(name, 0, 9))
    breach = fenced.ReportBreach(session_id=session, breach="clipboard", statement="It was copied.")
    ended, incident, case = stage.ask(OPERATOR, breach)
    assert isinstance(ended, SessionEnded)
    assert isinstance(incident, IncidentReported)
    assert isinstance(case, CaseOpened)
    assert (ended.basis, incident.kind, incident.access_id) == ("incident", "session_breach", session)
    assert (incident.job_run_id, incident.consignment_ids, case.consignment_ids) == ("", (name,), (name,))
    assert (incident.own, case.incident_id) == (False, incident.incident_id)


def test_a_breach_of_one_ends_the_sessions_of_the_whole_job_run() -> None:
    stage = a_staffed_zone()
    _, run = running(stage)
    first = opened(stage, job_run_id=run)
    second = opened(stage, job_run_id=run, worker_id="W-002", station_id="ST-002")
    stage.given(PROCESSOR, fenced.ReportBreach(session_id=first, breach="print", statement="It was printed."))
    assert ends(stage) == [(second, "incident", ())]


def test_a_consignment_that_goes_to_people_is_seen_by_nobody() -> None:
    stage = a_staffed_zone()
    name = stage.admitted()
    session = opened(stage, items=items(name, 0, 9))
    command = asked.ReclassifySource(
        source_id=name,
        traits=traits(collected_in=("DE", "VN")),
        grounds="It is other data.",
        evidence_sha256=bytes(32),
    )
    stage.given(SELLER, command)
    facts = stage.settled()
    assert of(facts, ConsignmentHeld)
    assert [(each.session_id, each.basis) for each in of(facts, SessionEnded)] == [(session, "revoked")]


def test_many_sessions_end_a_bounded_number_at_a_time() -> None:
    stage = a_staffed_zone()
    name = stage.admitted()
    run = stage.started(a_start(items(name, 0, 99), seats=150))
    workers = tuple(f"W-{number}" for number in range(130))
    stage.given(PROCESSOR, a_pool(worker_ids=workers))
    for number, worker in enumerate(workers):
        stage.given(OPERATOR, a_station(f"SX-{number}"))
        stage.given(PROCESSOR, a_session(job_run_id=run, worker_id=worker, station_id=f"SX-{number}"))
    stage.given(EXCHANGE, asked.RecordPartyStanding(participant_id=PROCESSOR, active=False))
    cause = Cause("bonded", 0, stage.offset + 1, EXCHANGE, "tick", stage.at)
    step = tuple(stage.decider.expire(stage.state, cause))
    assert len(of(step, SessionEnded)) == len(step) == TOGETHER_MAX
    assert size_bytes(step) < 256 * 1024
    assert len(of(stage.settled(), SessionEnded)) == 130


def test_an_answer_that_holds_only_for_a_time_is_asked_for_again_then() -> None:
    stage = a_staffed_zone()
    stage.given(OPERATOR, asked.RecordSafeguard(safeguard=scc(valid_to="2026-11-02")))
    name = stage.admitted()
    session = opened(stage, items=items(name, 0, 9), ends_at=START + 10 * HOUR)
    assert session in stage.state.fenced.open
    stage.later(DAY)
    assert [(each[0], each[1]) for each in ends(stage)] == [(session, "time")]


def test_a_processor_that_is_described_anew_and_still_processes_there_goes_on() -> None:
    stage = a_staffed_zone()
    _, run = running(stage)
    session = opened(stage, job_run_id=run)
    stage.given(EXCHANGE, a_party(PROCESSOR, "CN-LG", "processor", beneficial_owner="UBO-NEW"))
    assert ends(stage) == []
    assert of([each.fact for each in stage.journal], AccessContinued)[-1].access_ids == (session,)


def test_who_may_not_process_there_any_more_begins_nothing() -> None:
    stage = a_staffed_zone()
    name, run = running(stage)
    stage.given(EXCHANGE, a_party(PROCESSOR, "CN", "processor"))
    for command in (a_session(job_run_id=run), a_start(items(name, 0, 9)), a_grant(name)):
        (fact,) = stage.ask(PROCESSOR, command)
        assert isinstance(fact, Refused)
        assert (fact.reason, fact.subject) == ("PROCESSOR_UNFIT", PROCESSOR)
