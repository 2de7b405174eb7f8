"""Exporters of one group that each stay below a threshold are suspected once all together would reach it."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from exchange.bonded import commands as asked
from exchange.bonded.crossing import year_of
from exchange.bonded.facts import CrossingDecided, EgressApproved, EgressHeld, SourceRegistered
from exchange.bonded.persons.commands import CountSale, RecordLetOut, UnitePersons
from exchange.bonded.persons.facts import PersonsCounted
from exchange.bonded.state import Bonded
from exchange.bonded.told.commands import RecordSplitting
from exchange.fence import read_crossing
from exchange.kernel.persons import PersonsOf
from exchange.policies.bonded_bonded import BONDED_BONDED
from tests.unit.bonded.fenced_stage import a_pool, a_session, a_station
from tests.unit.bonded.stage import (
    EXCHANGE,
    OPERATOR,
    PROCESSOR,
    SELLER,
    THIRD,
    ZONE,
    ZoneStage,
    a_count,
    a_party,
    a_product,
    a_start,
    a_zone,
    an_export,
    digest,
    items,
    scc,
    traits,
)

GROUP = f"UBO-{PROCESSOR}"


def plates(persons: int | None = 60_000, **changed: Any) -> Any:
    """Persons of the mainland whose information is not sensitive."""
    return traits(**{"collected_in": ("CN",), "persons": persons, "sensitive_persons": 0} | changed)


def a_start_by(stage: ZoneStage, actor: str, *described: Any) -> tuple[str, asked.StartJobRun]:
    """A run over a machine's readings and tables of persons, which can be taken apart again; and its consignment."""
    number = len(stage.state.consignments)
    readings = traits(contains_pi=False, persons=0)
    name = stage.admitted_by(actor, f"HB-{number}", key_id=f"K-{number}", traits=readings)
    found = []
    for place, each in enumerate(described):
        sha256 = digest(f"{number} {place}")
        command = asked.RegisterSource(zone_id=ZONE, title="Plates", sha256=sha256, traits=each)
        found.append(stage.gave(SourceRegistered, actor, command).source_id)
    return name, a_start(items(name, 0, 99), source_ids=tuple(found), keeps_separable=True)


def made_by(stage: ZoneStage, actor: str, *described: Any) -> str:
    """A product of a machine's readings and of tables of persons."""
    name, start = a_start_by(stage, actor, *described)
    (product,) = stage.made(start, a_product(), actor=actor)
    stage.given(actor, a_count(name, 9_900))
    return product


def a_group(owner: str = GROUP, number: int = 0) -> ZoneStage:
    """A zone with two exporters of one group, or of two."""
    stage = a_zone(number=number)
    party = a_party(THIRD, "CN-LG", "seller", "processor", beneficial_owner=owner)
    stage.given(EXCHANGE, party, asked.RecordSafeguard(safeguard=scc("I-15", recipient=THIRD)))
    return stage


def asked_about(stage: ZoneStage, actor: str, product: str, **changed: Any) -> CrossingDecided:
    facts = stage.ask(actor, an_export(product, **changed))
    (decided,) = [each for each in facts if isinstance(each, CrossingDecided)]
    return decided


def splitting_in(decided: CrossingDecided) -> str | None:
    return read_crossing(decided.crossing).hops[0].group_splitting


def let_out(stage: ZoneStage, actor: str, *described: Any, **changed: Any) -> str:
    """An export that nothing speaks against."""
    facts = stage.ask(actor, an_export(made_by(stage, actor, *described), **changed))
    (approved,) = [each for each in facts if isinstance(each, EgressApproved)]
    return approved.egress_id


def sold(stage: ZoneStage, actor: str, owner: str, *described: Any, year: int | None = None) -> None:
    """A market sells a product abroad."""
    product = made_by(stage, actor, *described)
    stage.given(actor, asked.OfferOutput(output_id=product, product_id=f"P-{product}", version="1"))
    sale = CountSale(exporter_id=actor, output_id=product, owner=owner, year=year or year_of(stage.at))
    stage.given(EXCHANGE, sale)


def second_german(stage: ZoneStage, owner: str) -> str:
    party = replace(stage.state.parties[SELLER], participant_id="SE-DE-02", beneficial_owner=owner)
    stage.given(EXCHANGE, asked.RecordParty(party=party))
    return party.participant_id


