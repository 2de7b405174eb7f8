"""How long Kafka keeps a fetch that it has nothing for."""

from typing import Any

from aiokafka import AIOKafkaConsumer


def wait_longer_for_all(consumer: AIOKafkaConsumer, wait_ms: int) -> None:
    """Have a fetch of all partitions that a broker leads here wait there for up to `wait_ms`.

    The first record of any of them ends it. A fetch without some of them, which are held or not yet taken from the
    buffer, comes back as soon as ever: these are asked for with the next.

    Shape: `consumer` is started, and reads nothing yet.
    """
    fetcher = consumer._fetcher
    actions, cluster = fetcher._get_actions_per_node, fetcher._client.cluster

    def patiently(assignment: Any) -> Any:
        found = actions(assignment)
        for node, request in found[0]:
            asked = sum(len(partitions) for _, partitions in request.topics)
            if asked == sum(cluster.leader_for_partition(tp) == node for tp in assignment.tps):
                request._max_wait_ms = wait_ms
        return found

    fetcher._get_actions_per_node = patiently
