"""Why bonded processing says no: each reason once, and that a no changes nothing."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from exchange.bonded import commands as asked
from exchange.bonded.bought.commands import RecordProductRegistered, RecordProductTraits
from exchange.bonded.decider import decider
from exchange.bonded.facts import ConsignmentProposed
from exchange.bonded.items import PIECES_MAX
from exchange.bonded.jobs import RUNNING_MAX
from exchange.bonded.persons.commands import CountSale, RecordLetOut
from exchange.bonded.reasons import Reason
from exchange.bonded.surroundings import RULINGS_MAX
from exchange.bonded.told.commands import RecordSplitting
from exchange.bonded.values import Coefficient, Made, PanelSeat, Part
from exchange.fence import newest
from exchange.kernel.bases import Fact
from exchange.kernel.fields import Field, FieldSource
from exchange.kernel.protocol import ProtocolReason, Refused
from exchange.kernel.time import DAY, instant
from tests.support.stage import START
from tests.unit.bonded.stage import (
    ASSESSOR,
    CLEARED,
    COUNTER,
    EXCHANGE,
    GOVERNANCE,
    INDONESIAN,
    LOT,
    OPERATOR,
    OTHER,
    PARTIES,
    PLATES,
    PROCESSOR,
    RULESETS,
    SELLER,
    STRANGER,
    THIRD,
    ZONE,
    ZoneStage,
    a_count,
    a_destruction,
    a_link,
    a_lot,
    a_party,
    a_product,
    a_proposal,
    a_return,
    a_start,
    a_transfer,
    a_zone,
    an_export,
    digest,
    erasure,
    items,
    scc,
    traits,
)
from tests.unit.bonded.test_bonded_fenced_refusals import FENCED
from tests.unit.bonded.test_bonded_uniting import UNITING

Facts = tuple[Fact, ...]
CASES: list[tuple[Reason | ProtocolReason, str, Callable[[ZoneStage], Facts]]] = []


def case(reason: Reason | ProtocolReason, named: str = "") -> Callable[[Any], Any]:
    """Have a function be played on a zone of its own, to end with one refusal."""

    def taken(play: Callable[[ZoneStage], Facts]) -> Callable[[ZoneStage], Facts]:
        CASES.append((reason, named or play.__name__, play))
        return play

    return taken


def _admitted_with_product(stage: ZoneStage) -> tuple[str, str]:
    name = stage.admitted()
    (output,) = stage.made(a_start(items(name, 0, 99)), a_product(items(name, 0, 99)))
    return name, output


def _approved(stage: ZoneStage) -> str:
    name, output = _admitted_with_product(stage)
    stage.given(PROCESSOR, a_count(name, 9_900))
    return stage.requested(an_export(output))


def _in_review(stage: ZoneStage) -> str:
    return stage.admitted(
        handbook_no="HB-ID",
        consignor_id=INDONESIAN,
        origin="ID",
        link_ids=("LK-ID", "LK-SG"),
        return_list=("ID",),
        traits=traits(collected_in=("ID",)),
    )


def _lifting(**changed: Any) -> asked.LiftReview:
    values: dict[str, Any] = {
        "zone_id": ZONE,
        "codes": ("LOCAL_LAW_REVIEW",),
        "valid_until": START + 30 * DAY,
        "panel": ("One",),
        "grounds": "It is in order.",
    }
    return asked.LiftReview(handbook_no="HB-ID", **(values | changed))


def _case_of(stage: ZoneStage) -> str:
    name = stage.admitted()
    return stage.incident(stage.started(a_start(items(name, 0, 9))), "other")


def _verdict(case_id: str, *words: str, names: tuple[str, ...] = ("A", "B", "C")) -> asked.DecideCase:
    seats = words or ("government", "institution", "industry")
    panel: Any = tuple(
        PanelSeat(name=each, constituency=word) for each, word in zip(names, seats, strict=True)
    )  # type: ignore[arg-type]
    return asked.DecideCase(case_id=case_id, granted=True, panel=panel, remedy="Never again.")


def _done(job_run_id: str, *made: Made) -> asked.CompleteJobRun:
    return asked.CompleteJobRun(job_run_id=job_run_id, made=made)


# Who may ask.


@case(ProtocolReason.NOT_PERMITTED)
def nobody_records_a_party_but_the_exchange(stage: ZoneStage) -> Facts:
    return stage.ask(OPERATOR, a_party(SELLER, "DE", "seller"))


@case(ProtocolReason.NOT_PERMITTED)
def nobody_says_which_versions_are_registered_but_the_exchange(stage: ZoneStage) -> Facts:
    return stage.ask(OPERATOR, RecordProductRegistered(product_id="P-07", version="1"))


@case(ProtocolReason.NOT_PERMITTED)
def nobody_finds_a_group_to_split_in_a_zone(stage: ZoneStage) -> Facts:
    return stage.ask(GOVERNANCE, RecordSplitting(beneficial_owner="UBO-X", year=2026, confirmed=True))


@case(ProtocolReason.NOT_PERMITTED)
def nobody_records_a_safeguard_but_the_exchange_and_it_is_checked_where_it_is_registered(
    stage: ZoneStage,
) -> Facts:
    return stage.ask(COUNTER, asked.RecordSafeguard(safeguard=scc("I-300")))


@case(ProtocolReason.NOT_PERMITTED)
def nobody_counts_a_sale_but_the_exchange(stage: ZoneStage) -> Facts:
    return stage.ask(
        OPERATOR, CountSale(exporter_id=PROCESSOR, output_id="O-0.1.0", owner="UBO-1", year=2026)
    )


@case(ProtocolReason.NOT_PERMITTED)
def nobody_says_what_left_another_zone_but_the_exchange(stage: ZoneStage) -> Facts:
    return stage.ask(PROCESSOR, RecordLetOut(exporter_id=OTHER, owner="UBO-1", year=2026, persons=()))


@case(Reason.OUTPUT_UNKNOWN)
def a_sale_counts_of_what_its_seller_offers(stage: ZoneStage) -> Facts:
    return stage.ask(
        EXCHANGE, CountSale(exporter_id=PROCESSOR, output_id="O-0.1.0", owner="UBO-1", year=2026)
    )


@case(Reason.EGRESS_IN_TRANSIT)
def what_is_on_its_way_to_another_zone_is_not_taken_back(stage: ZoneStage) -> Facts:
    stage.given(EXCHANGE, asked.RecordSafeguard(safeguard=scc("I-14", PROCESSOR, OTHER)))
    egress_id = stage.requested(a_transfer(items(stage.admitted(), 0, 9), to_zone_id="BZ-3"))
    stage.given(OTHER, stage.arrival(egress_id, OTHER))
    return stage.ask(PROCESSOR, asked.WithdrawEgress(egress_id=egress_id, grounds="No."))


@case(Reason.PARTY_TOO_LONG)
def a_party_fits_a_decision(stage: ZoneStage) -> Facts:
    known = a_party(SELLER, "DE", "seller", registered_zones=("Z" * 199,) * 21).party
    return stage.ask(
        EXCHANGE, asked.RecordParty(party=msgspec.structs.replace(known, participant_id=STRANGER))
    )


@case(Reason.PARTY_UNKNOWN)
def a_stranger_asks_for_nothing(stage: ZoneStage) -> Facts:
    return stage.ask(STRANGER, a_link())


@case(Reason.PARTY_UNKNOWN)
def the_standing_of_a_stranger_is_nobodys(stage: ZoneStage) -> Facts:
    return stage.ask(EXCHANGE, asked.RecordPartyStanding(participant_id=STRANGER, active=False))


@case(Reason.PARTY_SUSPENDED)
def a_suspended_processor_starts_nothing(stage: ZoneStage) -> Facts:
    name = stage.admitted()
    stage.given(EXCHANGE, asked.RecordPartyStanding(participant_id=PROCESSOR, active=False))
    return stage.ask(PROCESSOR, a_start(items(name, 0, 9)))


@case(Reason.ROLE_MISSING)
def a_seller_records_no_link(stage: ZoneStage) -> Facts:
    return stage.ask(SELLER, a_link())


@case(Reason.NOT_OWN)
def another_processor_proposes_nothing_in_the_name_of_this_one(stage: ZoneStage) -> Facts:
    return stage.ask(OTHER, a_proposal())


@case(Reason.NOT_OWN)
def another_processor_works_on_nothing_of_this_one(stage: ZoneStage) -> Facts:
    return stage.ask(OTHER, a_start(items(stage.admitted(), 0, 9)))


# What surrounds the zone.


@case(Reason.RULESET_NOT_INSTALLED)
def a_ruleset_has_to_be_installed(stage: ZoneStage) -> Facts:
    command = asked.AdoptZoneRuleset(ruleset_version="x", ruleset_digest="ab" * 32, effective_at=START)
    return stage.ask(EXCHANGE, command)


@case(Reason.RULESET_TOO_EARLY)
def a_ruleset_does_not_take_effect_before_an_earlier_one(stage: ZoneStage) -> Facts:
    ruleset = newest(RULESETS)
    command = asked.AdoptZoneRuleset(
        ruleset_version=ruleset.version, ruleset_digest=ruleset.digest, effective_at=START - 2 * DAY
    )
    return stage.ask(EXCHANGE, command)


@case(Reason.ZONE_EXISTS)
def a_zone_is_opened_once(stage: ZoneStage) -> Facts:
    return stage.ask(OPERATOR, asked.OpenBusinessZone(zone_id=ZONE, title="x", place="CN-LG", seats=1))


@case(Reason.ZONE_NOT_BONDED)
def a_zone_lies_on_the_bonded_side(stage: ZoneStage) -> Facts:
    return stage.ask(OPERATOR, asked.OpenBusinessZone(zone_id="BZ-9", title="x", place="CN", seats=1))


@case(Reason.PLACES_SAME)
def a_line_has_two_ends(stage: ZoneStage) -> Facts:
    return stage.ask(OPERATOR, a_link(places=("DE", "DE")))


@case(Reason.ZONE_UNKNOWN)
def a_ruling_is_for_a_zone(stage: ZoneStage) -> Facts:
    return stage.ask(EXCHANGE, _lifting(zone_id="BZ-9"))


@case(Reason.TIME_OUT_OF_RANGE)
def a_ruling_ends_after_it_was_given(stage: ZoneStage) -> Facts:
    return stage.ask(EXCHANGE, _lifting(valid_until=START))


@case(Reason.RULINGS_TOO_MANY)
def a_handbook_has_no_more_rulings(stage: ZoneStage) -> Facts:
    stage.given(EXCHANGE, *[_lifting()] * RULINGS_MAX)
    return stage.ask(EXCHANGE, _lifting())


# What comes in.


@case(Reason.RULESET_MISSING)
def without_a_ruleset_nothing_comes_in(stage: ZoneStage) -> Facts:
    bare = ZoneStage(decider(RULESETS))
    bare.given(EXCHANGE, *PARTIES)
    bare.given(OPERATOR, asked.OpenBusinessZone(zone_id=ZONE, title="x", place="CN-LG", seats=1), a_link())
    return bare.ask(SELLER, a_proposal())


@case(Reason.ZONE_UNKNOWN)
def a_consignment_comes_into_a_zone(stage: ZoneStage) -> Facts:
    return stage.ask(SELLER, a_proposal(zone_id="BZ-9"))


@case(Reason.HANDBOOK_TAKEN)
def a_handbook_is_for_one_consignment(stage: ZoneStage) -> Facts:
    stage.admitted()
    return stage.ask(SELLER, a_proposal())


@case(Reason.PARTY_UNKNOWN)
def a_consignment_has_a_processor(stage: ZoneStage) -> Facts:
    return stage.ask(SELLER, a_proposal(processor_id=STRANGER))


@case(Reason.PROCESSOR_UNFIT)
def a_processor_sits_in_the_zone(stage: ZoneStage) -> Facts:
    return stage.ask(SELLER, a_proposal(processor_id=INDONESIAN))


@case(Reason.LINK_UNKNOWN)
def a_path_is_made_of_lines_that_there_are(stage: ZoneStage) -> Facts:
    return stage.ask(SELLER, a_proposal(link_ids=("LK-XX",)))


@case(Reason.LINK_PATH_BROKEN)
def a_path_leads_into_the_zone(stage: ZoneStage) -> Facts:
    return stage.ask(SELLER, a_proposal(link_ids=("LK-SG",)))


@case(Reason.LOTS_ALIKE)
def lots_have_names_of_their_own(stage: ZoneStage) -> Facts:
    return stage.ask(SELLER, a_proposal(lots=(a_lot(), a_lot())))


@case(Reason.BYTES_DIFFER)
def a_lot_of_bytes_is_as_large_as_it_says(stage: ZoneStage) -> Facts:
    return stage.ask(SELLER, a_proposal(unit="byte"))


@case(Reason.TRAITS_TOO_LONG)
def a_description_fits_a_decision(stage: ZoneStage) -> Facts:
    return stage.ask(SELLER, a_proposal(traits=traits(field_ids=("x" * 190,) * 20)))


@case(Reason.VERSION_UNKNOWN, "HB-0001")
def what_is_said_to_be_of_a_product_version_is_of_one_that_there_is(stage: ZoneStage) -> Facts:
    return stage.ask(SELLER, a_proposal(made_from="hub://DE/product/P-07/9"))


@case(Reason.TRAITS_OUTDATED)
def what_is_of_a_re_classified_version_is_described_no_milder(stage: ZoneStage) -> Facts:
    told = RecordProductTraits(
        product_id="P-07", version="1", traits=traits(), inherited=(), grounds="A find."
    )
    stage.given(EXCHANGE, told)
    name, nobody = "hub://CN/product/P-07/1", traits(contains_pi=False, persons=0)
    return stage.ask(SELLER, a_proposal(traits=nobody, made_from=name))


@case(Reason.RETENTION_OVER)
def the_last_day_is_to_come(stage: ZoneStage) -> Facts:
    return stage.ask(SELLER, a_proposal(retention_until="2026-11-01"))


@case(Reason.RETENTION_OVER)
def the_last_day_is_a_day(stage: ZoneStage) -> Facts:
    return stage.ask(SELLER, a_proposal(retention_until="2026-11-31"))


# Jobs.


@case(Reason.ZONE_UNKNOWN)
def a_job_runs_in_a_zone(stage: ZoneStage) -> Facts:
    return stage.ask(PROCESSOR, a_start(zone_id="BZ-9"))


@case(Reason.CONSIGNMENT_UNKNOWN)
def items_are_of_a_consignment(stage: ZoneStage) -> Facts:
    return stage.ask(PROCESSOR, a_start(items("C-9.9.9", 0, 9)))


@case(Reason.CONSIGNMENT_UNKNOWN)
def a_job_works_on_what_is_in_its_zone(stage: ZoneStage) -> Facts:
    name = stage.admitted()
    stage.given(OPERATOR, asked.OpenBusinessZone(zone_id="BZ-1", title="x", place="CN-LG", seats=300))
    return stage.ask(PROCESSOR, a_start(items(name, 0, 9), zone_id="BZ-1", station_zone="BZ-1"))


@case(Reason.ITEMS_UNKNOWN)
def items_are_numbers_of_a_lot(stage: ZoneStage) -> Facts:
    return stage.ask(PROCESSOR, a_start(items(stage.admitted(), 0, 10_000)))


@case(Reason.ITEMS_UNKNOWN)
def a_lot_is_one_that_came(stage: ZoneStage) -> Facts:
    return stage.ask(PROCESSOR, a_start(items(stage.admitted(), 0, 9, "L-9")))


@case(Reason.ITEMS_TWICE)
def items_are_named_once(stage: ZoneStage) -> Facts:
    name = stage.admitted()
    return stage.ask(PROCESSOR, a_start((*items(name, 0, 9), *items(name, 9, 10))))


@case(Reason.INPUT_MISSING)
def a_job_needs_something_to_work_on(stage: ZoneStage) -> Facts:
    return stage.ask(PROCESSOR, a_start())


@case(Reason.OUTPUT_UNKNOWN)
def a_job_works_on_outputs_that_there_are(stage: ZoneStage) -> Facts:
    return stage.ask(PROCESSOR, a_start(output_ids=("O-9.9.9",)))


@case(Reason.SOURCE_UNKNOWN)
def a_job_works_on_sources_that_there_are(stage: ZoneStage) -> Facts:
    return stage.ask(PROCESSOR, a_start(source_ids=("S-9.9.9",)))


@case(Reason.OUTPUT_DESTROYED)
def a_job_does_not_work_on_what_is_deleted(stage: ZoneStage) -> Facts:
    name, output = _admitted_with_product(stage)
    stage.given(PROCESSOR, a_destruction(name, (), output, erasure=erasure(**CLEARED)))
    return stage.ask(PROCESSOR, a_start(output_ids=(output,)))


@case(Reason.TOO_MANY_BEHIND)
def no_more_consignments_go_into_a_job_than_a_decision_holds(stage: ZoneStage) -> Facts:
    names = [stage.admitted(handbook_no=f"HB-{number}") for number in range(5)]
    return stage.ask(PROCESSOR, a_start([each for name in names for each in items(name, 0, 0)]))


@case(Reason.CONSIGNMENT_NOT_ADMITTED)
def nobody_works_on_what_people_have_not_let_in(stage: ZoneStage) -> Facts:
    return stage.ask(PROCESSOR, a_start(items(_in_review(stage), 0, 9)))


@case(Reason.KEY_DESTROYED)
def nobody_reads_what_has_no_key_any_more(stage: ZoneStage) -> Facts:
    name = stage.admitted(lots=(a_lot(10),))
    stage.made(a_start(items(name, 0, 4)), a_product(items(name, 0, 4)))
    stage.destroyed(a_destruction(name, items(name, 5, 9)))
    return stage.ask(PROCESSOR, a_start(items(name, 0, 4)))


@case(Reason.DIFFERENCE_OPEN)
def no_work_begins_while_something_is_missing(stage: ZoneStage) -> Facts:
    name = stage.admitted()
    stage.given(PROCESSOR, a_count(name, 9_999))
    return stage.ask(PROCESSOR, a_start(items(name, 0, 9)))


@case(Reason.JOBS_TOO_MANY)
def no_more_jobs_run_on_a_consignment(stage: ZoneStage) -> Facts:
    name = stage.admitted()
    stage.given(PROCESSOR, *[a_start(items(name, 0, 9), seats=1)] * RUNNING_MAX)
    return stage.ask(PROCESSOR, a_start(items(name, 0, 9), seats=1))


@case(Reason.STATION_ELSEWHERE)
def workers_sit_where_the_data_is(stage: ZoneStage) -> Facts:
    return stage.ask(PROCESSOR, a_start(items(stage.admitted(), 0, 9), station_zone="BZ-1"))


@case(Reason.SEATS_EXHAUSTED)
def workers_need_seats(stage: ZoneStage) -> Facts:
    name = stage.admitted()
    stage.given(PROCESSOR, a_start(items(name, 0, 9), seats=250))
    return stage.ask(PROCESSOR, a_start(items(name, 0, 9), seats=51))


@case(Reason.COEFFICIENTS_ALIKE)
def a_unit_has_one_coefficient(stage: ZoneStage) -> Facts:
    one = Coefficient(unit="vector", per_items=1, yields=1)
    return stage.ask(PROCESSOR, a_start(items(stage.admitted(), 0, 9), coefficients=(one, one)))


@case(Reason.FENCE_REFUSED)
def no_work_goes_on_after_the_last_day(stage: ZoneStage) -> Facts:
    name = stage.admitted()
    stage.later(instant("2027-02-01T00:00:00Z") - START)
    stage.ticked()
    facts = stage.ask(PROCESSOR, a_start(items(name, 0, 9)))
    assert isinstance(facts[-1], Refused)
    assert facts[-1].codes[0] == "ZONE_RETENTION"
    return facts[-1:]


@case(Reason.JOB_UNKNOWN)
def a_job_that_ends_has_begun(stage: ZoneStage) -> Facts:
    return stage.ask(PROCESSOR, _done("J-9.9.9", a_product()))


@case(Reason.JOB_ENDED)
def a_job_ends_once(stage: ZoneStage) -> Facts:
    job_run_id = stage.started(a_start(items(stage.admitted(), 0, 9)))
    stage.given(PROCESSOR, asked.FailJobRun(job_run_id=job_run_id, grounds="x"))
    return stage.ask(PROCESSOR, _done(job_run_id, a_product()))


@case(Reason.ITEMS_NOT_INPUT)
def an_output_holds_what_went_in(stage: ZoneStage) -> Facts:
    name = stage.admitted()
    job_run_id = stage.started(a_start(items(name, 0, 9)))
    return stage.ask(PROCESSOR, _done(job_run_id, a_product(items(name, 5, 10))))


@case(Reason.PRODUCT_EMPTY)
def a_product_holds_items(stage: ZoneStage) -> Facts:
    return stage.ask(PROCESSOR, _done(stage.started(a_start(source_ids=(stage.source(),))), a_product()))


@case(Reason.FIELDS_ALIKE)
def a_field_has_a_name_of_its_own(stage: ZoneStage) -> Facts:
    job_run_id = stage.started(a_start(items(stage.admitted(), 0, 9)))
    return stage.ask(PROCESSOR, _done(job_run_id, a_product(fields=(Field(name="plate"),) * 2)))


@case(Reason.FIELD_SOURCE_UNKNOWN)
def a_field_is_made_from_what_went_in(stage: ZoneStage) -> Facts:
    name = stage.admitted()
    job_run_id = stage.started(a_start(items(name, 0, 9)))
    known, unknown = (FieldSource(of=f"{name}/{lot}", field="frame") for lot in (LOT, "L-9"))
    field = Field(name="plate", made_from=(known, unknown))
    return stage.ask(PROCESSOR, _done(job_run_id, a_product(fields=(field,))))


@case(Reason.COEFFICIENT_MISSING)
def a_by_product_was_declared(stage: ZoneStage) -> Facts:
    job_run_id = stage.started(a_start(items(stage.admitted(), 0, 9)))
    return stage.ask(PROCESSOR, _done(job_run_id, a_product(kind="by_product", unit="vector")))


@case(Reason.COEFFICIENT_EXCEEDED)
def a_by_product_is_no_more_than_was_declared(stage: ZoneStage) -> Facts:
    one = Coefficient(unit="vector", per_items=3, yields=1)
    job_run_id = stage.started(a_start(items(stage.admitted(), 0, 9), coefficients=(one,)))
    return stage.ask(PROCESSOR, _done(job_run_id, a_product(kind="by_product", unit="vector", quantity=5)))


@case(Reason.PRODUCT_BEYOND)
def a_product_counts_no_more_of_a_unit_than_it_holds(stage: ZoneStage) -> Facts:
    name = stage.admitted()
    job_run_id = stage.started(a_start(items(name, 0, 9)))
    return stage.ask(PROCESSOR, _done(job_run_id, a_product(items(name, 0, 9), quantity=11)))


@case(Reason.UNIT_NOT_OWN)
def a_by_product_has_a_unit_of_its_own(stage: ZoneStage) -> Facts:
    job_run_id = stage.started(a_start(items(stage.admitted(), 0, 9)))
    return stage.ask(PROCESSOR, _done(job_run_id, a_product(kind="by_product")))


@case(Reason.ITEMS_GONE)
def a_product_does_not_hold_what_was_scrapped(stage: ZoneStage) -> Facts:
    name = stage.admitted()
    (wip,) = stage.made(a_start(items(name, 0, 9)), a_product(kind="intermediate"))
    stage.given(PROCESSOR, _scrap(name, 0, 9))
    return stage.ask(PROCESSOR, _done(stage.started(a_start(output_ids=(wip,))), a_product()))


@case(Reason.ITEMS_SCATTERED)
def an_outputs_items_are_not_scattered(stage: ZoneStage) -> Facts:
    name = stage.admitted()
    outputs = []
    for begin in (0, 200):
        ranges = [
            each for number in range(60) for each in items(name, begin + 2 * number, begin + 2 * number)
        ]
        outputs += stage.made(a_start(ranges), a_product(kind="intermediate"))
    return stage.ask(PROCESSOR, _done(stage.started(a_start(output_ids=tuple(outputs))), a_product()))


def test_the_books_of_a_lot_fall_into_no_more_pieces_than_are_kept() -> None:
    stage = a_zone()
    name = stage.admitted()
    for begin in range(0, 2 * PIECES_MAX, 200):
        ranges = tuple(
            each for number in range(100) for each in items(name, begin + 2 * number, begin + 2 * number)
        )
        stage.given(PROCESSOR, _scrap_all(ranges))
    (no,) = stage.ask(PROCESSOR, _scrap(name, 9_000, 9_000))
    assert isinstance(no, Refused)
    assert no.reason == Reason.ITEMS_SCATTERED


# Sources, reports, incidents, cases.


@case(Reason.ZONE_UNKNOWN)
def a_source_is_in_a_zone(stage: ZoneStage) -> Facts:
    command = asked.RegisterSource(zone_id="BZ-9", title="x", sha256=digest("x"), traits=PLATES)
    return stage.ask(PROCESSOR, command)


@case(Reason.SOURCE_UNKNOWN)
def what_is_re_classified_is_there(stage: ZoneStage) -> Facts:
    return stage.ask(OPERATOR, _reclassify("S-9.9.9"))


@case(Reason.ROLE_MISSING)
def a_stranger_to_it_re_classifies_nothing(stage: ZoneStage) -> Facts:
    return stage.ask(OTHER, _reclassify(stage.source()))


@case(Reason.JOB_RUNNING)
def a_report_is_about_what_was_made(stage: ZoneStage) -> Facts:
    return stage.ask(ASSESSOR, _report(stage.started(a_start(items(stage.admitted(), 0, 9)))))


@case(Reason.REPORT_REPEATED)
def a_flag_is_cleared_once(stage: ZoneStage) -> Facts:
    _, output = _admitted_with_product(stage)
    job_run_id = stage.state.outputs[output].job_run_id
    stage.given(ASSESSOR, _report(job_run_id))
    return stage.ask(ASSESSOR, _report(job_run_id))[-1:]


@case(Reason.ASSESSOR_CONFLICT)
def an_assessor_is_not_the_processors(stage: ZoneStage) -> Facts:
    _, output = _admitted_with_product(stage)
    stage.given(EXCHANGE, _an_assessor())
    return stage.ask(STRANGER, _report(stage.state.outputs[output].job_run_id))


@case(Reason.SOURCES_UNFIT)
def an_undeclared_input_is_named(stage: ZoneStage) -> Facts:
    job_run_id = stage.started(a_start(items(stage.admitted(), 0, 9)))
    command = asked.ReportIncident(job_run_id=job_run_id, kind="undeclared_input", statement="x")
    return stage.ask(PROCESSOR, command)


@case(Reason.TOO_MANY_BEHIND)
def no_more_sources_are_reported_than_a_decision_holds(stage: ZoneStage) -> Facts:
    job_run_id = stage.started(a_start(items(stage.admitted(), 0, 9), source_ids=(stage.source(),)))
    sources = tuple(stage.source() for _ in range(20))
    command = asked.ReportIncident(
        job_run_id=job_run_id, kind="undeclared_input", statement="x", source_ids=sources
    )
    return stage.ask(PROCESSOR, command)


@case(Reason.CASE_UNKNOWN)
def a_case_is_one_that_was_opened(stage: ZoneStage) -> Facts:
    return stage.ask(GOVERNANCE, _verdict("GC-9.9.9"))


@case(Reason.CASE_CLOSED)
def a_case_is_decided_once(stage: ZoneStage) -> Facts:
    case_id = _case_of(stage)
    stage.given(GOVERNANCE, _verdict(case_id))
    return stage.ask(GOVERNANCE, _verdict(case_id))


@case(Reason.PANEL_NOT_COMPLETE)
def a_panel_has_all_three_constituencies(stage: ZoneStage) -> Facts:
    return stage.ask(GOVERNANCE, _verdict(_case_of(stage), "government", "industry", "industry"))


@case(Reason.PANEL_NOT_COMPLETE)
def nobody_sits_twice(stage: ZoneStage) -> Facts:
    return stage.ask(GOVERNANCE, _verdict(_case_of(stage), names=("A", "B", "A")))


@case(Reason.PANEL_NOT_COMPLETE)
def a_party_does_not_judge_itself(stage: ZoneStage) -> Facts:
    return stage.ask(GOVERNANCE, _verdict(_case_of(stage), names=("A", "B", PROCESSOR)))


@case(Reason.PANEL_NOT_COMPLETE)
def nor_does_whoever_owns_it(stage: ZoneStage) -> Facts:
    return stage.ask(GOVERNANCE, _verdict(_case_of(stage), names=("A", "B", f"ubo-{PROCESSOR}")))


@case(Reason.PANEL_NOT_COMPLETE)
def nobody_sits_twice_by_writing_a_name_otherwise(stage: ZoneStage) -> Facts:
    return stage.ask(GOVERNANCE, _verdict(_case_of(stage), names=("A", "B", "a")))


# What leaves.


@case(Reason.OUTPUT_UNKNOWN)
def what_is_exported_was_made(stage: ZoneStage) -> Facts:
    return stage.ask(PROCESSOR, an_export("O-9.9.9"))


@case(Reason.OUTPUT_INTERMEDIATE)
def an_intermediate_output_is_not_exported(stage: ZoneStage) -> Facts:
    (wip,) = stage.made(a_start(items(stage.admitted(), 0, 9)), a_product(kind="intermediate"))
    return stage.ask(PROCESSOR, an_export(wip))


@case(Reason.OUTPUTS_MIXED)
def outputs_of_several_processors_go_one_by_one(stage: ZoneStage) -> Facts:
    _, output = _admitted_with_product(stage)
    stage.given(EXCHANGE, asked.RecordSafeguard(safeguard=scc("I-02", recipient=OTHER)))
    command = a_proposal("HB-2", processor_id=OTHER)
    name = stage.gave(ConsignmentProposed, OTHER, command).consignment_id
    (other,) = stage.made(a_start(items(name, 0, 9)), a_product(), actor=OTHER)
    return stage.ask(PROCESSOR, an_export(output, other))


@case(Reason.CONSIGNEE_UNFIT)
def nobody_exports_to_itself(stage: ZoneStage) -> Facts:
    _, output = _admitted_with_product(stage)
    return stage.ask(PROCESSOR, an_export(output, recipient_id=PROCESSOR))


@case(Reason.CONSIGNEE_UNFIT)
def nobody_consigns_to_itself(stage: ZoneStage) -> Facts:
    return stage.ask(PROCESSOR, a_proposal(consignor_id=PROCESSOR))


@case(Reason.FENCE_REFUSED)
def nothing_goes_where_it_may_not_return_to(stage: ZoneStage) -> Facts:
    name, output = _admitted_with_product(stage)
    stage.given(PROCESSOR, a_count(name, 9_900))
    elsewhere = an_export(output, destination="SG", link_ids=("LK-SG",))
    facts = stage.ask(PROCESSOR, elsewhere)
    assert isinstance(facts[-1], Refused)
    assert "ZONE_RETURN_LIST" in facts[-1].codes
    return facts[-1:]


@case(Reason.ITEMS_MIXED)
def a_return_is_of_one_consignment(stage: ZoneStage) -> Facts:
    ranges = [each for number in (1, 2) for each in items(stage.admitted(handbook_no=f"HB-{number}"), 0, 9)]
    return stage.ask(PROCESSOR, a_return(ranges))


@case(Reason.ITEMS_CONSUMED)
def what_is_in_a_product_is_not_returned(stage: ZoneStage) -> Facts:
    name, _ = _admitted_with_product(stage)
    return stage.ask(PROCESSOR, a_return(items(name, 99, 100)))


@case(Reason.ITEMS_HELD)
def what_is_on_its_way_is_not_asked_for_again(stage: ZoneStage) -> Facts:
    name = stage.admitted()
    stage.requested(a_return(items(name, 0, 9)))
    return stage.ask(PROCESSOR, a_return(items(name, 9, 9)))


@case(Reason.ITEMS_IN_JOB)
def what_is_worked_on_does_not_leave(stage: ZoneStage) -> Facts:
    name = stage.admitted()
    (wip,) = stage.made(a_start(items(name, 0, 9)), a_product(kind="intermediate"))
    stage.started(a_start(output_ids=(wip,)))
    return stage.ask(PROCESSOR, a_return(items(name, 0, 9)))


@case(Reason.HANDBOOK_TAKEN)
def a_transfer_ends_in_a_handbook_of_its_own(stage: ZoneStage) -> Facts:
    return stage.ask(PROCESSOR, a_transfer(items(stage.admitted(), 0, 9), handbook_no="HB-0001"))


@case(Reason.EGRESS_UNKNOWN)
def what_arrives_was_asked_for(stage: ZoneStage) -> Facts:
    return stage.ask(SELLER, stage_arrival("X-9.9.9"))


@case(Reason.NOT_OWN)
def only_the_receiver_says_what_arrived(stage: ZoneStage) -> Facts:
    return stage.ask(PROCESSOR, stage.arrival(_approved(stage), PROCESSOR))


@case(Reason.EGRESS_NOT_APPROVED)
def nothing_arrives_that_is_held(stage: ZoneStage) -> Facts:
    _, output = _admitted_with_product(stage)
    return stage.ask(SELLER, stage.arrival(stage.requested(an_export(output))))


@case(Reason.EGRESS_ENDED)
def a_thing_arrives_once(stage: ZoneStage) -> Facts:
    egress_id = _approved(stage)
    stage.given(SELLER, stage.arrival(egress_id))
    return stage.ask(SELLER, stage.arrival(egress_id))


@case(Reason.ARRIVAL_DIFFERS)
def what_arrives_is_what_was_sent(stage: ZoneStage) -> Facts:
    egress_id = _approved(stage)
    return stage.ask(SELLER, stage.arrival(egress_id, parts=(Part(name="x", sha256=digest("y")),)))


@case(Reason.SIGNATURE_INVALID)
def what_arrives_is_signed_for(stage: ZoneStage) -> Facts:
    return stage.ask(SELLER, stage.arrival(_approved(stage), signature=bytes(64)))


# What is deleted.


@case(Reason.NOTHING_NAMED)
def something_was_deleted(stage: ZoneStage) -> Facts:
    return stage.ask(PROCESSOR, a_destruction(stage.admitted(), erasure=erasure(**CLEARED)))


@case(Reason.ITEMS_MIXED)
def a_certificate_is_about_one_consignment(stage: ZoneStage) -> Facts:
    one, other = (stage.admitted(handbook_no=f"HB-{number}") for number in (1, 2))
    return stage.ask(PROCESSOR, a_destruction(one, items(other, 0, 9), erasure=erasure(**CLEARED)))


@case(Reason.HASHES_MISSING)
def there_is_a_hash_for_each_thing(stage: ZoneStage) -> Facts:
    name = stage.admitted()
    command = a_destruction(name, items(name, 0, 9), erasure=erasure(**CLEARED), hashes=9)
    return stage.ask(PROCESSOR, command)


@case(Reason.KEY_UNFIT)
def the_key_is_the_consignments_own(stage: ZoneStage) -> Facts:
    name = stage.admitted()
    command = a_destruction(name, items(name, 0, 9_999), erasure=erasure(key_id="K-9"))
    return stage.ask(PROCESSOR, command)


@case(Reason.KEY_UNFIT)
def the_end_of_a_key_is_logged(stage: ZoneStage) -> Facts:
    name = stage.admitted()
    return stage.ask(
        PROCESSOR, a_destruction(name, items(name, 0, 9_999), erasure=erasure(key_log_sha256=None))
    )


@case(Reason.KEY_COVERS_MORE)
def a_key_ends_all_that_is_on_hand(stage: ZoneStage) -> Facts:
    name = stage.admitted()
    return stage.ask(PROCESSOR, a_destruction(name, items(name, 0, 9)))


@case(Reason.OUTPUT_STRANGE)
def an_output_that_is_deleted_was_made_of_the_consignment(stage: ZoneStage) -> Facts:
    _, output = _admitted_with_product(stage)
    other = stage.admitted(handbook_no="HB-2")
    return stage.ask(PROCESSOR, a_destruction(other, (), output, erasure=erasure(**CLEARED)))


@case(Reason.ITEMS_IN_JOB)
def an_output_that_is_worked_on_is_not_deleted(stage: ZoneStage) -> Facts:
    name, output = _admitted_with_product(stage)
    stage.started(a_start(output_ids=(output,)))
    return stage.ask(PROCESSOR, a_destruction(name, (), output, erasure=erasure(**CLEARED)))


@case(Reason.ITEMS_HELD)
def an_output_that_waits_to_leave_is_not_deleted(stage: ZoneStage) -> Facts:
    name, output = _admitted_with_product(stage)
    stage.requested(an_export(output))
    return stage.ask(PROCESSOR, a_destruction(name, (), output, erasure=erasure(**CLEARED)))


@case(Reason.CERTIFICATE_UNKNOWN)
def a_certificate_is_about_a_deletion(stage: ZoneStage) -> Facts:
    command = asked.VerifyDestruction(certificate_id="DC-9.9.9", method="x", sample=1, signature=bytes(64))
    return stage.ask(ASSESSOR, command)


@case(Reason.CERTIFICATE_ISSUED)
def a_deletion_is_certified_once(stage: ZoneStage) -> Facts:
    name = stage.admitted()
    certificate = stage.destroyed(a_destruction(name, items(name, 0, 9), erasure=erasure(**CLEARED)))
    return stage.ask(ASSESSOR, stage.verification(certificate))


@case(Reason.VERIFIER_IS_OPERATOR)
def a_sister_company_verifies_nothing(stage: ZoneStage) -> Facts:
    return stage.ask(THIRD, stage.verification(_recorded(stage), THIRD))


@case(Reason.SAMPLE_TOO_LARGE)
def a_sample_is_some_of_it(stage: ZoneStage) -> Facts:
    return stage.ask(ASSESSOR, stage.verification(_recorded(stage), sample=0))


@case(Reason.SIGNATURE_INVALID)
def a_certificate_is_signed_by_its_verifier(stage: ZoneStage) -> Facts:
    return stage.ask(ASSESSOR, stage.verification(_recorded(stage), key=SELLER))


# Balances.


@case(Reason.BYTES_DIFFER)
def bytes_are_counted_in_bytes(stage: ZoneStage) -> Facts:
    name = stage.admitted(unit="byte", lots=(a_lot(1_000, each_bytes=1),))
    return stage.ask(PROCESSOR, a_count(name, 1_000))


@case(Reason.WORK_LEFT)
def a_handbook_is_not_closed_while_work_goes_on(stage: ZoneStage) -> Facts:
    name = stage.admitted()
    stage.started(a_start(items(name, 0, 9)))
    return stage.ask(PROCESSOR, asked.WriteOff(consignment_id=name))


@case(Reason.ITEMS_LEFT)
def a_handbook_is_not_closed_while_something_is_left(stage: ZoneStage) -> Facts:
    return stage.ask(PROCESSOR, asked.WriteOff(consignment_id=stage.admitted()))


@case(Reason.OUTPUTS_LEFT)
def a_handbook_is_not_closed_while_intermediate_outputs_are_left(stage: ZoneStage) -> Facts:
    name = stage.admitted(lots=(a_lot(10),))
    stage.made(a_start(items(name, 0, 9)), a_product(kind="intermediate"))
    stage.destroyed(a_destruction(name, items(name, 0, 9)))
    return stage.ask(PROCESSOR, asked.WriteOff(consignment_id=name))


@case(Reason.BALANCE_OPEN)
def a_handbook_is_not_closed_before_its_balance(stage: ZoneStage) -> Facts:
    name = stage.admitted(lots=(a_lot(10),))
    stage.destroyed(a_destruction(name, items(name, 0, 9)))
    return stage.ask(PROCESSOR, asked.WriteOff(consignment_id=name))


@case(Reason.CONSIGNMENT_CLOSED)
def nothing_becomes_of_a_closed_handbook(stage: ZoneStage) -> Facts:
    name = stage.admitted(lots=(a_lot(10),))
    stage.destroyed(a_destruction(name, items(name, 0, 9)))
    stage.given(PROCESSOR, a_count(name, 0), asked.WriteOff(consignment_id=name))
    return stage.ask(PROCESSOR, a_count(name, 0))


def stage_arrival(egress_id: str) -> asked.ConfirmArrival:
    """Somebody says that something arrived that nobody sent."""
    part = Part(name="x", sha256=digest("x"))
    return asked.ConfirmArrival(egress_id=egress_id, parts=(part,), size_bytes=1, signature=bytes(64))


def _recorded(stage: ZoneStage) -> str:
    name = stage.admitted()
    stage.given(PROCESSOR, a_destruction(name, items(name, 0, 9), erasure=erasure(**CLEARED)))
    return max(stage.state.certificates)


def _scrap(name: str, first: int, last: int) -> asked.ScrapItems:
    return _scrap_all(items(name, first, last))


def _scrap_all(ranges: Any) -> asked.ScrapItems:
    return asked.ScrapItems(items=ranges, grounds="Black.", evidence_sha256=digest("list"))


def _report(job_run_id: str) -> asked.ApproveAnonymisation:
    return asked.ApproveAnonymisation(
        job_run_id=job_run_id,
        clears=("domestic_pi",),
        report_sha256=digest("report"),
        statement="It is gone.",
    )


def _reclassify(source_id: str) -> asked.ReclassifySource:
    return asked.ReclassifySource(
        source_id=source_id, traits=PLATES, grounds="It is other data.", evidence_sha256=digest("evidence")
    )


def _an_assessor() -> asked.RecordParty:
    known = a_party(ASSESSOR, "CN", "assessor", beneficial_owner=f"UBO-{PROCESSOR}").party
    return asked.RecordParty(party=msgspec.structs.replace(known, participant_id=STRANGER))


@pytest.mark.parametrize(
    ("reason", "play"), [(reason, play) for reason, _, play in CASES], ids=[named for _, named, _ in CASES]
)
def test_it_is_refused_for_its_reason(
    reason: Reason | ProtocolReason, play: Callable[[ZoneStage], Facts]
) -> None:
    (no,) = play(a_zone())
    assert isinstance(no, Refused), no
    assert (no.reason, bool(no.detail)) == (reason.value, True)


def test_every_reason_is_tried() -> None:
    tried = {reason for reason, _, _ in CASES} | {reason for reason, _ in (*FENCED, *UNITING)}
    assert tried >= set(Reason)
