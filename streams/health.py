"""What is wrong with a process or a node, which part of it, and what to do: the answer to /health and /ready."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

STALLED_S_MAX = 10.0
"""Behind and not moving for longer than this is standing still."""
UNSEEN_S_MAX = 15.0
"""Longer than this without Kafka's word on where its partitions end is being blind."""


class Trouble(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that is wrong. Shape: `process`, `context`, `partition` where it is about one."""

    problem: str
    remedy: str
    process: str = ""
    context: str = ""
    partition: int | None = None


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """Shape: `healthy` is that nothing needs a person; `ready` that all of it works this moment.

    What is just starting or being stopped in order is healthy and not ready.
    """

    name: str
    state: str
    healthy: bool
    ready: bool
    troubles: Sequence[Trouble]


class Followed(NamedTuple):
    """Something of a partition that must move on: what is done, to what, and why it may not move."""

    does: str
    what: str
    remedy: str


FOLLOWED = {
    "leads": Followed(
        "decides",
        "commands",
        "see that Kafka takes appends (its log, its disk), then the worker's log",
    ),
    "policies": Followed(
        "is answered by policies",
        "journal records",
        "see the worker's log; the database keeps the policies' positions and has to answer",
    ),
    "projections": Followed(
        "is projected",
        "journal records",
        "see the worker's log; the database has to answer and to have room",
    ),
}
"""By the part of a worker's report that tells of it."""


def worker_health(name: str, state: str, details: Mapping[str, Any]) -> Health:
    """The health of a worker by what it says of itself."""
    troubles = worker_troubles(name, details)
    return Health(
        name=name,
        state=state,
        healthy=not troubles,
        ready=not troubles and state == "running",
        troubles=troubles,
    )


def worker_troubles(name: str, details: Mapping[str, Any]) -> list[Trouble]:
    """What a worker's report says is wrong."""
    troubles = []
    unseen_s = details.get("unseen_s", 0.0)
    if unseen_s > UNSEEN_S_MAX:
        problem = f"Kafka has not told {name} for {unseen_s:.0f} s where its partitions end"
        remedy = "see that Kafka runs and can be reached from here; nothing is lost meanwhile"
        troubles.append(Trouble(problem=problem, remedy=remedy, process=name))
    for part in FOLLOWED:
        for each in details.get(part, ()):
            behind, stalled_s = each.get("behind", 0), each.get("stalled_s", 0.0)
            found = _stalled(name, part, each["context"], each["partition"], behind, stalled_s)
            if found is not None:
                troubles.append(found)
    return troubles


def _stalled(
    process: str, part: str, context: str, partition: int, behind: int, stalled_s: float
) -> Trouble | None:
    """The trouble with something that stands still, if it does."""
    if stalled_s <= STALLED_S_MAX:
        return None
    followed = FOLLOWED[part]
    return Trouble(
        problem=f"{context}/{partition} stands still: nothing {followed.does} for {stalled_s:.0f} s,"
        f" {behind} {followed.what} behind",
        remedy=followed.remedy,
        process=process,
        context=context,
        partition=partition,
    )
