"""One partition of a context: a decider, its state, and the intake around it. Pure; knows no Kafka."""

from collections.abc import Callable, Sequence
from functools import partial
from hashlib import blake2b
from typing import Generic, NamedTuple, TypeAlias, TypeVar

import msgspec

from exchange.kernel.bases import (
    Cause,
    Command,
    CommandMeta,
    Fact,
    FactMeta,
    Outcome,
    Recorded,
    Source,
    type_name,
)
from exchange.kernel.decider import Decider
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.intake import (
    VALID_AHEAD_MAX_US,
    Intake,
    Seen,
    answered,
    asked_within,
    content_digest,
    memory_full,
    new_key,
    remember,
    remember_new,
    seen,
)
from exchange.kernel.protocol import COMMANDS as COMMON_COMMANDS
from exchange.kernel.protocol import FACTS as COMMON_FACTS
from exchange.kernel.protocol import (
    POLICY_ACTOR,
    ClockShifted,
    InputUnreadable,
    Passed,
    PassedRun,
    PassReason,
    ProtocolReason,
    Refused,
    Repeated,
    ShiftClock,
    Tick,
)
from exchange.kernel.time import DAY, iso

S = TypeVar("S")

DEADLINE_FACTS_MAX = 200
"""Facts of deadlines in one outcome; what is due beyond them waits for the next one."""
DEADLINE_BYTES_MAX = 64 * 1024
"""What these facts may weigh before no further deadline is applied: an outcome has to stay below 256 KiB."""
SHIFT_US_MAX = 1_000 * 366 * DAY
"""How far `ShiftClock` may bring exchange time ahead: far from where instants end."""
PASSED_RUNS_MAX = 1_000
"""Runs of noise in one fact."""

_pack = msgspec.msgpack.Encoder(order="deterministic").encode
_COMMON = frozenset(COMMON_FACTS)
_PROTOCOL = frozenset(COMMON_COMMANDS)


class Asked(NamedTuple):
    """A command that could be read."""

    meta: CommandMeta
    command: Command


class Invalid(NamedTuple):
    """A command whose meta could be read, but one of whose values is out of range."""

    meta: CommandMeta
    command: str
    detail: str
    content: bytes


class Unread(NamedTuple):
    """A record that could not be read."""

    reason: str
    detail: str
    size_bytes: int
    digest: bytes


Input: TypeAlias = Asked | Invalid | Unread


_recorded: Callable[[tuple[FactMeta, Fact]], Recorded] = partial(tuple.__new__, Recorded)
"""A named tuple by its own way would cost a call."""


class _Head(msgspec.Struct, frozen=True):
    """What the facts of one outcome have in common."""

    actor: str
    command_id: str
    content: bytes
    source: Source | None


