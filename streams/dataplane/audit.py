"""What the exchange itself finds when it hashes a range on the topic: the word that decides a dispute."""

from typing import NamedTuple

from streams.dataplane.digests import RangeDigest
from streams.dataplane.reader import StreamTail, start_of_claim
from streams.dataplane.source import RawSource


class Audited(NamedTuple):
    """How many records of a range lie in the topic, and the digest over them."""

    records: int
    digest: bytes


async def hash_range(
    bootstrap_servers: str, product_id: str, first: int, last: int, first_offset: int
) -> Audited:
    """Hash the accepted records `first`..`last`, as far as they lie in the topic now.

    Shape: reading begins at the claim that the record at `first_offset` names, so that a later claim
    before that offset voids it here as for everyone; the seller's word for the offset is not trusted further.
    Raises: Misuse if the stream has no topic, Unavailable if Kafka cannot be reached.
    """
    digest = RangeDigest()
    async with RawSource(bootstrap_servers, product_id) as source:
        end = await source.end()
        tail = StreamTail(source, await start_of_claim(source, min(first_offset + 1, end)))
        async for accepted in tail.through(end):
            digest.add(record for record in accepted.records if first <= record.seq <= last)
            if accepted.records and accepted.records[-1].seq >= last:
                break
    return Audited(digest.count, digest.digest())
