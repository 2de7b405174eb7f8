"""Where to cut the topics of an exchange that goes on meanwhile, so that nothing refers to what is left out.

A fact refers to its command, and to the fact that a policy answered (`source`). A stream's facts refer to records that
were there before them. So: the journals' ends (a look), the commands' ends, then the journals' ends again. Commands
below their ends were sent for facts below the second look; facts below the first look answer commands below those
ends. Only what came in between is read for what it refers to, and the cut moved on until it holds all of that.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from exchange.kernel.bases import Recorded
from exchange.kernel.errors import Misuse
from exchange.registry.facts import ProductDrafted
from streams.codec import codec_for
from streams.journal import read_record
from streams.kafka_access import access_to, out_of_reach
from streams.log import PartitionLog
from streams.topics import commands_topic, journal_topic, stream_specs

Ends = dict[TopicPartition, int]


async def cut(bootstrap_servers: str, partitions: Mapping[str, int], *, all_streams: bool) -> Ends:
    """Up to where each partition of every topic is to be copied, all of it from offset 0 on.

    Shape: with `all_streams` every stream of the cluster is the exchange's, else those of products that it knows.

    Raises: Misuse if a topic no longer begins there; Unavailable if Kafka does not answer.
    """
    journals = _places(journal_topic, partitions)
    commands = _places(commands_topic, partitions)
    looked = await _ends(bootstrap_servers, journals)
    asked = await _ends(bootstrap_servers, commands)
    found = await _ends(bootstrap_servers, journals)
    causes = await _complete(bootstrap_servers, looked, found)
    for place in journals:
        command = TopicPartition(commands_topic(_context(place)), place.partition)
        asked[command] = max(asked[command], causes.get(place, -1) + 1)
    products = None if all_streams else await _products(bootstrap_servers, found)
    streams = [TopicPartition(spec.name, 0) for spec in await stream_specs(bootstrap_servers, products)]
    return {**asked, **found, **await _ends(bootstrap_servers, streams)}


def _places(topic: Callable[[str], str], partitions: Mapping[str, int]) -> list[TopicPartition]:
    return [TopicPartition(topic(context), n) for context, count in partitions.items() for n in range(count)]


def _context(journal: TopicPartition) -> str:
    return str(journal.topic).removesuffix(journal_topic(""))


async def _complete(bootstrap_servers: str, looked: Ends, found: Ends) -> Mapping[TopicPartition, int]:
    """Move `found` on until it holds every fact that another in it answers; give the highest cause after `looked`."""
    causes: dict[TopicPartition, int] = {}
    unread = {place: (looked[place], end) for place, end in found.items()}
    while unread:
        wanted: dict[TopicPartition, set[int]] = defaultdict(set)
        for place, (first, end) in unread.items():
            for recorded in (await _facts(bootstrap_servers, place, first, end)).values():
                causes[place] = max(causes.get(place, -1), recorded.meta.cause)
                if source := recorded.meta.source:
                    wanted[TopicPartition(source.topic, source.partition)].add(source.seq)
        unread = {}
        for place, seqs in wanted.items():
            end = await _end_with(bootstrap_servers, place, found[place], seqs)
            if end > found[place]:
                unread[place], found[place] = (found[place], end), end
    return causes


async def _products(bootstrap_servers: str, found: Ends) -> set[str]:
    """The stream products of the exchange: by its journal, for the tables may lag far behind."""
    products = set()
    for place, end in found.items():
        if place.topic == journal_topic("registry"):
            for recorded in (await _facts(bootstrap_servers, place, 0, end)).values():
                if isinstance(recorded.fact, ProductDrafted) and recorded.fact.product_type == "stream":
                    products.add(recorded.fact.product_id)
    return products


async def _end_with(bootstrap_servers: str, place: TopicPartition, first: int, seqs: set[int]) -> int:
    """The end of the last outcome after `first` with one of these facts; `first` if they all lie before it."""
    now = (await _ends(bootstrap_servers, [place]))[place]
    later = await _facts(bootstrap_servers, place, first, now)
    outcomes = (
        offset + recorded.meta.last - recorded.meta.index + 1
        for offset, recorded in later.items()
        if recorded.meta.seq in seqs
    )
    return max(outcomes, default=first)


async def _facts(
    bootstrap_servers: str, place: TopicPartition, first: int, end: int
) -> Mapping[int, Recorded]:
    found = {}
    if first < end:
        codec = codec_for(_context(place))
        async with PartitionLog(bootstrap_servers, place.topic, place.partition) as log:
            async for records in log.read(first, end):
                for record in records:
                    said = read_record(
                        codec, place.topic, place.partition, record.offset, record.value or b""
                    )
                    if isinstance(said, Recorded):
                        found[record.offset] = said
    return found


async def _ends(bootstrap_servers: str, places: Iterable[TopicPartition]) -> Ends:
    """The ends of partitions that all begin at 0."""
    places = list(places)
    if not places:
        return {}
    consumer = AIOKafkaConsumer(
        **access_to(bootstrap_servers),
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    try:
        await consumer.start()
        beginnings = await consumer.beginning_offsets(places)
        ends: Ends = dict(await consumer.end_offsets(places))
    except (KafkaError, OSError) as error:
        said = f"Kafka at {bootstrap_servers} does not say where its topics end: {error!r}"
        raise await out_of_reach(bootstrap_servers, error, said) from error
    finally:
        await consumer.stop()
    for place, beginning in beginnings.items():
        if beginning > 0:
            raise Misuse(
                f"{place.topic}/{place.partition} begins at offset {beginning}: records before it were deleted, and"
                " what is left of the exchange can no longer be backed up whole"
            )
    return ends
