"""What a partition remembers of the commands it has answered: order, exchange time, repeats, sources."""

from hashlib import blake2b

import msgspec

from exchange.kernel.bases import Command, CommandMeta, FactMeta, Recorded, Source, type_name
from exchange.kernel.protocol import POLICY_ACTOR, ClockShifted
from exchange.kernel.time import DAY, SECOND

VALID_AHEAD_MAX_US = 7 * DAY
REMEMBERED_PER_ACTOR_MAX = 250_000
_DAYS_KEPT = 9

_UNCOUNTED = ("", POLICY_ACTOR)
"""Who is behind records that nobody can read, and behind ticks."""

_pack = msgspec.msgpack.Encoder().encode


class Seen(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A client command that was answered: its outcome's first seq, and a digest of what was asked."""

    seq: int
    content: bytes


class Intake(msgspec.Struct):
    """One partition's memory of its commands, folded from the metas of its facts.

    Shape: `days` maps a UTC day to the commands first answered on it, by `actor` and id; `sources`
    maps a policy's journal partition to the last (seq, index) answered; `asked` counts what each actor was
    answered within the last `second` in which anything was.
    """

    partition: int
    next_seq: int = 0
    last_cause: int = -1
    last_at: int = 0
    shift_us: int = 0
    sources: dict[str, tuple[int, int]] = msgspec.field(default_factory=dict)
    days: dict[str, dict[str, Seen]] = msgspec.field(default_factory=dict)
    counts: dict[str, int] = msgspec.field(default_factory=dict)
    second: int = 0
    asked: dict[str, int] = msgspec.field(default_factory=dict)


def content_digest(command: Command) -> bytes:
    """BLAKE2b-128 of what is asked, without its meta: the same question has the same digest."""
    digest = _BEGUN[type(command)].copy()
    digest.update(_pack(command))
    return digest.digest()


class _Begun(dict[type[Command], blake2b]):
    """The digests of the commands' names, to go on from: one of its own would cost as much again."""

    def __missing__(self, command: type[Command]) -> blake2b:
        begun = self[command] = blake2b(type_name(command).encode() + b"\0", digest_size=16)
        return begun


_BEGUN = _Begun()


def seen(intake: Intake, meta: CommandMeta) -> Seen | None:
    """The earlier answer to this actor's command of this id, if there was one."""
    return _find(intake, _key(meta.actor, meta.id))


def new_key(intake: Intake, meta: CommandMeta, at: int, per_second_max: int) -> str | None:
    """What a command is remembered by; None if it was answered before, could not be remembered, or is one too many."""
    actor = meta.actor
    if memory_full(intake, actor) or asked_within(intake, actor, at) >= per_second_max:
        return None
    key = _key(actor, meta.id)
    for commands in intake.days.values():
        if key in commands:
            return None
    return key


def memory_full(intake: Intake, actor: str) -> bool:
    """Whether another command of this actor could not be remembered long enough."""
    return intake.counts.get(actor, 0) >= REMEMBERED_PER_ACTOR_MAX


def asked_within(intake: Intake, actor: str, at: int) -> int:
    """How many commands of an actor were answered within the second of `at`."""
    return intake.asked.get(actor, 0) if at // SECOND == intake.second else 0


def answered(intake: Intake, source: Source) -> bool:
    """Whether a policy's command from this place was answered before."""
    last = intake.sources.get(_place(source))
    return last is not None and (source.seq, source.index) <= last


def remember(intake: Intake, recorded: Recorded) -> None:
    """Fold the meta of one fact."""
    meta, fact = recorded
    intake.next_seq = meta.seq + 1
    intake.last_cause = meta.cause
    if meta.at > intake.last_at:
        intake.last_at = meta.at
    if type(fact) is ClockShifted:
        intake.shift_us = fact.shift_us
    if meta.index > 0:
        return
    if meta.source is not None:
        intake.sources[_place(meta.source)] = (meta.source.seq, meta.source.index)
        return
    if meta.content or meta.actor not in _UNCOUNTED:
        _count(intake, meta.actor, meta.at)
    if meta.content:
        _remember_command(intake, meta)


def remember_new(intake: Intake, key: str, meta: FactMeta) -> None:
    """Fold the metas of a whole outcome, given its first one and the `new_key` of its command."""
    intake.next_seq = meta.seq + meta.last + 1
    intake.last_cause = meta.cause
    intake.last_at = meta.at
    _count(intake, meta.actor, meta.at)
    _keep(intake, key, meta)


def _count(intake: Intake, actor: str, at: int) -> None:
    second, asked = at // SECOND, intake.asked
    if second != intake.second:
        intake.second = second
        asked = intake.asked = {}
    asked[actor] = asked.get(actor, 0) + 1


def _remember_command(intake: Intake, meta: FactMeta) -> None:
    key = _key(meta.actor, meta.command_id)
    if _find(intake, key) is None:
        _keep(intake, key, meta)


def _keep(intake: Intake, key: str, meta: FactMeta) -> None:
    counts, actor = intake.counts, meta.actor
    commands = intake.days.get(str(meta.at // DAY))
    if commands is None:
        commands = _new_day(intake, meta.at // DAY)
    commands[key] = Seen(meta.seq, meta.content)
    counts[actor] = counts.get(actor, 0) + 1


def _new_day(intake: Intake, number: int) -> dict[str, Seen]:
    commands = intake.days[str(number)] = dict[str, Seen]()
    for old in [kept for kept in intake.days if int(kept) <= number - _DAYS_KEPT]:
        _forget_day(intake, old)
    return commands


def _forget_day(intake: Intake, day: str) -> None:
    for key in intake.days.pop(day):
        actor = key.partition("\0")[0]
        intake.counts[actor] -= 1
        if not intake.counts[actor]:
            del intake.counts[actor]


def _find(intake: Intake, key: str) -> Seen | None:
    for commands in intake.days.values():
        if (found := commands.get(key)) is not None:
            return found
    return None


def _key(actor: str, command_id: str) -> str:
    return f"{actor}\0{command_id}"


def _place(source: Source) -> str:
    return f"{source.topic}/{source.partition}"
