"""Ancestors and what is derived in a large lineage: the graph in memory beside rustworkx, plain walking, recursive SQL.

Then what a taint and the graph's upkeep cost.
"""

import gc
import os
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import rustworkx
from sqlalchemy import insert, text

from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.lineage import Direction, Edge
from exchange.lineage.graph import Graph
from exchange.lineage.taint import taint
from exchange.lineage.walk import closure, covered, named
from exchange.store import VIEWS_READER, Insert, Store, migrate, open_store, save
from exchange.views import VIEWS, project_batch
from exchange.views.edges import LINEAGE_EDGES
from exchange.views.kept_lineage import KeptLineage
from tests.benchmarks.bench import Bench
from tests.benchmarks.measures import Figure, Section, in_turn, ratio_of
from tests.benchmarks.plots import bars
from tests.unit.views.story import Journal, a_range

NODES, EDGES, LAYERS = 1_000_000, 2_800_000, 20
_NEAR = 700
"""How far apart in their layers what is made and what it is made from lie at most."""
_LATER = 8
"""One in so many edges comes in batches after the rows were laid anew, and as many came so before."""
_ASKED = 3
"""Names that every side is asked about by name, up and down, one after the other."""
_ASKED_BY_NUMBER = 30
"""Names that those are asked about that take numbers: answers about three take too little time to be told apart."""
_BATCH = 2_000
SIDES = (
    *("graph", "plain walk", "SQL", "graph, numbers", "graph, arrays", "rustworkx, numbers"),
    *("plain walk down", "taint", "upkeep", "projection"),
)
_WALK = """
with recursive found(name) as (
  select {far} from lineage_edges where {near} = :name
  union select {far} from lineage_edges join found on {near} = found.name
) select name from found
"""
_TIMEOUT_S = 600

Walk = Callable[[str, Direction], Collection[str]]
Numbered = Callable[[int, Direction], Collection[int]]
Times = dict[str, list[float]]


