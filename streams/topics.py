"""The topics of the exchange: their names, their settings, and the check that a cluster really has them so."""

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, for_code

from exchange.kernel.errors import TopicDiffers, Unavailable
from streams.kafka_access import access_to, out_of_reach

RECORD_BYTES_MAX = 2 << 20
_VISIBLE_S_MAX = 30.0
_LOOK_AGAIN_S = 0.05
_ALREADY_EXISTS = 36

# Nothing is ever cut back or compacted, and no replica that lags may lead: the journals are the only truth.
_KEPT = {
    "cleanup.policy": "delete",
    "retention.ms": "-1",
    "retention.bytes": "-1",
    "unclean.leader.election.enable": "false",
    "compression.type": "producer",
    "max.message.bytes": str(RECORD_BYTES_MAX),
}
# The broker's clock is the one that every command's time derives from.
_COMMANDS = {**_KEPT, "message.timestamp.type": "LogAppendTime"}
# Facts and records carry a time of their own, which a shifted clock may put far ahead of the broker's.
_WRITTEN = {
    **_KEPT,
    "message.timestamp.type": "CreateTime",
    "message.timestamp.before.max.ms": "9223372036854775807",
    "message.timestamp.after.max.ms": "9223372036854775807",
}


class TopicSpec(msgspec.Struct, frozen=True):
    """A topic as it must be: what differs is an error, for partition counts and settings are never changed in place."""

    name: str
    partitions: int
    config: Mapping[str, str]


def commands_topic(context: str) -> str:
    """The topic on which a context is asked."""
    return f"{context}.commands"


def journal_topic(context: str) -> str:
    """The topic of a context's facts."""
    return f"{context}.journal"


def context_of(topic: str) -> str:
    """The context whose commands or facts a topic holds."""
    return topic.rpartition(".")[0]


def stream_topic(product_id: str) -> str:
    """The topic of a stream product's records."""
    return f"stream.{product_id}"


def context_topics(partitions: Mapping[str, int]) -> Sequence[TopicSpec]:
    """Commands and journal of each context, with as many partitions as the context has."""
    return [
        spec
        for context, count in partitions.items()
        for spec in (
            TopicSpec(commands_topic(context), count, _COMMANDS),
            TopicSpec(journal_topic(context), count, _WRITTEN),
        )
    ]


IDENTITY_TOPIC = "exchange.identity"
"""Says whose journals a Kafka keeps."""


def identity_spec() -> TopicSpec:
    """The topic that says whose journals these are."""
    return TopicSpec(IDENTITY_TOPIC, 1, _WRITTEN)


def stream_spec(product_id: str, partitions: int = 1) -> TopicSpec:
    """The topic of one stream product; a product's sequence is one partition's."""
    return TopicSpec(stream_topic(product_id), partitions, _WRITTEN)


def filling_spec(spec: TopicSpec) -> TopicSpec:
    """The topic while records with timestamps of their own are written into it, of however long ago."""
    return TopicSpec(spec.name, spec.partitions, _WRITTEN)


async def stream_specs(
    bootstrap_servers: str, products: Collection[str] | None = None
) -> Sequence[TopicSpec]:
    """The specs of the product streams that a cluster has, so that they are verified like everything else.

    Shape: with `products` only theirs, for on a cluster with other tenants a name alone says nothing.
    Raises: Unavailable if the cluster does not answer.
    """
    prefix = stream_topic("")
    names = sorted(await topic_names(bootstrap_servers))
    found = (name.removeprefix(prefix) for name in names if name.startswith(prefix))
    return [stream_spec(name) for name in found if products is None or name in products]


async def topic_names(bootstrap_servers: str) -> set[str]:
    """Every topic that a cluster has.

    Raises: Unavailable if the cluster does not answer.
    """
    async with _asking(bootstrap_servers) as admin:
        return set(await admin.list_topics())


async def ensure_topics(bootstrap_servers: str, specs: Sequence[TopicSpec], replication: int = 1) -> None:
    """Create the topics that are missing, then verify every one: partitions, replicas and each setting.

    Raises: Misuse naming topic, setting, what was found and what is wanted; Unavailable if the cluster does not answer.
    """
    await _see_to(bootstrap_servers, specs, replication, create=True)


async def verify_topics(bootstrap_servers: str, specs: Sequence[TopicSpec], replication: int = 1) -> None:
    """Verify every topic as `ensure_topics` does, and create none.

    Raises: as `ensure_topics`; Misuse also for a topic that is not there.
    """
    await _see_to(bootstrap_servers, specs, replication, create=False)


async def topic_differences(
    bootstrap_servers: str, specs: Sequence[TopicSpec], replication: int = 1
) -> Sequence[str]:
    """Everything in which a cluster's topics differ from `specs`, changing nothing.

    Raises: Unavailable if the cluster does not answer.
    """
    async with _asking(bootstrap_servers) as admin:
        there = set(await admin.list_topics())
        missing = [f"topic {spec.name} does not exist" for spec in specs if spec.name not in there]
        present = [spec for spec in specs if spec.name in there]
        return [*missing, *map(str, await _differences(admin, bootstrap_servers, present, replication))]


async def _see_to(
    bootstrap_servers: str, specs: Sequence[TopicSpec], replication: int, *, create: bool
) -> None:
    async with _asking(bootstrap_servers) as admin:
        missing = {spec.name for spec in specs} - set(await admin.list_topics())
        if missing and not create:
            raise TopicDiffers(
                f"{bootstrap_servers} has no topics {', '.join(sorted(missing))}; `exchange up` of this exchange"
                " creates them: start it first, or name the Kafka that has them"
            )
        if missing:
            await _create(admin, [spec for spec in specs if spec.name in missing], replication)
        for difference in await _differences(admin, bootstrap_servers, specs, replication):
            raise difference


