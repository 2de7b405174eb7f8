"""Lineage by plain recursion over a list of edges: slow, and simple enough to be right by reading."""

from collections.abc import Callable, Iterable, Sequence

from exchange.lineage import CUT, NOW, Bounds, Direction, Edge, Moment
from exchange.lineage.columns import Declared, FieldEdge
from exchange.lineage.kinds import PAPER_KINDS
from exchange.lineage.steps import Step
from exchange.lineage.taint import Tainted


def run_of(edge: Edge) -> str:
    return f"{edge.context}/{edge.partition}/{edge.seq}"


def near_far(edge: Edge, direction: Direction) -> tuple[str, str]:
    ends = (edge.downstream, edge.upstream)
    return ends if direction == "up" else (ends[1], ends[0])


def known(edges: Iterable[Edge], moment: Moment) -> list[Edge]:
    return [each for each in edges if moment.shows((each.context, each.partition), each.seq, each.at)]


def ties(edges: Sequence[Edge], name: str, direction: Direction) -> set[str]:
    pairs = (near_far(each, direction) for each in edges)
    return {far for near, far in pairs if near == name}


def distances(start: str, limit: int, onward: Callable[[str], Iterable[str]]) -> dict[str, int]:
    """How far everything is: by the length of every way there, as long as ways get shorter."""
    found: dict[str, int] = {}

    def visit(name: str, depth: int) -> None:
        if depth > limit or found.get(name, limit + 1) <= depth:
            return
        found[name] = depth
        for each in onward(name):
            visit(each, depth + 1)

    visit(start, 0)
    return found


def steps(
    edges: Sequence[Edge], start: str, direction: Direction, bounds: Bounds, moment: Moment = NOW
) -> list[Step]:
    shown = known(edges, moment)

    def onward(name: str) -> list[str]:
        return sorted(ties(shown, name, direction))[: bounds.breadth]

    depths = distances(start, bounds.depth, onward)
    found = []
    for name, depth in depths.items():
        left_out = len(ties(shown, name, direction) - depths.keys())
        if left_out:
            ends = (name, "") if direction == "up" else ("", name)
            found.append(Step(depth + 1, *ends, CUT, "", "", "", None, left_out))
        for edge in shown:
            near, far = near_far(edge, direction)
            if near == name and depth < bounds.depth and far in onward(name):
                found.append(a_step(edge, depth + 1))
    return sorted(
        found, key=lambda each: (*each[:3], each.at or 0, each.run, each.kind, each.job, each.terms)
    )


def a_step(edge: Edge, depth: int) -> Step:
    values = (edge.downstream, edge.upstream, edge.kind, edge.job, run_of(edge), edge.terms, edge.at)
    return Step(depth, *values, 0)


def ways(edges: Sequence[Edge], here: str, goal: str, limit: int) -> Iterable[tuple[Edge, ...]]:
    """Every way up of at most `limit` steps."""
    for edge in edges if limit else ():
        if edge.downstream == here:
            if edge.upstream == goal:
                yield (edge,)
            for rest in ways(edges, edge.upstream, goal, limit - 1):
                yield (edge, *rest)


def shortest(edges: Sequence[Edge], here: str, goal: str, limit: int) -> list[Step]:
    """The shortest way that is first by its names and then by its runs; nobody is away from himself."""
    found = [] if here == goal else list(ways(edges, here, goal, limit))
    if not found:
        return []
    length = min(map(len, found))
    best = min(
        (way for way in found if len(way) == length),
        key=lambda way: [(e.upstream, e.at, run_of(e), e.kind, e.job, e.terms) for e in way],
    )
    return [a_step(edge, depth) for depth, edge in enumerate(best, 1)]


def tainted(edges: Sequence[Edge], sources: Iterable[str], cleared: Iterable[str]) -> list[Tainted]:
    passing = [edge for edge in edges if run_of(edge) not in set(cleared)]
    found = set()
    for source in sources:
        found |= {Tainted(name, source) for name in beyond(passing, source, "down")}
    return sorted(found)


def beyond(edges: Sequence[Edge], name: str, direction: Direction) -> set[str]:
    """All that comes before or after something, itself only where a circle leads back."""
    found = ties(edges, name, direction)
    while more := {far for each in found for far in ties(edges, each, direction)} - found:
        found |= more
    return found


def field_edges(
    edges: Iterable[Edge], declared: Sequence[Declared], said: Iterable[FieldEdge], fields: Iterable[str]
) -> list[Edge]:
    """Every edge between fields of these names, whoever may ask for it."""
    found = [
        Edge(
            *each[:4],
            f"{each.downstream}#{each.field}",
            f"{each.upstream}#{each.source_field}",
            each.way,
            "",
            "masked" if each.masked else "",
            each.at,
        )
        for each in said
    ]
    for edge in edges:
        if edge.kind not in PAPER_KINDS:
            for field in fields:
                made = [each for each in declared if each.name == edge.downstream]
                source = [each for each in declared if each.name == edge.upstream]
                own = [each.mapped for each in made if each.field == field]
                has_it = not source or field in [each.field for each in source]
                if has_it and (not made or (own and not any(own))):
                    ends = {
                        "downstream": f"{edge.downstream}#{field}",
                        "upstream": f"{edge.upstream}#{field}",
                    }
                    found.append(edge._replace(**ends))
    return found
