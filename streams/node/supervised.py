"""What every process under a supervisor does besides its work: arguments, log, waiting, ending.

It waits for one line on standard input before it begins, so that it is loaded by the time what it needs is up.
It ends when it is asked to (SIGTERM, SIGINT) or when whoever started it is gone.
"""

import argparse
import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from exchange.kernel.errors import ExchangeError
from streams.launch import loaded
from streams.node.directory import DataDirectory
from streams.node.logs import log_to_file
from streams.node.stopping import Stop

log = logging.getLogger(__name__)

Work = Callable[[DataDirectory, str, asyncio.Event], Awaitable[None]]
"""What a role does in a data directory, under a slot's name, until the event is set."""


def run_supervised(prog: str, roles: Mapping[str, Work]) -> int:
    """Run one of `roles` until asked to stop; 1, and why in the log, if it fails."""
    loaded()
    parser = argparse.ArgumentParser(prog=prog)
    parser.add_argument("role", choices=sorted(roles))
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--slot", required=True)
    arguments = parser.parse_args()
    directory = DataDirectory.open(arguments.data)
    log_to_file(directory, arguments.slot)
    try:
        asyncio.run(_run(roles[arguments.role], directory, arguments.slot))
    except ExchangeError as error:
        log.critical("%s ends: %s", arguments.slot, error, extra=error.fields)
        return 1
    except Exception as error:
        log.critical("%s ends: %r", arguments.slot, error, exc_info=True)
        return 1
    log.info("%s stopped", arguments.slot)
    return 0


async def _run(work: Work, directory: DataDirectory, slot: str) -> None:
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
    await work(directory, slot, stop.event)


def _hear(loop: asyncio.AbstractEventLoop, go: asyncio.Event, stop: Stop) -> None:
    """The parent holds the other end of standard input: a line means go, the end of file that it is gone."""
    if os.read(0, 64):
        go.set()
    else:
        loop.remove_reader(0)
        stop()
