"""Real servers for the tests, each started once and only if a test asks for it."""

import asyncio
import gc
import os
import tempfile
from collections.abc import Coroutine, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

from streams.broker import EmbeddedBroker
from streams.broker.ports import PORTS_VARIABLE
from tests.support.postgres import Postgres

# A busy machine is not a slow rule: no deadline for single examples, the test's own limit stands.
# The same examples for everyone and every time; `make explore` draws others, and what it finds becomes an example.
settings.register_profile("exchange", deadline=None, print_blob=True, derandomize=True)
settings.register_profile("explore", settings.get_profile("exchange"), derandomize=False)
settings.load_profile("exchange")

# The processes that tests start are many: what they run is compiled once.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Processes that share the tests choose ports at the same time, and would at times choose the same.
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    each = 12_000 // (count := int(os.environ["PYTEST_XDIST_WORKER_COUNT"]))
    lowest = 20_000 + int(worker.removeprefix("gw")) % count * each
    os.environ[PORTS_VARIABLE] = f"{lowest}-{lowest + each - 1}"

ONE_NODE = "tests/integration/one_node/"
SERVERS_FIRST = (ONE_NODE, "tests/integration/", "tests/contract/", "tests/")
"""What is taken first by the process that begins with the tests that need servers; the shortest files come last."""
SERVERS_LAST = ("tests/unit/", "tests/properties/", *SERVERS_FIRST)


class ByServers(LoadFileScheduling):
    """Where several processes share the tests, they do so file by file, each with servers of its own.

    One begins with the tests that need servers, the others with those that do not: servers wait a lot and then want
    everything at once, so they go well beside what computes. What is left in the end is small, so all end together.
    """

    def _split_scope(self, nodeid: str) -> str:
        return ONE_NODE if nodeid.startswith(ONE_NODE) else super()._split_scope(nodeid)

    def _assign_work_unit(self, node: WorkerController) -> None:
        order = SERVERS_FIRST if node is self.nodes[0] else SERVERS_LAST
        self.workqueue.move_to_end(min(self.workqueue, key=partial(_rank, order)), last=False)
        super()._assign_work_unit(node)


def _rank(order: Sequence[str], scope: str) -> int:
    return next(rank for rank, folder in enumerate(order) if scope.startswith(folder))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByServers:
    """How tests are shared out."""
    return ByServers(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, Any, Any]:
    """What is collected stays to the end: it is looked through for garbage neither meanwhile nor later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


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
