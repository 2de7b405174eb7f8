"""Whatever happens in whatever order: who sees or holds something at the end may, by all that holds then."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from exchange.bonded import commands as asked
from exchange.bonded.fenced import commands as fenced
from exchange.bonded.fenced.access import asked_about, sight_of
from exchange.kernel.bases import Cause
from exchange.kernel.time import HOUR
from tests.unit.bonded.fenced_stage import (
    EVERYTHING,
    WORKERS,
    a_grant,
    a_pool,
    a_report,
    a_session,
    a_staffed_zone,
    a_station,
)
from tests.unit.bonded.stage import (
    EXCHANGE,
    OPERATOR,
    PROCESSOR,
    RULESETS,
    SELLER,
    ZoneStage,
    a_count,
    a_link,
    a_product,
    a_start,
    items,
    scc,
    traits,
)

STEPS = 120
Happens = Callable[[ZoneStage, Random, str], Any]


def _runs(stage: ZoneStage) -> list[str]:
    return sorted(name for name, run in stage.state.job_runs.items() if run.phase == "running")


def sits_down(stage: ZoneStage, chance: Random, name: str) -> None:
    run = chance.choice([None, *_runs(stage)])
    first = chance.randrange(0, 90)
    command = a_session(
        worker_id=chance.choice(WORKERS),
        station_id=chance.choice(("ST-001", "ST-002")),
        seen_from=chance.choice(("CN-LG", "CN-LG", "DE")),
        ends_at=stage.at + chance.randrange(1, 6) * HOUR,
        job_run_id=run,
        items=() if run else items(name, first, first + 9),
    )
    stage.ask(PROCESSOR, command)


def takes_a_volume(stage: ZoneStage, chance: Random, name: str) -> None:
    subject = chance.choice([name, *sorted(stage.state.job_runs)])
    until = stage.at + chance.randrange(1, 12) * HOUR
    stage.ask(PROCESSOR, a_grant(subject, chance.choice(("read", "write")), until=until))


def a_job_begins(stage: ZoneStage, chance: Random, name: str) -> None:
    stage.ask(PROCESSOR, a_start(items(name, 100, 109), seats=chance.choice((1, 5))))


def a_job_ends(stage: ZoneStage, chance: Random, name: str) -> None:
    for run in _runs(stage)[:1]:
        if chance.random() < 0.5:
            stage.ask(PROCESSOR, asked.CompleteJobRun(job_run_id=run, made=(a_product(),)))
        else:
            stage.ask(PROCESSOR, asked.FailJobRun(job_run_id=run, grounds="It stopped."))


def it_is_other_data(stage: ZoneStage, chance: Random, name: str) -> None:
    places = chance.choice((("DE",), ("DE",), ("DE", "CN"), ("DE", "VN")))
    source = chance.choice((name, f"{name}/L-1"))
    command = asked.ReclassifySource(
        source_id=source,
        traits=traits(collected_in=places, persons=chance.randrange(1_000)),
        grounds="It is other data.",
        evidence_sha256=bytes(32),
    )
    stage.ask(SELLER, command)


def somebody_stands_otherwise(stage: ZoneStage, chance: Random, name: str) -> None:
    active = chance.random() < 0.7
    stage.ask(EXCHANGE, asked.RecordPartyStanding(participant_id=PROCESSOR, active=active))


def something_goes_wrong(stage: ZoneStage, chance: Random, name: str) -> None:
    for access, each in sorted(stage.state.fenced.open.items())[:1]:
        if each.kind == "session":
            stage.ask(OPERATOR, fenced.ReportBreach(session_id=access, breach="print", statement="A page."))
        elif chance.random() < 0.3:
            stage.ask(OPERATOR, a_report(access, strays=(f"BZ-2/{chance.randrange(9)}",)))


SURROUNDINGS: list[Callable[[Random], tuple[str, Any]]] = [
    lambda chance: (OPERATOR, a_link(state=chance.choice(("down", "in_service")))),
    lambda chance: (
        EXCHANGE,
        asked.RecordSafeguard(safeguard=scc(status=chance.choice(("active", "active", "revoked")))),
    ),
    lambda chance: (PROCESSOR, a_pool(worker_ids=tuple(chance.sample(WORKERS, 7)))),
    lambda chance: (OPERATOR, a_station(lets=chance.choice((EVERYTHING, ("view",), ("view", "annotate"))))),
    lambda chance: (OPERATOR, a_station("ST-002", state=chance.choice(("down", "in_service")))),
]


def surroundings_change(stage: ZoneStage, chance: Random, name: str) -> None:
    actor, command = chance.choice(SURROUNDINGS)(chance)
    stage.ask(actor, command)


def somebody_counts(stage: ZoneStage, chance: Random, name: str) -> None:
    lot = stage.state.consignments[name].lots["L-1"]
    left = sum(last - first + 1 for first, last in lot.left.get("consumed", []))
    stage.ask(PROCESSOR, a_count(name, lot.quantity - left - chance.choice((0, 0, 1))))


def time_passes(stage: ZoneStage, chance: Random, name: str) -> None:
    stage.later(chance.randrange(1, 5) * HOUR)


ALL: list[Happens] = [
    *(sits_down, sits_down, sits_down, takes_a_volume, takes_a_volume, a_job_begins, a_job_ends),
    *(it_is_other_data, somebody_stands_otherwise, something_goes_wrong, surroundings_change),
    *(somebody_counts, time_passes),
]


@pytest.mark.parametrize("seed", range(30))
def test_who_sees_or_holds_something_may(seed: int) -> None:
    chance, stage = Random(seed), a_staffed_zone()
    name, seen = stage.admitted(), 0
    for _ in range(STEPS):
        chance.choice(ALL)(stage, chance, name)
        stage.settled()
        seen += len(stage.state.fenced.open)
        everybody_may(stage)
    assert seen > 0, "nobody ever saw anything"
    assert stage.replayed() == stage.partition.written_down() == stage.reloaded()


def everybody_may(stage: ZoneStage) -> None:
    state = stage.state
    assert not state.fenced.ending
    assert not state.work.redecide
    cause = Cause("bonded", 0, stage.offset + 1, EXCHANGE, "looking", stage.at)
    for name, access in state.fenced.open.items():
        assert name in state.open_ids
        assert access.ends_at > stage.at
        assert state.parties[access.processor_id].active
        assert asked_about(state, sight_of(state, access), name, cause, RULESETS).admitted
        assert all(state.consignments[each].phase == "admitted" for each in access.consignment_ids)
        if access.kind == "session":
            station = state.fenced.stations[access.station_id]
            assert station.state == "in_service"
            assert set(station.lets) <= {"view", "annotate"}
            assert access.worker_id in state.fenced.pools["BZ-2 POOL-1"].worker_ids
            assert not access.job_run_id or state.job_runs[access.job_run_id].phase == "running"
        else:
            assert not state.fenced.volumes[name].condemned
    running = sum(run.started.seats for run in state.job_runs.values() if run.phase == "running")
    sitting = sum(each.kind == "session" and not each.job_run_id for each in state.fenced.open.values())
    assert state.zones["BZ-2"].seats_used == running + sitting
