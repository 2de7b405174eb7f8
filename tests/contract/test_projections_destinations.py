"""What the tables say of where listings could be sold, on SQLite and on PostgreSQL."""

from typing import Any

import msgspec
import pytest

from exchange.market.destinations.facts import NoDestinationFound
from exchange.registry.barring.facts import ListingBarred
from exchange.store import Store
from exchange.views.queries import run_query, run_sql
from tests.unit.views.story import Journal, a_listing, an_instrument, play, some_destinations

BARRED = some_destinations(verdict="nowhere", outcome="DENY", codes=("CN_CORE_BARRED",))
WANTING = some_destinations(
    verdict="wanting",
    outcome="REVIEW",
    codes=("LOCAL_LAW_REVIEW",),
    missing=("counts.pi_count_cum",),
    obligations=("counter_case",),
    safeguards=("TH-CONTRACT",),
)


@pytest.fixture
def told(store: Store) -> Store:
    """A listing that could be sold nowhere, one that wants something, and one that moves no data."""
    registry, market = Journal("registry"), Journal("market")
    registry.add(a_listing())
    nowhere = NoDestinationFound(
        instrument_id="L-0.5.0",
        listing_id="L-0.5.0",
        market_id="main",
        product_id="P-07",
        version="1.0",
        seller_id="SE-CN-02",
        destinations=BARRED,
    )
    market.add(nowhere)
    registry.add(
        ListingBarred(
            listing_id="L-0.5.0",
            product_id="P-07",
            version="1.0",
            seller_id="SE-CN-02",
            market_id="main",
            codes=("CN_CORE_BARRED",),
            grounds="The fence bars every place.",
        )
    )
    other = an_instrument(instrument_id="L-0.6.0", listing_id="L-0.6.0", product_id="P-08")
    market.add(msgspec.structs.replace(other, destinations=WANTING))
    hours = an_instrument(instrument_id="L-0.7.0", listing_id="L-0.7.0", product_id="P-09")
    market.add(msgspec.structs.replace(hours, destinations=None))
    play(store, registry, market)
    return store


def rows(store: Store, query: str, **params: str) -> list[dict[str, Any]]:
    return list(run_query(store, query, params).as_dicts())


def test_each_listing_that_was_asked_about_says_what_is_wanting(told: Store) -> None:
    nowhere, wanting = rows(told, "destinations")
    assert (nowhere["listing_id"], nowhere["verdict"], nowhere["codes"]) == (
        "L-0.5.0",
        "nowhere",
        '["CN_CORE_BARRED"]',
    )
    assert (wanting["verdict"], wanting["missing"]) == ("wanting", '["counts.pi_count_cum"]')
    assert (wanting["obligations"], wanting["safeguards"]) == ('["counter_case"]', '["TH-CONTRACT"]')
    assert (
        rows(told, "destinations", product="P-08")
        == rows(told, "destinations", verdict="wanting")
        == [wanting]
    )


def test_a_listing_that_was_barred_is_off_sale_and_says_why(told: Store) -> None:
    (listing,) = run_sql(told, "select state, grounds from listings").as_dicts()
    assert listing == {"state": "barred", "grounds": "The fence bars every place. CN_CORE_BARRED"}
