"""Each suite runs against every adapter of its port."""

from collections.abc import Iterator

import pytest

from exchange.store import Store, migrate, open_store


@pytest.fixture(params=["sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest) -> str:
    """A new, empty database of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def empty_store(store_url: str) -> Iterator[Store]:
    """An open database without tables."""
    store = open_store(store_url)
    yield store
    store.close()


@pytest.fixture
def store(empty_store: Store) -> Store:
    """An open database with this version's tables."""
    migrate(empty_store)
    return empty_store
