"""What lies in a broker's directory, and how Kafka is told to use it."""

import base64
import os
import uuid
from collections.abc import Mapping
from pathlib import Path

import msgspec

from exchange.kernel.errors import Misuse
from streams.broker.ports import LOOPBACK

# Kafka runs in its directory and names its data relative to it: any name will do, spaces and commas too.
_LOG_DIRECTORY = "log"
_FORMATTING = "log.formatting"


class Identity(msgspec.Struct, frozen=True):
    """What a broker remembers between starts."""

    cluster_id: str
    port: int
    controller_port: int


class Layout:
    """The files of one broker's directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.log = directory / _LOG_DIRECTORY
        self.formatting = directory / _FORMATTING
        self.properties = directory / "server.properties"
        self.format_properties = directory / "format.properties"
        self.logging = directory / "log4j2.properties"
        self.kafka_log = directory / "kafka.log"
        self.console = directory / "kafka.out"
        self.pid = directory / "kafka.pid"
        self.starting = directory / "starting.lock"
        self._identity = directory / "broker.json"

    def identity(self) -> Identity | None:
        """What was remembered, or None in a new directory."""
        try:
            return msgspec.json.decode(self._identity.read_bytes(), type=Identity)
        except FileNotFoundError:
            return None
        except msgspec.MsgspecError as error:
            raise Misuse(
                f"{self._identity} is not what Kafka's start wrote there ({error}); restore it from a backup, "
                "or choose another data directory"
            ) from error

    def remember(self, identity: Identity) -> None:
        """Write the identity, whole or not at all."""
        new = self._identity.with_suffix(".new")
        new.write_bytes(msgspec.json.encode(identity))
        os.replace(new, self._identity)

    def write_settings(self, identity: Identity) -> None:
        """Write the files Kafka reads at its start and at its formatting."""
        self.write_properties(server_properties(identity))

    def write_properties(self, settings: Mapping[str, object]) -> None:
        """The same for settings of any kind of node; where its data lies is this directory's affair."""
        for file, log_directory in ((self.properties, _LOG_DIRECTORY), (self.format_properties, _FORMATTING)):
            lines = (f"{name}={value}\n" for name, value in {**settings, "log.dirs": log_directory}.items())
            file.write_text("".join(lines))
        self.logging.write_text(_LOGGING)


def new_cluster_id() -> str:
    """A random cluster id in Kafka's own form."""
    # A letter first: a leading dash would read as an option.
    return "C" + base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")[1:]


def server_properties(identity: Identity) -> Mapping[str, object]:
    """Kafka's settings for one KRaft node, broker and controller in one process, on loopback only."""
    return {
        "process.roles": "broker,controller",
        "node.id": 1,
        "listeners": f"PLAINTEXT://{LOOPBACK}:{identity.port},CONTROLLER://{LOOPBACK}:{identity.controller_port}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "PLAINTEXT",
        "controller.listener.names": "CONTROLLER",
        "controller.quorum.bootstrap.servers": f"{LOOPBACK}:{identity.controller_port}",
        "auto.create.topics.enable": "false",
        "group.initial.rebalance.delay.ms": 0,
        "num.network.threads": 2,
        # After kill -9 the node waits until its former self has expired: at Kafka's 9 s a restart took 13 s.
        "broker.session.timeout.ms": 3_000,
        "broker.heartbeat.interval.ms": 500,
        "num.io.threads": 2,
        "log.cleaner.dedupe.buffer.size": 16 << 20,
        **_ONE_OF_EACH,
    }


# Kafka's own topics: one node can hold one replica of each, and one partition is plenty.
_ONE_OF_EACH = {
    "offsets.topic.num.partitions": 1,
    "offsets.topic.replication.factor": 1,
    "transaction.state.log.num.partitions": 1,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "share.coordinator.state.topic.num.partitions": 1,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
}

_LOGGING = """\
appender.file.type=RollingFile
appender.file.name=file
appender.file.fileName=kafka.log
appender.file.filePattern=kafka.log.%i
appender.file.layout.type=PatternLayout
appender.file.layout.pattern=%d{ISO8601} %p %m (%c)%n
appender.file.policies.type=Policies
appender.file.policies.size.type=SizeBasedTriggeringPolicy
appender.file.policies.size.size=10MB
appender.file.strategy.type=DefaultRolloverStrategy
appender.file.strategy.max=4
rootLogger.level=INFO
rootLogger.appenderRef.file.ref=file
"""