def measure(bench: Bench) -> Section:
    """The same questions to each side in turn, then taints, then what a batch of new edges costs."""
    nodes, count = int(NODES * bench.scale), int(EDGES * bench.scale)
    seconds: Times = {side: [] for side in SIDES}
    with closing(open_store(f"sqlite:///{bench.directory / 'lineage.sqlite'}")) as store:
        migrate(store)
        waiting, later = edges(nodes, count), count // _LATER
        filled(store, islice(waiting, count - 2 * later))
        graph, once = _read(store)
        once["laying anew"], laying_s = _grown(graph, store, waiting, later)
        bench.say(f"lineage: a graph of {len(graph.names):,} names and {len(graph):,} edges: {_told(once)}")
        sides: dict[str, Walk] = {"graph": whole(graph), "plain walk": plainly(graph), "SQL": in_sql(store)}
        numbers = {
            "graph, numbers": closures(graph),
            "graph, arrays": arrays(graph),
            "rustworkx, numbers": by_rustworkx(graph),
        }
        names = _names(LAYERS // 2, nodes)
        asked = _names(LAYERS // 2, nodes, _ASKED_BY_NUMBER)
        asked_numbers = [number for name in asked if (number := graph.number(name)) is not None]
        with bench.on_the_measured_core():
            gc.freeze()
            _asked(sides, names, {side: [] for side in sides})
            for turn in range(bench.rounds):
                found = _asked(sides, names, seconds)
                counted = _numbered(numbers, asked_numbers, seconds)
                tainted = _tainted(graph, sides["plain walk"], _names(0, nodes), seconds)
                _upkeep(graph, store, turn, seconds, laying_s)
                done = ", ".join(f"{side} {each[-1] * 1_000:,.1f} ms" for side, each in seconds.items())
                bench.say(f"lineage: round {turn + 1}: {done}")
            gc.unfreeze()
    return Section(
        key="lineage",
        title="Lineage",
        settings={
            "names": len(graph.names),
            "edges": len(graph),
            "names found a round": found,
            "numbers found a round": counted,
            "names tainted a round": tainted,
        },
        figures={
            **in_turn("s", seconds),
            **{name: Figure("bytes" if "bytes" in name else "s", (each,)) for name, each in once.items()},
        },
        ratios=[
            ratio_of(
                "rustworkx / graph, both as sets of numbers",
                seconds["rustworkx, numbers"],
                seconds["graph, numbers"],
                at_least=2,
            ),
            ratio_of(
                "rustworkx / graph, a set beside an array",
                seconds["rustworkx, numbers"],
                seconds["graph, arrays"],
            ),
            ratio_of("recursive SQL / graph", seconds["SQL"], seconds["graph"], at_least=40),
            ratio_of("plain walk / graph", seconds["plain walk"], seconds["graph"]),
            ratio_of("taint / plain walk down", seconds["taint"], seconds["plain walk down"], at_most=3),
            ratio_of("upkeep / projection", seconds["upkeep"], seconds["projection"], at_most=0.1),
        ],
        checked=["Every side finds the same names; a taint is carried by all that a walk down finds."],
        said=[
            f"Each is asked for everything above and below {_ASKED} names, or {_ASKED_BY_NUMBER} numbers: for names,"
            " each of them once, in whatever form it gives them. The plain walk is a loop over dictionaries of lists"
            " and gives a set, the SQL the shortest recursive query in SQLite with both indexes and gives rows, the"
            " graph a list. rustworkx is asked with numbers for numbers, and both answer with sets of Python, as it"
            f" does; the graph's own form is an array, which is timed too. One edge in {_LATER} came in batches after"
            " the graph's rows were laid anew. Taints are of three sources in the first layer.",
            f"Upkeep and projection are of {_BATCH:,} new edges: the graph's part, with these edges' share of the next"
            " laying anew of all rows, and that of all views, saved. The first reading is that of a door, from the"
            " tables; bytes an edge are what the process grew by in it, names included.",
        ],
        plots=[bars(bench.plots / "lineage.svg", "Lineage", "s", seconds)],
    )


def _told(once: dict[str, float]) -> str:
    return ", ".join(f"{name} {each:,.2f}" for name, each in once.items())


def _names(layer: int, nodes: int, count: int = _ASKED) -> list[str]:
    return [f"hub://exchange/wip/{layer}/{n * 997 % (nodes // LAYERS)}" for n in range(count)]


def edges(nodes: int, count: int) -> Iterator[Edge]:
    """A lineage in layers, each made of the one before; the same at every run."""
    chance, wide = Random(6), nodes // LAYERS
    for number in range(count):
        layer, place = 1 + number * (LAYERS - 1) // count, chance.randrange(wide)
        source = (place + chance.randint(-_NEAR, _NEAR)) % wide
        ends = (f"hub://exchange/wip/{layer}/{place}", f"hub://exchange/wip/{layer - 1}/{source}")
        yield Edge("delivery", 0, number, 0, *ends, "made", "job", "own", number)


def _read(store: Store) -> tuple[Graph, dict[str, float]]:
    """The graph of a door that was asked for the first time, and what that took."""
    save(store, VIEWS_READER, "edges", 0, BEGINNING, JournalPosition(1, 0, 1, bytes(32)), ())
    kept, before = KeptLineage(store), _resident_bytes()
    begun = time.perf_counter()
    with kept.caught_up(_TIMEOUT_S) as graph:
        took = time.perf_counter() - begun
    return graph, {"first reading": took, "bytes an edge": (_resident_bytes() - before) / len(graph)}


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _grown(graph: Graph, store: Store, waiting: Iterator[Edge], later: int) -> tuple[float, float]:
    """Add what is left in batches, and lay the rows anew half-way; how long that took, and an edge's share of it."""
    _added(graph, store, list(islice(waiting, later)))
    share = graph.lost / graph.lost_max / later
    took, _ = _timed(graph.tidy)
    _added(graph, store, list(waiting))
    return took, took * share


def _added(graph: Graph, store: Store, more: Sequence[Edge]) -> None:
    for first in range(0, len(more), _BATCH):
        graph.extend(more[first : first + _BATCH])
    filled(store, iter(more))


def whole(graph: Graph) -> Walk:
    """The graph's closure, with names."""

    def walk(name: str, direction: Direction) -> list[str]:
        return named(graph, (name,), direction)

    return walk


def plainly(graph: Graph) -> Walk:
    """A walk as anybody writes it, over dictionaries of its own."""
    tied: dict[Direction, dict[str, list[str]]] = {
        direction: {name: [] for name in graph.names} for direction in ("up", "down")
    }
    pairs = zip(graph.edges.downstream, graph.edges.upstream, strict=True)
    for downstream, upstream in ((graph.names[down], graph.names[up]) for down, up in pairs):
        tied["up"][downstream].append(upstream)
        tied["down"][upstream].append(downstream)

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
    """The graph's closure as a set of numbers."""

    def walk(number: int, direction: Direction) -> set[int]:
        return closure(graph, (graph.names[number],), direction)

    return walk


def arrays(graph: Graph) -> Numbered:
    """The graph's closure as it is."""

    def walk(number: int, direction: Direction) -> Collection[int]:
        found: Collection[int] = covered(graph, (graph.names[number],), direction)
        return found

    return walk


def by_rustworkx(graph: Graph) -> Numbered:
    """The graph library in compiled code, with the same numbers."""
    made: rustworkx.PyDiGraph[None, None] = rustworkx.PyDiGraph()
    made.add_nodes_from([None] * len(graph.names))
    made.add_edges_from_no_data(list(zip(graph.edges.upstream, graph.edges.downstream, strict=True)))
    ask = {"up": rustworkx.ancestors, "down": rustworkx.descendants}

    def walk(number: int, direction: Direction) -> set[int]:
        return ask[direction](made, number)

    return walk


def in_sql(store: Store) -> Walk:
    """The recursive query."""
    ends = {"up": ("downstream", "upstream"), "down": ("upstream", "downstream")}

    def walk(name: str, direction: Direction) -> Sequence[str]:
        near, far = ends[direction]
        with store.reading(_TIMEOUT_S) as connection:
            found: Sequence[str] = (
                connection.execute(text(_WALK.format(near=near, far=far)), {"name": name}).scalars().all()
            )
        return found

    return walk


def filled(store: Store, all_edges: Iterator[Edge]) -> None:
    """Put these edges into the database."""
    with store.begin() as connection:
        while part := list(islice(all_edges, 10_000)):
            rows = [{**each._asdict(), "run": f"delivery/0/{each.seq}"} for each in part]
            connection.execute(insert(LINEAGE_EDGES), rows)


def _asked(sides: dict[str, Walk], names: Sequence[str], seconds: Times) -> int:
    """Ask every side everything, and compare; how many names were found."""
    found: list[list[list[str]]] = []
    for side, walk in sides.items():
        took, answers = _timed(
            lambda walk=walk: [walk(name, way) for name in names for way in ("up", "down")]
        )
        seconds[side].append(took)
        found.append(list(map(sorted, answers)))
    if any(each != found[0] for each in found):
        raise AssertionError("the sides do not find the same names, each of them once")
    return sum(map(len, found[0]))


def _tainted(graph: Graph, plain: Walk, names: Sequence[str], seconds: Times) -> int:
    """Taint everything below these names, beside walking it; how many names carry it."""
    took, below = _timed(lambda: [plain(name, "down") for name in names])
    seconds["plain walk down"].append(took)
    took, tainted = _timed(lambda: [taint(graph, (name,)) for name in names])
    seconds["taint"].append(took)
    if [{each.name for each in rows} for rows in tainted] != below:
        raise AssertionError("a taint is not carried by what a walk down finds")
    return sum(map(len, below))


def _numbered(sides: dict[str, Numbered], numbers: Sequence[int], seconds: Times) -> int:
    """Ask all of them everything by number, and compare; how many numbers were found."""
    found = []
    for side, walk in sides.items():
        took, answers = _timed(
            lambda walk=walk: [walk(number, way) for number in numbers for way in ("up", "down")]
        )
        seconds[side].append(took)
        found.append([set(map(int, each)) for each in answers])
    if any(each != found[0] for each in found):
        raise AssertionError("rustworkx and the graph do not find the same")
    return sum(map(len, found[0]))


def _upkeep(graph: Graph, store: Store, turn: int, seconds: Times, laying_s: float) -> None:
    """What a batch of new edges costs the projection, and what the graph, with its share of laying all rows anew."""
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
    seconds["upkeep"].append(took + laying_s * _BATCH)


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    gc.collect()
    begun = time.perf_counter()
    made = work()
    return time.perf_counter() - begun, made
