"""A worker as a process of a node: `python -m streams.node.child ROLE --data DIRECTORY`.

It waits for one line on standard input before it touches Kafka, so that it is loaded by the time Kafka is up.
It ends when it is asked to (SIGTERM, SIGINT) or when whoever started it is gone.
"""

import argparse
import asyncio
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
    go = asyncio.Event()
    loop.add_reader(0, _hear, loop, go, stop)
    await asyncio.wait(
        [asyncio.ensure_future(event.wait()) for event in (go, stop)], return_when="FIRST_COMPLETED"
    )
    if stop.is_set():
        return
    settings = directory.settings(bootstrap_servers(directory))
    await ROLES[role](settings, slot, stop, partial(keep_reporting, directory.run, slot))


def _hear(loop: asyncio.AbstractEventLoop, go: asyncio.Event, stop: asyncio.Event) -> None:
    """The parent holds the other end of standard input: a line means go, the end of file that it is gone."""
    if os.read(0, 64):
        go.set()
    else:
        loop.remove_reader(0)
        stop.set()


if __name__ == "__main__":
    sys.exit(main())
