"""A plain confluent-kafka loop: consume what is there, decide each record, produce its facts, flush, commit."""

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer

from tests.benchmarks.peers.deciding import PlainDecider, job
from tests.benchmarks.stamp import begun


def main() -> None:
    """Decide until told to stop."""
    work = job()
    consumer = Consumer(
        {
            "bootstrap.servers": work.bootstrap_servers,
            "group.id": work.group,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
        }
    )
    producer = Producer(
        {
            "bootstrap.servers": work.bootstrap_servers,
            "enable.idempotence": True,
            "linger.ms": 5,
            "batch.size": 256 * 1024,
        }
    )
    decider = PlainDecider(work.first, begun)
    consumer.subscribe([work.commands])
    while True:
        messages = consumer.consume(num_messages=500, timeout=0.05)
        for message in messages:
            for value in decider.decide(message.offset(), message.timestamp()[1], _value(message)):
                producer.produce(
                    work.facts,
                    value,
                    key=message.key(),
                    partition=message.partition(),
                    on_delivery=_delivered,
                )
            producer.poll(0)
        if messages:
            producer.flush()
            consumer.commit(asynchronous=True)


def _value(message: Message) -> bytes:
    if (error := message.error()) is not None:
        raise KafkaException(error)
    value = message.value()
    assert value is not None
    return value


def _delivered(error: KafkaError | None, message: Message) -> None:
    if error is not None:
        raise KafkaException(error)


if __name__ == "__main__":
    main()
