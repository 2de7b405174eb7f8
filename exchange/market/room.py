"""A room of the market: the commands, facts and deadlines of one way to trade, which the one decider puts together."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from exchange.kernel.bases import Cause, Command, Fact
from exchange.market.fencing import Rulesets
from exchange.market.state import Market

Answer: TypeAlias = Callable[[Market, Any, Cause, Rulesets], Sequence[Fact]]
"""What decides a command; it changes nothing."""
Fold: TypeAlias = Callable[[Market, Any, int], None]
"""What a fact changes, given when it happened; it holds no rule."""
Due: TypeAlias = Callable[[Market, str, Cause, Rulesets], Sequence[Fact]]
"""What a deadline brings, given its subject: facts whose folds settle or move it."""


class Room(NamedTuple):
    """One way to trade.

    Shape: `answers` has every command of `commands`, `folds` every fact of `facts`, `due` every kind of deadline that
    the folds put on the agenda.
    """

    commands: tuple[type[Command], ...]
    facts: tuple[type[Fact], ...]
    answers: Mapping[type[Command], Answer]
    folds: Mapping[type[Fact], Fold]
    due: Mapping[str, Due]
