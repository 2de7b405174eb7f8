"""Fenced volumes: who has them, what closes, seals and condemns them, and what their port says."""

from typing import Any

import pytest

from exchange.bonded import commands as asked
from exchange.bonded.facts import CaseOpened, CrossingDecided, EgressApproved, EgressHeld, IncidentReported
from exchange.bonded.fenced import commands as fenced
from exchange.bonded.fenced.facts import (
    EnforcementReported,
    SessionEnded,
    VolumeCondemned,
    VolumeGranted,
    VolumeRevoked,
    VolumeSealed,
)
from exchange.bonded.values import PanelSeat
from exchange.kernel.time import HOUR
from tests.unit.bonded.fenced_stage import a_grant, a_report, a_staffed_zone, granted, opened, running
from tests.unit.bonded.stage import (
    EXCHANGE,
    GOVERNANCE,
    OPERATOR,
    PROCESSOR,
    SELLER,
    ZoneStage,
    a_count,
    a_destruction,
    a_product,
    a_start,
    an_export,
    erasure,
    items,
)


def of(facts: Any, kind: Any) -> list[Any]:
    return [fact for fact in facts if isinstance(fact, kind)]


def done(stage: ZoneStage, run: str, name: str) -> str:
    """The one product of a run."""
    stage.given(PROCESSOR, asked.CompleteJobRun(job_run_id=run, made=(a_product(items(name, 0, 99)),)))
    return stage.state.job_runs[run].made_ids[0]


def test_raw_data_is_granted_for_reading_and_the_volume_of_a_run_for_writing_as_the_fence_admits() -> None:
    stage = a_staffed_zone()
    name, run = running(stage)
    decided, raw = stage.ask(PROCESSOR, a_grant(name))
    assert isinstance(decided, CrossingDecided)
    assert isinstance(raw, VolumeGranted)
    assert (raw.mode, raw.subject_id, raw.job_run_id, raw.decision_id) == (
        "read",
        name,
        "",
        decided.decision_id,
    )
    written = stage.gave(VolumeGranted, PROCESSOR, a_grant(run, "write"))
    assert (written.mode, written.job_run_id, written.consignment_ids) == ("write", run, (name,))


def test_a_volume_is_sealed_when_its_run_has_ended_and_can_be_read_afterwards() -> None:
    stage = a_staffed_zone()
    name, run = running(stage)
    volume = granted(stage, run, "write")
    done(stage, run, name)
    assert [each.volume_id for each in of(stage.settled(), VolumeSealed)] == [volume]
    assert granted(stage, run) == volume
    assert stage.replayed() == stage.partition.written_down() == stage.reloaded()


@pytest.mark.parametrize("ended", ["time", "suspended", "asked"])
def test_a_grant_ends_and_the_volume_stays(ended: str) -> None:
    stage = a_staffed_zone()
    volume = granted(stage, stage.admitted())
    if ended == "time":
        stage.later(9 * HOUR)
    elif ended == "suspended":
        stage.given(EXCHANGE, asked.RecordPartyStanding(participant_id=PROCESSOR, active=False))
    facts = (
        stage.ask(PROCESSOR, fenced.RevokeVolume(volume_id=volume, grounds="Done."))
        if ended == "asked"
        else stage.settled()
    )
    assert [(each.volume_id, each.basis) for each in of(facts, VolumeRevoked)] == [(volume, ended)]
    assert not stage.state.fenced.open
    assert not stage.state.fenced.volumes[volume].condemned


def test_what_lies_on_a_volume_is_condemned_with_the_key_of_its_consignment() -> None:
    stage = a_staffed_zone()
    name = stage.admitted()
    volume = granted(stage, name)
    stage.destroyed(a_destruction(name, items(name, 0, 9_999)))
    facts = stage.settled()
    assert [(each.volume_id, each.basis) for each in of(facts, VolumeCondemned)] == [(volume, "gone")]
    assert volume not in stage.state.fenced.open


