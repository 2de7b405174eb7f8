"""Each suite runs against every adapter of its port."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import delete

from exchange.store import Store, migrate, open_store
from exchange.store.schema import METADATA

DATABASES = ["sqlite", "postgres"]


@pytest.fixture(params=DATABASES)
def empty_store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """An open database of each kind, without tables."""
    store = open_store(request.getfixturevalue(f"{request.param}_url"))
    yield store
    store.close()


@pytest.fixture(scope="module", params=DATABASES)
def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A database of each kind with this version's tables, for all tests of a module."""
    with ExitStack() as kept:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'exchange.sqlite'}"
        else:
            url = kept.enter_context(request.getfixturevalue("postgres").database())
        store = open_store(url)
        kept.callback(store.close)
        migrate(store)
        yield store


@pytest.fixture
def store(migrated: Store) -> Store:
    """A database of each kind with this version's tables and nothing in them."""
    empty(migrated)
    return migrated


def empty(store: Store) -> None:
    """Empty every table there is."""
    with store.begin() as connection:
        for table in METADATA.tables.values():
            connection.execute(delete(table))
