"""A worker as a process of a node: `python -m streams.node.child ROLE --data DIRECTORY --slot NAME`.

It waits for one line on standard input before it touches Kafka, so that it is loaded by the time Kafka is up.
It ends when it is asked to (SIGTERM, SIGINT) or when whoever started it is gone.
"""

import argparse
import asyncio
import logging
import os
import sys
from functools import partial
from pathlib import Path

from exchange.kernel.errors import ExchangeError
from streams.node.directory import DataDirectory, bootstrap_servers
from streams.node.logs import log_to_file
from streams.node.reporting import keep_reporting
from streams.node.stopping import Stop
from streams.worker import run_deciders, run_projections

# By name: run on its own, this module is called __main__.
log = logging.getLogger("streams.node.child")

ROLES = {"deciders": run_deciders, "projections": run_projections}


def main() -> int:
    """Run one role until asked to stop; 1, and why in the log, if it fails."""
    parser = argparse.ArgumentParser(prog="streams.node.child")
    parser.add_argument("role", choices=sorted(ROLES))
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--slot", required=True)
    arguments = parser.parse_args()
    directory = DataDirectory.open(arguments.data)
    log_to_file(directory.logs / f"{arguments.slot}.log")
    try:
        asyncio.run(_run(arguments.role, directory, arguments.slot))
    except ExchangeError as error:
        log.critical("%s ends: %s", arguments.slot, error)
        return 1
    except Exception as error:
        log.critical("%s ends: %r", arguments.slot, error, exc_info=True)
        return 1
    log.info("%s stopped", arguments.slot)
    return 0


async def _run(role: str, directory: DataDirectory, slot: str) -> None:
    stop, go = Stop(slot), asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(0, _hear, loop, go, stop)
    waiting = [asyncio.ensure_future(event.wait()) for event in (go, stop.event)]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for each in waiting:
        each.cancel()
    if stop.event.is_set():
        return
    log.info("%s starts as process %s", slot, os.getpid())
    settings = directory.settings(bootstrap_servers(directory))
    await ROLES[role](settings, slot, stop.event, partial(keep_reporting, directory.run, slot))


def _hear(loop: asyncio.AbstractEventLoop, go: asyncio.Event, stop: Stop) -> None:
    """The parent holds the other end of standard input: a line means go, the end of file that it is gone."""
    if os.read(0, 64):
        go.set()
    else:
        loop.remove_reader(0)
        stop()


if __name__ == "__main__":
    sys.exit(main())
