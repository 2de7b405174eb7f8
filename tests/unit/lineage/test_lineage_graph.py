"""Questions to the lineage graph, and how they are refused."""

from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from random import Random

import pytest

from exchange.kernel.errors import Misuse
from exchange.lineage import NOW, Bounds, Direction, Edge, Moment, marks, moment_of
from exchange.lineage import graph as graphs
from exchange.lineage.graph import Graph
from exchange.lineage.path import path
from exchange.lineage.steps import ancestors, descendants
from exchange.lineage.taint import taint
from exchange.lineage.walk import closure
from tests.support import lineage_twin as twin


def an_edge(seq: int, downstream: str, upstream: str, **changed: str | int) -> Edge:
    return Edge("delivery", 0, seq, 0, downstream, upstream, "made", "job", "own", seq)._replace(**changed)


FAN = Graph(an_edge(seq, f"d{seq}", "source") for seq in range(5))


def test_breadth_follows_the_first_by_name_and_says_how_many_are_left_out() -> None:
    found = descendants(FAN, "source", Bounds(9, 3))
    assert [(each.downstream, each.kind, each.left_out) for each in found] == [
        ("", "cut", 2),
        ("d0", "made", 0),
        ("d1", "made", 0),
        ("d2", "made", 0),
    ]


def test_depth_ends_a_walk_with_a_mark_at_each_end() -> None:
    chain = Graph(an_edge(seq, f"n{seq}", f"n{seq + 1}") for seq in range(4))
    *walked, last = ancestors(chain, "n0", Bounds(2, 9))
    assert [each.upstream for each in walked] == ["n1", "n2"]
    assert (last.depth, last.downstream, last.upstream, last.kind, last.left_out) == (3, "n2", "", "cut", 1)


def test_what_is_not_known_has_neither_ancestors_nor_a_path() -> None:
    assert ancestors(FAN, "nothing") == path(FAN, "nothing", "source") == path(FAN, "d0", "nothing") == ()
    assert taint(FAN, ("nothing",)) == ()


