"""Persons that an export counts are counted with whatever else of the exporter's is open."""

from exchange.bonded import commands as asked
from exchange.bonded.crossing import year_of
from exchange.bonded.facts import CrossingDecided, EgressHeld
from exchange.bonded.fenced.facts import AccessContinued, SessionEnded, SessionOpened
from exchange.bonded.persons.commands import CountSale
from exchange.bonded.persons.facts import PersonsCounted
from exchange.kernel.time import HOUR, instant
from tests.unit.bonded.fenced_stage import a_session, a_staffed_zone, opened
from tests.unit.bonded.stage import (
    EXCHANGE,
    OTHER,
    PROCESSOR,
    ZoneStage,
    a_count,
    a_product,
    a_start,
    an_export,
    items,
    scc,
)


def a_day() -> tuple[ZoneStage, str, str]:
    """A product with number plates, ready to leave, and a run on other plates that goes on."""
    stage = a_staffed_zone()
    name = stage.admitted()
    (product,) = stage.made(
        a_start(items(name, 0, 99), source_ids=(stage.source(),), keeps_separable=True), a_product()
    )
    stage.given(PROCESSOR, a_count(name, 9_900))
    run = stage.started(a_start(items(name, 100, 199), source_ids=(stage.source(),), keeps_separable=True))
    return stage, product, run


def ended(stage: ZoneStage) -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        (each.session_id, each.basis, each.codes)
        for each in stage.settled()
        if isinstance(each, SessionEnded)
    ]


def test_who_looks_from_abroad_lets_out_what_is_seen_as_an_export_does() -> None:
    stage, product, run = a_day()
    facts = stage.ask(PROCESSOR, a_session(job_run_id=run, seen_from="DE"))
    (session,) = [each for each in facts if isinstance(each, SessionOpened)]
    (counted,) = [each for each in facts if isinstance(each, PersonsCounted)]
    assert (counted.by, counted.owner, counted.domestic) == ((session.session_id,), f"UBO-{PROCESSOR}", True)
    assert {each.persons for each in counted.persons} == {0, 50_000}
    again = stage.ask(
        PROCESSOR, a_session(job_run_id=run, seen_from="DE", worker_id="W-002", station_id="ST-002")
    )
    assert [type(each).__name__ for each in again][-1] == "SessionOpened"
    assert not [each for each in again if isinstance(each, PersonsCounted)]
    facts = stage.ask(PROCESSOR, an_export(product))
    (held,) = [each for each in facts if isinstance(each, EgressHeld)]
    assert held.codes[0] == "COUNTS_MISSING"
    assert stage.replayed() == stage.partition.written_down()


def test_who_looks_on_into_the_next_year_lets_them_out_in_that_year_too() -> None:
    stage = a_staffed_zone()
    stage.at = instant("2026-12-31T12:00:00Z")
    name = stage.admitted()
    stage.given(PROCESSOR, a_count(name, 10_000))
    ends_at = stage.at + 8 * HOUR
    opened(stage, items=items(name, 0, 9), seen_from="DE", ends_at=ends_at)
    stage.settled()
    stage.at = instant("2026-12-31T16:00:00Z")
    (counted,) = [each for each in stage.settled() if isinstance(each, PersonsCounted)]
    assert (counted.year, counted.origin_ids) == (2027, (name,))


def test_who_looks_from_within_the_mainland_counts_nobody() -> None:
    stage, _, run = a_day()
    facts = stage.ask(PROCESSOR, a_session(job_run_id=run))
    assert [type(each).__name__ for each in facts] == ["CrossingDecided", "SessionOpened"]


def test_who_looks_from_abroad_is_asked_about_again_once_a_sale_counts_persons() -> None:
    stage, product, run = a_day()
    session = opened(stage, job_run_id=run, seen_from="DE")
    assert ended(stage) == []
    stage.given(PROCESSOR, asked.OfferOutput(output_id=product, product_id="P-01", version="1"))
    sale = CountSale(exporter_id=PROCESSOR, output_id=product, owner="UBO-X", year=year_of(stage.at))
    stage.given(EXCHANGE, sale)
    ((name, basis, codes),) = ended(stage)
    assert (name, basis, codes[0]) == (session, "fence", "COUNTS_MISSING")
    assert stage.replayed() == stage.partition.written_down()


def test_an_export_of_somebody_else_ends_nobodys_session() -> None:
    stage, _, run = a_day()
    stage.given(EXCHANGE, asked.RecordSafeguard(safeguard=scc("I-15", recipient=OTHER)))
    name = stage.admitted_by(OTHER, "HB-0009")
    (product,) = stage.made(a_start(items(name, 0, 9)), a_product(), actor=OTHER)
    stage.given(OTHER, a_count(name, 9_990))
    opened(stage, job_run_id=run, seen_from="DE")
    stage.requested(an_export(product), OTHER)
    assert stage.settled() == []


def test_who_looks_from_within_the_zone_takes_nothing_out_and_is_not_asked_about() -> None:
    stage, product, run = a_day()
    opened(stage, job_run_id=run)
    stage.requested(an_export(product))
    assert stage.settled() == []


def test_what_counts_already_asks_nobody_again() -> None:
    stage, product, _ = a_day()
    stage.requested(an_export(product))
    stage.settled()
    stage.requested(an_export(product))
    assert stage.settled() == []


def test_an_export_that_has_not_left_is_asked_about_again_with_what_counts_since() -> None:
    stage = a_staffed_zone()
    first, second = stage.admitted(), stage.admitted(handbook_no="HB-0002", key_id="K-2")
    outputs = []
    for name in (first, second):
        outputs += stage.made(a_start(items(name, 0, 99)), a_product())
        stage.given(PROCESSOR, a_count(name, 9_900))
    waits = stage.requested(an_export(outputs[0]))
    before = stage.state.egresses[waits].decision_id
    other = stage.requested(an_export(outputs[1]))
    (decided,) = [each for each in stage.settled() if isinstance(each, CrossingDecided)]
    assert decided.subject == waits
    egress = stage.state.egresses[waits]
    assert (egress.phase, egress.decision_id != before) == ("approved", True)
    assert stage.state.egresses[other].phase == "approved"


def test_a_session_that_the_count_does_not_matter_to_goes_on() -> None:
    stage = a_staffed_zone()
    name, other = stage.admitted(), stage.admitted(handbook_no="HB-0002", key_id="K-2")
    (product,) = stage.made(a_start(items(name, 0, 99)), a_product())
    stage.given(PROCESSOR, a_count(name, 9_900), a_count(other, 10_000))
    facts = stage.ask(PROCESSOR, a_session(items=items(other, 200, 209), seen_from="DE"))
    (session,) = [each for each in facts if isinstance(each, SessionOpened)]
    stage.settled()
    stage.requested(an_export(product))
    (continued,) = [each for each in stage.settled() if isinstance(each, AccessContinued)]
    assert continued.access_ids == (session.session_id,)
