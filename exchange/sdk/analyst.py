"""The analyst's door: SQL and named queries over the projections."""

import asyncio
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias, TypeVar

from exchange.invoicing.numbered import document_from
from exchange.invoicing.values import Invoice
from exchange.kernel.errors import Misuse, Unavailable
from exchange.sdk.table import Table
from exchange.store import VIEWS_READER, Store, positions
from exchange.views.queries import QUERIES, ROWS_MAX, NamedQuery, run_query, run_sql
from streams.answers import AnswerPosition
from streams.client import Client
from streams.deadline import DEADLINE_S, Deadline
from streams.topics import journal_topic

T = TypeVar("T")

AtLeast: TypeAlias = AnswerPosition | Iterable[AnswerPosition]
"""An outcome's position, or several: a door's `positions` are all that was decided through it."""

Needed: TypeAlias = Mapping[tuple[str, int], int]
"""By journal topic and partition: the fact before which everything has to be shown."""

_LOOK_EVERY_S = 0.02
_TIMEOUT_S_MAX = 86_400


class Analyst:
    """Asks the projections, in threads, so that nothing else waits.

    Shape: rows are what the journals said up to a moment ago; `at_least` waits until they show an outcome,
    `up_to_date` until they show what has happened by now.
    Raises: Misuse for wrong SQL, an unknown query or a wrong parameter; Unavailable without a database, or
    where the deadline passes, saying how far the tables are.
    """

    def __init__(self, client: Client, store: Store) -> None:
        self._client = client
        self._store = store

    @property
    def queries(self) -> Mapping[str, NamedQuery]:
        """The named queries: what each answers, and its parameters."""
        return QUERIES

    async def sql(
        self,
        text: str,
        limit: int = ROWS_MAX,
        *,
        at_least: AtLeast = (),
        deadline_s: float = DEADLINE_S,
    ) -> Table:
        """Run one SELECT of one's own."""
        deadline = Deadline(deadline_s)
        await self._shown(wanted(at_least), deadline)
        return Table(*await self._asked(deadline, run_sql, text, limit))

    async def query(
        self,
        name: str,
        /,
        *,
        limit: int = ROWS_MAX,
        at_least: AtLeast = (),
        deadline_s: float = DEADLINE_S,
        **parameters: Any,
    ) -> Table:
        """Ask a named query, such as `query("trades", instrument="…")`."""
        deadline = Deadline(deadline_s)
        await self._shown(wanted(at_least), deadline)
        return Table(*await self._asked(deadline, run_query, name, parameters, limit))

    async def invoice(
        self, number: str, *, at_least: AtLeast = (), deadline_s: float = DEADLINE_S
    ) -> Invoice:
        """What an invoice or a credit note says, for `exchange.invoicing` to write as UBL, HTML or PDF.

        Raises: Misuse if there is none of that number; InvoiceWrong if it is not known where a party is.
        """
        rows = (
            await self.query("invoice_document", number=number, at_least=at_least, deadline_s=deadline_s)
        ).rows
        if not rows:
            raise Misuse(
                f"the tables have no invoice {number}; `exchange invoice list` shows those there are"
            )
        return document_from(rows[0][1])

    async def up_to_date(self, *, deadline_s: float = DEADLINE_S) -> None:
        """Wait until the projections show everything that lies in the journals now."""
        deadline = Deadline(deadline_s)
        places = [(c, n) for c, count in self._client.partitions.items() for n in range(count)]
        ends = await asyncio.gather(*(self._client.next_seq(*place, deadline) for place in places))
        wanted = {(journal_topic(c), n): end for (c, n), end in zip(places, ends, strict=True)}
        await self._shown(wanted, deadline)

    async def _shown(self, wanted: Needed, deadline: Deadline) -> None:
        self._client.refuse_closed()
        await shown(self._store, wanted, deadline)

    async def _asked(self, deadline: Deadline, asked: Callable[..., T], *arguments: Any) -> T:
        self._client.refuse_closed()
        return await within(self._store, deadline, asked, *arguments)


async def shown(store: Store, wanted: Needed, deadline: Deadline) -> None:
    """Wait until the tables show every fact before the wanted ones.

    Raises: Unavailable if they do not within the deadline, saying how far they are.
    """
    while wanted and (behind := await within(store, deadline, _behind, wanted)):
        if deadline.passed:
            raise Unavailable(
                f"the tables do not show enough within {deadline}: {'; '.join(behind)}."
                " See whether the projections' worker runs (`exchange status`), then ask again"
            )
        await asyncio.sleep(min(_LOOK_EVERY_S, deadline.left_s))


def _behind(store: Store, wanted: Needed, timeout_s: int) -> list[str]:
    """What is not shown yet, in words."""
    reached = {
        (each.topic, each.partition): each.position.seq
        for each in positions(store, timeout_s)
        if each.reader == VIEWS_READER
    }
    return [
        f"{topic}/{number} is shown up to fact {reached.get((topic, number), 0) - 1}, not to fact {seq - 1}"
        for (topic, number), seq in wanted.items()
        if seq > reached.get((topic, number), 0)
    ]


async def within(store: Store, deadline: Deadline, asked: Callable[..., T], *arguments: Any) -> T:
    """Ask the database in a thread; it ends by itself what takes longer."""
    timeout_s = math.ceil(min(max(deadline.left_s, 1), _TIMEOUT_S_MAX))
    try:
        # A moment longer than the database itself is given: its own words say more.
        async with asyncio.timeout(timeout_s + 1):
            return await asyncio.to_thread(asked, store, *arguments, timeout_s)
    except TimeoutError as error:
        raise Unavailable(f"database {store.where} does not answer within {deadline}; ask again") from error


def wanted(at_least: AtLeast) -> Needed:
    """Up to which fact each partition has to be shown."""
    given = (at_least,) if isinstance(at_least, AnswerPosition) else tuple(at_least)
    needed: dict[tuple[str, int], int] = {}
    for position in given:
        if not isinstance(position, AnswerPosition):
            raise Misuse(
                f"at_least takes positions, such as answer.position or door.positions, not {position!r}"
            )
        place = (position.topic, position.partition)
        needed[place] = max(position.seq + 1, needed.get(place, 0))
    return needed
