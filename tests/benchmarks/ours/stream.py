"""A product stream as a seller's and a buyer's SDK publish and read it, without the exchange around them."""

import asyncio
import os
import sys

import msgspec

from streams.dataplane.digests import RangeDigest
from streams.dataplane.layout import STREAM_BEGINNING, StreamRecord
from streams.dataplane.publisher import Publisher
from streams.dataplane.reader import stream_tail
from tests.benchmarks.sampling import sampled
from tests.benchmarks.stamp import tell
from tests.benchmarks.stream_records import StreamJob, records, summed


async def publish(job: StreamJob) -> None:
    """Append under a claim, read everything back, cut and digest ranges."""
    given = list(records(job.count))
    publisher = Publisher(
        job.bootstrap_servers, job.product_id, seller="SE-1", worker="w", start=STREAM_BEGINNING
    )
    async with publisher:
        tell()
        with sampled(job.profile):
            ranges = [each async for each in publisher.publish(given)]
        tell(count=sum(each.count for each in ranges))


async def subscribe(job: StreamJob) -> None:
    """Accept by the claim rule, in order, and digest what came as a receipt needs it."""
    taken: list[StreamRecord] = []
    digest = RangeDigest()
    async with stream_tail(job.bootstrap_servers, job.product_id, STREAM_BEGINNING) as tail:
        tell()
        with sampled(job.profile):
            while len(taken) < job.count:
                accepted = await tail.take()
                digest.add(accepted.records)
                taken += accepted.records
            digest.digest()
        tell()
    tell(**summed((record.key, record.value) for record in taken))


if __name__ == "__main__":
    work = msgspec.json.decode(os.environ["BENCHMARK_JOB"], type=StreamJob)
    asyncio.run({"publish": publish, "subscribe": subscribe}[sys.argv[1]](work))
