"""Real servers for the tests, each started once and only if a test asks for it."""

import asyncio
import os
import tempfile
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

from streams.broker import EmbeddedBroker
from tests.support.postgres import Postgres

# A busy machine is not a slow rule: no deadline for single examples, the test's own limit stands.
settings.register_profile("exchange", deadline=None, print_blob=True)
settings.load_profile("exchange")

# The processes that tests start are many: what they run is compiled once.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

WITH_SERVERS = ("tests/contract/", "tests/integration/")


class ByServers(LoadFileScheduling):
    """Where several processes share the tests, one has all that need servers, which would starve each other."""

    def _split_scope(self, nodeid: str) -> str:
        return "servers" if nodeid.startswith(WITH_SERVERS) else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByServers:
    """How tests are shared out."""
    return ByServers(config, log)


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedBroker]:
    """One Kafka for all tests: do not stop or kill it, and use topic and group names of your own."""
    broker = EmbeddedBroker(tmp_path_factory.mktemp("kafka"))
    _run(broker.start())
    yield broker
    _run(broker.stop())


@pytest.fixture
def bootstrap(broker: EmbeddedBroker) -> str:
    """Where the tests' Kafka answers."""
    return broker.bootstrap_servers


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL server for all tests."""
    # Not below pytest's own directory: every run of pytest closes that to others, and the server runs as another user.
    with tempfile.TemporaryDirectory(prefix="corridor-postgres-") as directory:
        server = Postgres(Path(directory))
        yield server
        server.stop()


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """A new, empty PostgreSQL database."""
    with postgres.database() as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A new, empty SQLite database in a file."""
    return f"sqlite:///{tmp_path / 'exchange.sqlite'}"


def _run(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run to the end on a loop of its own, in a thread: the tests' own loops are left as they are."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, coroutine).result()
