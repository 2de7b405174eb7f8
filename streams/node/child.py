"""A worker as a process of a node: `python -m streams.node.child ROLE --data DIRECTORY`.

It ends when it is asked to (SIGTERM, SIGINT) or when whoever started it is gone.
"""

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import sys
from functools import partial
from pathlib import Path

from exchange.kernel.errors import ExchangeError
from streams.broker import EmbeddedBroker
from streams.node.directory import DataDirectory
from streams.node.reports import keep_reporting
from streams.worker import run_deciders, run_projections

log = logging.getLogger(__name__)

ROLES = {"deciders": run_deciders, "projections": run_projections}


def main() -> int:
    """Run one role until asked to stop; 1 with one line in the log if it fails."""
    parser = argparse.ArgumentParser(prog="streams.node.child")
    parser.add_argument("role", choices=sorted(ROLES))
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--slot", required=True)
    arguments = parser.parse_args()
    quiet_logging()
    try:
        asyncio.run(_run(arguments.role, DataDirectory.open(arguments.data), arguments.slot))
    except ExchangeError as error:
        log.critical("%s ends: %s", arguments.slot, error)
        return 1
    return 0


def quiet_logging() -> None:
    """Our own words at INFO, those of the libraries only when something is wrong."""
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr
    )
    for name in ("streams", "exchange"):
        logging.getLogger(name).setLevel(logging.INFO)


def bootstrap_servers(directory: DataDirectory) -> str:
    """Where this node's Kafka answers, embedded or not."""
    return directory.identity.bootstrap_servers or EmbeddedBroker(directory.kafka).bootstrap_servers


async def _run(role: str, directory: DataDirectory, slot: str) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    if not os.isatty(0):
        _stop_with_parent(loop, stop)
    settings = directory.settings(bootstrap_servers(directory))
    await ROLES[role](settings, slot, stop, partial(keep_reporting, directory.run, slot))


def _stop_with_parent(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """The parent holds the other end of standard input; when it is gone, reading gives the end of file."""

    def look() -> None:
        with contextlib.suppress(BlockingIOError):
            if not os.read(0, 1):
                loop.remove_reader(0)
                stop.set()

    # Standard input from /dev/null or a file cannot be watched, and has no parent at its other end.
    with contextlib.suppress(PermissionError):
        loop.add_reader(0, look)


if __name__ == "__main__":
    sys.exit(main())
