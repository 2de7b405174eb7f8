"""Ancestors and what is derived in a large lineage: the graph in memory beside rustworkx, plain walking, recursive SQL.

Then what a taint and the graph's upkeep cost.
"""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from random import Random
from typing import Any

import rustworkx
from sqlalchemy import insert, text

from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.lineage import Direction, Edge, Graph, closure, taint
from exchange.store import VIEWS_READER, Insert, Store, migrate, open_store, save
from exchange.views import VIEWS, project_batch
from exchange.views.edges import LINEAGE_EDGES
from tests.benchmarks.bench import Bench
from tests.benchmarks.measures import Section, in_turn, ratio_of
from tests.benchmarks.plots import bars
from tests.unit.views.story import Journal, a_range

NODES, EDGES, LAYERS = 1_000_000, 2_800_000, 20
_NEAR = 700
"""How far apart in their layers what is made and what it is made from lie at most."""
_ASKED = 3
"""Names that every side is asked about, up and down, one after the other."""
_BATCH = 2_000
SIDES = (
    *("graph", "plain walk", "SQL", "graph, numbers", "rustworkx, numbers"),
    *("plain walk down", "taint", "upkeep", "projection"),
)
_WALK = """
with recursive found(name) as (
  select {far} from lineage_edges where {near} = :name
  union select {far} from lineage_edges join found on {near} = found.name
) select name from found
"""

Walk = Callable[[str, Direction], set[str]]
Numbered = Callable[[int, Direction], set[int]]
Times = dict[str, list[float]]


def measure(bench: Bench) -> Section:
    """The same questions to each side in turn, then taints, then what a batch of new edges costs."""
    nodes, count = int(NODES * bench.scale), int(EDGES * bench.scale)
    graph = Graph(edges(nodes, count))
    bench.say(f"lineage: a graph of {len(graph.names):,} names and {len(graph):,} edges")
    seconds: Times = {side: [] for side in SIDES}
    with closing(open_store(f"sqlite:///{bench.directory / 'lineage.sqlite'}")) as store:
        filled(store, edges(nodes, count))
        sides: dict[str, Walk] = {"graph": whole(graph), "plain walk": plainly(graph), "SQL": in_sql(store)}
        numbers = {"graph, numbers": closures(graph), "rustworkx, numbers": by_rustworkx(graph)}
        names = [f"hub://exchange/wip/{LAYERS // 2}/{n * 997 % (nodes // LAYERS)}" for n in range(_ASKED)]
        with bench.on_the_measured_core():
            gc.freeze()
            for turn in range(bench.rounds):
                found = _asked(graph, sides, names, seconds)
                _numbered(numbers, [graph.number(name) or 0 for name in names], seconds)
                _upkeep(graph, store, turn, seconds)
                done = ", ".join(f"{side} {each[-1] * 1_000:,.1f} ms" for side, each in seconds.items())
                bench.say(f"lineage: round {turn + 1}: {done}")
            gc.unfreeze()
    return Section(
        key="lineage",
        title="Lineage",
        settings={"names": len(graph.names), "edges": len(graph), "names found a round": found},
        figures=in_turn("s", seconds),
        ratios=[
            ratio_of(
                "rustworkx / graph, both as sets of numbers",
                seconds["rustworkx, numbers"],
                seconds["graph, numbers"],
                at_least=2,
            ),
            ratio_of("recursive SQL / graph", seconds["SQL"], seconds["graph"], at_least=40),
            ratio_of("plain walk / graph", seconds["plain walk"], seconds["graph"]),
            ratio_of("taint / plain walk down", seconds["taint"], seconds["plain walk down"], at_most=3),
            ratio_of("upkeep / projection", seconds["upkeep"], seconds["projection"], at_most=0.1),
        ],
        checked=["Every side finds the same names; a taint is carried by all that a walk down finds."],
        said=[
            "Each is asked for everything above and below three names, as a set of names. The plain walk is a loop over"
            " dictionaries of lists, the SQL the shortest recursive query in SQLite with both indexes. rustworkx is"
            " asked with numbers for numbers, so that its sets and the graph's are of one kind. Upkeep and"
            f" projection are of {_BATCH:,} new edges: the graph's part, and that of all views, saved."
        ],
        plots=[bars(bench.plots / "lineage.svg", "Lineage", "s", seconds)],
    )


def edges(nodes: int, count: int) -> Iterator[Edge]:
    """A lineage in layers, each made of the one before; the same at every run."""
    chance, wide = Random(6), nodes // LAYERS
    for number in range(count):
        layer, place = 1 + number * (LAYERS - 1) // count, chance.randrange(wide)
        source = (place + chance.randint(-_NEAR, _NEAR)) % wide
        ends = (f"hub://exchange/wip/{layer}/{place}", f"hub://exchange/wip/{layer - 1}/{source}")
        yield Edge("delivery", 0, number, 0, *ends, "made", "job", "own", number)


