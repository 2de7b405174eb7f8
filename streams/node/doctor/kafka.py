"""What Kafka says: its topics and their settings, its clock, its journals beside what was read of them."""

import time
import uuid
from collections.abc import AsyncIterator, Mapping

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from exchange.kernel.bases import CommandMeta
from exchange.kernel.errors import ExchangeError, InvariantBroken
from exchange.kernel.position import JournalPosition
from exchange.kernel.protocol import POLICY_ACTOR, Tick
from exchange.kernel.time import DAY, HOUR
from exchange.store import Store, positions
from streams.codec import codec_for
from streams.journal import ENGINE_VERSION
from streams.kafka_access import access_to, kafka_access, out_of_reach
from streams.log import PartitionLog
from streams.node.directory import DataDirectory, Identity
from streams.node.doctor.finding import Finding, ok, unseen, warning, wrong
from streams.node.own_topics import own_topics
from streams.places import held
from streams.producers import producing
from streams.topics import commands_topic, journal_topic, topic_differences
from streams.vocabulary import CONTEXTS

_SKEW_WARNING_US, _SKEW_WRONG_US = 500_000, 5_000_000
_BEHIND_WARNING = 100_000


async def brokers(servers: str, identity: Identity) -> Finding:
    """Are there as many brokers as copies are wanted?"""
    admin = AIOKafkaAdminClient(**access_to(servers))
    try:
        await admin.start()
        cluster = await admin.describe_cluster()
    except (KafkaError, OSError, TimeoutError) as error:
        said = f"Kafka at {servers} does not answer: {error!r}"
        raise await out_of_reach(servers, error, said) from error
    finally:
        await admin.close()
    access = kafka_access(servers)
    found = f"{servers}, {access}, cluster {cluster['cluster_id']}, brokers: {len(cluster['brokers'])}"
    if len(cluster["brokers"]) < identity.replication:
        remedy = "start the brokers that are missing; writing waits while fewer than all but one are there"
        return wrong("kafka", f"{found}, where each record has {identity.replication} copies", remedy)
    return ok("kafka", found)


async def topics(servers: str, directory: DataDirectory) -> AsyncIterator[Finding]:
    """Is every topic there, with the partitions and settings it must have?"""
    specs = await own_topics(directory, servers)
    differences = await topic_differences(servers, specs, directory.identity.replication)
    for difference in differences:
        said, _, remedy = difference.partition("; ")
        yield wrong("topics", said, remedy or "`exchange up` makes it")
    if not differences:
        yield ok("topics", f"{len(specs)}, each with its partitions and settings")


async def clock(servers: str, identity: Identity) -> AsyncIterator[Finding]:
    """How far is the broker's clock, which stamps every command, from this machine's?

    Shape: one `Tick` is sent, which changes nothing where no deadline is due.
    """
    meta = CommandMeta(
        id=f"doctor-{uuid.uuid4()}", actor=POLICY_ACTOR, valid_until=_now_us() + identity.clock_shift_us + DAY
    )
    async with producing(servers) as producer:
        value = codec_for("registry").encode_command(meta, Tick())
        # The first one also waits for the topic's metadata.
        await producer.partitions_for(commands_topic("registry"))
        before = _now_us()
        sent = await producer.send_and_wait(commands_topic("registry"), value, partition=0)
        after = _now_us()
    yield skew(sent.timestamp * 1_000, before, after)


def skew(stamped_us: int, before_us: int, after_us: int) -> Finding:
    """What a stamp made between two moments says of the clock that made it."""
    # To the millisecond, which is what a stamp tells.
    off = max(before_us - 1_000 - stamped_us, stamped_us - after_us, 0)
    ahead = "ahead of" if stamped_us > after_us else "behind"
    if off == 0:
        return ok("clock", f"the broker's is this machine's, within {(after_us - before_us) // 1_000 + 1} ms")
    found = f"the broker's is {off / 1_000_000:.1f} s {ahead} this machine's"
    remedy = "keep both by NTP: deadlines and how long commands are valid go by the broker's"
    if off >= _SKEW_WRONG_US:
        return wrong("clock", found, remedy)
    return warning("clock", found, remedy) if off >= _SKEW_WARNING_US else ok("clock", found)


def shift(identity: Identity) -> Finding:
    """Does exchange time run with the clock?"""
    if identity.purpose == "durable":
        if identity.clock_shift_us:
            told = f"this durable node's is shifted by {identity.clock_shift_us:,} µs"
            return wrong(
                "exchange time", told, "make a node without a shift; this one's facts carry other times"
            )
        return ok("exchange time", "as the broker's clock")
    hours = identity.clock_shift_us // HOUR
    return ok(
        "exchange time", f"made as a {identity.purpose}: shifted by {hours:,} h, and may be shifted further"
    )


def _now_us() -> int:
    return time.time_ns() // 1_000


async def journals(servers: str, identity: Identity, store: Store) -> AsyncIterator[Finding]:
    """Does every journal hold what was read of it, and how much of it was not read yet?"""
    try:
        found = {(each.reader, each.topic, each.partition): each.position for each in positions(store)}
    except ExchangeError as error:
        yield unseen("journals", f"the database does not say what was read of them: {error}")
        return
    for context in CONTEXTS:
        for number in range(identity.partitions[context]):
            read = {
                reader: at
                for (reader, topic, n), at in found.items()
                if (topic, n) == (journal_topic(context), number)
            }
            async for finding in _journal(servers, context, number, read):
                yield finding


async def _journal(
    servers: str, context: str, number: int, read: Mapping[str, JournalPosition]
) -> AsyncIterator[Finding]:
    place, codec, bad = f"{context}/{number}", codec_for(context), False
    async with PartitionLog(servers, journal_topic(context), number) as journal:
        end = await journal.end()
        for reader, position in read.items():
            try:
                claimed = await held(journal, position, codec)
            except InvariantBroken as error:
                bad = True
                yield wrong(
                    "journals",
                    f"{place} ({reader}): {error}",
                    "`exchange rebuild` if the journal is right, else restore it",
                )
                continue
            if claimed is not None and claimed.engine_version > ENGINE_VERSION:
                bad = True
                told = f"{place} was led by engine {claimed.engine_version}, this is {ENGINE_VERSION}"
                yield wrong("engine", told, "run the version that led it, or a newer one")
            if (behind := end - position.offset) > _BEHIND_WARNING:
                bad = True
                remedy = "wait if a node runs (`exchange status` shows it move); else `exchange up`"
                yield warning("journals", f"{place}: {reader} are {behind:,} records behind", remedy)
    if not bad:
        behind = max((end - position.offset for position in read.values()), default=end)
        yield ok(
            "journals", f"{place}: {end:,} records, " + (f"{behind:,} not read yet" if behind else "all read")
        )
