"""What a Faust app of ours hosts: the owner of partitions, and how long an assignment lasts.

Whoever decides, shows or passes on implements `PartitionHost` and is given to `streams.app.build_app`'s app with
`app.serve(host, {"market.commands": 4})`. Everything else here is the machinery behind that call.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from faust.types import TP, EventT

from streams.fetched import Record

__all__ = ["TP", "Event", "Generation", "PartitionHost", "Record", "Records"]

Event = EventT[Any]
Records = Sequence[Record]


class Generation:
    """One assignment of partitions to this process, until the next one.

    It ends the moment Kafka asks for the partitions back, before anybody is told: whoever works for long compares
    `current` after every pause and stops when it is false.

    Shape: `tps` of all hosts of the app. `number` grows with the assignments of this process; it is not Kafka's
    generation, which a restarted static member keeps.
    """

    __slots__ = ("_current", "number", "tps")

    def __init__(self, number: int, tps: frozenset[TP]) -> None:
        self.number = number
        self.tps = tps
        self._current = True

    @property
    def current(self) -> bool:
        """Whether these partitions are still ours, as far as this process knows."""
        return self._current

    def holds(self, tp: TP) -> bool:
        """Whether `tp` is ours and still is."""
        return self._current and tp in self.tps

    def end(self) -> None:
        """Say that the partitions were asked back. Only the host calls this."""
        self._current = False

    def __repr__(self) -> str:
        return f"Generation({self.number}, {len(self.tps)} partitions, {'current' if self._current else 'ended'})"


class PartitionHost(Protocol):
    """The owner of partitions: decides where reading starts, and gets everything read from there on.

    For each partition the calls come in this order: `take_over`, any number of `handle`, `let_go`, and again.
    Any exception out of any of them ends the app: nothing after the failure is handed on or acknowledged.
    """

    async def take_over(self, tps: frozenset[TP], generation: Generation) -> Mapping[TP, int]:
        """Become the owner of `tps`, and say which offset of each to read next.

        Called after every assignment, with all partitions of this host, also with those it held until a moment ago,
        and at times twice for one assignment: keep nothing from before, rebuild. Nothing is handed on meanwhile, in
        any topic of the app. It is cancelled when the generation ends; `let_go` follows even then.

        Shape: exactly the keys of `tps`; each offset between the partition's first and its end.
        """
        ...

    async def let_go(self, tps: frozenset[TP]) -> None:
        """Stop working on `tps`: they are being taken away, or the app stops, or it has failed.

        Nothing new is handed on; a `handle` of these partitions may still be running. Let it end if that is a matter
        of moments, and acknowledge what is durable by then, because the acknowledgements still count while the app
        stops. When this has returned, a `handle` that still runs gets a second, then it is cancelled. The group waits
        meanwhile: be quick.
        """
        ...

    async def handle(self, tp: TP, records: Records, event: Event) -> None:
        """Work on `records`, the next ones of `tp`, and call `event.ack()` once what follows from them is durable.

        One call at a time for all partitions of this host. The acknowledgement may come after this has returned, so
        that more than one batch is in flight; the committed offset never passes a batch that has none yet.

        It may be cancelled once `let_go` of its partition was called.

        Shape: at least one record, ascending, nothing left out since the last call; raw key, value and headers.
        """
        ...
