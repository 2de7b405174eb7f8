"""What is wrong with a node, by what its processes say of themselves: quick enough to be asked every second."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from exchange.kernel.errors import ExchangeError
from streams.health import FOLLOWED, Health, Trouble, worker_troubles
from streams.node.directory import DataDirectory, bootstrap_servers
from streams.node.members import held_by_members
from streams.node.reports import NODE, Report, lives, read_reports
from streams.node.words import last_words
from streams.settings import DECIDERS_GROUP, PROJECTIONS_GROUP
from streams.topics import commands_topic, journal_topic

_MISSED = {
    "leads": "is not led: its commands wait",
    "policies": "is not followed by policies: what its facts lead to waits",
    "projections": "is not projected: its tables stand still",
}
_GROUPS = {"leads": DECIDERS_GROUP, "policies": DECIDERS_GROUP, "projections": PROJECTIONS_GROUP}

Place = tuple[str, int]


async def node_health(directory: DataDirectory) -> Health:
    """The health of a node. Asks Kafka only for partitions that no process here has.

    Shape: such a partition may be another machine's worker's.
    """
    reports = read_reports(directory.run)
    node = next((report for report in reports if report.name == NODE), None)
    if node is None or not lives(node.pid) or node.state in ("stopped", "failed"):
        return await _without_supervisor(directory, [report for report in reports if report.fresh])
    if node.state != "running":
        return _health(node.state, [])
    alive = [report for report in living(node, reports) if report.fresh]
    missing = await _not_elsewhere(
        directory, missing_places(directory, alive), {each.name for each in reports}
    )
    return _health("running", [*troubles(directory, node, reports), *_unheld(directory, missing)])


async def _without_supervisor(directory: DataDirectory, alive: Sequence[Report]) -> Health:
    """Workers beside somebody's own Kafka need none: who is in their groups is known there."""
    if directory.identity.bootstrap_servers is None:
        return _health("down", [Trouble(problem="the node is down", remedy="`exchange up` starts it")])
    own = {report.name for report in alive}
    missing = await _not_elsewhere(directory, missing_places(directory, alive), own)
    found = [each for report in alive for each in worker_troubles(report.name, report.details)]
    return _health("running", [*found, *_unheld(directory, missing)])


def _health(state: str, found: Sequence[Trouble]) -> Health:
    return Health(
        name=NODE, state=state, healthy=not found, ready=state == "running" and not found, troubles=found
    )


def troubles(directory: DataDirectory, node: Report, reports: Sequence[Report]) -> list[Trouble]:
    """What is wrong with the processes of a node that runs, and what its workers say is wrong."""
    found = []
    if not node.fresh:
        found.append(
            _silent(node, "nothing is started again meanwhile; continue it, or end it and `exchange up`")
        )
    if node.details["kafka"] is None and directory.identity.bootstrap_servers is None:
        remedy = f"the supervisor starts it again; {directory.kafka / 'kafka.log'} says why it ended"
        found.append(Trouble(problem="Kafka does not run", remedy=remedy, process="kafka"))
    said = {report.name: report for report in reports}
    for name, pid in node.details["processes"].items():
        trouble = _process_trouble(directory, node, name, pid, said.get(name))
        found += [trouble] if trouble else []
    for report in living(node, reports):
        found += worker_troubles(report.name, report.details) if report.fresh else ()
    return found


def _process_trouble(
    directory: DataDirectory, node: Report, name: str, pid: int | None, report: Report | None
) -> Trouble | None:
    log = directory.logs / f"{name}.log"
    times = node.details["restarts"][name]
    if pid is None or not lives(pid):
        said = f"; it ended: {last_words(directory, name)}" if times else ""
        remedy = f"the supervisor starts it again; {log} says more"
        return Trouble(
            problem=f"{name} does not run (restarted {times} times){said}", remedy=remedy, process=name
        )
    if report is None or report.pid != pid:
        return Trouble(problem=f"{name} is starting", remedy="wait a moment", process=name)
    if not report.fresh:
        return _silent(
            report, f"see whether process {pid} is stopped or held up; killed, it is started again"
        )
    return None


def _silent(report: Report, remedy: str) -> Trouble:
    name = "the supervisor" if report.name == NODE else report.name
    problem = f"{name} (process {report.pid}) has said nothing for {time.time() - report.at:.0f} s"
    return Trouble(problem=problem, remedy=remedy, process=report.name)


def living(node: Report, reports: Iterable[Report]) -> list[Report]:
    """The reports of workers, without those of processes that were replaced or have ended."""
    pids: Mapping[str, int | None] = node.details["processes"]
    return [
        each
        for each in reports
        if each.name != NODE and pids.get(each.name, each.pid) == each.pid and lives(each.pid)
    ]


def missing_places(directory: DataDirectory, alive: Iterable[Report]) -> dict[str, set[Place]]:
    """The partitions that no process here leads, answers or shows."""
    wanted = {(context, n) for context, count in directory.identity.partitions.items() for n in range(count)}
    alive = list(alive)
    return {part: wanted - {_place(each) for each in _details(alive, part)} for part in FOLLOWED}


def _details(alive: Iterable[Report], part: str) -> list[Mapping[str, Any]]:
    return [detail for report in alive for detail in report.details.get(part, ())]


def _place(detail: Mapping[str, Any]) -> Place:
    return detail["context"], detail["partition"]


async def _not_elsewhere(
    directory: DataDirectory, missing: Mapping[str, set[Place]], own: set[str]
) -> Mapping[str, set[Place]]:
    """What is missing without what workers on other machines hold, as far as Kafka tells."""
    left = {}
    for part, places in missing.items():
        topic_of = commands_topic if part == "leads" else journal_topic
        held: Mapping[tuple[str, int], str] = {}
        if places:
            try:
                held = await held_by_members(bootstrap_servers(directory), _GROUPS[part])
            except ExchangeError:
                held = {}
        # Of one's own the group may not know yet that they are gone.
        left[part] = {place for place in places if held.get((topic_of(place[0]), place[1]), "") in own | {""}}
    return left


def _unheld(directory: DataDirectory, missing: Mapping[str, set[Place]]) -> list[Trouble]:
    return [
        Trouble(
            problem=f"{context}/{number} {_MISSED[part]}",
            remedy="a worker takes it over by itself within seconds; if not, see the processes above and their logs in"
            f" {directory.logs}",
            context=context,
            partition=number,
        )
        for part, places in missing.items()
        for context, number in sorted(places)
    ]
