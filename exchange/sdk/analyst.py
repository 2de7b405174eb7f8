"""The analyst's door: SQL and named queries over the projections."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from exchange.kernel.errors import Unavailable
from exchange.store import VIEWS_READER, Store, read_position
from exchange.views.queries import QUERIES, ROWS_MAX, NamedQuery, Rows, run_query, run_sql
from streams.client import Client
from streams.topics import journal_topic

_LOOK_EVERY_S = 0.02


class Analyst:
    """Asks the projections, in threads, so that nothing else waits.

    Shape: rows are what the journals said up to a moment ago; `up_to_date` waits for what has happened by
    now. Raises: Misuse for wrong SQL, an unknown query or a wrong parameter; Unavailable without a database.
    """

    def __init__(self, client: Client, store: Store) -> None:
        self._client = client
        self._store = store

    @property
    def queries(self) -> Mapping[str, NamedQuery]:
        """The named queries: what each answers, and its parameters."""
        return QUERIES

    async def sql(self, text: str, limit: int = ROWS_MAX) -> Rows:
        """Run one SELECT of one's own."""
        return await asyncio.to_thread(run_sql, self._store, text, limit)

    async def query(self, name: str, /, *, limit: int = ROWS_MAX, **parameters: Any) -> Rows:
        """Ask a named query, such as `query("lineage", name="…", direction="up")`."""
        return await asyncio.to_thread(run_query, self._store, name, parameters, limit)

    async def up_to_date(self, deadline_s: float = 60.0) -> None:
        """Wait until the projections show everything that lies in the journals now.

        Raises: Unavailable if they do not within the deadline.
        """
        wanted = {
            (context, number): await self._client.next_seq(context, number)
            for context, count in self._client.partitions.items()
            for number in range(count)
        }
        begun = time.monotonic()
        while behind := await asyncio.to_thread(self._behind, wanted):
            if time.monotonic() - begun > deadline_s:
                raise Unavailable(
                    f"the projections do not yet show {', '.join(behind)} after {deadline_s:.0f} s;"
                    " see whether their worker runs, then ask again"
                )
            await asyncio.sleep(_LOOK_EVERY_S)

    def _behind(self, wanted: Mapping[tuple[str, int], int]) -> list[str]:
        """The journal partitions whose facts are not all shown."""
        behind = []
        for (context, number), seq in wanted.items():
            shown = read_position(self._store, VIEWS_READER, journal_topic(context), number)
            if seq > (shown.seq if shown is not None else 0):
                behind.append(f"{context}/{number}")
        return behind
