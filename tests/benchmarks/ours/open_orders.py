"""A market's partition with many open orders, and the memory that this process has before and after."""

import gc
import os
import time

import msgspec
import psutil

from exchange.kernel.partition import Asked, Partition
from exchange.kernel.time import HOUR
from streams.deciders import all_deciders
from tests.benchmarks.stamp import tell
from tests.benchmarks.workload import resting, setting_up


class Orders(msgspec.Struct, frozen=True):
    """How many."""

    count: int


def main(asked: Orders) -> None:
    """Fill the books, counting what it takes."""
    partition = Partition(all_deciders({"market": asked.count})["market"], 0)
    now_us = time.time_ns() // 1_000
    offset = 0
    for meta, command in setting_up(now_us + HOUR):
        partition.answer(offset, now_us, Asked(meta, command), claim=0)
        offset += 1
    gc.collect()
    open_before, before = len(partition.state.orders), psutil.Process().memory_info().rss
    for meta, command in resting(asked.count, now_us + HOUR):
        partition.answer(offset, now_us, Asked(meta, command), claim=0)
        offset += 1
    gc.collect()
    after = psutil.Process().memory_info().rss
    tell(
        orders=len(partition.state.orders) - open_before,
        bytes=after - before,
        snapshot=len(partition.written_down()),
    )


if __name__ == "__main__":
    main(msgspec.json.decode(os.environ["BENCHMARK_JOB"], type=Orders))
