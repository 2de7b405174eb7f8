"""The book and the market around it on a published stream of orders, beside a matching engine that only matches.

Then what an order costs in deep books, at many prices, among many instruments, after many orders, and behind many it
may not meet, of one standing or of many.
"""

import gc
import time
from collections.abc import Callable, Sequence

from tests.benchmarks.bench import Bench
from tests.benchmarks.measures import Section, Table, in_turn, ratio_of
from tests.benchmarks.order_stream import order_stream
from tests.benchmarks.ours.bare_book import BareBooks
from tests.benchmarks.ours.floor import Floor
from tests.benchmarks.peers.light_matching import LightMatching
from tests.benchmarks.plots import bars
from tests.benchmarks.sums import Sums

MESSAGES, INSTRUMENTS = 200_000, 100
_OTHERS = 5_000
"""Orders that each of the tables' figures is measured with."""

Message = Sequence[object]


RIGHT = Sums(47_849, 1_489_740, 3_051_272_427)
"""Those of the whole stream, as published with it."""

Side = Callable[[Sequence[Message]], tuple[float, Sums]]
"""Run the stream; the seconds it took, and what it came to."""

SIDES: dict[str, Callable[[], Side]] = {
    "market": lambda: Floor(INSTRUMENTS).timed,
    "book": lambda: BareBooks(INSTRUMENTS).timed,
    "lightmatchingengine": lambda: LightMatching().timed,
}


def measure(bench: Bench) -> Section:
    """The stream through each side in turn, then the tables."""
    messages = list(order_stream(max(2_000, int(MESSAGES * bench.scale)), INSTRUMENTS))
    rates: dict[str, list[float]] = {side: [] for side in SIDES}
    with bench.on_the_measured_core():
        for turn in range(bench.rounds):
            for side, made in SIDES.items():
                rates[side].append(len(messages) / _run(side, made(), messages))
            done = ", ".join(f"{side} {each[-1]:,.0f}/s" for side, each in rates.items())
            bench.say(f"books: round {turn + 1}: {done}")
        tables = [
            _depths(bench),
            _at_prices(bench),
            _behind_others(bench),
            _behind_standings(bench, met=False),
            _behind_standings(bench, met=True),
            _among_instruments(bench),
            _after_others(bench),
        ]
    return Section(
        key="books",
        title="Books of orders",
        settings={
            "messages": len(messages),
            "instruments": INSTRUMENTS,
            "orders of each figure in the tables": _OTHERS,
        },
        figures=in_turn("messages/s", rates),
        ratios=[
            ratio_of(
                "market / lightmatchingengine", rates["market"], rates["lightmatchingengine"], at_least=1.5
            ),
            ratio_of(
                "bare book / lightmatchingengine", rates["book"], rates["lightmatchingengine"], at_least=4
            ),
        ],
        tables=tables,
        checked=[
            "Each run's fills, lots and notional are the published ones, and those of every other side."
        ],
        said=[
            "The market decides every message and folds what it decided: purses, reserves, capacity, escrow and"
            " entitlements with it, facts built but not encoded. The bare book is the same book without all that."
            " The peer keeps books and matches, and knows nobody's money."
        ],
        plots=[bars(bench.plots / "books.svg", "Books of orders", "messages/s", rates)],
    )


def _run(side: str, run: Side, messages: Sequence[Message]) -> float:
    gc.collect()
    gc.freeze()
    try:
        seconds, sums = run(messages)
    finally:
        gc.unfreeze()
    if len(messages) == MESSAGES and sums != RIGHT:
        raise AssertionError(f"{side} came to {sums} where {RIGHT} was right")
    return seconds


def _depths(bench: Bench) -> Table:
    sizes = [int(size * bench.scale) or 10 for size in (1_000, 10_000, 100_000, 1_000_000)]
    return _table(
        "An order by how many rest in its book", "resting", sizes, lambda size: Floor(1).resting(size)
    )


def _at_prices(bench: Bench) -> Table:
    sizes = [int(size * bench.scale) or 10 for size in (1_000, 10_000, 100_000)]
    title = "An order by how many prices its book has"
    return _table(title, "prices", sizes, lambda size: Floor(1).priced(size))


def _behind_standings(bench: Bench, met: bool) -> Table:
    """Nobody may trade with them; before and after each pair of an asker and a standing is on the record."""
    sizes = [int(size * bench.scale) or 1 for size in (1, 10, 100, 300)]
    title = "An order by how many standings it crosses and may not trade with, "
    title += "each refusal on the record" if met else "while refusals come on the record"

    def made(size: int) -> Floor:
        floor = Floor(1, data=True).apart(size)
        return floor.met() if met else floor

    return _table(title, "standings", sizes, made)


def _behind_others(bench: Bench) -> Table:
    sizes = [int(size * bench.scale) or 10 for size in (1_000, 10_000, 100_000)]
    title = "An order by how many stand before the first it may trade with"
    return _table(title, "passed over", sizes, lambda size: Floor(1, data=True).behind(size))


def _among_instruments(bench: Bench) -> Table:
    sizes = [int(size * bench.scale) or 1 for size in (10, 1_000, 20_000)]
    return _table(
        "An order by the number of instruments", "instruments", sizes, lambda size: Floor(size).resting(10)
    )


def _after_others(bench: Bench) -> Table:
    sizes = [int(size * bench.scale) or 10 for size in (1_000, 100_000)]
    return _table(
        "An order by how many came and went before", "past orders", sizes, lambda size: Floor(1).after(size)
    )


def _table(title: str, head: str, sizes: Sequence[int], made: Callable[[int], Floor]) -> Table:
    """Placing, taking and cancelling on floors of several sizes, in µs an order, and beside the first size."""
    taken = []
    for size in sizes:
        floor = made(size)
        gc.collect()
        gc.freeze()
        began = time.process_time()
        floor.trade(_OTHERS)
        taken.append((time.process_time() - began) / _OTHERS * 1e6)
        gc.unfreeze()
    rows = tuple(
        (f"{size:,}", f"{each:.1f}", f"{each / taken[0]:.2f}")
        for size, each in zip(sizes, taken, strict=True)
    )
    return Table(title, (head, "µs CPU", "beside the first"), rows)
