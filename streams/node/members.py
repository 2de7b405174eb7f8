"""Which worker holds which partition, as the consumer group of the deciders says: also those on other machines."""

import asyncio
from collections.abc import Mapping

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment
from aiokafka.errors import KafkaError

from streams.kafka_access import access_to, out_of_reach
from streams.settings import DECIDERS_GROUP
from streams.topics import commands_topic
from streams.vocabulary import CONTEXTS

_ANSWER_S_MAX = 10.0
_UUID_CHARACTERS = 36


async def led_by_members(bootstrap_servers: str) -> Mapping[tuple[str, int], str]:
    """The slot that each context's partition is assigned to.

    Raises: Unavailable if Kafka does not say.
    """
    contexts = {commands_topic(context): context for context in CONTEXTS}
    held = await held_by_members(bootstrap_servers, DECIDERS_GROUP)
    return {(contexts[topic], number): slot for (topic, number), slot in held.items() if topic in contexts}


async def held_by_members(bootstrap_servers: str, group: str) -> Mapping[tuple[str, int], str]:
    """The slot that each topic's partition is assigned to in a consumer group.

    Raises: Unavailable if Kafka does not say.
    """
    admin = AIOKafkaAdminClient(**access_to(bootstrap_servers))
    try:
        async with asyncio.timeout(_ANSWER_S_MAX):
            await admin.start()
            (answer,) = await admin.describe_consumer_groups([group])
    except (KafkaError, OSError, TimeoutError) as error:
        said = f"Kafka at {bootstrap_servers} does not say who leads: {error!r}"
        raise await out_of_reach(bootstrap_servers, error, said) from error
    finally:
        await admin.close()
    ((_, _, _, _, _, members, *_),) = answer.groups
    return {
        (tp.topic, tp.partition): _slot(member_id)
        for member_id, _, _, _, assignment in members
        if assignment
        for tp in ConsumerProtocolMemberAssignment.decode(assignment).partitions()
    }


def _slot(member_id: str) -> str:
    """A static member's id is its slot, a dash and a UUID."""
    return member_id[: -_UUID_CHARACTERS - 1]
