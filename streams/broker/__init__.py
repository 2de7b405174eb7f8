"""The embedded Apache Kafka: pinned jars, one KRaft node in a directory, loopback only."""

from streams.broker.embedded import EmbeddedBroker

__all__ = ["EmbeddedBroker"]
