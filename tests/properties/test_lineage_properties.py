"""The lineage graph answers what plain recursion answers, whatever was made from what."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.lineage import NOW, Bounds, Direction, Edge, Moment, walk
from exchange.lineage.columns import Columns, Declared, FieldEdge, column_graph
from exchange.lineage.graph import Graph
from exchange.lineage.kinds import PAPER_KINDS
from exchange.lineage.path import path
from exchange.lineage.steps import ancestors, descendants
from exchange.lineage.taint import taint
from exchange.lineage.walk import closure, reach
from tests.support import lineage_twin as twin

NAMES = "abcdefg"
FOLDED = st.integers(0, 14)
"""Edges that lie in the graph's rows; the others were added since."""


@pytest.fixture(params=(0, 24), ids=("by arrays", "plainly"), scope="module", autouse=True)
def walked(request: pytest.FixtureRequest) -> Iterator[None]:
    """Walking from sets to arrays at once, so that few names are enough to see it, or not at all."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walk, "PLAIN_MAX", request.param)
        yield


def a_graph(edges: list[Edge], folded: int) -> Graph:
    graph = Graph(edges[:folded])
    graph.tidy()
    graph.extend(edges)
    return graph


NAME = st.sampled_from(NAMES)
DIRECTION: st.SearchStrategy[Direction] = st.sampled_from(("up", "down"))


@st.composite
def journals(draw: st.DrawFn) -> list[Edge]:
    """Edges of two partitions, each in its order; circles and the same pair twice included."""
    number, kind = st.integers(0, 1), st.sampled_from(("made", "made", "made", "posted"))
    pairs = draw(st.lists(st.tuples(NAME, NAME, number, number, kind), max_size=14))
    edges = []
    at = 0
    for seq, (down, up, partition, later, kind_of) in enumerate(pairs):
        at += later
        edges.append(Edge("bonded", partition, seq, 0, down, up, kind_of, f"job {seq % 3}", "own", at))
    return edges


MOMENTS = st.builds(
    Moment,
    st.none() | st.integers(0, 10),
    st.dictionaries(st.tuples(st.just("bonded"), st.integers(0, 1)), st.integers(0, 14)),
)
BOUNDS = st.builds(Bounds, st.integers(1, 8), st.integers(1, 4))


@given(journals(), FOLDED, NAME, DIRECTION, BOUNDS, st.just(NOW) | MOMENTS)
@settings(max_examples=50, deadline=None)
def test_steps_are_those_of_plain_recursion(
    edges: list[Edge], folded: int, name: str, direction: Direction, bounds: Bounds, moment: Moment
) -> None:
    ask = ancestors if direction == "up" else descendants
    found = ask(a_graph(edges, folded), name, bounds, moment)
    assert list(found) == twin.steps(edges, name, direction, bounds, moment)


@given(journals(), FOLDED, NAME, NAME, st.integers(1, 5))
@settings(max_examples=50, deadline=None)
def test_the_path_is_the_first_of_the_shortest_ways(
    edges: list[Edge], folded: int, downstream: str, upstream: str, depth: int
) -> None:
    found = path(a_graph(edges, folded), downstream, upstream, depth)
    assert list(found) == twin.shortest(edges, downstream, upstream, depth)


@given(journals(), FOLDED, st.sets(NAME), st.sets(st.integers(0, 13)), st.just(NOW) | MOMENTS)
@settings(max_examples=50, deadline=None)
def test_a_taint_reaches_what_plain_recursion_reaches(
    edges: list[Edge], folded: int, sources: set[str], seqs: set[int], moment: Moment
) -> None:
    cleared = [f"bonded/{partition}/{seq}" for seq in seqs for partition in (0, 1)]
    data = [each for each in twin.known(edges, moment) if each.kind not in PAPER_KINDS]
    expected = twin.tainted(data, sources, cleared)
    assert list(taint(a_graph(edges, folded), sources, cleared, moment)) == expected


@given(journals(), FOLDED, FOLDED, NAME, DIRECTION)
@settings(max_examples=50, deadline=None)
def test_edges_added_later_and_again_and_folded_in_make_the_same_graph(
    edges: list[Edge], first: int, later: int, name: str, direction: Direction
) -> None:
    graph, whole = a_graph(edges[:later], first), Graph(edges)
    graph.tidy()
    graph.extend(edges)
    assert [graph.edges.edge(number) for number in range(len(graph))] == edges
    bounds = Bounds(1_000, 100)
    reached = [
        {of.names[n]: depth for n, depth in reach(of, name, direction, bounds).items()}
        for of in (graph, whole)
    ]
    assert reached[0] == reached[1]
    data = [each for each in edges if each.kind not in PAPER_KINDS]
    found = {graph.names[number] for number in closure(graph, (name,), direction)}
    assert found == twin.beyond(data, name, direction)


FIELD = st.sampled_from("xyz")


@st.composite
def declarations(draw: st.DrawFn) -> list[Declared | FieldEdge]:
    """Fields of some things, and what some of them were made from."""
    wanted = draw(st.lists(st.tuples(NAME, FIELD, st.none() | st.tuples(NAME, FIELD)), max_size=8))
    said: list[Declared | FieldEdge] = []
    for seq, (name, field, source) in enumerate(wanted):
        said.append(Declared("registry", 0, seq, 0, name, field, source is not None, seq))
        if source is not None:
            said.append(FieldEdge("registry", 0, seq, 1, name, field, *source, "sort", seq % 2 == 0, seq))
    return said


@given(journals(), declarations(), NAME, FIELD, DIRECTION, BOUNDS)
@settings(max_examples=50, deadline=None)
def test_fields_lead_where_plain_recursion_over_all_fields_leads(
    edges: list[Edge],
    said: list[Declared | FieldEdge],
    name: str,
    field: str,
    direction: Direction,
    bounds: Bounds,
) -> None:
    columns, start = Columns(), f"{name}#{field}"
    columns.add(said)
    graph = column_graph(Graph(edges), columns, (start,), direction, NOW)
    declared = [each for each in said if isinstance(each, Declared)]
    sources = [each for each in said if isinstance(each, FieldEdge)]
    every = twin.field_edges(edges, declared, sources, "xyz")
    ask = ancestors if direction == "up" else descendants
    assert list(ask(graph, start, bounds)) == twin.steps(every, start, direction, bounds)
