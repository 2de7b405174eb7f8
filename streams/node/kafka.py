"""The Kafka of a node: its own, started or found running and kept so, or somebody else's."""

import asyncio
import logging
import time
from collections.abc import Callable

from exchange.kernel.errors import ExchangeError, NotLetIn, Unavailable
from streams.broker import EmbeddedBroker
from streams.broker.reach import see_kafka
from streams.node.directory import DataDirectory, bootstrap_servers
from streams.node.own_topics import own_topics
from streams.node.ownership import own
from streams.topics import ensure_topics

log = logging.getLogger(__name__)

_LOOK_EVERY_S = 0.2
_PAUSE_S, _PAUSE_S_MAX = 0.5, 10.0
_ANSWERS_S_MAX = 120.0

Told = Callable[[str], None]


class NodeKafka:
    """What a supervisor needs of Kafka. Shape: `there` is set while it is believed to answer."""

    def __init__(self, directory: DataDirectory, told: Told) -> None:
        self.there = asyncio.Event()
        self.restarts = 0
        self._directory = directory
        self._told = told
        self._broker = None if directory.identity.bootstrap_servers else EmbeddedBroker(directory.kafka)

    @property
    def pid(self) -> int | None:
        """The process, while it lives and is the node's own."""
        return self._broker.pid if self._broker else None

    async def start(self) -> None:
        """Bring it up, or take over one that outlived its supervisor, and see that the topics are as they must be.

        Raises: Misuse if a topic's settings differ or the journals are another exchange's; Unavailable if Kafka cannot
        be had.
        """
        until = time.monotonic() + _ANSWERS_S_MAX
        while True:
            await self._begin()
            servers = bootstrap_servers(self._directory)
            self._told(f"checking the topics at {servers}")
            try:
                identity = self._directory.identity
                specs = await own_topics(self._directory, servers)
                await ensure_topics(servers, specs, identity.replication)
                if self._broker is None:
                    await own(servers, identity.node_id)
                self.there.set()
                return
            except (Unavailable, NotLetIn):
                # One that was found running may still be on its way up, or just have ended.
                if self._broker is None or time.monotonic() > until:
                    raise
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _begin(self) -> None:
        if self._broker is None:
            await see_kafka(bootstrap_servers(self._directory))
        elif pid := self._broker.pid:
            self._told(f"taking over the Kafka that runs here (process {pid})")
        else:
            self._told("starting Kafka")
            await self._broker.start()

    async def keep(self, moved: Callable[[], None]) -> None:
        """Start it again whenever it has ended; call `moved` if it then answers somewhere else."""
        if self._broker is None:
            return
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            if self._broker.alive:
                continue
            self.there.clear()
            log.error("Kafka ended; it is started again")
            before = self._broker.bootstrap_servers
            await self._again(self._broker)
            self.restarts += 1
            if self._broker.bootstrap_servers != before:
                servers = self._broker.bootstrap_servers
                log.warning(
                    "Kafka now answers at %s, for its port was taken",
                    servers,
                    extra={"bootstrap_servers": servers},
                )
                moved()
            self.there.set()

    async def _again(self, broker: EmbeddedBroker) -> None:
        pause_s = _PAUSE_S
        while True:
            try:
                await broker.start()
                return
            except ExchangeError as error:
                log.error("Kafka does not start: %s", error, extra=error.fields)
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, _PAUSE_S_MAX)

    async def stop(self) -> None:
        """Stop it in order, if it is the node's own."""
        self.there.clear()
        if self._broker is not None:
            await self._broker.stop()
