"""Commands and facts: what was asked for, and what happened. Both are plain frozen values.

Values that never change form no cycles, so they are kept out of the garbage collector's sight (`gc=False`).
"""

from typing import Annotated, Any, NamedTuple, TypeAlias

import msgspec

from exchange.kernel.ids import Id
from exchange.kernel.time import Instant

Count = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
Text = Annotated[str, msgspec.Meta(max_length=2_000)]
Line = Annotated[str, msgspec.Meta(max_length=200)]
Names = Annotated[tuple[Line, ...], msgspec.Meta(max_length=100)]
Digest = Annotated[bytes, msgspec.Meta(max_length=64)]


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Something asked for, in the imperative."""


class Fact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Something that happened, in the past tense. History is never argued with."""


class Value(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A part of a command or a fact that has fields of its own."""


class Source(Value, frozen=True):
    """The fact a policy answered: which makes its command the same command however often it is sent."""

    topic: Line
    partition: Count
    seq: Count
    index: Count


class CommandMeta(Value, frozen=True):
    """Who asks, under which id, and until when the question stands.

    Shape: `valid_until` lies at most 7 days after the command is read; `source` is set by policies
    only; `signature` is reserved for the proof of who may speak for `actor`.
    """

    id: Id
    actor: Id
    valid_until: Instant
    source: Source | None = None
    signature: Digest | None = None


class FactMeta(Value, frozen=True):
    """Where a fact stands and what brought it about. Always the first field on the wire.

    Shape: `seq` is contiguous per partition from 0; `claim` is the offset of its writer's `Claimed`
    record; `cause` is the offset of the command; `index` of `last` is its place in the outcome.
    `content` (a digest of what was asked) and `source` stand on the first fact of an outcome only.
    """

    seq: Count
    claim: Count
    cause: Count
    index: Count
    last: Count
    command_id: Line
    actor: Line
    at: Instant
    content: Digest = b""
    source: Source | None = None


class Recorded(NamedTuple):
    """A fact together with its meta, as every reader of a journal sees it."""

    meta: FactMeta
    fact: Fact


Outcome: TypeAlias = tuple[Recorded, ...]
"""All facts of one command, in order; never empty."""


class Cause(msgspec.Struct, frozen=True, gc=False):
    """The command being decided: where it stands, who asks, and at what exchange time."""

    context: str
    partition: int
    offset: int
    actor: str
    command_id: str
    at: int


def type_name(message: Command | Fact | type[Any]) -> str:
    """The name of a command's or fact's type on every wire and page."""
    return message.__name__ if isinstance(message, type) else type(message).__name__
