"""`python -m streams.broker prepare`: see that a Java is there, fetch and verify Kafka's jars."""

import sys

from exchange.kernel.errors import ExchangeError
from streams.broker.download import ensure_jars
from streams.broker.java import NoJava, find_java

_NO_JAVA = 3  # requirements/install.py answers it with a Java wheel


def main(arguments: list[str]) -> int:
    """Prepare this machine for the broker; the exit code tells the installer what is missing."""
    if arguments != ["prepare"]:
        print(__doc__, file=sys.stderr)  # noqa: T201
        return 2
    try:
        find_java()
        ensure_jars()
    except NoJava:
        return _NO_JAVA
    except ExchangeError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
