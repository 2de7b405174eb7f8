"""kill -9 of each kind of process in the middle of the work: nothing is lost, nothing happens twice."""

from collections.abc import Iterator

import pytest

from streams.node.control import process_reports, restart_projections
from streams.rebuilding import check, rebuild_behind
from tests.support.aftermath import everything_is_as_it_should_be
from tests.support.load import a_load, run
from tests.support.node import DECIDERS, KAFKA, PROJECTIONS, Node, a_shared_node
from tests.support.reckoning import quiet

pytestmark = pytest.mark.timeout(900)

RECORDS, PURCHASES, FLOOD = 40_000, 25, 4_000
HELD_S_MAX = 0.2
"""What a loop may be held by its own computing; measured: 0.03."""


@pytest.fixture(scope="module")
def harmed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node to be harmed, by one test after another."""
    with a_shared_node(tmp_path_factory.mktemp("harmed") / "node") as node:
        yield node


@pytest.mark.parametrize("name", [DECIDERS, PROJECTIONS, KAFKA])
async def test_work_goes_on_behind_a_kill(harmed: Node, name: str) -> None:
    async with harmed.exchange() as exchange:
        load = await a_load(exchange, records=RECORDS, purchases=PURCHASES, flood=FLOOD)

        async def kill() -> None:
            killed = harmed.kill(name)
            assert load.under_way
            await harmed.recovers(name, killed)

        await run(load, kill)
        await everything_is_as_it_should_be(harmed, exchange, load)
    _nothing_holds_a_loop(harmed)


def _nothing_holds_a_loop(node: Node) -> None:
    """The slice rule, under load and with a recovery on the way: 20 ms by design; a full garbage collection is longer.

    What other processes took from this one does not count: only what its loop's thread itself computed at a stretch.
    """
    held = {
        report.name: report.loop_cpu_max_s
        for report in process_reports(node.directory)
        if report.name in (DECIDERS, PROJECTIONS)
    }
    assert held.keys() == {DECIDERS, PROJECTIONS}
    assert max(held.values()) < HELD_S_MAX, held


async def test_the_tables_come_back_equal_when_they_are_wiped_and_folded_anew(harmed: Node) -> None:
    await quiet(harmed)
    beside = await check(harmed.settings)
    assert beside.comparable
    assert beside.facts > 0
    assert beside.equal, "the tables differ from what the journals say"
    behind = await rebuild_behind(harmed.settings, lambda: restart_projections(harmed.directory))
    assert behind.comparable
    assert (behind.before, behind.after) == (beside.before, beside.before)
