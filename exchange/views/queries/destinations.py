"""Where listings could be sold."""

from typing import Any

from sqlalchemy import Select, or_, select, true

from exchange.views.destinations import DESTINATIONS
from exchange.views.queries.query import NamedQuery, Parameter

_SHOWN = (
    "listing_id",
    "product_id",
    "version",
    "market_id",
    "seller_id",
    "verdict",
    "destination",
    "purpose",
    "outcome",
    "codes",
    "missing",
    "obligations",
    "safeguards",
    "demanded",
    "ruleset_version",
    "at",
    "said_at",
)


def _destinations(product: str | None, verdict: str | None) -> Select[Any]:
    said = DESTINATIONS.c
    about = true() if product is None else or_(said.product_id == product, said.listing_id == product)
    wanted = true() if verdict is None else said.verdict == verdict
    return (
        select(*(said[name] for name in _SHOWN))
        .where(about, wanted)
        .order_by(said.at, said.partition, said.seq)
    )


QUERIES = (
    NamedQuery(
        "destinations",
        "Whether there is any place to which each listing could be sold, and what is wanting.",
        _destinations,
        (
            Parameter("product", "of this product or listing alone", required=False),
            Parameter("verdict", "open, wanting or nowhere", required=False),
        ),
    ),
)
