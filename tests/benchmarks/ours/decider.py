"""The host of the deciders as a worker runs it, for one context."""

import asyncio
import signal
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

from exchange.kernel.bases import Cause, Command
from exchange.kernel.decider import Decider
from exchange.kernel.partition import Partition
from exchange.kernel.position import BEGINNING, JournalPosition
from streams.app import HostSettings, build_app, run_app
from streams.clock import Clock
from streams.deciders import all_deciders
from streams.deciding import DeciderHost
from streams.producers import producing
from streams.topics import commands_topic
from tests.benchmarks.peers.deciding import Job, job
from tests.benchmarks.sampling import Looks, sampled
from tests.benchmarks.stamp import begun
from tests.benchmarks.workload import FLOODED


class _NoSnapshots:
    async def load(self, partition: Partition[Any]) -> JournalPosition:
        return BEGINNING


def _watched(decider: Decider[Any], first: int, looks: Looks) -> Decider[Any]:
    """A decider that says when the measured part begins."""
    plain = decider.decide

    def decide(state: Any, command: Command, cause: Cause) -> Any:
        if cause.offset == first:
            looks.restart()
            begun()
        return plain(state, command, cause)

    return replace(decider, decide=decide)


async def _decide(work: Job, stop: asyncio.Event, looks: Looks) -> None:
    app = build_app(HostSettings(bootstrap_servers=work.bootstrap_servers, group=work.group, slot="decider"))
    deciders = {"market": _watched(all_deciders(FLOODED)["market"], work.first, looks)}
    async with AsyncExitStack() as stack:
        facts = await stack.enter_async_context(producing(work.bootstrap_servers, compression="zstd"))
        commands = await stack.enter_async_context(producing(work.bootstrap_servers))
        host = DeciderHost(
            work.bootstrap_servers, deciders, facts, commands, _NoSnapshots(), Clock(), "decider", app.fail
        )
        await host.start()
        stack.push_async_callback(host.stop)
        app.serve(host, {commands_topic("market"): 1})
        await run_app(app, stop)


async def main() -> None:
    """Decide until told to stop."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    work = job()
    with sampled(work.profile) as looks:
        await _decide(work, stop, looks)


if __name__ == "__main__":
    asyncio.run(main())
