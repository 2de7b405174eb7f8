"""Why sessions, volumes and offers are refused: each reason once, and that a no changes nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from exchange.bonded import commands as asked
from exchange.bonded.fenced import commands as fenced
from exchange.bonded.reasons import Reason
from exchange.bonded.sources import LOTS_APART_MAX
from exchange.kernel.bases import Fact
from exchange.kernel.protocol import Refused
from exchange.kernel.time import DAY, HOUR
from tests.support.stage import START
from tests.unit.bonded.fenced_stage import (
    EVERYTHING,
    a_grant,
    a_pool,
    a_report,
    a_session,
    a_staffed_zone,
    a_station,
    granted,
    opened,
    running,
)
from tests.unit.bonded.stage import (
    EXCHANGE,
    OPERATOR,
    OTHER,
    PLATES,
    PROCESSOR,
    SELLER,
    ZoneStage,
    a_destruction,
    a_lot,
    a_product,
    a_start,
    a_transfer,
    items,
    scc,
    traits,
)

Facts = tuple[Fact, ...]
FENCED: list[tuple[Reason, Callable[[ZoneStage], Facts]]] = []


def case(reason: Reason) -> Callable[[Any], Any]:
    """Have a function be played on a zone of its own, to end with one refusal."""

    def taken(play: Callable[[ZoneStage], Facts]) -> Callable[[ZoneStage], Facts]:
        FENCED.append((reason, play))
        return play

    return taken


def at_run(stage: ZoneStage, **changed: Any) -> Facts:
    """Somebody sits down to work on a run."""
    _, run = running(stage)
    return stage.ask(PROCESSOR, a_session(job_run_id=run, **changed))


@case(Reason.ROLE_MISSING)
def only_processors_have_pools(stage: ZoneStage) -> Facts:
    return stage.ask(SELLER, a_pool())


@case(Reason.ROLE_MISSING)
def only_operators_say_what_a_station_does(stage: ZoneStage) -> Facts:
    return stage.ask(PROCESSOR, a_station("ST-9"))


@case(Reason.ZONE_UNKNOWN)
def a_pool_works_in_a_zone(stage: ZoneStage) -> Facts:
    return stage.ask(PROCESSOR, a_pool(zone_id="BZ-9"))


@case(Reason.ZONE_UNKNOWN)
def a_station_stands_in_a_zone(stage: ZoneStage) -> Facts:
    return stage.ask(OPERATOR, a_station("ST-9", zone_id="BZ-9"))


@case(Reason.POOL_TAKEN)
def a_pool_has_one_employer(stage: ZoneStage) -> Facts:
    return stage.ask(OTHER, a_pool())


@case(Reason.STATION_TAKEN)
def a_station_does_not_move(stage: ZoneStage) -> Facts:
    stage.given(OPERATOR, asked.OpenBusinessZone(zone_id="BZ-1", title="Trials", place="CN-LG", seats=20))
    return stage.ask(OPERATOR, a_station(zone_id="BZ-1"))


@case(Reason.STATION_UNKNOWN)
def nobody_sits_where_there_is_no_station(stage: ZoneStage) -> Facts:
    return at_run(stage, station_id="ST-9")


@case(Reason.STATION_DOWN)
def nobody_sits_at_a_station_that_is_down(stage: ZoneStage) -> Facts:
    stage.given(OPERATOR, a_station(state="down"))
    return at_run(stage)


@case(Reason.STATION_OPEN)
def a_station_that_exports_is_not_view_only(stage: ZoneStage) -> Facts:
    stage.given(OPERATOR, a_station(lets=EVERYTHING))
    return at_run(stage)


@case(Reason.STATION_ELSEWHERE)
def the_station_is_where_the_data_is(stage: ZoneStage) -> Facts:
    stage.given(OPERATOR, asked.OpenBusinessZone(zone_id="BZ-1", title="Trials", place="CN-LG", seats=20))
    stage.given(OPERATOR, a_station("ST-9", zone_id="BZ-1"))
    return at_run(stage, station_id="ST-9")


@case(Reason.STATION_BUSY)
def a_station_has_one_worker(stage: ZoneStage) -> Facts:
    _, run = running(stage)
    opened(stage, job_run_id=run)
    return stage.ask(PROCESSOR, a_session(job_run_id=run, worker_id="W-002"))


@case(Reason.WORKER_BUSY)
def a_worker_sits_at_one_station(stage: ZoneStage) -> Facts:
    _, run = running(stage)
    opened(stage, job_run_id=run)
    return stage.ask(PROCESSOR, a_session(job_run_id=run, station_id="ST-002"))


@case(Reason.WORKER_UNKNOWN)
def only_workers_of_the_pool_see_anything(stage: ZoneStage) -> Facts:
    return at_run(stage, worker_id="W-999")


@case(Reason.POOL_UNKNOWN)
def a_pool_is_declared(stage: ZoneStage) -> Facts:
    name = stage.admitted()
    return stage.ask(PROCESSOR, a_session(items=items(name, 0, 9), pool_id="POOL-9"))


@case(Reason.POOL_STRANGE)
def a_run_is_worked_on_by_its_own_pool(stage: ZoneStage) -> Facts:
    stage.given(PROCESSOR, a_pool("POOL-2"))
    return at_run(stage, pool_id="POOL-2")


@case(Reason.SEATS_EXHAUSTED)
def a_run_has_so_many_seats(stage: ZoneStage) -> Facts:
    name = stage.admitted()
    run = stage.started(a_start(items(name, 0, 99), seats=1))
    opened(stage, job_run_id=run)
    return stage.ask(PROCESSOR, a_session(job_run_id=run, worker_id="W-002", station_id="ST-002"))


@case(Reason.SEATS_EXHAUSTED)
def a_zone_has_so_many_seats(stage: ZoneStage) -> Facts:
    name = stage.admitted()
    stage.started(a_start(items(name, 0, 99), seats=300))
    return stage.ask(PROCESSOR, a_session(items=items(name, 100, 109)))


@case(Reason.ACCESS_UNFIT)
def a_session_sees_something(stage: ZoneStage) -> Facts:
    return stage.ask(PROCESSOR, a_session())


@case(Reason.ACCESS_UNFIT)
def a_session_sees_one_thing(stage: ZoneStage) -> Facts:
    name, run = running(stage)
    return stage.ask(PROCESSOR, a_session(job_run_id=run, items=items(name, 0, 9)))


@case(Reason.ACCESS_TIME_UNFIT)
def a_session_is_a_shift(stage: ZoneStage) -> Facts:
    return at_run(stage, ends_at=START + 13 * HOUR)


@case(Reason.ACCESS_TIME_UNFIT)
def a_session_begins_before_it_ends(stage: ZoneStage) -> Facts:
    return at_run(stage, ends_at=START)


@case(Reason.ACCESS_TIME_UNFIT)
def a_volume_is_open_until_the_last_day_at_most(stage: ZoneStage) -> Facts:
    return stage.ask(PROCESSOR, a_grant(stage.admitted(), until=START + 120 * DAY))


@case(Reason.ITEMS_MIXED)
def a_session_sees_the_data_of_one_processor(stage: ZoneStage) -> Facts:
    stage.given(EXCHANGE, asked.RecordSafeguard(safeguard=scc("I-02", recipient=OTHER)))
    one, other = stage.admitted(), stage.admitted_by(OTHER, "HB-0009")
    return stage.ask(PROCESSOR, a_session(items=(*items(one, 0, 9), *items(other, 0, 9))))


@case(Reason.NOT_OWN)
def nobody_works_on_another_processors_data(stage: ZoneStage) -> Facts:
    _, run = running(stage)
    return stage.ask(OTHER, a_session(job_run_id=run))


@case(Reason.JOB_ENDED)
def nobody_works_on_a_run_that_has_ended(stage: ZoneStage) -> Facts:
    _, run = running(stage)
    stage.given(PROCESSOR, asked.FailJobRun(job_run_id=run, grounds="It stopped."))
    return stage.ask(PROCESSOR, a_session(job_run_id=run))


@case(Reason.ITEMS_GONE)
def nobody_sees_what_was_scrapped(stage: ZoneStage) -> Facts:
    name = stage.admitted()
    stage.given(
        PROCESSOR,
        asked.ScrapItems(items=items(name, 0, 9), grounds="Black.", evidence_sha256=bytes(32)),
    )
    return stage.ask(PROCESSOR, a_session(items=items(name, 9, 12)))


@case(Reason.SESSION_UNKNOWN)
def a_session_ends_once(stage: ZoneStage) -> Facts:
    _, run = running(stage)
    end = fenced.EndSession(session_id=opened(stage, job_run_id=run), grounds="Done.")
    stage.given(PROCESSOR, end)
    return stage.ask(PROCESSOR, end)


@case(Reason.SESSION_UNKNOWN)
def nothing_is_breached_where_nobody_looks(stage: ZoneStage) -> Facts:
    breach = fenced.ReportBreach(session_id="SN-0.0.0", breach="print", statement="A page.")
    return stage.ask(OPERATOR, breach)


@case(Reason.VOLUME_RAW)
def nobody_who_works_on_raw_data_writes_to_it(stage: ZoneStage) -> Facts:
    return stage.ask(PROCESSOR, a_grant(stage.admitted(), "write"))


@case(Reason.JOB_ENDED)
def nothing_is_written_to_a_run_that_has_ended(stage: ZoneStage) -> Facts:
    _, run = running(stage)
    stage.given(PROCESSOR, asked.FailJobRun(job_run_id=run, grounds="It stopped."))
    return stage.ask(PROCESSOR, a_grant(run, "write"))


@case(Reason.VOLUME_GRANTED)
def one_pool_has_a_volume(stage: ZoneStage) -> Facts:
    name = stage.admitted()
    granted(stage, name)
    return stage.ask(PROCESSOR, a_grant(name))


@case(Reason.VOLUME_UNKNOWN)
def a_volume_is_granted_first(stage: ZoneStage) -> Facts:
    return stage.ask(PROCESSOR, fenced.RevokeVolume(volume_id="V-0.0.0", grounds="Done."))


@case(Reason.VOLUME_CLOSED)
def a_volume_is_closed_once(stage: ZoneStage) -> Facts:
    end = fenced.RevokeVolume(volume_id=granted(stage, stage.admitted()), grounds="Done.")
    stage.given(PROCESSOR, end)
    return stage.ask(PROCESSOR, end)


def _condemned(stage: ZoneStage) -> tuple[str, str]:
    _, run = running(stage)
    volume = granted(stage, run, "write")
    stage.given(PROCESSOR, asked.FailJobRun(job_run_id=run, grounds="It stopped."))
    stage.settled()
    stage.given(PROCESSOR, fenced.DestroyVolume(volume_id=volume, grounds="Done."))
    return run, volume


@case(Reason.VOLUME_CONDEMNED)
def nobody_gets_what_is_to_be_deleted(stage: ZoneStage) -> Facts:
    run, _ = _condemned(stage)
    return stage.ask(PROCESSOR, a_grant(run))


@case(Reason.VOLUME_CONDEMNED)
def a_volume_is_condemned_once(stage: ZoneStage) -> Facts:
    _, volume = _condemned(stage)
    return stage.ask(PROCESSOR, fenced.DestroyVolume(volume_id=volume, grounds="Done."))


@case(Reason.VOLUME_IN_USE)
def what_somebody_has_is_not_deleted(stage: ZoneStage) -> Facts:
    volume = granted(stage, stage.admitted())
    return stage.ask(PROCESSOR, fenced.DestroyVolume(volume_id=volume, grounds="Done."))


@case(Reason.VOLUME_IN_USE)
def raw_data_on_the_books_is_not_deleted(stage: ZoneStage) -> Facts:
    volume = granted(stage, stage.admitted())
    stage.given(PROCESSOR, fenced.RevokeVolume(volume_id=volume, grounds="Done."))
    return stage.ask(PROCESSOR, fenced.DestroyVolume(volume_id=volume, grounds="Done."))


@case(Reason.KEY_DESTROYED)
def nobody_gets_what_nobody_can_read(stage: ZoneStage) -> Facts:
    name = stage.admitted()
    stage.destroyed(a_destruction(name, items(name, 0, 9_999)))
    return stage.ask(PROCESSOR, a_grant(name))


@case(Reason.STEP_NOT_DECIDED)
def a_port_does_what_was_decided(stage: ZoneStage) -> Facts:
    return stage.ask(OPERATOR, a_report(granted(stage, stage.admitted()), "sealed"))


def _apart(stage: ZoneStage, name: str, lot: str) -> Facts:
    command = asked.ReclassifySource(
        source_id=f"{name}/{lot}", traits=PLATES, grounds="Plates.", evidence_sha256=bytes(32)
    )
    return stage.ask(OPERATOR, command)


@case(Reason.LOTS_TOO_MANY)
def a_consignment_falls_into_a_few_kinds_of_data(stage: ZoneStage) -> Facts:
    name = stage.admitted(lots=tuple(a_lot(10, f"L-{number}") for number in range(9)))
    for number in range(LOTS_APART_MAX):
        assert len(_apart(stage, name, f"L-{number}")) > 0
        stage.settled()
    return _apart(stage, name, "L-8")


@case(Reason.SOURCE_UNKNOWN)
def a_lot_is_one_of_its_consignment(stage: ZoneStage) -> Facts:
    return _apart(stage, stage.admitted(), "L-9")


@case(Reason.ITEMS_MIXED)
def lots_that_are_different_data_are_not_handed_over_as_one(stage: ZoneStage) -> Facts:
    stage.given(EXCHANGE, asked.RecordSafeguard(safeguard=scc("I-02", PROCESSOR, OTHER)))
    name = stage.admitted(lots=(a_lot(10), a_lot(10, "L-2")))
    command = asked.ReclassifySource(
        source_id=f"{name}/L-2", traits=traits(persons=5), grounds="Five.", evidence_sha256=bytes(32)
    )
    stage.given(OPERATOR, command)
    stage.settled()
    return stage.ask(PROCESSOR, a_transfer((*items(name, 0, 4), *items(name, 0, 4, "L-2"))))


def _product(stage: ZoneStage, first: int = 0) -> str:
    name = stage.admitted(handbook_no=f"HB-{first}")
    (output,) = stage.made(a_start(items(name, 0, 99)), a_product(items(name, 0, 99)))
    return output


def an_offer(output_id: str, version: str = "1.0") -> asked.OfferOutput:
    """An output is a version of P-01."""
    return asked.OfferOutput(output_id=output_id, product_id="P-01", version=version)


@case(Reason.OUTPUT_UNKNOWN)
def what_was_never_made_is_not_offered(stage: ZoneStage) -> Facts:
    return stage.ask(PROCESSOR, an_offer("O-0.0.0"))


@case(Reason.OUTPUT_INTERMEDIATE)
def what_is_intermediate_is_not_offered(stage: ZoneStage) -> Facts:
    name = stage.admitted()
    (output,) = stage.made(a_start(items(name, 0, 99)), a_product(kind="intermediate"))
    return stage.ask(PROCESSOR, an_offer(output))


@case(Reason.NOT_OWN)
def another_processors_output_is_not_offered(stage: ZoneStage) -> Facts:
    return stage.ask(OTHER, an_offer(_product(stage)))


@case(Reason.OUTPUT_OFFERED)
def an_output_is_one_version(stage: ZoneStage) -> Facts:
    output = _product(stage)
    stage.given(PROCESSOR, an_offer(output))
    return stage.ask(PROCESSOR, an_offer(output, "2.0"))


@case(Reason.VERSION_OFFERED)
def a_version_is_one_output(stage: ZoneStage) -> Facts:
    first, second = _product(stage), _product(stage, 1)
    stage.given(PROCESSOR, an_offer(first))
    return stage.ask(PROCESSOR, an_offer(second))


@pytest.mark.parametrize(("reason", "play"), FENCED, ids=[play.__name__ for _, play in FENCED])
def test_it_is_refused_for_its_reason(reason: Reason, play: Callable[[ZoneStage], Facts]) -> None:
    (no,) = play(a_staffed_zone())
    assert isinstance(no, Refused), no
    assert (no.reason, bool(no.detail)) == (reason.value, True)
