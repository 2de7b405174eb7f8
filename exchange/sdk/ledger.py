"""The door to the books: balances, statements and entries as of any moment."""

from typing import Any

from exchange.sdk.analyst import AtLeast, shown, wanted, within
from exchange.sdk.table import Table
from exchange.store import Store
from exchange.views.queries import ROWS_MAX, run_query
from streams.client import Client
from streams.deadline import DEADLINE_S, Deadline


class Ledger:
    """Reads the ledger, in threads, so that nothing else waits.

    Shape: `until_at` (microseconds since the epoch) and `position` (CONTEXT/PARTITION/SEQ, several with commas between)
    ask as of then, that moment included; in partitions that are not named everything counts. An entry is named as the
    fact is that it comes from. Amounts are in minor units, balances on the side on which an account grows.
    Raises: Misuse for a place that the tables do not show, or an account that the chart does not have; Unavailable
    without a database, or where the deadline passes.
    """

    def __init__(self, client: Client, store: Store) -> None:
        self._client = client
        self._store = store

    async def trial_balance(
        self,
        *,
        until_at: int | None = None,
        position: str | None = None,
        at_least: AtLeast = (),
        deadline_s: float = DEADLINE_S,
    ) -> Table:
        """What each account of the chart comes to, per currency and settlement asset."""
        given = {"until_at": until_at, "position": position}
        return await self._asked("ledger_trial_balance", given, ROWS_MAX, at_least, deadline_s)

    async def accounts(
        self,
        account: int | None = None,
        party: str | None = None,
        *,
        only_open: bool = False,
        until_at: int | None = None,
        position: str | None = None,
        limit: int = ROWS_MAX,
        at_least: AtLeast = (),
        deadline_s: float = DEADLINE_S,
    ) -> Table:
        """What each party's account comes to; `only_open` leaves out those at zero."""
        given = {
            "account": account,
            "party": party,
            "open": "yes" if only_open else "no",
            "until_at": until_at,
            "position": position,
        }
        return await self._asked("ledger_accounts", given, limit, at_least, deadline_s)

    async def statement(
        self,
        party: str,
        account: int | None = None,
        *,
        from_at: int | None = None,
        from_position: str | None = None,
        until_at: int | None = None,
        position: str | None = None,
        limit: int = ROWS_MAX,
        at_least: AtLeast = (),
        deadline_s: float = DEADLINE_S,
    ) -> Table:
        """Every posting of a party's accounts, or of one of them, between an opening and a closing balance."""
        given = {
            "party": party,
            "account": account,
            "from_at": from_at,
            "from_position": from_position,
            "until_at": until_at,
            "position": position,
        }
        return await self._asked("ledger_statement", given, limit, at_least, deadline_s)

    async def entry(
        self,
        name: str,
        *,
        limit: int = ROWS_MAX,
        at_least: AtLeast = (),
        deadline_s: float = DEADLINE_S,
    ) -> Table:
        """The entry of a fact, CONTEXT/PARTITION/SEQ, or all about an order, a trade, a bank's reference."""
        return await self._asked("ledger_entry", {"name": name}, limit, at_least, deadline_s)

    async def _asked(
        self, query: str, given: dict[str, Any], limit: int, at_least: AtLeast, deadline_s: float
    ) -> Table:
        self._client.refuse_closed()
        deadline = Deadline(deadline_s)
        await shown(self._store, wanted(at_least), deadline)
        return Table(*await within(self._store, deadline, run_query, query, given, limit))
