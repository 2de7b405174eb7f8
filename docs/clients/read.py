"""Reads whole topics with confluent-kafka and prints every record as one line of JSON:

pip install "confluent-kafka[avro,schemaregistry]"
python read.py BOOTSTRAP_SERVERS SCHEMA_REGISTRY TOPIC…
"""

import base64
import json
import signal
import sys
from datetime import UTC, datetime, timedelta

from confluent_kafka import Consumer, KafkaError, TopicPartition
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext

if len(sys.argv) < 4:
    sys.exit(__doc__)
signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # whoever reads may have seen enough
servers, registry, *topics = sys.argv[1:]
decode = AvroDeserializer(SchemaRegistryClient({"url": registry}))
# A partition's end is told by Kafka: the last offset may hold no record, where somebody's transaction left its mark.
settings = {"group.id": "reader", "enable.auto.commit": False, "enable.partition.eof": True}
consumer = Consumer({"bootstrap.servers": servers, **settings})
left = set()
for topic in topics:
    for partition in consumer.list_topics(topic).topics[topic].partitions:
        left.add((topic, partition))
consumer.assign([TopicPartition(topic, partition, 0) for topic, partition in left])


def plain(value: object) -> object:
    """What JSON has no words for: times as microseconds, bytes as base64."""
    if isinstance(value, datetime):
        return (value - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert isinstance(value, bytes)
    return base64.b64encode(value).decode()


while left:
    message = consumer.poll(1.0)
    if message is None:
        continue
    topic, partition, offset = message.topic(), message.partition(), message.offset()
    if message.error() and message.error().code() == KafkaError._PARTITION_EOF:
        left.discard((topic, partition))
        continue
    if message.error():
        sys.exit(str(message.error()))
    line = {"topic": topic, "partition": partition, "offset": offset}
    try:
        line["value"] = decode(message.value(), SerializationContext(topic, MessageField.VALUE))
    except Exception as error:  # noqa: BLE001 # anybody may write anything into a command topic; the next one may be fine
        line["unreadable"] = str(error)
    print(json.dumps(line, default=plain, ensure_ascii=False))
consumer.close()
