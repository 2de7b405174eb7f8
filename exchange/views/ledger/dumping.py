"""The ledger as text, the same wherever the same facts were posted: what its tables hold, and up to which fact."""

from collections.abc import Iterator

from sqlalchemy import select

from exchange.store import VIEWS_READER, Store
from exchange.store.schema import PROGRESS
from exchange.views.dump import lines
from exchange.views.ledger.as_of import context_of
from exchange.views.settlement import SETTLEMENT


def dump_ledger(store: Store) -> Iterator[str]:
    """Every row of the ledger, then how far each journal of it is shown, as lines of JSON.

    Shape: as the dump of all tables. Closes are not in it: they are signed documents, which no journal brings back.
    """
    with store.reading() as connection:
        for table in sorted(SETTLEMENT.tables, key=lambda table: table.name):
            yield from lines(connection, table, select(table))
        views = PROGRESS.c.reader == VIEWS_READER
        topics = connection.execute(select(PROGRESS.c.topic).where(views).distinct()).scalars()
        of_it = [topic for topic in topics if context_of(topic) in SETTLEMENT.contexts]
        yield from lines(connection, PROGRESS, select(PROGRESS).where(views, PROGRESS.c.topic.in_(of_it)))
