"""What a view is: tables, and pure functions from facts to changes of their rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Table

from exchange.kernel.bases import Fact, FactMeta, Outcome, Recorded
from exchange.kernel.errors import InvariantBroken
from exchange.kernel.protocol import FACTS as COMMON_FACTS
from exchange.store import Change


class Here(NamedTuple):
    """Where a fact stands."""

    context: str
    partition: int
    meta: FactMeta

    @property
    def at(self) -> int:
        """When it happened, in exchange time."""
        return self.meta.at

    @property
    def seq(self) -> int:
        """Its place in its partition."""
        return self.meta.seq


Handler: TypeAlias = Callable[[Here, Any], Iterable[Change]]

PERIOD = 10_000
"""Facts of a partition after which views sum up what came before: as many as lie between two seals."""

COMMON_IGNORED: frozenset[type[Fact]] = frozenset(COMMON_FACTS)
"""What a view ignores that shows only what the domain said yes to."""


@dataclass(frozen=True, slots=True)
class View:
    """One projection: what it reads, what it makes of it, and what it ignores on purpose.

    Shape: `at_period` is what it makes of every `PERIOD` facts of a partition, at the first one after them.
    """

    name: str
    contexts: tuple[str, ...]
    tables: tuple[Table, ...]
    handlers: Mapping[type[Fact], Handler]
    ignores: frozenset[type[Fact]] = COMMON_IGNORED
    at_period: Callable[[Here], Iterable[Change]] | None = None

    def project(self, context: str, partition: int, recorded: Recorded) -> Iterable[Change]:
        """What one fact changes in this view's tables. Pure.

        Raises: InvariantBroken if the view has never heard of this type of fact.
        """
        handler = self.handler(context, type(recorded.fact))
        return () if handler is None else handler(Here(context, partition, recorded.meta), recorded.fact)

    def handler(self, context: str, fact: type[Fact]) -> Handler | None:
        """What takes a type of fact of a context in; None if it is ignored on purpose.

        Raises: InvariantBroken if it is neither handled nor ignored.
        """
        if context not in self.contexts or fact in self.ignores:
            return None
        handler = self.handlers.get(fact)
        if handler is None:
            raise InvariantBroken(
                f"view {self.name} has never heard of {context}'s fact {fact.__name__}:"
                " it has to handle it or to ignore it on purpose"
            )
        return handler


def project_batch(
    views: Sequence[View], context: str, partition: int, outcomes: Iterable[Outcome]
) -> list[Change]:
    """What a run of whole outcomes changes in the tables of `views`, in order. Pure.

    Raises: InvariantBroken if a view has never heard of a type of fact.
    """
    known: dict[type[Fact], list[Handler]] = {}
    closing = [each.at_period for each in views if each.at_period and context in each.contexts]
    changes: list[Change] = []
    for outcome in outcomes:
        for meta, fact in outcome:
            handlers = known.get(type(fact))
            if handlers is None:
                found = (view.handler(context, type(fact)) for view in views)
                handlers = known[type(fact)] = [each for each in found if each is not None]
            here = Here(context, partition, meta)
            if closing and meta.seq % PERIOD == 0 and meta.seq:
                changes.extend(change for close in closing for change in close(here))
            for handler in handlers:
                changes.extend(handler(here, fact))
    return changes
