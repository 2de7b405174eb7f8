"""What a consumer of aiokafka has fetched, as its compiled reader makes it and not wrapped once more.

aiokafka makes a `ConsumerRecord` of each record, which costs more than reading it did: its topic and partition are
known to whoever asked, its sizes and checksum to nobody of use.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.consumer.fetcher import FetchResult, PartitionRecords

NOBODY = -1
"""The producer id of batches that were not written idempotently."""


class Record(Protocol):
    """One record of a partition. Units: `timestamp` is milliseconds since 1970. Shape: as a `ConsumerRecord` has it."""

    @property
    def offset(self) -> int:
        """Where it stands."""
        ...

    @property
    def timestamp(self) -> int:
        """When it was appended, or written, as its topic says."""
        ...

    @property
    def key(self) -> bytes | None:
        """Its key."""
        ...

    @property
    def value(self) -> bytes | None:
        """Its value."""
        ...

    @property
    def headers(self) -> Sequence[tuple[str, bytes | None]]:
        """Its headers."""
        ...


See = Callable[[TopicPartition, PartitionRecords], None]


def see_to_fetched(consumer: AIOKafkaConsumer, see: See) -> None:
    """Have `see` look at what is fetched of a partition before any record of it is read.

    Shape: `consumer` is started, and reads nothing yet.
    """
    consumer._fetcher._records = _Fetched(see)


def as_read(place: TopicPartition, records: PartitionRecords) -> None:
    """Let records be those of aiokafka's compiled reader, whichever partition they are of."""
    records._consumer_record = _itself


def without_those_of(producer: AIOKafkaProducer, records: PartitionRecords) -> None:
    """Pass over the batches that a producer of this process wrote, by the id that Kafka gave to it alone.

    Shape: their checksums are compared as ever; what they hold is not unpacked. A producer that writes without an id
    has none passed over.
    """
    records._records = _Others(records._records, producer)


class _Fetched(OrderedDict[TopicPartition, Any]):
    """A fetcher's results, each seen to as it comes; errors stand among them."""

    def __init__(self, see: See) -> None:
        super().__init__()
        self._see = see

    def __setitem__(self, place: TopicPartition, result: Any) -> None:
        if type(result) is FetchResult:
            self._see(place, result._partition_records)
        super().__setitem__(place, result)


def _itself(place: TopicPartition, record: Any) -> Any:
    return record


class _Others:
    """Fetched batches, those of one producer emptied."""

    def __init__(self, batches: Any, producer: AIOKafkaProducer) -> None:
        self._batches = batches
        self._ids = producer._txn_manager
        self.has_next: Callable[[], bool] = batches.has_next

    def next_batch(self) -> Any:
        """As aiokafka asks for it."""
        batch = self._batches.next_batch()
        own = NOBODY if self._ids is None else self._ids.producer_id
        return _Emptied(batch) if own != NOBODY and batch.producer_id == own else batch


class _Emptied:
    """A batch of no records, where another one is."""

    is_control_batch = False
    is_transactional = False

    def __init__(self, batch: Any) -> None:
        self.base_offset, self.next_offset = batch.base_offset, batch.next_offset
        self.producer_id = batch.producer_id
        self.validate_crc: Callable[[], bool] = batch.validate_crc

    def __iter__(self) -> Iterator[Any]:
        return iter(())