@asynccontextmanager
async def _asking(bootstrap_servers: str) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(**access_to(bootstrap_servers))
    try:
        await admin.start()
        yield admin
    except (KafkaError, OSError, TimeoutError) as error:
        said = f"Kafka at {bootstrap_servers} does not answer about its topics: {error!r}"
        raise await out_of_reach(bootstrap_servers, error, said) from error
    finally:
        await admin.close()


async def set_settings(bootstrap_servers: str, specs: Sequence[TopicSpec], replication: int = 1) -> None:
    """Set every setting of topics that are there, and no others.

    Raises: Unavailable if the cluster does not answer.
    """
    admin = AIOKafkaAdminClient(**access_to(bootstrap_servers))
    try:
        await admin.start()
        await admin.alter_configs(
            [
                ConfigResource(
                    ConfigResourceType.TOPIC, spec.name, configs=wanted_settings(spec, replication)
                )
                for spec in specs
            ]
        )
    except (KafkaError, OSError, TimeoutError) as error:
        raise Unavailable(f"Kafka at {bootstrap_servers} does not set up its topics: {error!r}") from error
    finally:
        await admin.close()


async def _differences(
    admin: AIOKafkaAdminClient, servers: str, specs: Sequence[TopicSpec], replication: int
) -> list[TopicDiffers]:
    if not specs:
        return []
    partitions = await _differing_partitions(admin, specs, replication)
    return partitions + await _differing_settings(admin, servers, specs, replication)


async def _create(admin: AIOKafkaAdminClient, specs: Iterable[TopicSpec], replication: int) -> None:
    topics = [
        NewTopic(spec.name, spec.partitions, replication, topic_configs=wanted_settings(spec, replication))
        for spec in specs
    ]
    answer = await admin.create_topics(topics)
    for name, code, *said in answer.topic_errors:
        if code not in (0, _ALREADY_EXISTS):  # another worker may create it at the same moment
            reason = next((text for text in said if text), for_code(code).__name__)
            if for_code(code).retriable:
                raise for_code(code)(f"creating topic {name}")
            raise TopicDiffers(
                f"topic {name} could not be created with {replication} replicas: {reason}; "
                "create it by hand or start with settings this cluster can hold"
            )


async def _differing_partitions(
    admin: AIOKafkaAdminClient, specs: Iterable[TopicSpec], replication: int
) -> list[TopicDiffers]:
    found = await _describe(admin, {spec.name for spec in specs})
    differences = []
    for spec in specs:
        partitions = found[spec.name]
        if len(partitions) != spec.partitions:
            differences.append(_differs(spec.name, "partitions", len(partitions), spec.partitions, _FROZEN))
        replicas = min(len(partition["replicas"]) for partition in partitions)
        if replicas < replication:
            remedy = "reassign its partitions to more brokers"
            differences.append(_differs(spec.name, "replicas", replicas, replication, remedy))
    return differences


async def _describe(admin: AIOKafkaAdminClient, names: set[str]) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The partitions of each topic, once the cluster shows them all: a topic made just now takes a moment."""
    deadline = time.monotonic() + _VISIBLE_S_MAX
    while True:
        shown = {topic["topic"]: topic for topic in await admin.describe_topics() if not topic["error_code"]}
        if names <= set(shown):
            return {name: shown[name]["partitions"] for name in names}
        if time.monotonic() > deadline:
            unseen = ", ".join(sorted(names - set(shown)))
            raise Unavailable(f"Kafka does not show the topics {unseen}; look at its log and start again")
        await asyncio.sleep(_LOOK_AGAIN_S)


async def _differing_settings(
    admin: AIOKafkaAdminClient, servers: str, specs: Iterable[TopicSpec], replication: int
) -> list[TopicDiffers]:
    resources = [ConfigResource(ConfigResourceType.TOPIC, spec.name) for spec in specs]
    found: dict[str, dict[str, str]] = {}
    for answer in await admin.describe_configs(resources):
        for code, said, _, name, entries in (resource[:5] for resource in answer.resources):
            if code:
                raise Unavailable(
                    f"Kafka does not tell the settings of topic {name}: {said or for_code(code).__name__}"
                )
            found[name] = {entry[0]: entry[1] for entry in entries}
    return [
        _differs(
            spec.name,
            setting,
            found[spec.name].get(setting),
            wanted,
            f"kafka-configs --bootstrap-server {servers} --alter --entity-type topics --entity-name {spec.name}"
            f" --add-config {setting}={wanted} sets it (a tool of Apache Kafka; any other does as well)",
        )
        for spec in specs
        for setting, wanted in wanted_settings(spec, replication).items()
        if found[spec.name].get(setting) != wanted
    ]


def wanted_settings(spec: TopicSpec, replication: int) -> dict[str, str]:
    """The settings of `spec` on a cluster with so many replicas: all but one must hold what is acknowledged."""
    return {**spec.config, "min.insync.replicas": str(max(1, replication - 1))}


_FROZEN = (
    "partition counts are frozen, for keys would move: start with the count it has, or use a cluster or data "
    "directory without this topic"
)


def _differs(topic: str, setting: str, found: object, wanted: object, remedy: str) -> TopicDiffers:
    return TopicDiffers(f"topic {topic} has {setting} {found} where {wanted} is wanted; {remedy}")
