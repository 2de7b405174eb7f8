"""What a context must bring: pure functions over one partition's state."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from exchange.kernel.bases import Cause, Command, Fact

S = TypeVar("S")

COMMANDS_PER_SECOND_MAX = 1_000
"""What one participant may ask of a partition within a second of exchange time, where its context says nothing else: a
partition decides some 25,000, so that whoever floods it leaves room for others."""


def nothing_to_watch(state: object, at: int) -> None:
    """For a context in which nothing has to be looked at while it changes."""


def everybody_is_bounded(state: object, actor: str) -> bool:
    """For a context that knows nobody who speaks for the exchange itself."""
    return False


def nothing_to_audit(state: object, facts: Sequence[Fact]) -> None:
    """For a context whose folds see everything that could be wrong."""


def all_of_it(state: object) -> object:
    """For a context whose whole state is written down."""
    return state


def nothing_to_restore(state: object) -> None:
    """For a context whose whole state is written down."""


@dataclass(frozen=True, slots=True)
class Decider(Generic[S]):
    """One context, as the functions that make it up.

    Shape: `decide` answers a command with at least one fact and changes nothing; `evolve(state, fact,
    at)` is the only hand on the state and holds no rule; `next_deadline` is the earliest instant at
    which something happens by itself, `expire` the facts of that one deadline, after which it is no
    longer there. The state is a `msgspec.Struct` of plain values, so that it can be written down and digested.
    A leader says `watch(state, at)` before it folds what it has decided, a deadline's facts or a command's, so that the
    folds note what they touch; once the outcome is folded, `audit(state, facts)` looks, at a small cost, whether it has
    left that as it must be.
    Whatever one participant asks beyond `commands_per_second_max` within a second of exchange time is not looked at,
    unless it is `unbounded(state, actor)`.
    `written(state)` is what is written down of a state: a state, too, without what the rest of it says already;
    `restored(state)` completes one that was read.
    """

    context: str
    commands: tuple[type[Command], ...]
    facts: tuple[type[Fact], ...]
    state: type[S]
    initial: Callable[[int], S]
    decide: Callable[[S, Command, Cause], Sequence[Fact]]
    evolve: Callable[[S, Fact, int], None]
    next_deadline: Callable[[S], int | None]
    expire: Callable[[S, Cause], Sequence[Fact]]
    commands_per_second_max: int = COMMANDS_PER_SECOND_MAX
    unbounded: Callable[[S, str], bool] = everybody_is_bounded
    watch: Callable[[S, int], None] = nothing_to_watch
    audit: Callable[[S, Sequence[Fact]], None] = nothing_to_audit
    written: Callable[[S], object] = all_of_it
    restored: Callable[[S], None] = nothing_to_restore


def no_deadline(state: object) -> int | None:
    """For a context in which nothing happens by itself."""
    return None


def nothing_expires(state: object, cause: Cause) -> Sequence[Fact]:
    """For a context in which nothing happens by itself."""
    return ()
