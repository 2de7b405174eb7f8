"""Which records somebody wants to see, and from where on."""

from collections.abc import Collection
from typing import NamedTuple

from exchange.kernel.bases import Recorded, type_name
from streams.dataplane.layout import StreamRecord
from streams.tailing.seen import Given, Group, Seen


class Start(NamedTuple):
    """From where on. Shape: at most one is set; `seq` counts facts, a stream's records, or a topic's offsets."""

    seq: int | None = None
    at: int | None = None
    at_end: bool = False


class Wanted(NamedTuple):
    """What is to be shown. Shape: an empty collection or text asks for nothing in particular."""

    start: Start = Start()
    types: Collection[str] = ()
    actors: Collection[str] = ()
    command_id: str = ""
    cause: int | None = None

    def of(self, group: Group) -> Group:
        """The part of a group that is wanted."""
        return [seen for seen in group if self._wants(seen)]

    def _wants(self, seen: Seen) -> bool:
        said = seen.said
        if self.start.at is not None and seen.at < self.start.at:
            return False
        if self.start.seq is not None and _number(seen) < self.start.seq:
            return False
        if self.types and _type(seen) not in self.types:
            return False
        if not isinstance(said, Recorded | Given):
            return not (self.actors or self.command_id or self.cause is not None)
        if self.actors and said.meta.actor not in self.actors:
            return False
        if isinstance(said, Given):
            return self.command_id in ("", said.meta.id) and self.cause in (None, seen.offset)
        return self.command_id in ("", said.meta.command_id) and self.cause in (None, said.meta.cause)


def _number(seen: Seen) -> int:
    if isinstance(seen.said, Recorded):
        return seen.said.meta.seq
    return seen.said.seq if isinstance(seen.said, StreamRecord) else seen.offset


def _type(seen: Seen) -> str:
    said = seen.said
    if isinstance(said, Recorded):
        return type_name(said.fact)
    return type_name(said.command) if isinstance(said, Given) else type(said).__name__
