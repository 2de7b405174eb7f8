"""Topics on a real Kafka: created once, verified always."""

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from exchange.kernel.errors import Misuse, Unavailable
from streams.broker.ports import free_port
from streams.topics import (
    TopicSpec,
    commands_topic,
    context_topics,
    ensure_topics,
    journal_topic,
    stream_spec,
    stream_specs,
    verify_topics,
)
from tests.support import unique_name


async def settings_of(bootstrap: str, topic: str) -> dict[str, str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
        return {entry[0]: entry[1] for entry in answer.resources[0][4]}
    finally:
        await admin.close()


async def alter(bootstrap: str, topic: str, settings: dict[str, str]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, settings)])
    finally:
        await admin.close()


async def test_missing_topics_are_created_and_a_second_start_finds_nothing_to_do(bootstrap: str) -> None:
    context = unique_name("market")
    specs = [*context_topics({context: 4}), stream_spec(unique_name("P"))]
    await ensure_topics(bootstrap, specs)
    await ensure_topics(bootstrap, specs)


async def test_everything_is_kept_for_ever(bootstrap: str) -> None:
    context, product = unique_name("market"), stream_spec(unique_name("P"))
    await ensure_topics(bootstrap, [*context_topics({context: 1}), product])
    for topic in (commands_topic(context), journal_topic(context), product.name):
        settings = await settings_of(bootstrap, topic)
        assert (settings["retention.ms"], settings["retention.bytes"]) == ("-1", "-1")
        assert settings["cleanup.policy"] == "delete"
        assert settings["unclean.leader.election.enable"] == "false"


async def test_the_broker_stamps_commands_and_writers_stamp_facts(bootstrap: str) -> None:
    context = unique_name("market")
    await ensure_topics(bootstrap, context_topics({context: 1}))
    stamps = [
        (await settings_of(bootstrap, name))["message.timestamp.type"]
        for name in (commands_topic(context), journal_topic(context))
    ]
    assert stamps == ["LogAppendTime", "CreateTime"]


@pytest.mark.parametrize(
    ("setting", "wrong"),
    [("retention.ms", "86400000"), ("cleanup.policy", "compact"), ("message.timestamp.type", "CreateTime")],
)
async def test_a_wrong_setting_is_named_with_what_was_found_and_wanted(
    bootstrap: str, setting: str, wrong: str
) -> None:
    (spec, *_) = context_topics({unique_name("market"): 1})
    await ensure_topics(bootstrap, [spec])
    await alter(bootstrap, spec.name, {**spec.config, setting: wrong})
    with pytest.raises(Misuse) as refusal:
        await ensure_topics(bootstrap, [spec])
    assert f"topic {spec.name} has {setting} {wrong} where {spec.config[setting]} is wanted" in str(
        refusal.value
    )
    assert f"--add-config {setting}={spec.config[setting]}" in str(refusal.value)


async def test_a_wrong_partition_count_is_named_with_what_was_found_and_wanted(bootstrap: str) -> None:
    context = unique_name("market")
    await ensure_topics(bootstrap, context_topics({context: 2}))
    with pytest.raises(
        Misuse, match=rf"topic {context}\.commands has partitions 2 where 3 is wanted; .*frozen"
    ):
        await ensure_topics(bootstrap, context_topics({context: 3}))


async def test_more_replicas_than_brokers_are_refused_with_the_topic_and_the_reason(bootstrap: str) -> None:
    spec = TopicSpec(unique_name("lonely"), 1, {})
    with pytest.raises(
        Misuse, match=rf"topic {spec.name} could not be created with 3 replicas: .*replication"
    ):
        await ensure_topics(bootstrap, [spec], replication=3)


async def test_fewer_replicas_than_wanted_are_named(bootstrap: str) -> None:
    spec = TopicSpec(unique_name("thin"), 1, {})
    await ensure_topics(bootstrap, [spec])
    with pytest.raises(Misuse, match=rf"topic {spec.name} has replicas 1 where 3 is wanted"):
        await ensure_topics(bootstrap, [spec], replication=3)


async def test_a_cluster_that_is_not_there_is_unavailable() -> None:
    nowhere = f"127.0.0.1:{free_port()}"
    with pytest.raises(Unavailable, match=nowhere):
        await ensure_topics(nowhere, context_topics({"market": 1}))


async def test_the_streams_that_a_cluster_has_are_verified_like_everything_else(bootstrap: str) -> None:
    product = stream_spec(unique_name("P"))
    await ensure_topics(bootstrap, [product])
    found = [spec for spec in await stream_specs(bootstrap) if spec.name == product.name]
    assert found == [product]
    await alter(bootstrap, product.name, {"retention.ms": "60000"})
    with pytest.raises(Misuse, match=rf"{product.name}.*retention\.ms"):
        await ensure_topics(bootstrap, found)
    await alter(bootstrap, product.name, {"retention.ms": "-1"})


async def test_a_stream_of_somebody_elses_is_left_alone(bootstrap: str) -> None:
    foreign, own = TopicSpec(f"stream.{unique_name('clicks')}", 6, {}), unique_name("P")
    await ensure_topics(bootstrap, [foreign, stream_spec(own)])
    assert await stream_specs(bootstrap, {own, "P-NOT-PUBLISHED"}) == [stream_spec(own)]
    assert await stream_specs(bootstrap, ()) == []


async def test_verifying_names_what_is_missing_and_what_differs_and_creates_nothing(bootstrap: str) -> None:
    context = unique_name("market")
    specs = context_topics({context: 1})
    for _ in range(2):
        with pytest.raises(
            Misuse, match=rf"no topics {context}\.commands, {context}\.journal; `exchange up`"
        ):
            await verify_topics(bootstrap, specs)
    await ensure_topics(bootstrap, specs)
    await verify_topics(bootstrap, specs)
    await alter(bootstrap, specs[1].name, {**specs[1].config, "retention.ms": "86400000"})
    with pytest.raises(Misuse, match=rf"topic {context}\.journal has retention\.ms 86400000"):
        await verify_topics(bootstrap, specs)
