"""Fetching Kafka's jars where a person can see it."""

from exchange.cli.steps import Steps
from streams.broker.download import ensure_jars


def fetch_jars(*, quiet: bool = False) -> None:
    """See that every jar is there, and fetch what is missing.

    Raises: Unavailable naming a jar that cannot be had.
    """
    with Steps(quiet=quiet) as steps:

        def told(jars: int, done_bytes: int, of_bytes: int) -> None:
            steps.told(f"fetching Kafka: {jars} jars, {of_bytes / 1_000_000:.1f} MB")
            steps.moved(done_bytes, of_bytes, "bytes")

        ensure_jars(told=told)
