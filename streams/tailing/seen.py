"""What was seen in a topic, and whether it counts."""

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from exchange.kernel.bases import Command, CommandMeta, Recorded
from exchange.kernel.protocol import Claimed, Sealed
from streams.dataplane.layout import StreamRecord

Control: TypeAlias = Claimed | Sealed


class Given(NamedTuple):
    """A command as it lies in its topic."""

    meta: CommandMeta
    command: Command


class Unread(NamedTuple):
    """Bytes that say nothing here, or nothing that counts; `why` tells."""

    why: str


Said: TypeAlias = Recorded | Control | Given | StreamRecord | Unread


class Seen(NamedTuple):
    """One record. Shape: `ignored` tells why it does not count, empty where it does; `at` is microseconds."""

    topic: str
    partition: int
    offset: int
    at: int
    said: Said
    ignored: str = ""


Group: TypeAlias = Sequence[Seen]
"""Records that belong together: an outcome's facts; else one record."""
