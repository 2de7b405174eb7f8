"""`python -m exchange.cli.prepare`: see that a Java is there, fetch and verify Kafka's jars, have it start sooner.

Installing calls it.
"""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from exchange.cli.endings import DONE, ended
from exchange.cli.jars import fetch_jars
from exchange.cli.steps import Steps
from exchange.kernel.errors import ExchangeError
from streams.broker.archive import archive_of, make_archive
from streams.broker.jars import Jar
from streams.broker.java import NoJava, find_java

_NO_JAVA = 5  # No command ends with it; requirements/install.py answers it with a Java wheel.


def main() -> int:
    """Prepare this machine for the embedded Kafka; the exit code tells the installer what is missing."""
    return ended(_prepare)


def _prepare() -> int:
    try:
        java = find_java()
    except NoJava:
        return _NO_JAVA
    _start_sooner(java, *fetch_jars())
    return DONE


def _start_sooner(java: Path, jar_directory: Path, jars: Sequence[Jar]) -> None:
    """Kafka starts without the archive as well, so what keeps it from being made is only told."""
    if archive_of(java, jars, jar_directory).exists():
        return
    try:
        with Steps() as steps:
            steps.told("keeping Kafka's classes, so that it starts in half the time")
            asyncio.run(make_archive(java, jars, jar_directory))
    except (ExchangeError, OSError) as error:
        print(f"Kafka will start without an archive of its classes: {error}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