def test_two_exporters_of_one_group_that_each_stay_below_a_threshold_are_looked_at_by_people() -> None:
    stage = a_group()
    let_out(stage, PROCESSOR, plates())
    facts = stage.ask(THIRD, an_export(made_by(stage, THIRD, plates())))
    (decided,) = [each for each in facts if isinstance(each, CrossingDecided)]
    assert (decided.outcome, decided.deciding_codes) == ("REVIEW", ("CN_SPLITTING",))
    assert splitting_in(decided) == "suspected"
    assert isinstance(facts[-1], EgressHeld)
    assert stage.settled() == []
    assert stage.replayed() == stage.partition.written_down() == stage.reloaded()


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (plates(49_999), plates(50_000), "none"),
        (plates(50_000), plates(50_000), "suspected"),
        (plates(1), plates(99_999), "suspected"),
        (plates(1), plates(100_000), "none"),
        (plates(5_000, sensitive_persons=5_000), plates(4_999, sensitive_persons=4_999), "none"),
        (plates(5_000, sensitive_persons=5_000), plates(5_000, sensitive_persons=5_000), "suspected"),
        (plates(collected_in=("DE",)), plates(collected_in=("DE",)), "none"),
        (traits(contains_pi=False, persons=0), plates(99_999), "none"),
    ],
)
def test_it_is_suspected_from_the_threshold_on_and_where_each_is_below_it(
    one: Any, other: Any, said: str
) -> None:
    stage = a_group()
    sold(stage, PROCESSOR, f"UBO-{SELLER}", one)
    assert splitting_in(asked_about(stage, THIRD, made_by(stage, THIRD, other))) == said


def test_two_groups_split_nothing() -> None:
    stage = a_group(owner="UBO-ELSE")
    let_out(stage, PROCESSOR, plates())
    decided = asked_about(stage, THIRD, made_by(stage, THIRD, plates()))
    assert (decided.outcome, splitting_in(decided)) == ("ALLOW_COND", "none")


@pytest.mark.parametrize(("owner", "said"), [("UBO-ELSE", "none"), (f"UBO-{SELLER}", "suspected")])
def test_recipients_are_looked_at_by_group(owner: str, said: str) -> None:
    stage = a_group()
    name = second_german(stage, owner)
    let_out(stage, PROCESSOR, plates())
    decided = asked_about(stage, THIRD, made_by(stage, THIRD, plates()), recipient_id=name)
    assert splitting_in(decided) == said


@pytest.mark.parametrize(("years", "said"), [(0, "suspected"), (1, "none")])
def test_each_year_stands_alone(years: int, said: str) -> None:
    stage = a_group()
    sold(stage, PROCESSOR, f"UBO-{SELLER}", plates(), year=year_of(stage.at) - years)
    assert splitting_in(asked_about(stage, THIRD, made_by(stage, THIRD, plates()))) == said


def test_one_exporter_alone_splits_nothing() -> None:
    stage = a_group()
    let_out(stage, PROCESSOR, plates())
    decided = asked_about(stage, PROCESSOR, made_by(stage, PROCESSOR, plates()))
    assert splitting_in(decided) == "none"


def test_where_the_persons_of_one_are_unknown_nobody_knows_whether_it_is_split() -> None:
    stage = a_group()
    sold(stage, PROCESSOR, f"UBO-{SELLER}", plates(10), plates(10))
    decided = asked_about(stage, THIRD, made_by(stage, THIRD, plates(10)))
    assert splitting_in(decided) is None
    assert "group_splitting" in decided.missing
    nobody = asked_about(stage, THIRD, made_by(stage, THIRD, traits(contains_pi=False, persons=0)))
    assert splitting_in(nobody) == "none"


def test_a_finding_weighs_more_than_sums() -> None:
    stage = a_group()
    let_out(stage, PROCESSOR, plates())
    found = RecordSplitting(beneficial_owner=GROUP, year=year_of(stage.at), confirmed=True)
    stage.given(EXCHANGE, found)
    decided = asked_about(stage, THIRD, made_by(stage, THIRD, plates()))
    assert (decided.outcome, decided.deciding_codes) == ("DENY", ("CN_SPLITTING",))


def test_what_has_not_left_is_asked_about_again_once_a_sister_lets_persons_out_to_the_same_group() -> None:
    stage = a_group()
    egress_id = let_out(stage, THIRD, plates())
    sold(stage, PROCESSOR, "UBO-ELSE", plates())
    assert stage.settled() == []
    sold(stage, PROCESSOR, f"UBO-{SELLER}", plates())
    (held,) = [each for each in stage.settled() if isinstance(each, EgressHeld)]
    assert held.egress_id == egress_id
    assert held.codes == ("CN_SPLITTING",)
    assert stage.replayed() == stage.partition.written_down() == stage.reloaded()


def test_the_same_persons_let_out_to_another_group_are_said_to_be_once_more() -> None:
    stage = a_group()
    name = second_german(stage, "UBO-ELSE")
    product = made_by(stage, PROCESSOR, plates())
    said = []
    for recipient in (SELLER, name, name):
        facts = stage.ask(PROCESSOR, an_export(product, recipient_id=recipient))
        said.append([each.owner for each in facts if isinstance(each, PersonsCounted)])
    assert said == [[f"UBO-{SELLER}"], ["UBO-ELSE"], []]
    third = made_by(stage, THIRD, plates())
    assert splitting_in(asked_about(stage, THIRD, third, recipient_id=name)) == "suspected"


