"""Persons of several consignments and sources are counted by the union that their exporter declares, never as a sum."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pytest

from exchange.bonded import commands as asked
from exchange.bonded.commands import ReclassifySource
from exchange.bonded.crossing import year_of
from exchange.bonded.facts import CrossingDecided, EgressApproved, EgressHeld
from exchange.bonded.fenced.facts import AccessContinued, SessionEnded
from exchange.bonded.persons.commands import UnitePersons
from exchange.bonded.persons.facts import PersonsUnited
from exchange.bonded.persons.uniting import UNIONS_MAX
from exchange.bonded.reasons import Reason
from exchange.bonded.state import Bonded
from exchange.fence import read_crossing
from exchange.kernel.bases import Fact
from exchange.kernel.persons import PersonSet
from exchange.kernel.protocol import Refused
from exchange.kernel.time import instant
from tests.support.stage import START
from tests.unit.bonded.fenced_stage import a_staffed_zone, opened
from tests.unit.bonded.stage import (
    ASSESSOR,
    LOT,
    OTHER,
    PLATES,
    PROCESSOR,
    SELLER,
    ZoneStage,
    a_count,
    a_product,
    a_start,
    an_export,
    digest,
    items,
    traits,
)

YEAR = year_of(START)
Facts = tuple[Fact, ...]
Play = Callable[[ZoneStage, str, str], Facts]
UNITING: list[tuple[Reason, Play]] = []
TABLE = traits(collected_in=("CN",), persons=60_000)
"""Of each of two tables; all persons of both would be 120,000, and from 100,000 on a route is needed."""


def a_union(*origin_ids: str, persons: int = 99_999, **changed: Any) -> UnitePersons:
    values: dict[str, Any] = {"year": YEAR, "sensitive_persons": 0, "foreign_persons": 0}
    return UnitePersons(origin_ids=origin_ids, persons=persons, **(values | changed))


def two_tables(**changed: Any) -> tuple[ZoneStage, str, str, str]:
    """A product with two tables of the mainland in it, ready to leave."""
    stage = a_staffed_zone()
    one, other = stage.source(traits=TABLE), stage.source(traits=msgspec.structs.replace(TABLE, **changed))
    name = stage.admitted()
    (product,) = stage.made(
        a_start(items(name, 0, 99), source_ids=(one, other), keeps_separable=True), a_product()
    )
    stage.given(PROCESSOR, a_count(name, 9_900))
    return stage, product, one, other


def held(stage: ZoneStage, product: str) -> str:
    """An export that waits, since nobody knows how many persons are in it."""
    facts = stage.ask(PROCESSOR, an_export(product))
    (said,) = [each for each in facts if isinstance(each, EgressHeld)]
    assert said.codes[0] == "COUNTS_MISSING"
    return said.egress_id


def counts(stage: ZoneStage, facts: Sequence[Fact]) -> tuple[int | None, ...]:
    """The counts of persons of the mainland, sensitive ones, and of elsewhere that a crossing was decided with."""
    (decided,) = [each for each in facts if isinstance(each, CrossingDecided)]
    said = read_crossing(decided.crossing).hops[0].counts
    return said.pi_count_cum, said.sensitive_count_cum, said.foreign_count_cum


@pytest.mark.parametrize(("persons", "kind"), [(99_999, EgressApproved), (100_000, EgressHeld)])
def test_what_waits_is_asked_about_again_with_the_union(persons: int, kind: type[Fact]) -> None:
    stage, product, one, other = two_tables()
    egress_id = held(stage, product)
    said = stage.gave(PersonsUnited, PROCESSOR, a_union(one, other, persons=persons)).united
    assert (said.exporter_id, said.origin_ids, said.persons) == (
        PROCESSOR,
        tuple(sorted((one, other))),
        persons,
    )
    facts = stage.settled()
    assert counts(stage, facts) == (persons, 0, 800_000)
    (answer,) = [each for each in facts if isinstance(each, kind)]
    assert isinstance(answer, EgressApproved | EgressHeld)
    assert answer.egress_id == egress_id
    assert stage.replayed() == stage.partition.written_down()


def test_sensitive_persons_are_united_by_themselves() -> None:
    stage, product, one, other = two_tables(sensitive_persons=9)
    held(stage, product)
    stage.given(PROCESSOR, a_union(one, other, persons=70_000, sensitive_persons=9))
    facts = stage.settled()
    assert counts(stage, facts) == (70_000, 9, 800_000)
    assert any(isinstance(each, EgressHeld) and each.outcome == "FILE" for each in facts)


def test_a_smaller_declaration_takes_the_place_of_the_one_before_and_so_does_a_larger() -> None:
    stage, product, one, other = two_tables()
    stage.given(PROCESSOR, a_union(one, other, persons=110_000), a_union(other, one, persons=90_000))
    facts = stage.ask(PROCESSOR, an_export(product))
    assert counts(stage, facts) == (90_000, 0, 800_000)
    assert any(isinstance(each, EgressApproved) for each in facts)
    stage.given(PROCESSOR, a_union(one, other, persons=100_000))
    after = stage.settled()
    assert counts(stage, after) == (100_000, 0, 800_000)
    assert any(isinstance(each, EgressHeld) for each in after)
    assert stage.replayed() == stage.partition.written_down()


def test_the_least_union_that_covers_all_counts_and_one_of_fewer_does_not() -> None:
    stage, product, one, other = two_tables()
    third = stage.source(traits=TABLE)
    stage.given(PROCESSOR, a_union(one, third, persons=60_000))
    held(stage, product)
    stage.given(PROCESSOR, a_union(one, other, third, persons=70_000))
    assert counts(stage, stage.settled()) == (70_000, 0, 800_000)
    stage.given(PROCESSOR, a_union(one, other, persons=65_000))
    assert counts(stage, stage.settled()) == (65_000, 0, 800_000)


def test_what_was_let_out_before_has_to_be_in_the_union_too() -> None:
    stage, product, one, other = two_tables()
    stage.given(PROCESSOR, a_union(one, other, persons=70_000))
    stage.requested(an_export(product))
    third, name = stage.source(traits=PLATES), stage.admitted(handbook_no="HB-0002", key_id="K-2")
    (later,) = stage.made(a_start(items(name, 0, 99), source_ids=(third,), keeps_separable=True), a_product())
    stage.given(PROCESSOR, a_count(name, 9_900))
    first = held(stage, later)
    stage.settled()
    consignments = sorted(stage.state.consignments)
    stage.given(PROCESSOR, a_union(one, other, third, persons=99_999))
    decided = {each.subject: each for each in stage.settled() if isinstance(each, CrossingDecided)}
    assert counts(stage, [decided[first]]) == (99_999, 0, None)
    assert stage.state.egresses[first].phase == "approved"
    everything = a_union(one, other, third, *consignments, persons=99_999, foreign_persons=900_000)
    stage.given(PROCESSOR, everything)
    decided = {each.subject: each for each in stage.settled() if isinstance(each, CrossingDecided)}
    assert counts(stage, [decided[first]]) == (99_999, 0, 900_000)


def test_a_year_is_counted_by_its_own_unions() -> None:
    stage, product, one, other = two_tables()
    stage.given(PROCESSOR, a_union(one, other, persons=70_000))
    egress_id = stage.requested(an_export(product))
    assert stage.state.egresses[egress_id].phase == "approved"
    stage.at = instant("2026-12-31T15:59:59Z")
    stage.settled()
    assert stage.state.egresses[egress_id].phase == "approved"
    stage.at = instant("2026-12-31T16:00:00Z")
    (fell,) = [each for each in stage.settled() if isinstance(each, EgressHeld)]
    assert (fell.egress_id, fell.codes[0]) == (egress_id, "COUNTS_MISSING")
    stage.given(PROCESSOR, a_union(one, other, persons=80_000, year=2027))
    assert counts(stage, stage.settled()) == (80_000, 0, 800_000)
    assert stage.state.egresses[egress_id].phase == "approved"


def test_a_union_of_the_next_year_counts_from_its_beginning_on() -> None:
    stage, product, one, other = two_tables()
    stage.given(PROCESSOR, a_union(one, other, persons=70_000, year=YEAR + 1))
    egress_id = held(stage, product)
    stage.at = instant("2026-12-31T16:00:00Z")
    stage.settled()
    assert stage.state.egresses[egress_id].phase == "approved"


def test_years_that_are_over_are_forgotten_with_the_next_declaration() -> None:
    stage, _, one, other = two_tables()
    stage.given(PROCESSOR, a_union(one, other, persons=70_000))
    stage.at = instant("2028-01-02T00:00:00Z")
    stage.given(PROCESSOR, a_union(one, other, persons=80_000, year=2028))
    assert [each.year for each in stage.state.united[PROCESSOR]] == [2028]


def test_a_union_says_nothing_of_what_a_part_came_to_hold_since() -> None:
    stage, product, one, other = two_tables()
    stage.given(PROCESSOR, a_union(one, other, persons=70_000))
    stage.requested(an_export(product))
    larger = ReclassifySource(
        source_id=one,
        traits=msgspec.structs.replace(TABLE, persons=61_000),
        grounds="A column was overlooked.",
        evidence_sha256=digest("evidence"),
    )
    stage.given(ASSESSOR, larger)
    stage.settled()
    assert counts(stage, stage.ask(PROCESSOR, an_export(product)))[0] is None
    stage.settled()
    stage.given(PROCESSOR, a_union(one, other, persons=71_000))
    stage.settled()
    assert counts(stage, stage.ask(PROCESSOR, an_export(product)))[0] == 71_000


def test_a_union_says_nothing_of_a_part_in_which_persons_may_be_that_nobody_has_looked_for() -> None:
    stage, product, one, other = two_tables()
    stage.given(PROCESSOR, a_union(one, other, persons=70_000))
    origin = stage.state.origins[other]
    origin.carried = msgspec.structs.replace(origin.carried, unsaid=("personal",))
    decided = [each for each in stage.ask(PROCESSOR, an_export(product)) if isinstance(each, CrossingDecided)]
    assert counts(stage, decided)[0] is None


def test_a_lot_that_is_described_apart_is_a_part_of_its_own() -> None:
    stage, _, one, _ = two_tables()
    name = stage.admitted(handbook_no="HB-0002", key_id="K-2")
    apart = ReclassifySource(
        source_id=f"{name}/{LOT}",
        traits=TABLE,
        grounds="It is of the mainland.",
        evidence_sha256=digest("evidence"),
    )
    stage.given(ASSESSOR, apart)
    said = stage.gave(PersonsUnited, PROCESSOR, a_union(one, f"{name}/{LOT}", foreign_persons=0)).united
    assert said.origin_ids == (f"{name}/{LOT}", one)
    assert refusal(stage, OTHER, a_union(f"{name}/{LOT}", one)) == (Reason.NOT_OWN, f"{name}/{LOT}")


def test_who_looks_from_abroad_is_asked_about_again() -> None:
    stage = a_staffed_zone()
    one, other, name = stage.source(traits=TABLE), stage.source(traits=TABLE), stage.admitted()
    stage.given(PROCESSOR, a_count(name, 10_000))
    run = stage.started(a_start(items(name, 0, 99), source_ids=(one, other), keeps_separable=True))
    stage.given(PROCESSOR, a_union(one, other, persons=70_000))
    session = opened(stage, job_run_id=run, seen_from="DE")
    stage.settled()
    stage.given(PROCESSOR, a_union(one, other, persons=80_000))
    (went_on,) = [each for each in stage.settled() if isinstance(each, AccessContinued)]
    assert went_on.access_ids == (session,)
    stage.given(PROCESSOR, a_union(one, other, persons=100_000))
    (ended,) = [each for each in stage.settled() if isinstance(each, SessionEnded)]
    assert ended.session_id == session


def test_nobody_else_is_counted_by_it() -> None:
    stage, product, one, other = two_tables()
    stage.given(PROCESSOR, a_union(one, other, persons=70_000))
    assert OTHER not in stage.state.united
    assert counts(stage, stage.ask(PROCESSOR, an_export(product)))[0] == 70_000


def test_a_zone_that_was_written_down_before_knows_of_no_union() -> None:
    plain = msgspec.json.decode(msgspec.json.encode(two_tables()[0].state))
    del plain["united"]
    assert msgspec.convert(plain, Bonded).united == {}


def a_set(**changed: Any) -> PersonSet:
    values: dict[str, Any] = {"of": "persons", "digest": bytes(32), "salt_id": "s-1", "count": 70_000}
    return PersonSet(**(values | changed))


def test_sets_are_named_by_digest_size_and_salt() -> None:
    stage, _, one, other = two_tables()
    said = stage.gave(PersonsUnited, PROCESSOR, a_union(one, other, persons=70_000, sets=(a_set(),)))
    assert said.united.sets == (a_set(),)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"persons": 59_999}, "59999 persons are fewer than the 60000 of one source alone"),
        ({"persons": 120_001}, "120001 persons are more than the 120000 of all sources taken together"),
        ({"sensitive_persons": 1}, "1 sensitive persons are more than the 0 of all sources taken together"),
        ({"foreign_persons": 1}, "1 foreign persons are more than the 0 of all sources taken together"),
        ({"sensitive_persons": 70_001, "persons": 70_000}, "70001 of 70000 persons would be sensitive"),
        (
            {"persons": 70_000, "sets": (a_set(), a_set())},
            "two sets are named for one kind of persons; name the set of the union alone",
        ),
        (
            {"persons": 70_001, "sets": (a_set(),)},
            "its set of persons has 70000 persons, and 70001 are declared",
        ),
    ],
)
def test_what_cannot_be_a_union_is_refused(changed: dict[str, Any], told: str) -> None:
    stage, _, one, other = two_tables()
    (no,) = stage.ask(PROCESSOR, a_union(one, other, **changed))
    assert isinstance(no, Refused)
    assert (no.reason, no.detail) == (Reason.PERSONS_IMPOSSIBLE, told)


def test_both_bounds_of_the_parts_are_unions_that_can_be() -> None:
    stage, _, one, other = two_tables()
    stage.given(PROCESSOR, a_union(one, other, persons=60_000), a_union(one, other, persons=120_000))


def test_a_union_is_measured_by_those_of_fewer_and_of_more() -> None:
    stage, _, one, other = two_tables()
    third = stage.source(traits=TABLE)
    small = stage.gave(PersonsUnited, PROCESSOR, a_union(one, other, persons=80_000)).united
    (no,) = stage.ask(PROCESSOR, a_union(one, other, third, persons=79_999))
    assert isinstance(no, Refused)
    assert no.detail == f"79999 persons are fewer than the 80000 of {small.declaration_id}, a part of them"
    large = stage.gave(PersonsUnited, PROCESSOR, a_union(one, other, third, persons=80_000)).united
    (no,) = stage.ask(PROCESSOR, a_union(one, third, persons=80_001))
    assert isinstance(no, Refused)
    assert no.detail.endswith(f"more than the 80000 of {large.declaration_id}, which has all of them")
    stage.given(PROCESSOR, a_union(one, third, persons=80_001, year=YEAR + 1))


def refusal(stage: ZoneStage, actor: str, command: UnitePersons) -> tuple[str, str]:
    (no,) = stage.ask(actor, command)
    assert isinstance(no, Refused)
    return no.reason, no.subject


def test_who_may_declare_what() -> None:
    stage, _, one, other = two_tables()
    assert refusal(stage, SELLER, a_union(one, other))[0] == Reason.ROLE_MISSING
    assert refusal(stage, OTHER, a_union(one, other)) == (Reason.NOT_OWN, one)
    assert refusal(stage, PROCESSOR, a_union(one, "S-0.999.0")) == (Reason.SOURCE_UNKNOWN, "S-0.999.0")
    assert refusal(stage, PROCESSOR, a_union(one, one)) == (Reason.PERSONS_IMPOSSIBLE, one)


def case(reason: Reason) -> Callable[[Any], Any]:
    """Have a function be played on a zone with two tables, to end with one refusal."""

    def taken(play: Play) -> Play:
        UNITING.append((reason, play))
        return play

    return taken


@case(Reason.PERSONS_YEAR)
def persons_of_a_year_that_is_over_are_counted(stage: ZoneStage, one: str, other: str) -> Facts:
    return stage.ask(PROCESSOR, a_union(one, other, year=YEAR - 1))


@case(Reason.PERSONS_YEAR)
def a_year_is_far_ahead(stage: ZoneStage, one: str, other: str) -> Facts:
    return stage.ask(PROCESSOR, a_union(one, other, year=YEAR + 2))


@case(Reason.PERSONS_NONE)
def what_holds_nobody_is_no_part(stage: ZoneStage, one: str, other: str) -> Facts:
    nobody = stage.source(traits=traits(collected_in=("CN",), contains_pi=False, persons=0))
    return stage.ask(PROCESSOR, a_union(one, nobody))


@case(Reason.PERSONS_UNSEEN)
def where_nobody_has_looked_none_are_counted(stage: ZoneStage, one: str, other: str) -> Facts:
    origin = stage.state.origins[other]
    origin.carried = msgspec.structs.replace(origin.carried, unsaid=("personal",))
    return stage.ask(PROCESSOR, a_union(one, other))


@case(Reason.PERSONS_IMPOSSIBLE)
def one_alone_is_no_union(stage: ZoneStage, one: str, other: str) -> Facts:
    return stage.ask(PROCESSOR, a_union(one, one))


@case(Reason.PERSONS_TOO_MANY)
def only_so_many_declarations_count(stage: ZoneStage, one: str, other: str) -> Facts:
    names = [stage.source(traits=TABLE) for _ in range(UNIONS_MAX)]
    for name in (other, *names[:-1]):
        stage.given(PROCESSOR, a_union(one, name, persons=60_000))
    stage.given(PROCESSOR, a_union(one, other, persons=61_000))
    return stage.ask(PROCESSOR, a_union(one, names[-1], persons=60_000))


@pytest.mark.parametrize(("reason", "play"), UNITING, ids=[play.__name__ for _, play in UNITING])
def test_it_is_refused_for_its_reason(reason: Reason, play: Play) -> None:
    stage, _, one, other = two_tables()
    (no,) = play(stage, one, other)
    assert isinstance(no, Refused), no
    assert (no.reason, bool(no.detail)) == (reason.value, True)


def test_a_mixed_part_counts_as_either_and_is_at_least_neither() -> None:
    stage, _, one, _ = two_tables()
    mixed = stage.source(traits=traits(collected_in=("CN", "DE"), persons=50_000))
    stage.given(PROCESSOR, a_union(one, mixed, persons=60_000, foreign_persons=1))
    (no,) = stage.ask(PROCESSOR, a_union(one, mixed, persons=60_000, foreign_persons=50_001))
    assert isinstance(no, Refused)
    assert no.detail == "50001 foreign persons are more than the 50000 of all sources taken together"


def test_what_was_reported_later_to_be_behind_it_may_be_declared() -> None:
    stage, _, one, _ = two_tables()
    command = asked.RegisterSource(zone_id="BZ-2", title="Plates", sha256=digest("plates"), traits=TABLE)
    (strange,) = [each.source_id for each in stage.ask(OTHER, command) if hasattr(each, "source_id")]
    assert refusal(stage, PROCESSOR, a_union(one, strange))[0] == Reason.NOT_OWN
    run = next(iter(stage.state.job_runs))
    stage.incident(run, "undeclared_input", strange)
    stage.settled()
    stage.given(PROCESSOR, a_union(one, strange))


def test_declarations_of_years_that_are_over_take_no_room() -> None:
    stage, _, one, other = two_tables()
    names = [stage.source(traits=TABLE) for _ in range(UNIONS_MAX)]
    for name in names:
        stage.given(PROCESSOR, a_union(one, name, persons=60_000))
    assert refusal(stage, PROCESSOR, a_union(one, other))[0] == Reason.PERSONS_TOO_MANY
    stage.at = instant("2026-12-31T16:00:00Z")
    stage.given(PROCESSOR, a_union(one, other, year=2027))
