"""Fetching Kafka's jars where a person can see it."""

from collections.abc import Sequence
from pathlib import Path

from exchange.cli.steps import Steps
from streams.broker.download import ensure_jars
from streams.broker.jars import Jar


def fetch_jars(*, quiet: bool = False) -> tuple[Path, Sequence[Jar]]:
    """See that every jar is there, and fetch what is missing; where they are and which they are.

    Raises: Unavailable naming a jar that cannot be had.
    """
    with Steps(quiet=quiet) as steps:

        def told(jars: int, done_bytes: int, of_bytes: int) -> None:
            steps.told(f"fetching Kafka: {jars} jars, {of_bytes / 1_000_000:.1f} MB")
            steps.moved(done_bytes, of_bytes, "bytes")

        return ensure_jars(told=told)
