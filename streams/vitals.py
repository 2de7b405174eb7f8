"""What a running worker knows of its own health: what it holds, how far each is behind, and whether it moves."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any

from aiokafka.errors import KafkaError

from streams.app import HostApp
from streams.health import FOLLOWED, Health, worker_health
from streams.host import TP
from streams.pace import Pace
from streams.topics import commands_topic, journal_topic
from streams.worker import Reporting

_LOOK_EVERY_S = 2.0
_ANSWER_S_MAX = 5.0


class Vitals:
    """Shape: `watch` looks until it is cancelled; `details` and `health` say what was seen last."""

    def __init__(self, name: str, app: HostApp, hosts: Sequence[Reporting]) -> None:
        self.name = name
        self.app = app
        self._hosts = hosts
        self._pace = Pace()
        self._ends: dict[TP, int] = {}
        self._seen_at = time.monotonic()

    @property
    def state(self) -> str:
        """`running` while it holds its partitions."""
        return "running" if self.app.partitions.generation.current else "joining"

    @property
    def unseen_s(self) -> float:
        """For how long Kafka has not said where the partitions end."""
        return time.monotonic() - self._seen_at

    async def watch(self) -> None:
        """Ask Kafka where the held partitions end, every two seconds."""
        while True:
            await self._look()
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _look(self) -> None:
        positions = {
            (part, context, number): (tp, position)
            for part, context, number, tp, position in self._positions()
        }
        try:
            if positions:
                async with asyncio.timeout(_ANSWER_S_MAX):
                    asked = {tp for tp, _ in positions.values()}
                    self._ends = dict(await self.app.consumer.highwaters(*asked))
            self._seen_at = time.monotonic()
        except (KafkaError, OSError, TimeoutError):
            pass  # `unseen_s` grows, and says so
        now_s = time.monotonic()
        self._pace.look(
            [(name, position, self._ends.get(tp, position)) for name, (tp, position) in positions.items()],
            now_s,
        )

    def _positions(self) -> list[tuple[str, str, int, TP, int]]:
        found = []
        for part, details in self._report().items():
            for each in details if part in FOLLOWED else ():
                context, number = each["context"], each["partition"]
                topic = commands_topic(context) if part == "leads" else journal_topic(context)
                position = each["next_command"] if part == "leads" else each["offset"]
                found.append((part, context, number, TP(topic, number), position))
        return found

    def _report(self) -> dict[str, Any]:
        return {key: value for host in self._hosts for key, value in host.report().items()}

    def details(self) -> Mapping[str, Any]:
        """What the hosts report, with how far each partition is behind and for how long it has not moved."""
        moving = self._pace.moving(time.monotonic())
        report = self._report()
        for part in report.keys() & FOLLOWED.keys():
            for each in report[part]:
                if (found := moving.get((part, each["context"], each["partition"]))) is not None:
                    each["behind"], each["stalled_s"] = found.behind, round(found.stalled_s, 1)
        return {**report, "unseen_s": round(self.unseen_s, 1)}

    def health(self) -> Health:
        """Whether this worker holds its partitions and moves on in each of them."""
        return worker_health(self.name, self.state, self.details())
