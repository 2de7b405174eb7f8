"""The worker that decides and reacts, as `exchange up` runs it."""

import asyncio
import os
import signal

import msgspec

from streams.settings import ExchangeSettings
from streams.worker import run_deciders


async def main() -> None:
    """Decide until told to stop."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    settings = msgspec.json.decode(os.environ["BENCHMARK_JOB"], type=ExchangeSettings)
    await run_deciders(settings, "deciders-0", stop)


if __name__ == "__main__":
    asyncio.run(main())
