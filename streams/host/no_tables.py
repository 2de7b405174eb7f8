"""Faust's table manager, which also leads every assignment through its steps, without tables."""

from faust.tables.manager import TableManager
from faust.types.tables import CollectionT

from exchange.kernel.errors import Misuse


class NoTables(TableManager):
    """Starts at once, and keeps Faust's tables out: they lose updates. Journals and projections do their work."""

    async def on_start(self) -> None:
        # Stock waits a second for tables to be declared. A partition nobody leads should not.
        await self._update_channels()
        await self.recovery.start()

    def add(self, table: CollectionT) -> CollectionT:
        raise Misuse(
            f"table {table.name!r} is refused: state belongs into a decider, what is shown into a projection"
        )
