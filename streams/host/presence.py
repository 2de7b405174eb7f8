"""A source topic that is missing is silently ignored by Faust: look before starting."""

from collections.abc import Mapping

from aiokafka import AIOKafkaClient

from exchange.kernel.errors import Misuse
from streams.kafka_access import access_to


async def verify_partition_counts(bootstrap_servers: str, topics: Mapping[str, int]) -> None:
    """Check that every topic exists with as many partitions as its owner counts on.

    Raises: Misuse naming all that differ.
    """
    client = AIOKafkaClient(**access_to(bootstrap_servers))
    try:
        await client.bootstrap()
        cluster = await client.fetch_all_metadata()
    finally:
        await client.close()
    wrong = []
    for topic, wanted in sorted(topics.items()):
        found = len(cluster.partitions_for_topic(topic) or ())
        if found != wanted:
            wrong.append(
                f"{topic} has {found} partitions instead of {wanted}" if found else f"{topic} does not exist"
            )
    if wrong:
        raise Misuse(f"{'; '.join(wrong)}: create topics first, with partition counts that stay as they are")
