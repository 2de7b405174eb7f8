"""Questions to the lineage graph, and how they are refused."""

from functools import partial

import pytest

from exchange.kernel.errors import Misuse
from exchange.lineage import NOW, Bounds, Edge, Graph, Moment, ancestors, descendants, moment_of, path, taint


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


def test_an_answer_is_as_of_a_time_or_a_position() -> None:
    assert len(descendants(FAN, "source", moment=Moment(until_at=2))) == 3
    assert len(descendants(FAN, "source", moment=moment_of(position="delivery/0/0"))) == 1
    assert len(descendants(FAN, "source", moment=moment_of(position="market/0/0"))) == 5
    assert len(path(FAN, "d4", "source", moment=Moment(until_at=3))) == 0
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
