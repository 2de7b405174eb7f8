"""Several Kafka brokers as processes, each with settings of its own, that vote on their controller."""

import asyncio
import subprocess
from collections.abc import Mapping
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from streams.broker import process
from streams.broker.download import ensure_jars
from streams.broker.java import find_java
from streams.broker.layout import Layout
from tests.support.waiting import eventually

_START_S_MAX = 180.0


class Quorum:
    """Brokers by name. Shape: `settings` are Kafka's properties of each; all are formatted for one cluster."""

    def __init__(self, directory: Path, cluster_id: str, settings: Mapping[str, Mapping[str, str]]) -> None:
        self._cluster_id = cluster_id
        self._settings = settings
        self._layouts = {name: Layout(directory / name) for name in settings}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        jar_directory, jars = ensure_jars()
        java = find_java()
        self._kafkas = {
            name: process.Kafka(layout, java, jars, jar_directory) for name, layout in self._layouts.items()
        }

    async def start(self, servers: str) -> None:
        """Format and start all of them; wait until every one is there for clients of `servers`."""
        await asyncio.gather(*(asyncio.to_thread(self._format, name) for name in self._layouts))
        for name in self._layouts:
            self.start_one(name)
        await eventually(lambda: self._all_there(servers), _START_S_MAX)

    def start_one(self, name: str) -> None:
        """Start a broker that was formatted, anew or again."""
        self._processes[name] = self._kafkas[name].spawn()

    def kill(self, name: str) -> None:
        """End a broker at once."""
        self._processes[name].kill()
        self._processes[name].wait()

    def stop(self) -> None:
        """End all of them; their data is nobody's any more."""
        for each in self._processes.values():
            each.kill()
            each.wait()

    def _format(self, name: str) -> None:
        layout = self._layouts[name]
        layout.directory.mkdir(parents=True)
        layout.write_properties(self._settings[name])
        self._kafkas[name].format(self._cluster_id, standalone=False)

    async def _all_there(self, servers: str) -> bool:
        for name, each in self._processes.items():
            assert each.poll() is None, process.why(self._layouts[name], 0)
        admin = AIOKafkaAdminClient(bootstrap_servers=servers, request_timeout_ms=5_000)
        try:
            await admin.start()
            return len((await admin.describe_cluster())["brokers"]) == len(self._processes)
        except (KafkaError, OSError, TimeoutError):
            return False
        finally:
            await admin.close()
