"""A room of the settlement: the commands, facts and deadlines of one matter, which the one decider puts together."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from exchange.kernel.bases import Cause, Command, Fact
from exchange.settlement.state import Settlement

Answer: TypeAlias = Callable[[Settlement, Any, Cause], Sequence[Fact]]
"""What decides a command; it changes nothing."""
Fold: TypeAlias = Callable[[Settlement, Any, int], None]
"""What a fact changes, given when it happened; it holds no rule."""
Due: TypeAlias = Callable[[Settlement, str, Cause], Sequence[Fact]]
"""What a deadline brings, given its subject: facts whose folds settle or move it."""


class Room(NamedTuple):
    """One matter.

    Shape: `answers` has every command of `commands`, `folds` every fact of `facts`, `due` every kind of deadline that
    the folds put on the agenda.
    """

    commands: tuple[type[Command], ...]
    facts: tuple[type[Fact], ...]
    answers: Mapping[type[Command], Answer]
    folds: Mapping[type[Fact], Fold]
    due: Mapping[str, Due]