def layers(wide: int, deep: int, seq: int = 0) -> list[Edge]:
    """Layers of things, each made from some of the layer above, with a paper here and there."""
    chance = Random(wide)
    return [
        an_edge(
            seq + number,
            f"{layer + 1}/{number % wide}",
            f"{layer}/{chance.randrange(wide)}",
            kind="made" if number % 7 else "posted",
            at=number % 5,
        )
        for number in range(2 * wide * deep)
        for layer in (number // (2 * wide),)
    ]


WIDE = layers(60, 4)


@pytest.mark.parametrize("folded", [0, 200, len(WIDE)])
@pytest.mark.parametrize("direction", ["up", "down"])
def test_wide_walks_find_what_plain_recursion_finds(direction: Direction, folded: int) -> None:
    graph = Graph(WIDE[:folded])
    graph.tidy()
    graph.extend(WIDE)
    starts = [f"{4 if direction == 'up' else 0}/{number}" for number in range(28)]
    data = [each for each in WIDE if each.kind == "made"]
    found = {graph.names[number] for number in closure(graph, starts, direction)}
    assert found == set().union(*(twin.beyond(data, each, direction) for each in starts))
    step = 1 if direction == "up" else -1
    edges = [*WIDE, *(an_edge(1_000 + n, *("all", each)[::step], at=0) for n, each in enumerate(starts))]
    graph.extend(edges)
    ask = ancestors if direction == "up" else descendants
    for bounds, moment in (
        (Bounds(50, 100), NOW),
        (Bounds(9, 27), NOW),
        (Bounds(3, 28), Moment(until_at=2)),
    ):
        assert list(ask(graph, "all", bounds, moment)) == twin.steps(edges, "all", direction, bounds, moment)


def test_names_with_many_new_edges_are_followed_to_the_last() -> None:
    fans = [an_edge(n, f"{n % 20}/{n}", f"hub {n % 20}") for n in range(400)]
    graph = Graph(fans)
    found = closure(graph, {each.upstream for each in fans}, "down")
    assert {graph.names[number] for number in found} == {each.downstream for each in fans}


def test_rows_that_move_are_laid_anew_before_they_leave_more_places_than_there_are_edges(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(graphs, "_LOST_MIN", 0)
    every = [an_edge(n, f"d{n % 17}", f"u{n // 17}", kind=("made", "posted")[n % 3 == 1]) for n in range(289)]
    graph, lost = Graph(), []
    for first in range(0, len(every), 7):
        graph.extend(every[first : first + 7])
        lost.append(graph.lost)
        assert graph.lost <= graph.lost_max == len(graph)
    laid_anew = [later for before, later in pairwise(lost) if later < before]
    assert laid_anew
    assert not any(laid_anew)
    for number, name in enumerate(graph.names):
        for kind, papers in (("made", False), ("posted", True)):
            for direction in ("up", "down"):
                wanted = [n for n, each in enumerate(every) if twin.near_far(each, direction)[0] == name]
                *_, side = graph.sides(direction, papers)
                assert side.edges(number) == [n for n in wanted if every[n].kind == kind]


def test_marks_begin_anew_before_their_numbers_run_out(monkeypatch: pytest.MonkeyPatch) -> None:
    graph, starts = Graph(WIDE), [f"0/{number}" for number in range(40)]
    found = closure(graph, starts, "down")
    monkeypatch.setattr(marks, "_WALKS_MAX", 1)
    assert [closure(graph, starts, "down") for _ in range(3)] == [found] * 3


def test_a_graph_that_grew_between_two_questions_answers_as_if_it_had_not() -> None:
    graph = Graph()
    for first in range(0, len(WIDE), 100):
        graph.extend(WIDE[: first + 100])
        whole = Graph(WIDE[: first + 100])
        for start in ("0/1", "0/2"):
            found = ({of.names[n] for n in closure(of, (start,), "down")} for of in (graph, whole))
            assert next(found) == next(found)


def test_reading_that_fails_half_way_goes_on_where_it_ended() -> None:
    def failing() -> Iterator[Edge]:
        yield from deep[:1_200]
        raise ConnectionError

    deep, graph = layers(60, 12), Graph()
    with pytest.raises(ConnectionError):
        graph.extend(failing())
    assert 0 < len(graph) < len(deep)
    graph.extend(deep)
    assert [graph.edges.edge(number) for number in range(len(graph))] == deep
    assert descendants(graph, "0/1") == descendants(Graph(deep), "0/1")


def test_a_run_that_no_fact_has_clears_nothing() -> None:
    whole = taint(FAN, ("source",))
    assert len(whole) == 5
    runs = ("delivery/0/01", "delivery/0", "delivery/0/-1", "market/0/1", "0", "", "delivery/zero/one")
    assert taint(FAN, ("source",), runs) == whole
    assert len(taint(FAN, ("source",), (*runs, "delivery/0/1"))) == 4


def test_an_answer_is_as_of_a_time_or_a_position() -> None:
    assert len(descendants(FAN, "source", moment=Moment(until_at=2))) == 3
    assert len(descendants(FAN, "source", moment=moment_of(position="delivery/0/0"))) == 1
    assert len(descendants(FAN, "source", moment=moment_of(position="market/0/0"))) == 5
    assert len(path(FAN, "d4", "source", moment=Moment(until_at=3))) == 0
    assert len(descendants(FAN, "source", moment=Moment(until_at=10**30))) == 5
    assert moment_of() == NOW


def test_the_lower_of_two_positions_in_one_partition_does_not_win() -> None:
    assert moment_of(position="market/0/3, market/0/9").places == {("market", 0): 9}


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (partial(ancestors, FAN, "d0", Bounds(0, 1)), "depth of 0 is not between 1 and 1,000"),
        (partial(descendants, FAN, "d0", Bounds(1, 10**6)), "breadth of 1,000,000"),
        (partial(path, FAN, "d0", "source", 0), "depth of 0"),
        (partial(moment_of, position="market/0"), "'market/0' is no place of a fact"),
        (partial(moment_of, position="market/0/x"), "is no place of a fact"),
    ],
)
def test_a_question_asked_wrongly_says_what_is_wrong(ask: partial[object], says: str) -> None:
    with pytest.raises(Misuse, match=says):
        ask()