def test_what_lies_on_the_volume_of_a_run_is_condemned_once_all_that_it_made_is_deleted() -> None:
    stage = a_staffed_zone()
    name, run = running(stage)
    volume = granted(stage, run, "write")
    output = done(stage, run, name)
    stage.settled()
    cleared = erasure(method="purge", key_id=None, key_log_sha256=None)
    stage.destroyed(a_destruction(name, (), output, erasure=cleared))
    assert [each.volume_id for each in of(stage.settled(), VolumeCondemned)] == [volume]


def test_a_volume_is_destroyed_on_demand_once_nothing_of_it_is_on_the_books() -> None:
    stage = a_staffed_zone()
    name, run = running(stage)
    volume = granted(stage, run, "write")
    done(stage, run, name)
    stage.settled()
    condemned = stage.gave(
        VolumeCondemned, OPERATOR, fenced.DestroyVolume(volume_id=volume, grounds="Exported.")
    )
    assert (condemned.basis, stage.state.fenced.volumes[volume].condemned) == ("asked", True)


def test_the_port_says_what_it_did_and_what_it_cannot() -> None:
    stage = a_staffed_zone()
    volume = granted(stage, stage.admitted())
    said = a_report(volume, "granted", done=False, detail="no group of its own", limits=("screens",))
    reported = stage.gave(EnforcementReported, OPERATOR, said)
    assert (reported.done, reported.limits, reported.by_id) == (False, ("screens",), OPERATOR)


def test_a_file_outside_the_fence_is_one_incident_that_lets_nothing_out_until_a_panel_tolerates_it() -> None:
    stage = a_staffed_zone()
    name, run = running(stage)
    volume = granted(stage, run, "write")
    session = opened(stage, job_run_id=run)
    facts = stage.ask(OPERATOR, a_report(volume, strays=("BZ-2/copy.csv",)))
    (incident,), (case,) = of(facts, IncidentReported), of(facts, CaseOpened)
    assert (incident.kind, incident.access_id, incident.job_run_id) == ("wrote_outside_fence", volume, run)
    ended = stage.settled()
    assert [each.session_id for each in of(ended, SessionEnded)] == [session]
    assert [(each.volume_id, each.basis) for each in of(ended, VolumeRevoked)] == [(volume, "incident")]
    again = stage.ask(OPERATOR, a_report(volume, strays=("BZ-2/copy.csv",)))
    assert [type(each) for each in again] == [EnforcementReported]
    output = done(stage, run, name)
    stage.given(PROCESSOR, a_count(name, 9_900))
    decided, _ = stage.ask(PROCESSOR, an_export(output))
    assert isinstance(decided, CrossingDecided)
    assert (decided.outcome, decided.deciding_codes) == ("DENY", ("ZONE_FENCE",))
    seats = tuple(PanelSeat(name=f"M {word}", constituency=word) for word in case.constituencies)
    stage.given(
        GOVERNANCE, asked.DecideCase(case_id=case.case_id, granted=True, panel=seats, remedy="Deleted.")
    )
    assert of(stage.ask(PROCESSOR, an_export(output)), EgressApproved)


def test_a_file_beside_raw_data_holds_what_is_made_of_it() -> None:
    stage = a_staffed_zone()
    name = stage.admitted()
    (output,) = stage.made(a_start(items(name, 0, 99)), a_product(items(name, 0, 99)))
    stage.given(PROCESSOR, a_count(name, 9_900))
    stage.requested(an_export(output))
    volume = granted(stage, name)
    (incident,) = of(stage.ask(OPERATOR, a_report(volume, strays=("BZ-2/x",))), IncidentReported)
    assert (incident.job_run_id, incident.consignment_ids) == ("", (name,))
    assert of(stage.settled(), EgressHeld)[0].codes[0] == "ZONE_FENCE"


def test_a_transferred_volume_is_nobody_elses() -> None:
    stage = a_staffed_zone()
    volume = granted(stage, stage.admitted())
    refused = stage.ask(SELLER, fenced.RevokeVolume(volume_id=volume, grounds="Mine."))
    assert [getattr(each, "reason", "") for each in refused] == ["ROLE_MISSING"]