def whole(graph: Graph) -> Walk:
    """The graph's closure, with names."""

    def walk(name: str, direction: Direction) -> set[str]:
        return set(map(graph.names.__getitem__, closure(graph, (name,), direction)))

    return walk


def plainly(graph: Graph) -> Walk:
    """A walk as anybody writes it, over dictionaries of its own."""
    names = graph.names
    tied = {
        direction: {
            names[n]: [names[end] for end in ends] for n, ends in enumerate(graph.side(direction).ends)
        }
        for direction in ("up", "down")
    }

    def walk(name: str, direction: Direction) -> set[str]:
        onward = tied[direction]
        seen, waiting = set[str](), [name]
        while waiting:
            for each in onward[waiting.pop()]:
                if each not in seen:
                    seen.add(each)
                    waiting.append(each)
        return seen

    return walk


def closures(graph: Graph) -> Numbered:
    """The graph's closure as it is."""

    def walk(number: int, direction: Direction) -> set[int]:
        return closure(graph, (graph.names[number],), direction)

    return walk


def by_rustworkx(graph: Graph) -> Numbered:
    """The graph library in compiled code, with the same numbers."""
    made: rustworkx.PyDiGraph[None, None] = rustworkx.PyDiGraph()
    made.add_nodes_from([None] * len(graph.names))
    down = graph.side("down").ends
    made.add_edges_from_no_data([(source, end) for source, ends in enumerate(down) for end in ends])
    ask = {"up": rustworkx.ancestors, "down": rustworkx.descendants}

    def walk(number: int, direction: Direction) -> set[int]:
        return ask[direction](made, number)

    return walk


def in_sql(store: Store) -> Walk:
    """The recursive query."""
    ends = {"up": ("downstream", "upstream"), "down": ("upstream", "downstream")}

    def walk(name: str, direction: Direction) -> set[str]:
        near, far = ends[direction]
        with store.reading(600) as connection:
            return set(connection.execute(text(_WALK.format(near=near, far=far)), {"name": name}).scalars())

    return walk


def filled(store: Store, all_edges: Iterator[Edge]) -> None:
    """A database that holds the edges."""
    migrate(store)
    with store.begin() as connection:
        while part := list(islice(all_edges, 10_000)):
            rows = [{**each._asdict(), "run": f"delivery/0/{each.seq}"} for each in part]
            connection.execute(insert(LINEAGE_EDGES), rows)


def _asked(graph: Graph, sides: dict[str, Walk], names: Sequence[str], seconds: Times) -> int:
    """Ask every side everything, and compare; how many names were found."""
    found: dict[str, list[set[str]]] = {}
    for side, walk in sides.items():
        took, found[side] = _timed(
            lambda walk=walk: [walk(name, way) for name in names for way in ("up", "down")]
        )
        seconds[side].append(took)
    took, below = _timed(lambda: [sides["plain walk"](name, "down") for name in names])
    seconds["plain walk down"].append(took)
    took, tainted = _timed(lambda: [taint(graph, (name,)) for name in names])
    seconds["taint"].append(took)
    if any(each != found["graph"] for each in found.values()):
        raise AssertionError("the sides do not find the same names")
    if [{each.name for each in rows} for rows in tainted] != below:
        raise AssertionError("a taint is not carried by what a walk down finds")
    return sum(map(len, found["graph"]))


def _numbered(sides: dict[str, Numbered], numbers: Sequence[int], seconds: Times) -> None:
    """Ask both everything by number, and compare."""
    found = []
    for side, walk in sides.items():
        took, sets = _timed(
            lambda walk=walk: [walk(number, way) for number in numbers for way in ("up", "down")]
        )
        seconds[side].append(took)
        found.append(sets)
    if found[0] != found[1]:
        raise AssertionError("rustworkx and the graph do not find the same")


def _upkeep(graph: Graph, store: Store, turn: int, seconds: Times) -> None:
    """What a batch of new edges costs the projection, and what the graph."""
    journal = Journal("delivery", seq=10**9 + turn * _BATCH)
    for number in range(turn * _BATCH, (turn + 1) * _BATCH):
        journal.add(a_range(number * 100, number * 100 + 99))
    after = JournalPosition(_BATCH, 0, _BATCH, bytes(32))

    def projected() -> list[Any]:
        changes = project_batch(VIEWS, "delivery", 0, journal.outcomes)
        save(store, VIEWS_READER, f"batch {turn}", 0, BEGINNING, after, changes)
        return changes

    took, changes = _timed(projected)
    seconds["projection"].append(took)
    rows = [each.row for each in changes if isinstance(each, Insert) and each.table is LINEAGE_EDGES]
    new = [Edge._make(row[name] for name in Edge._fields) for row in rows]
    before = len(graph)
    took, _ = _timed(lambda: graph.extend(new))
    if len(graph) - before != _BATCH:
        raise AssertionError(f"{len(graph) - before} edges were added where {_BATCH} were made")
    seconds["upkeep"].append(took)


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    gc.collect()
    begun = time.perf_counter()
    made = work()
    return time.perf_counter() - begun, made
