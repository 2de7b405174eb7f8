"""The named queries: what people ask of the views most, in SQL that both databases speak."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from exchange.kernel.errors import Misuse
from exchange.store import Store
from exchange.views.queries import (
    attestations,
    auctions,
    bills,
    bonded,
    bonded_fenced,
    books,
    cases,
    deliveries,
    described,
    destinations,
    ecny,
    indicative,
    invoices,
    ledger,
    lineage,
    lineage_impact,
    lines,
    market,
    market_data,
    money,
    moving,
    operations,
    plans,
    pools,
    quotes,
    safeguards,
    settling,
    subsidies,
)
from exchange.views.queries.query import (
    ROWS_MAX,
    TIMEOUT_S,
    Cell,
    Kind,
    NamedQuery,
    Parameter,
    Rows,
    is_time,
    run,
    run_sql,
)

QUERIES: Mapping[str, NamedQuery] = MappingProxyType(
    {
        query.name: query
        for module in (
            market,
            books,
            market_data,
            indicative,
            pools,
            lines,
            auctions,
            quotes,
            cases,
            plans,
            money,
            bills,
            moving,
            ecny,
            ledger,
            deliveries,
            destinations,
            bonded,
            bonded_fenced,
            lineage,
            lineage_impact,
            operations,
            safeguards,
            attestations,
            settling,
            invoices,
            subsidies,
            described,
        )
        for query in module.QUERIES
    }
)


def run_query(
    store: Store,
    name: str,
    params: Mapping[str, Any] | None = None,
    limit: int = ROWS_MAX,
    timeout_s: int = TIMEOUT_S,
) -> Rows:
    """Ask the named query `name`.

    Raises: Misuse if there is none of that name, or a parameter is missing, unknown or of the wrong kind.
    """
    query = QUERIES.get(name)
    if query is None:
        raise Misuse(f"there is no query {name!r}; the queries are {', '.join(sorted(QUERIES))}")
    return run(store, query, params or {}, limit, timeout_s)


__all__ = [
    "QUERIES",
    "ROWS_MAX",
    "Cell",
    "Kind",
    "NamedQuery",
    "Parameter",
    "Rows",
    "is_time",
    "run_query",
    "run_sql",
]
