"""Persons who leave the mainland in a year: a union, never a sum; and groups that split them up."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.fence import decide, newest, read_crossing
from exchange.kernel.persons import PersonsOf
from exchange.kernel.time import instant
from exchange.market.commands import OpenInstrument, RecordParticipant
from exchange.market.crossing import crossing_of
from exchange.market.facts import FenceDecided
from exchange.market.persons.commands import BringExport, BringSplitting
from exchange.market.persons.counting import together, union_of
from exchange.market.persons.state import Numbers, Persons
from exchange.market.told import told_of
from tests.unit.market.people import (
    EXPORTER,
    RECIPIENT,
    a_buy,
    a_certificate,
    a_contract,
    a_market_of_people,
    a_purpose,
    a_union,
    brought,
    of_people,
)
from tests.unit.market.stage import (
    Stage,
    a_standing,
    decided_last,
    everyone,
    names,
    refusal,
    shipped,
    the_ruleset,
)


def decided(stage: Stage, version: str, buyer: str = RECIPIENT, **changed: Any) -> FenceDecided:
    """What the fence says of a version when its buyer asks, on the record."""
    return decided_last(stage, buyer, a_buy(version, **changed))


def counted(fact: FenceDecided) -> int | None:
    """The sensitive persons that a decision counted."""
    return read_crossing(fact.crossing).hops[0].counts.sensitive_count_cum


def test_a_version_sold_to_many_is_asked_about_once_for_each() -> None:
    """Its persons are the same, and its exporter has no other of its owner beside it."""
    buyers = [f"BU-SG-{number:02}" for number in range(11, 17)]
    stage = brought(a_market_of_people(), a_certificate())
    for buyer in buyers:
        stage.told(RecordParticipant(standing=a_standing(buyer, "SG", "buyer"))).deposited(buyer, 100)
        stage.ask(buyer, a_buy("1"))
        stage.settle()
    asked = [fact.buyer_id for fact, _ in stage.journal if isinstance(fact, FenceDecided)]
    assert asked == [buyers[0], *buyers]


def test_distinct_persons_of_versions_are_united_and_never_summed() -> None:
    """SC-05."""
    stage = brought(a_market_of_people(), a_certificate())
    first = decided(stage, "1")
    assert (first.outcome, first.deciding_codes, first.satisfied_by) == (
        "ALLOW_COND",
        ("CN_ART8_FILE",),
        ("I-04",),
    )
    assert counted(first) == 8_500
    brought(stage, a_union("1", "2", persons=9_900), a_union("1", "2", "3", persons=10_000))
    second = decided(stage, "2")
    assert (second.outcome, second.deciding_codes, counted(second)) == (
        "ALLOW_COND",
        ("CN_ART8_FILE",),
        9_900,
    )
    third = decided(stage, "3")
    assert (third.outcome, third.deciding_codes, counted(third)) == ("ASSESS", ("CN_ART7_VOLUME",), 10_000)
    assert counted(decided(stage, "1")) == 9_900


def test_of_what_nobody_has_united_nothing_is_known() -> None:
    stage = brought(a_market_of_people(), a_certificate())
    decided(stage, "1")
    said = refusal(stage.ask(RECIPIENT, a_buy("2")))
    assert said.codes[:1] == ("COUNTS_MISSING",)


def test_with_the_year_in_shanghai_counting_begins_anew() -> None:
    stage = brought(a_market_of_people(), a_certificate())
    assert decided(stage, "1").holds_until == instant("2026-12-31T16:00:00Z")
    stage.at = instant("2026-12-31T16:00:00Z")
    assert counted(decided(stage, "2")) == 1_900


def test_a_later_declaration_of_the_same_versions_takes_the_place_of_the_earlier() -> None:
    stage = brought(a_market_of_people(), a_certificate(), a_union("1", "2", persons=9_900))
    decided(stage, "1")
    brought(stage, a_union("1", "2", persons=9_800, declaration_id="PD-0.9.0"))
    assert counted(decided(stage, "2")) == 9_800
    brought(stage, a_union("1", persons=1, year=2028))
    assert [each.year for each in stage.market.persons.united[EXPORTER]] == [2028]


def versions(**numbers: int | None) -> dict[str, Numbers]:
    return {f"P-20/{name[1:]}": Numbers(count, 0, 0) for name, count in numbers.items()}


@pytest.mark.parametrize(
    ("of", "known"),
    [
        ({}, 0),
        ({"v1": 5}, 5),
        ({"v1": None}, 9),
        ({"v9": None}, None),
        ({"v1": 5, "v8": 0}, 5),
        ({"v1": 5, "v2": 7}, 9),
        ({"v1": 5, "v3": 7}, 12),
        ({"v1": 5, "v9": 7}, None),
    ],
)
def test_the_least_union_that_has_them_all_counts(of: dict[str, int | None], known: int | None) -> None:
    """A version alone needs none, and one without persons adds none."""
    unions = [
        a_union("1", "2", persons=9, sensitive_persons=0),
        a_union("1", "2", "3", persons=12, sensitive_persons=0),
    ]
    persons = Persons(united={EXPORTER: list(map(union_of, unions))})
    assert together(persons, EXPORTER, 2026, versions(**of)).persons == known


def test_what_is_declared_of_one_year_says_nothing_of_another() -> None:
    persons = Persons(united={EXPORTER: [union_of(a_union("1", "2", persons=9, sensitive_persons=0))]})
    assert together(persons, EXPORTER, 2027, versions(v1=5, v2=7)).persons is None
    assert together(persons, EXPORTER, 2027, versions(v1=5)).persons == 5


PEOPLE = st.frozensets(st.integers(0, 15), max_size=10)


@given(st.lists(PEOPLE, min_size=1, max_size=4), PEOPLE)
def test_unions_are_monotone(sets: list[frozenset[int]], more: frozenset[int]) -> None:
    """What another version adds never makes a count smaller, and what is declared of sets is what they hold."""
    parts = {f"P-20/{number}": Numbers(len(each), 0, 0) for number, each in enumerate((*sets, more))}
    united = [
        a_union(*map(str, range(last)), persons=len(frozenset().union(*sets[:last])), sensitive_persons=0)
        for last in range(2, len(sets) + 1)
    ]
    united.append(
        a_union(
            *map(str, range(len(sets) + 1)), persons=len(frozenset().union(*sets, more)), sensitive_persons=0
        )
    )
    persons, before = Persons(united={EXPORTER: list(map(union_of, united))}), 0
    for last in range(1, len(parts) + 1):
        first = dict(list(parts.items())[:last])
        count = together(persons, EXPORTER, 2026, first).persons
        assert count == len(frozenset().union(*(*sets, more)[:last]))
        assert before <= count
        before = count


# Splitting.

SISTER = "SE-CN-05"


def a_group(persons: int = 60_000, owner: str = "UBO-GROUP", **told: Any) -> Stage:
    """Two exporters of one group, or of two, each with a product about some persons, none of it sensitive."""
    told = {"sensitive_persons": 0} | told
    stage = Stage().told(
        *everyone(),
        the_ruleset(),
        RecordParticipant(standing=a_standing(EXPORTER, "CN-LG", "seller", beneficial_owner="UBO-GROUP")),
        RecordParticipant(standing=a_standing(SISTER, "CN-LG", "seller", beneficial_owner=owner)),
        OpenInstrument(terms=of_people("1", persons, told=told)),
        OpenInstrument(terms=of_people("2", persons, told=told, product_id="P-21", seller_id=SISTER)),
    )
    return stage.deposited(RECIPIENT, 1_000).deposited("BU-JP-01", 1_000)


def test_a_group_that_stays_below_a_threshold_only_by_splitting_is_looked_at_by_people() -> None:
    stage = a_group()
    assert decided(stage, "1").deciding_codes == ("CN_ART5_LT100K",)
    said = decided(stage, "2")
    assert (said.outcome, said.deciding_codes) == ("REVIEW", ("CN_SPLITTING",))
    # Its own customers are another matter, and so is what it has sold to them alone.
    use = a_purpose(place_of_use="JP")
    assert decided(stage, "2", "BU-JP-01", use=use).deciding_codes == ("CN_ART5_LT100K",)


@pytest.mark.parametrize(
    ("persons", "owner", "told"),
    [
        (49_999, "UBO-GROUP", {}),
        (60_000, "UBO-OTHER", {}),
        (60_000, "UBO-GROUP", {"collected_in": ("SG",)}),
    ],
)
def test_below_it_together_or_in_two_groups_nothing_is_split(
    persons: int, owner: str, told: dict[str, Any]
) -> None:
    stage = a_group(persons, owner, **told)
    if told:
        brought(
            stage,
            *(
                a_certificate(f"S-{each}", kind="SG-CONTRACT", exporter_id=each)
                for each in (EXPORTER, SISTER)
            ),
        )
    for version in ("1", "2"):
        assert "CN_SPLITTING" not in decided(stage, version).reason_codes


def test_at_the_threshold_the_two_are_suspected() -> None:
    stage = a_group(50_000)
    decided(stage, "1")
    assert decided(stage, "2").deciding_codes == ("CN_SPLITTING",)


def test_where_a_sister_s_persons_are_unknown_nobody_knows_whether_it_is_split() -> None:
    stage = a_group()
    decided(stage, "1")
    stage.market.persons.exported[EXPORTER].versions["P-20/1"].numbers = Numbers(None, None, 0)
    said = decided(stage, "2")
    assert "group_splitting" in said.missing


@pytest.mark.parametrize(("persons", "suspected"), [(39_999, False), (40_000, True)])
def test_a_group_that_splits_between_a_zone_and_a_market_is_looked_at_by_people(
    persons: int, suspected: bool
) -> None:
    stage = a_group()
    origin = PersonsOf(origin_id="C-1", persons=persons, sensitive_persons=0, foreign_persons=0)
    owner = stage.market.participants[RECIPIENT].beneficial_owner
    stage.told(BringExport(exporter_id=EXPORTER, year=2026, owner=owner, by=("O-1",), persons=(origin,)))
    assert ("CN_SPLITTING" in decided(stage, "2").reason_codes) is suspected


def test_a_finding_bars_the_group_for_the_year_until_it_is_taken_back() -> None:
    stage = a_group(10)
    assert decided(stage, "1").outcome == "ALLOW_COND"
    stage.told(BringSplitting(beneficial_owner="UBO-GROUP", year=2026, confirmed=True))
    for version in ("1", "2"):
        said = decided(stage, version)
        assert (said.outcome, said.deciding_codes) == ("DENY", ("CN_SPLITTING",))
    stage.told(BringSplitting(beneficial_owner="UBO-GROUP", year=2026, confirmed=False))
    assert "TradeMatched" in names(stage.ask(RECIPIENT, a_buy("1")))
    assert stage.market.persons.splitting == {}
    said = refusal(stage.ask(RECIPIENT, BringSplitting(beneficial_owner="X", year=2026, confirmed=True)))
    assert said.reason == "NOT_PERMITTED"


# A safeguard that holds makes nothing worse.

KINDS = ("CN-ASSESS", "CN-CERT", "CN-SCC", "SG-CONTRACT", "CBPR", "EU-SCC", "JP-EQUIV", "TH-CONTRACT")


@given(
    kinds=st.lists(st.sampled_from(KINDS), max_size=3),
    more=st.sampled_from(KINDS),
    persons=st.sampled_from((1, 8_500, 10_000, 100_000, 1_000_000)),
    collected_in=st.sampled_from((("CN",), ("SG",), ("CN", "DE"), ("JP",))),
    stored_in=st.sampled_from(("CN", "SG", "JP", "TH")),
)
def test_another_safeguard_that_holds_never_makes_an_answer_more_severe(
    kinds: list[str], more: str, persons: int, collected_in: tuple[str, ...], stored_in: str
) -> None:
    stage = brought(
        a_market_of_people(
            of_people(persons=persons, stored_in=stored_in, told={"collected_in": collected_in})
        ),
        *(a_holding(f"S-{number}", kind) for number, kind in enumerate(kinds)),
    )
    before = outcome(stage)
    brought(stage, a_holding("T-1", more))
    assert outcome(stage) <= before


def a_holding(safeguard_id: str, kind: str) -> Any:
    told = {"kind": kind, "names_destinations": ("ANY",), "recognised_in": ("SG",)}
    return a_contract(safeguard_id, tia_current=True, continuing_checks=True, **told)


def outcome(stage: Stage) -> Any:
    ruleset = newest(shipped())
    terms = stage.market.instruments["L-20.1"].terms
    seller, buyer = stage.market.participants[EXPORTER], stage.market.participants[RECIPIENT]
    told = told_of(stage.market, terms, ruleset, seller, buyer, a_purpose(), stage.at)
    return decide(crossing_of(terms, seller, buyer, a_purpose(), stage.at, told), ruleset).outcome
