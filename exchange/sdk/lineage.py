"""The door to the lineage: what was made from what, and who holds it."""

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from exchange.lineage import USUAL, Bounds, moment_of
from exchange.sdk.analyst import AtLeast, shown, wanted, within
from exchange.sdk.table import Table
from exchange.store import Store
from exchange.views.queries import ROWS_MAX, Rows
from exchange.views.queries.lineage_asked import (
    refuse_one,
    refuse_unclear,
    refuse_unknown,
    refuse_unknown_runs,
)
from streams.client import Client
from streams.deadline import DEADLINE_S, Deadline

if TYPE_CHECKING:
    from exchange.views.kept_lineage import KeptLineage


class Lineage:
    """Answers from a graph in memory, row for row what the named queries of the same names answer.

    Shape: the first question reads every edge of the tables, a later one what was added since: keep the door. Names
    are those of the table `lineage_edges`, of a field with `#` and its name. Steps stand nearest first; where more
    would follow than `depth` or `breadth` allow, a row of kind `cut` says how many things are left out. `until_at`
    (microseconds since the epoch) and `position` (CONTEXT/PARTITION/SEQ, several with commas between) ask as of then.
    Raises: Misuse for a name that no edge has, and for bounds that are none; Unavailable without a database, or where
    the deadline passes.
    """

    def __init__(self, client: Client, store: Store) -> None:
        self._client = client
        self._store = store

    @cached_property
    def _kept(self) -> "KeptLineage":
        from exchange.views.kept_lineage import KeptLineage

        return KeptLineage(self._store)

    async def ancestors(
        self,
        name: str,
        *,
        depth: int = USUAL.depth,
        breadth: int = USUAL.breadth,
        until_at: int | None = None,
        position: str | None = None,
        limit: int = ROWS_MAX,
        at_least: AtLeast = (),
        deadline_s: float = DEADLINE_S,
    ) -> Table:
        """What something was made from, nearest first."""
        asked = partial(self._kept.ancestors, name, Bounds(depth, breadth), moment_of(until_at, position))
        return await self._asked((name,), asked, limit, at_least, Deadline(deadline_s))

    async def descendants(
        self,
        name: str,
        *,
        depth: int = USUAL.depth,
        breadth: int = USUAL.breadth,
        until_at: int | None = None,
        position: str | None = None,
        limit: int = ROWS_MAX,
        at_least: AtLeast = (),
        deadline_s: float = DEADLINE_S,
    ) -> Table:
        """What was made from something, nearest first."""
        asked = partial(self._kept.descendants, name, Bounds(depth, breadth), moment_of(until_at, position))
        return await self._asked((name,), asked, limit, at_least, Deadline(deadline_s))

    async def impact(
        self,
        name: str,
        *,
        depth: int = USUAL.depth,
        breadth: int = USUAL.breadth,
        until_at: int | None = None,
        position: str | None = None,
        limit: int = ROWS_MAX,
        at_least: AtLeast = (),
        deadline_s: float = DEADLINE_S,
    ) -> Table:
        """Who holds anything made from something: each delivery and sample, its receipt, what was paid and invoiced."""
        asked = partial(self._kept.impact, name, Bounds(depth, breadth), moment_of(until_at, position))
        return await self._asked((name,), asked, limit, at_least, Deadline(deadline_s))

    async def path(
        self,
        downstream: str,
        upstream: str,
        *,
        depth: int = USUAL.depth,
        until_at: int | None = None,
        position: str | None = None,
        at_least: AtLeast = (),
        deadline_s: float = DEADLINE_S,
    ) -> Table:
        """A shortest way from something up to what it was made from; no rows if there is none in `depth` steps."""
        asked = partial(self._kept.path, downstream, upstream, depth, moment_of(until_at, position))
        refuse_one(downstream, upstream)
        return await self._asked((downstream, upstream), asked, ROWS_MAX, at_least, Deadline(deadline_s))

    async def taint(
        self,
        sources: Sequence[str],
        *,
        cleared: Sequence[str] = (),
        until_at: int | None = None,
        position: str | None = None,
        limit: int = ROWS_MAX,
        at_least: AtLeast = (),
        deadline_s: float = DEADLINE_S,
    ) -> Table:
        """Everything that carries what these sources carry; `cleared` are runs behind which that ends."""
        asked = partial(self._kept.taint, sources, cleared, moment_of(until_at, position))
        return await self._asked(sources, asked, limit, at_least, Deadline(deadline_s), cleared)

    async def _asked(
        self,
        names: Sequence[str],
        asked: Callable[[int], Rows],
        limit: int,
        at_least: AtLeast,
        deadline: Deadline,
        runs: Sequence[str] = (),
    ) -> Table:
        self._client.refuse_closed()
        await shown(self._store, wanted(at_least), deadline)
        return Table(*await within(self._store, deadline, _answered, names, runs, asked, limit))


def _answered(
    store: Store,
    names: Sequence[str],
    runs: Sequence[str],
    asked: Callable[[int], Rows],
    limit: int,
    timeout_s: int,
) -> Rows:
    refuse_unclear(names)
    refuse_unknown(store, names, timeout_s)
    refuse_unknown_runs(store, runs, timeout_s)
    return asked(timeout_s).first(limit)
