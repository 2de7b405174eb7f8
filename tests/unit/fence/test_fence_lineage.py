"""What a lineage graph says of the data at its end."""

from itertools import pairwise
from typing import Any

import pytest
from msgspec.structs import replace

from exchange.fence import Crossing, Hop, Lineage, LineageEntity, LineageGraph, LineageJob, Outcome
from exchange.fence.provenance import with_lineage
from tests.unit.fence.cases import a_safeguard, decided, hop_of

MAINLAND = frozenset({"CN", "CN-LG"})
PLATES = LineageEntity(id="PLATES-CN", source=True, origins=("CN",), domestic_pi=True, important=False)
RAW = LineageEntity(id="RAW-DE", source=True, origins=("DE",), domestic_pi=False, important=False)
TIDES = LineageEntity(id="TIDES-CN", source=True, origins=("CN",), domestic_pi=False, important=False)


def made(name: str) -> LineageEntity:
    """An entity that a job wrote."""
    return LineageEntity(id=name, source=False)


def job(output: str, *inputs: str, **changes: Any) -> LineageJob:
    """A run that keeps what is separable separable."""
    known: dict[str, Any] = {"keeps_separable": True} | changes
    return LineageJob(id=f"J-{output}", inputs=inputs, outputs=(output,), **known)


def derived(entities: list[LineageEntity], *jobs: LineageJob, target: str = "P") -> Hop:
    """T-02 with what its graph says of it."""
    graph = LineageGraph(target=target, entities=tuple(entities), jobs=jobs)
    return with_lineage(hop_of("T-02", lineage_graph=graph), MAINLAND)


MERGED = [
    job("W1", "PLATES-CN"),
    job("W2", "W1", "RAW-DE", keeps_separable=False),
    job("P", "W2"),
]


def test_a_merge_three_jobs_back_is_still_there() -> None:
    hop = derived([PLATES, RAW, made("W1"), made("W2"), made("P")], *MERGED)
    assert hop.collected_in == ("CN", "DE")
    assert hop.lineage == Lineage(
        complete=True, domestic_pi_introduced=True, important_introduced=False, separable=False
    )
    decision = decided(hop)
    assert decision.outcome is Outcome.REVIEW
    assert decision.deciding_codes == ("CN_ART4_UNPROVEN",)


def test_what_every_job_kept_apart_is_separable() -> None:
    hop = derived([PLATES, RAW, made("W1"), made("P")], job("W1", "PLATES-CN"), job("P", "W1", "RAW-DE"))
    assert hop.lineage.separable is True


def test_a_job_that_carried_no_domestic_persons_need_not_keep_them_apart() -> None:
    jobs = [job("W1", "RAW-DE", keeps_separable=False), job("P", "W1", "PLATES-CN")]
    assert derived([PLATES, RAW, made("W1"), made("P")], *jobs).lineage.separable is True


@pytest.mark.parametrize("report", ["passed", "failed", None])
def test_only_a_passed_report_clears_what_it_names(report: str | None) -> None:
    jobs = [job("W1", "PLATES-CN", anonymisation_report=report, clears=("domestic_pi",))]
    hop = derived([PLATES, RAW, made("W1"), made("P")], *jobs, job("P", "W1", "RAW-DE"))
    cleared = report == "passed"
    assert hop.lineage.domestic_pi_introduced is not cleared
    assert hop.collected_in == (("DE",) if cleared else ("CN", "DE"))
    assert hop.lineage.separable is (None if cleared else True)


def test_a_report_clears_no_other_flag() -> None:
    important = LineageEntity(id="I", source=True, origins=("CN",), domestic_pi=True, important=True)
    cleared = job("P", "I", anonymisation_report="passed", clears=("domestic_pi",))
    lineage = derived([important, made("P")], cleared).lineage
    assert (lineage.domestic_pi_introduced, lineage.important_introduced) == (False, True)


def test_mainland_places_without_persons_fall_away_beside_foreign_ones() -> None:
    assert derived([TIDES, RAW, made("P")], job("P", "TIDES-CN", "RAW-DE")).collected_in == ("DE",)
    assert derived([TIDES, made("P")], job("P", "TIDES-CN")).collected_in == ("CN",)


