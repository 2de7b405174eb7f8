"""docker-compose.yml, read: its services' commands and brokers' settings, also with other addresses put in."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker-compose.yml"
# What the image's start script does with a variable's name, after the prefix.
_NO_PROPERTIES = ("KAFKA_HEAP_OPTS",)
_ADDRESS = re.compile(r"(?P<host>kafka-\d|0\.0\.0\.0|127\.0\.0\.1):(?P<port>\d+)")


class Composed:
    """The deployment that the file describes."""

    def __init__(self, file: Path = FILE) -> None:
        self.spec: Mapping[str, Any] = yaml.safe_load(file.read_text())

    @property
    def services(self) -> Mapping[str, Mapping[str, Any]]:
        """Every service by its name."""
        services: Mapping[str, Mapping[str, Any]] = self.spec["services"]
        return services

    @property
    def brokers(self) -> Sequence[str]:
        """The services that are Kafka."""
        return [name for name, each in self.services.items() if each["image"].startswith("apache/kafka:")]

    @property
    def own(self) -> Sequence[str]:
        """The services that run this project."""
        return [name for name, each in self.services.items() if each["image"].startswith("corridor:")]

    @property
    def cluster_id(self) -> str:
        """The brokers' cluster."""
        (found,) = {self.services[name]["environment"]["CLUSTER_ID"] for name in self.brokers}
        return str(found)

    def properties(self, broker: str) -> dict[str, str]:
        """Kafka's settings as its image makes them of the variables."""
        return {
            _property(name): str(value)
            for name, value in self.services[broker]["environment"].items()
            if name.startswith("KAFKA_") and name not in _NO_PROPERTIES
        }

    def addresses(self) -> list[tuple[str, str]]:
        """Every address that a broker listens at: host and port."""
        found = {
            _host_port(match)
            for broker in self.brokers
            for match in _ADDRESS.finditer(self.properties(broker)["listeners"])
        }
        return sorted(found)


def placed(text: str, ports: Mapping[tuple[str, str], int]) -> str:
    """The text with other addresses, all on loopback, where it names those of brokers."""
    return _ADDRESS.sub(
        lambda match: f"127.0.0.1:{ports[_host_port(match)]}" if _host_port(match) in ports else match[0],
        text,
    )


def _host_port(match: "re.Match[str]") -> tuple[str, str]:
    """A port published by one broker is that broker's, under whatever address it is named."""
    host = match["host"]
    return (host if host.startswith("kafka-") else "published", match["port"])


def _property(name: str) -> str:
    return name.removeprefix("KAFKA_").lower().replace("_", ".")
