"""Reads whole topics with confluent-kafka and prints every record as one line of JSON:

pip install "confluent-kafka[avro,schemaregistry]"
python read.py BOOTSTRAP_SERVERS SCHEMA_REGISTRY TOPIC…
"""

import base64
import json
import signal
import sys
from datetime import UTC, datetime, timedelta

from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext

if len(sys.argv) < 4:
    sys.exit(__doc__)
signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # whoever reads may have seen enough
servers, registry, *topics = sys.argv[1:]
decode = AvroDeserializer(SchemaRegistryClient({"url": registry}))
consumer = Consumer({"bootstrap.servers": servers, "group.id": "reader", "enable.auto.commit": False})
ends = {}
for topic in topics:
    for partition in consumer.list_topics(topic).topics[topic].partitions:
        low, high = consumer.get_watermark_offsets(TopicPartition(topic, partition))
        if low < high:
            ends[topic, partition] = high
consumer.assign([TopicPartition(topic, partition, 0) for topic, partition in ends])


def plain(value: object) -> object:
    """What JSON has no words for: times as microseconds, bytes as base64."""
    if isinstance(value, datetime):
        return (value - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert isinstance(value, bytes)
    return base64.b64encode(value).decode()


while ends:
    message = consumer.poll(1.0)
    if message is None:
        continue
    if message.error():
        sys.exit(str(message.error()))
    topic, partition, offset = message.topic(), message.partition(), message.offset()
    if offset + 1 >= ends.get((topic, partition), 0):
        ends.pop((topic, partition), None)
    line = {"topic": topic, "partition": partition, "offset": offset}
    try:
        line["value"] = decode(message.value(), SerializationContext(topic, MessageField.VALUE))
    except Exception as error:  # noqa: BLE001 # anybody may write anything into a command topic; the next one may be fine
        line["unreadable"] = str(error)
    print(json.dumps(line, default=plain, ensure_ascii=False))
consumer.close()
