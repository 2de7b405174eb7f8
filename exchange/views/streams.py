"""Which stream products an exchange knows: on somebody's own Kafka, topics of these names are its own."""

from sqlalchemy import inspect, select

from exchange.store import Store
from exchange.views.catalogue import PRODUCTS


def stream_products(store: Store) -> frozenset[str]:
    """The ids of all stream products, as far as the tables have come; none where there are no tables yet.

    Raises: Unavailable without the database.
    """
    query = select(PRODUCTS.c.product_id).where(PRODUCTS.c.product_type == "stream").distinct()
    with store.reading() as connection:
        if not inspect(connection).has_table(PRODUCTS.name):
            return frozenset()
        return frozenset(connection.scalars(query))