class Partition(Generic[S]):
    """A context's state in one partition, and the only way to ask and to change it.

    Shape: `answer` decides one command and folds what it decided; `fold` takes a fact from the journal.
    Commands that need no outcome of their own are counted until the next one, or until `drain`.
    Units: `shift_us` is the data directory's clock shift, added to the log's time.
    """

    def __init__(
        self, decider: Decider[S], number: int, *, shift_us: int = 0, clock_shiftable: bool = False
    ) -> None:
        self.decider = decider
        self.intake = Intake(partition=number)
        self.state: S = decider.initial(number)
        self._shift_us = shift_us
        self._clock_shiftable = clock_shiftable
        self._noise: list[PassedRun] = []

    def fold(self, recorded: Recorded) -> None:
        """Take one accepted fact.

        Raises: InvariantBroken if it is not the next one.
        """
        if recorded.meta.seq != self.intake.next_seq:
            raise InvariantBroken(
                f"{self.decider.context}/{self.intake.partition}: fact {recorded.meta.seq} came where"
                f" {self.intake.next_seq} was due"
            )
        remember(self.intake, recorded)
        if type(recorded.fact) not in _COMMON:
            self.decider.evolve(self.state, recorded.fact, recorded.meta.at)

    def fold_whole(self, meta: FactMeta, facts: Sequence[Fact]) -> None:
        """Take all facts of one accepted outcome, given the meta of the first one. Raises: as `fold`."""
        self.fold(Recorded(meta, facts[0]))
        if len(facts) > 1:
            evolve, state, at = self.decider.evolve, self.state, meta.at
            self.intake.next_seq = meta.seq + len(facts)
            for fact in facts[1:]:
                if type(fact) not in _COMMON:
                    evolve(state, fact, at)
                elif type(fact) is ClockShifted:
                    self.intake.shift_us = fact.shift_us

    def exchange_time(self, log_time_us: int) -> int:
        """The time of a command whose record was appended at `log_time_us`."""
        return max(self.intake.last_at, log_time_us + self._shift_us + self.intake.shift_us)

    def next_deadline(self) -> int | None:
        """The earliest exchange time at which something happens by itself."""
        return self.decider.next_deadline(self.state)

    def answer(self, offset: int, log_time_us: int, asked: Input, claim: int) -> tuple[Outcome, ...]:
        """Decide one command, deadlines first, and fold its facts.

        Shape: the outcome of the command at `offset`, after that of the noise before it if there was
        any; nothing where the command is noise itself.
        """
        if type(asked) is Asked and not self._noise:
            plainly = self._answer_plainly(offset, log_time_us, asked.meta, asked.command, claim)
            if plainly is not None:
                return (plainly,)
        return self.answer_in_steps(offset, log_time_us, asked, claim)

    def _answer_plainly(
        self, offset: int, log_time_us: int, meta: CommandMeta, command: Command, claim: int
    ) -> Outcome | None:
        """What most commands are: new, in time, of a participant, with no deadline before them. None for all others.

        Shape: the outcome and the state are those of `answer_in_steps` (tests/properties/test_answer_twins.py).
        """
        intake, state, decider = self.intake, self.state, self.decider
        at, last_at = log_time_us + self._shift_us + intake.shift_us, intake.last_at
        if at < last_at:
            at = last_at
        actor = meta.actor
        if (
            meta.source is not None
            or not at <= meta.valid_until <= at + VALID_AHEAD_MAX_US
            or actor == POLICY_ACTOR
            or type(command) in _PROTOCOL
            or (key := new_key(intake, meta, at, decider.commands_per_second_max)) is None
        ):
            return None
        due = decider.next_deadline(state)
        if due is not None and due <= at:
            return None
        content = content_digest(command)
        decided = decider.decide(
            state, command, Cause(decider.context, intake.partition, offset, actor, meta.id, at)
        )
        last, seq, command_id = len(decided) - 1, intake.next_seq, meta.id
        outcome: list[Recorded] = []
        for index, fact in enumerate(decided):
            its_meta = FactMeta(
                seq=seq + index,
                claim=claim,
                cause=offset,
                index=index,
                last=last,
                command_id=command_id,
                actor=actor,
                at=at,
                content=content,
            )
            outcome.append(_recorded((its_meta, fact)))
            content = b""
        remember_new(intake, key, outcome[0].meta)
        decider.watch(state, at)
        evolve = decider.evolve
        for fact in decided:
            if type(fact) not in _COMMON:
                evolve(state, fact, at)
        decider.audit(state, decided)
        return tuple(outcome)

    def answer_in_steps(self, offset: int, log_time_us: int, asked: Input, claim: int) -> tuple[Outcome, ...]:
        """As `answer`, for every kind of input."""
        cause, head = self._heading(offset, log_time_us, asked)
        if (reason := self._passes(asked, cause)) is not None:
            self._count(offset, reason)
            return self.drain(claim) if len(self._noise) >= PASSED_RUNS_MAX else ()
        noise = self.drain(claim)
        # Looked up now: the first fact of this outcome, a deadline's perhaps, makes the command known.
        first = None if isinstance(asked, Unread) else seen(self.intake, asked.meta)
        facts: list[Recorded] = []
        pending = self._expire(cause, head, claim, facts)
        decided = () if _ticks(asked) else self._decide(asked, cause, head.content, first, pending)
        last = len(facts) + len(decided) - 1
        self.decider.watch(self.state, cause.at)
        for fact in decided:
            facts.append(self._take(fact, cause, head, claim, len(facts), last))
        self.decider.audit(self.state, [recorded.fact for recorded in facts])
        return (*noise, _closed(facts, last))

    def drain(self, claim: int) -> tuple[Outcome, ...]:
        """The one fact that covers the noise counted since the last outcome, and fold it."""
        if not self._noise:
            return ()
        runs, self._noise = tuple(self._noise), []
        cause = Cause(self.decider.context, self.intake.partition, runs[-1].last, "", "", self.intake.last_at)
        return ((self._take(Passed(runs=runs), cause, _Head("", "", b"", None), claim, 0, 0),),)

    def _count(self, offset: int, reason: PassReason) -> None:
        last = self._noise[-1] if self._noise else None
        if last is not None and last.reason == reason and last.last == offset - 1:
            self._noise[-1] = PassedRun(first=last.first, last=offset, count=last.count + 1, reason=reason)
        else:
            self._noise.append(PassedRun(first=offset, last=offset, count=1, reason=reason))

    def _heading(self, offset: int, log_time_us: int, asked: Input) -> tuple[Cause, _Head]:
        if isinstance(asked, Unread):
            head = _Head("", "", b"", None)
        elif isinstance(asked, Invalid):
            head = _Head(asked.meta.actor, asked.meta.id, asked.content, _trusted_source(asked.meta))
        else:
            remembered = asked.meta.source is None and type(asked.command) is not Tick
            content = content_digest(asked.command) if remembered else b""
            head = _Head(asked.meta.actor, asked.meta.id, content, _trusted_source(asked.meta))
        at = self.exchange_time(log_time_us)
        cause = Cause(self.decider.context, self.intake.partition, offset, head.actor, head.command_id, at)
        return cause, head

    def _passes(self, asked: Input, cause: Cause) -> PassReason | None:
        if isinstance(asked, Unread):
            return None
        meta = asked.meta
        if _ticks(asked):
            due = self.next_deadline()
            return PassReason.NOTHING_DUE if due is None or due > cause.at else None
        if meta.source is not None:
            trusted = meta.actor == POLICY_ACTOR
            if trusted:
                return PassReason.POLICY_REPEAT if answered(self.intake, meta.source) else None
        if self._beyond_its_rate(meta.actor, cause.at):
            return PassReason.RATE_LIMITED
        if memory_full(self.intake, meta.actor) and seen(self.intake, meta) is None:
            return PassReason.MEMORY_FULL
        return None

    def _beyond_its_rate(self, actor: str, at: int) -> bool:
        decider = self.decider
        asked = asked_within(self.intake, actor, at)
        return asked >= decider.commands_per_second_max and not decider.unbounded(self.state, actor)

    def _expire(self, cause: Cause, head: _Head, claim: int, facts: list[Recorded]) -> bool:
        """Apply what is due; say whether more is due than fits one outcome."""
        weight = 0
        while (due := self.next_deadline()) is not None and due <= cause.at:
            if len(facts) >= DEADLINE_FACTS_MAX or weight >= DEADLINE_BYTES_MAX:
                return True
            before = len(facts)
            expired = self.decider.expire(self.state, cause)
            self.decider.watch(self.state, cause.at)
            for fact in expired:
                facts.append(self._take(fact, cause, head, claim, len(facts), len(facts)))
            if len(facts) == before:
                raise InvariantBroken(
                    f"{self.decider.context}/{self.intake.partition}: a deadline at {iso(due)} brought no fact"
                )
            weight += sum(len(_pack(fact)) for _, fact in facts[before:])
        return False

    def _decide(
        self, asked: Input, cause: Cause, content: bytes, first: Seen | None, pending: bool
    ) -> Sequence[Fact]:
        if isinstance(asked, Unread):
            return (
                InputUnreadable(
                    reason=asked.reason, detail=asked.detail, size_bytes=asked.size_bytes, digest=asked.digest
                ),
            )
        if isinstance(asked, Invalid):
            return self._screened(asked.meta, asked.command, content, cause, first, pending) or (
                _refused(asked.command, ProtocolReason.VALUE_OUT_OF_RANGE, asked.command, asked.detail),
            )
        name = type_name(asked.command)
        if asked.meta.source is not None:
            if asked.meta.actor != POLICY_ACTOR:
                detail = f"only policies name a source; actor {asked.meta.actor} is none. Send it without one"
                return (_refused(name, ProtocolReason.NOT_PERMITTED, asked.meta.actor, detail),)
        elif screened := self._screened(asked.meta, name, content, cause, first, pending):
            return screened
        if type(asked.command) is ShiftClock:
            return self._shift(asked.command)
        return self.decider.decide(self.state, asked.command, cause)

    def _screened(
        self,
        meta: CommandMeta,
        name: str,
        content: bytes,
        cause: Cause,
        first: Seen | None,
        pending: bool,
    ) -> Sequence[Fact]:
        """The answer to a client's command that never reaches the context, if that is its answer."""
        if first is not None:
            if first.content == content:
                return (Repeated(first=first.seq),)
            detail = f"id {meta.id} was used for another command (fact {first.seq}); choose a new id"
            return (_refused(name, ProtocolReason.ID_TAKEN, meta.id, detail),)
        if meta.actor == POLICY_ACTOR:
            detail = f"actor {POLICY_ACTOR} is the exchange itself; speak as a participant"
            return (_refused(name, ProtocolReason.NOT_PERMITTED, meta.actor, detail),)
        if meta.valid_until < cause.at:
            detail = f"valid until {iso(meta.valid_until)}, now {iso(cause.at)}; send it again with a new id"
            return (_refused(name, ProtocolReason.COMMAND_EXPIRED, meta.id, detail),)
        if meta.valid_until > cause.at + VALID_AHEAD_MAX_US:
            detail = f"valid until {iso(meta.valid_until)}, at most 7 days after {iso(cause.at)}"
            return (_refused(name, ProtocolReason.VALID_UNTIL_TOO_FAR, meta.id, detail),)
        if pending:
            detail = "more deadlines have fallen due than one outcome holds; ask again with a new id"
            return (_refused(name, ProtocolReason.DEADLINES_PENDING, meta.id, detail),)
        return ()

    def _shift(self, command: ShiftClock) -> Sequence[Fact]:
        if not self._clock_shiftable:
            detail = "this data directory was not created for a demo or a test; its clock cannot be shifted"
            return (_refused("ShiftClock", ProtocolReason.CLOCK_NOT_SHIFTABLE, "clock", detail),)
        if self.intake.shift_us + command.by_us > SHIFT_US_MAX:
            detail = (
                f"the clock is {self.intake.shift_us} µs ahead already; at most {SHIFT_US_MAX} are possible"
            )
            return (_refused("ShiftClock", ProtocolReason.VALUE_OUT_OF_RANGE, "clock", detail),)
        return (ClockShifted(shift_us=self.intake.shift_us + command.by_us),)

    def _take(self, fact: Fact, cause: Cause, head: _Head, claim: int, index: int, last: int) -> Recorded:
        meta = FactMeta(
            seq=self.intake.next_seq,
            claim=claim,
            cause=cause.offset,
            index=index,
            last=last,
            command_id=head.command_id,
            actor=head.actor,
            at=cause.at,
            content=head.content if index == 0 else b"",
            source=head.source if index == 0 else None,
        )
        recorded = Recorded(meta, fact)
        self.fold(recorded)
        return recorded

    def written_down(self) -> bytes:
        """The whole state as bytes: equal states give equal bytes."""
        return _pack((self.intake, self.decider.written(self.state)))

    def load(self, written: bytes, next_seq: int) -> None:
        """Take over a state that was written down before fact `next_seq`; all of it or nothing.

        Raises: InvariantBroken if the bytes do not give the same bytes again, or stand elsewhere.
        """
        intake, raw = msgspec.msgpack.decode(written, type=tuple[Intake, msgspec.Raw])
        state = msgspec.msgpack.decode(raw, type=self.decider.state)
        if _pack((intake, self.decider.written(state))) != written or intake.next_seq != next_seq:
            raise InvariantBroken(
                f"a snapshot of {self.decider.context} does not read back as it was written"
            )
        self.decider.restored(state)
        self.intake, self.state = intake, state


def state_digest(written: bytes) -> bytes:
    """BLAKE2b-256 of a state that was written down."""
    return blake2b(written, digest_size=32).digest()


def _closed(facts: Sequence[Recorded], last: int) -> Outcome:
    """Tell every fact of an outcome which is the last: a deadline's was taken before that was known."""
    return tuple(
        recorded
        if recorded.meta.last == last
        else Recorded(msgspec.structs.replace(recorded.meta, last=last), recorded.fact)
        for recorded in facts
    )


def _ticks(asked: Input) -> bool:
    return type(asked) is Asked and type(asked.command) is Tick


def _trusted_source(meta: CommandMeta) -> Source | None:
    """The source that counts as answered by an outcome: one that a client made up silences no policy."""
    return meta.source if meta.actor == POLICY_ACTOR else None


def _refused(command: str, reason: str, subject: str, detail: str) -> Refused:
    return Refused(command=command[:200], reason=reason, subject=subject[:200], detail=detail[:2_000])
