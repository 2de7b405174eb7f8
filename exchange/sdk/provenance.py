"""Reading all journals for what they tell of runs, and sending that to lineage systems elsewhere."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import TypeAlias

from exchange.fence import load_rulesets, newest
from exchange.kernel.errors import Misuse
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.lineage import moment_of
from exchange.provenance import Known, Run, events_of, runs_of
from exchange.provenance.runs import CONTEXTS
from streams.client import Client
from streams.lineage_targets import Event, Target

Place: TypeAlias = tuple[str, int]
Reached: TypeAlias = Mapping[Place, int]
"""By context and partition the number of the last fact that was told of."""
LOOK_AGAIN_S = 1.0
"""How long following waits for what is new."""
_AT_ONCE = 200
"""Runs that are sent together, and counted as sent together."""


class Telling:
    """What the journals of an exchange tell of runs, read once and then from where that ended.

    Shape: runs of facts up to `after` were told before and are left out; their facts are read, since later ones build
    on them.
    """

    def __init__(self, client: Client, after: Reached | None = None) -> None:
        self._client = client
        self._after = dict(after or {})
        self._positions: dict[Place, JournalPosition] = {}
        self._known = Known(_mainland())
        self.reached: dict[Place, int] = dict(self._after)

    async def runs(self) -> AsyncGenerator[Run, None]:
        """Runs in all facts that came since the last time; the context that others build on is read first.

        Shape: a fact counts as reached once its runs were taken.
        """
        for context in CONTEXTS:
            for partition in range(self._client.partitions.get(context, 0)):
                async with aclosing(self._runs_of(context, partition)) as runs:
                    async for run in runs:
                        yield run

    async def _runs_of(self, context: str, partition: int) -> AsyncGenerator[Run, None]:
        place = (context, partition)
        start = self._positions.get(place, BEGINNING)
        async with aclosing(self._client.history(context, partition, start)) as outcomes:
            async for outcome, position in outcomes:
                for recorded in outcome:
                    runs = runs_of(self._known, context, partition, recorded)
                    if recorded.meta.seq > self._after.get(place, -1):
                        for run in runs:
                            yield run
                        self.reached[place] = recorded.meta.seq
                self._positions[place] = position


async def send(telling: Telling, target: Target) -> int:
    """Send events of all that is new; how many. Raises: as the target does; what was not sent is told again."""
    count = 0
    waiting: list[Event] = []
    async with aclosing(telling.runs()) as runs:
        async for run in runs:
            waiting += events_of(run)
            if len(waiting) >= _AT_ONCE:
                await asyncio.to_thread(target.send, waiting)
                count, waiting = count + len(waiting), []
    await asyncio.to_thread(target.send, waiting)
    return count + len(waiting)


def reached_of(position: str | None) -> Reached:
    """A position as questions name it: CONTEXT/PARTITION/SEQ with commas between. Raises: Misuse if it is none."""
    places = moment_of(position=position).places
    for context, _ in places:
        if context not in CONTEXTS:
            raise Misuse(f"{context} tells of no runs; {', '.join(CONTEXTS)} do")
    return places


def position_of(reached: Reached) -> str:
    """The position that `reached_of` reads."""
    return ",".join(f"{context}/{partition}/{seq}" for (context, partition), seq in sorted(reached.items()))


def _mainland() -> frozenset[str]:
    """Places whose personal data is domestic, by the newest ruleset."""
    return frozenset(newest(load_rulesets()).terms.places.mainland)
