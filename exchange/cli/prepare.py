"""`python -m exchange.cli.prepare`: see that a Java is there, fetch and verify Kafka's jars. Installing calls it."""

import sys

from exchange.cli.endings import DONE, REFUSED, UNAVAILABLE, tell
from exchange.cli.jars import fetch_jars
from exchange.kernel.errors import ExchangeError
from streams.broker.java import NoJava, find_java

_NO_JAVA = UNAVAILABLE  # requirements/install.py answers it with a Java wheel


def main() -> int:
    """Prepare this machine for the embedded Kafka; the exit code tells the installer what is missing."""
    try:
        find_java()
        fetch_jars()
    except NoJava:
        return _NO_JAVA
    except ExchangeError as error:
        tell(error, as_json=False)
        return REFUSED
    return DONE


if __name__ == "__main__":
    sys.exit(main())