def test_an_entity_is_what_all_the_jobs_that_wrote_it_made_of_it() -> None:
    hop = derived([PLATES, RAW, made("P")], job("P", "RAW-DE"), job("P", "PLATES-CN"))
    assert hop.lineage.domestic_pi_introduced is True
    assert hop.collected_in == ("CN", "DE")


@pytest.mark.parametrize(
    ("entities", "jobs"),
    [
        ([RAW, made("P")], []),
        ([made("P")], [job("P", "GONE")]),
        ([RAW, made("P")], [job("P")]),
        ([RAW, made("A"), made("P")], [job("A", "P"), job("P", "A", "RAW-DE")]),
        ([LineageEntity(id="S", source=True), made("P")], [job("P", "S")]),
        ([RAW], [job("P", "RAW-DE")]),
    ],
    ids=["no writer", "unknown input", "from nothing", "its own ancestor", "no origins", "unknown target"],
)
def test_what_cannot_be_followed_to_its_sources_is_incomplete_and_not_admitted(
    entities: list[LineageEntity], jobs: list[LineageJob]
) -> None:
    hop = derived(entities, *jobs)
    assert hop.lineage.complete is False
    assert not decided(hop).admitted


def test_persons_that_a_source_does_not_state_are_taken_as_present() -> None:
    vague = LineageEntity(id="S", source=True, origins=("DE",), important=False)
    lineage = derived([vague, made("P")], job("P", "S")).lineage
    assert (lineage.domestic_pi_introduced, lineage.complete) == (True, True)


ASSESSED = a_safeguard("CN-ASSESS", id="I-A", names_destinations=("ANY",))
VAGUE = LineageEntity(id="S", source=True, origins=("DE",), domestic_pi=False)


@pytest.mark.parametrize(
    ("entities", "inputs"),
    [
        ([VAGUE], ["S"]),
        ([VAGUE, RAW], ["S", "RAW-DE"]),
        ([RAW], ["RAW-DE", "GONE"]),
        ([RAW, made("X")], ["RAW-DE", "X"]),
    ],
    ids=["unsaid", "unsaid beside what is known", "not listed", "without a writer"],
)
def test_no_assessment_lets_pass_what_nobody_knows_to_be_important(
    entities: list[LineageEntity], inputs: list[str]
) -> None:
    hop = replace(derived([*entities, made("P")], job("P", *inputs)), safeguards=(ASSESSED,))
    assert hop.lineage.complete is False
    decision = decided(hop)
    assert (decision.outcome, decision.deciding_codes) == (Outcome.REVIEW, ("CN_ART4_UNPROVEN",))


def test_what_somebody_says_is_important_is_assessed_whatever_else_is_unsaid() -> None:
    said = LineageEntity(id="I", source=True, origins=("CN",), domestic_pi=False, important=True)
    hop = derived([VAGUE, said, made("P")], job("P", "S", "I"))
    assert (hop.lineage.important_introduced, hop.lineage.complete) == (True, True)
    assert decided(hop).outcome is Outcome.ASSESS


def test_data_about_nobody_waits_for_an_assessment_where_nobody_says_that_it_is_not_important() -> None:
    about_nobody = hop_of("T-02").data
    graph = LineageGraph(target="P", entities=(VAGUE, made("P")), jobs=(job("P", "S"),))
    hop = hop_of("T-02", lineage_graph=graph, data=replace(about_nobody, contains_pi=False))
    assert with_lineage(hop, MAINLAND).lineage.important_introduced is True
    assert not decided(with_lineage(hop, MAINLAND)).admitted


def test_a_long_chain_is_followed_to_its_end() -> None:
    names = ["RAW-DE", *(f"W{step}" for step in range(5_000)), "P"]
    jobs = [job(after, before) for before, after in pairwise(names)]
    hop = derived([RAW, *(made(name) for name in names[1:])], *jobs)
    assert (hop.collected_in, hop.lineage.complete) == (("DE",), True)


def test_the_graph_speaks_and_what_was_typed_in_does_not() -> None:
    graph = LineageGraph(
        target="P",
        entities=(PLATES, RAW, made("W1"), made("W2"), made("P")),
        jobs=tuple(MERGED),
    )
    typed = hop_of("T-02", lineage_graph=graph)
    assert typed.lineage.domestic_pi_introduced is False
    assert decided(*Crossing(hops=(typed,)).hops).deciding_codes == ("CN_ART4_UNPROVEN",)
