"""The commands and facts that every context has."""

from typing import Annotated

import msgspec

from exchange.kernel.bases import Command, Count, Digest, Fact, Line, Names, Text, Value
from exchange.kernel.ids import Id
from exchange.kernel.reasons import Why
from exchange.kernel.time import Instant


class Tick(Command, frozen=True):
    """Time has passed: apply the deadlines that have fallen due. Sent by a partition's leader."""


class ShiftClock(Command, frozen=True):
    """Move exchange time forward, in a data directory made for a demo or a test.

    Units: `by_us` is microseconds to add to every later command's time.
    """

    by_us: Annotated[int, msgspec.Meta(ge=1, le=100 * 366 * 86_400 * 1_000_000)]


class ClockShifted(Fact, frozen=True):
    """Exchange time runs `shift_us` microseconds ahead of the log's own time from here on."""

    shift_us: int


class Refused(Fact, frozen=True):
    """The domain said no, changing nothing.

    Shape: `reason` is one of the context's reasons, `subject` what it is about, `detail` the values
    that disagree and what to do next, `codes` the fence's reason codes where it was the fence.
    """

    command: Line
    reason: Line
    subject: Line
    detail: Text
    codes: Names = ()


class Repeated(Fact, frozen=True):
    """The same actor sent the same command again; its first answer begins at `first`."""

    first: Count


class InputUnreadable(Fact, frozen=True):
    """A record of the command topic that no known schema explains; it changed nothing.

    Units: `size_bytes` of the record's value; `digest` is its BLAKE2b-128.
    """

    reason: Line
    detail: Text
    size_bytes: Count
    digest: Digest


class PassedRun(Value, frozen=True):
    """Commands at offsets `first`..`last` that needed no fact of their own, all for one reason."""

    first: Count
    last: Count
    count: Count
    reason: Line


class Passed(Fact, frozen=True):
    """Noise that was counted, not copied: repeated policy commands, idle ticks, floods.

    Shape: runs in the order of their offsets; the sender of a command at such an offset learns the
    reason from here.
    """

    runs: Annotated[tuple[PassedRun, ...], msgspec.Meta(max_length=1_000)]


class Claimed(Fact, frozen=True):
    """A worker takes over this partition; its claim is the offset of this very record."""

    worker: Line
    engine_version: Count
    host: Line = ""
    claimed_at: Instant = 0


class Sealed(Fact, frozen=True):
    """Everything accepted so far, in one digest.

    Shape: written under `claim`; `seq` is that of the next fact; `digest` is BLAKE2b-256 over the
    previous seal's digest and every accepted value since.
    """

    claim: Count
    seq: Count
    digest: Digest


class ProtocolReason(Why):
    """Why any context may refuse."""

    COMMAND_EXPIRED = (
        "COMMAND_EXPIRED",
        "The command was valid until a moment that had passed when it was decided.",
        "Send it again, with a new id and a later `valid_until`.",
    )
    VALID_UNTIL_TOO_FAR = (
        "VALID_UNTIL_TOO_FAR",
        "The command would be valid for more than 7 days, longer than its id is sure to be remembered.",
        "Send it with an earlier `valid_until`.",
    )
    ID_TAKEN = (
        "ID_TAKEN",
        "The same sender used this id for another command.",
        "Choose a new id; the same id is only for the very same command.",
    )
    VALUE_OUT_OF_RANGE = (
        "VALUE_OUT_OF_RANGE",
        "A field holds a value that it may not have; the detail names field and bounds.",
        "Correct the field and send it again with a new id.",
    )
    DEADLINES_PENDING = (
        "DEADLINES_PENDING",
        "More deadlines had fallen due than one outcome holds, and they come first.",
        "Ask again with a new id; a moment later they are done.",
    )
    CLOCK_NOT_SHIFTABLE = (
        "CLOCK_NOT_SHIFTABLE",
        "The clock can be shifted only where the data directory was made for a demo or a test.",
        "Do it in such a directory; a durable node's time is the log's own.",
    )
    NOT_PERMITTED = (
        "NOT_PERMITTED",
        "Whoever asked may not ask this: it is for the exchange itself, or for another party to the purchase.",
        "Have it asked by those whom the detail names.",
    )


class PassReason(Why):
    """Why a command got no fact of its own."""

    POLICY_REPEAT = (
        "POLICY_REPEAT",
        "A policy sent again what had been answered, as it does after a restart.",
        "Nothing is to be done.",
    )
    NOTHING_DUE = (
        "NOTHING_DUE",
        "Time had passed, and no deadline was due.",
        "Nothing is to be done.",
    )
    MEMORY_FULL = (
        "MEMORY_FULL",
        "The sender has asked more within nine days than can be remembered against repeats.",
        "Ask less, under several participants, or in another market; nothing of it was decided.",
    )
    RATE_LIMITED = (
        "RATE_LIMITED",
        "The sender asked more within one second of exchange time than a participant may of that context; it was not"
        " looked at. docs/commands.md has the bounds.",
        "Ask again a second later; with the same id it is decided once, also if it was decided before.",
    )


class UnreadReason(Why):
    """Why a record of a command topic could not be read."""

    EMPTY = (
        "EMPTY",
        "The record has no value.",
        "Send a command; `exchange ask` writes one that can be read.",
    )
    OVERSIZED = (
        "OVERSIZED",
        "The record is larger than a command may be.",
        "Say it shorter; large content belongs into a stream, named here by its digest.",
    )
    UNREADABLE = (
        "UNREADABLE",
        "No schema that this version knows explains the bytes.",
        "Send commands through the SDK or the command line, or encode them with the schemas in avro/.",
    )


POLICY_ACTOR: Id = "exchange"
"""Who policies and leaders speak as."""

COMMANDS: tuple[type[Command], ...] = (Tick, ShiftClock)
FACTS: tuple[type[Fact], ...] = (Refused, Repeated, InputUnreadable, Passed, ClockShifted, Claimed, Sealed)