def test_who_looks_from_abroad_lets_persons_out_to_its_own_group() -> None:
    stage = a_group()
    stage.given(OPERATOR, a_station(), a_station("ST-002"), a_station("ST-003"))
    said = []
    for number, (actor, seen_from) in enumerate(
        ((PROCESSOR, "DE"), (THIRD, "CN-LG"), (THIRD, "DE")), start=1
    ):
        pool_id = f"POOL-{number}"
        stage.given(actor, a_pool(pool_id, worker_ids=(f"W-{number:03}",)))
        name, start = a_start_by(stage, actor, plates())
        stage.given(actor, a_count(name, 10_000))
        run = stage.started(replace(start, pool_id=pool_id), actor)
        session = a_session(
            pool_id=pool_id,
            worker_id=f"W-{number:03}",
            station_id=f"ST-00{number}",
            job_run_id=run,
            seen_from=seen_from,
        )
        facts = stage.ask(actor, session)
        (decided,) = [each for each in facts if isinstance(each, CrossingDecided)]
        said.append((decided.deciding_codes[0], splitting_in(decided)))
    assert [each for _, each in said] == ["none", "none", "suspected"]
    assert said[-1][0] == "CN_SPLITTING"


def told(stage: ZoneStage, other: ZoneStage) -> None:
    """Another partition is told what counted in the first."""
    for recorded in [*stage.journal]:
        if isinstance(recorded.fact, PersonsCounted):
            for ask in BONDED_BONDED.react(recorded):
                assert (ask.context, ask.key) == ("bonded", None)
                other.given(EXCHANGE, ask.command)


@pytest.mark.parametrize(("persons", "said"), [(39_999, "none"), (40_000, "suspected")])
def test_a_group_that_splits_between_zones_is_suspected(persons: int, said: str) -> None:
    stage, other = a_group(), a_group(number=1)
    let_out(stage, PROCESSOR, plates())
    told(stage, other)
    assert splitting_in(asked_about(other, THIRD, made_by(other, THIRD, plates(persons)))) == said
    assert other.replayed() == other.partition.written_down() == other.reloaded()


def test_an_exporter_in_two_zones_is_one_exporter_whose_persons_nobody_has_united() -> None:
    stage, other = a_group(), a_group(number=1)
    let_out(stage, PROCESSOR, plates())
    told(stage, other)
    assert splitting_in(asked_about(other, PROCESSOR, made_by(other, PROCESSOR, plates()))) == "none"
    assert splitting_in(asked_about(other, THIRD, made_by(other, THIRD, plates(10)))) is None


def test_what_has_not_left_is_asked_about_again_with_what_left_another_zone_and_once() -> None:
    stage, other = a_group(), a_group(number=1)
    egress_id = let_out(other, THIRD, plates())
    let_out(stage, PROCESSOR, plates())
    told(stage, other)
    (held,) = [each for each in other.settled() if isinstance(each, EgressHeld)]
    assert (held.egress_id, held.codes) == (egress_id, ("CN_SPLITTING",))
    told(stage, other)
    assert other.settled() == []


def test_a_zone_knows_already_what_left_itself() -> None:
    stage = a_group()
    let_out(stage, PROCESSOR, plates())
    told(stage, stage)
    assert stage.state.elsewhere == {}
    assert stage.settled() == []


def test_of_what_is_told_of_one_origin_twice_the_most_counts() -> None:
    stage = a_group()
    for persons in (60_000, 0, 1):
        origin = PersonsOf(origin_id="C-9.0.0", persons=persons, sensitive_persons=0, foreign_persons=0)
        record = RecordLetOut(
            exporter_id=PROCESSOR, owner=f"UBO-{SELLER}", year=year_of(stage.at), persons=(origin,)
        )
        stage.given(EXCHANGE, record)
    assert splitting_in(asked_about(stage, THIRD, made_by(stage, THIRD, plates(40_000)))) == "suspected"


def test_an_older_state_that_names_no_recipients_is_read() -> None:
    stage = a_group()
    let_out(stage, PROCESSOR, plates())
    older = msgspec.to_builtins(stage.state)
    assert older.pop("received")
    del older["elsewhere"]
    assert msgspec.convert(older, Bonded).received == {}


@pytest.mark.parametrize(("together", "said"), [(40_000, "suspected"), (39_999, "none")])
def test_what_an_exporter_declares_of_several_tables_counts_in_its_groups_sum(
    together: int, said: str
) -> None:
    stage = a_group()
    tables = plates(30_000), plates(35_000)
    sold(stage, PROCESSOR, f"UBO-{SELLER}", *tables)
    of_processor = [
        name
        for name, each in stage.state.sources.items()
        if each.by_id == PROCESSOR and each.traits in tables
    ]
    facts = stage.ask(THIRD, an_export(made_by(stage, THIRD, plates())))
    (decided,) = [each for each in facts if isinstance(each, CrossingDecided)]
    assert splitting_in(decided) is None
    union = UnitePersons(
        year=year_of(stage.at),
        origin_ids=tuple(of_processor),
        persons=together,
        sensitive_persons=0,
        foreign_persons=0,
    )
    stage.given(PROCESSOR, union)
    again = [each for each in stage.settled() if isinstance(each, CrossingDecided)]
    assert [splitting_in(each) for each in again] == [said]
    assert stage.replayed() == stage.partition.written_down() == stage.reloaded()
