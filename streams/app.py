"""A Faust app that hosts owners of partitions: built by a function, started inside whatever embeds it, never alone.

app = build_app(HostSettings(bootstrap_servers="127.0.0.1:9092", group="deciders", slot="deciders-0"))
app.serve(runner, {"market.commands": 4})
await run_app(app, stop)
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import faust
import msgspec
from aiokafka.errors import KafkaError
from faust.app.base import BootStrategy
from faust.auth import Credentials, SASLCredentials, SSLCredentials
from faust.types import StreamT
from faust.types.settings import Settings
from faust.types.transports import TransportT

from exchange.kernel.errors import ExchangeError, InvariantBroken, Misuse
from streams.host import TP, PartitionHost
from streams.host.failing import FailingSupervisor
from streams.host.no_tables import NoTables
from streams.host.partitions import Partitions
from streams.host.presence import verify_partition_counts
from streams.host.served import Served
from streams.host.transport import InLoopTransport, ThreadedTransport
from streams.kafka_access import Access, kafka_access, out_of_reach
from streams.loop_lag import LoopLag

log = logging.getLogger(__name__)

AT_LEAST_ONCE = "at_least_once"


class HostSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How an app meets Kafka.

    Units: seconds where a name ends in `_s`, milliseconds in `_ms`, bytes in `_bytes`.
    """

    bootstrap_servers: str
    """`host:port`, several with commas."""
    group: str
    """The consumer group: all workers that share the same topics."""
    slot: str | None = None
    """Names this worker's place in the group: restarted under the same name it gets its partitions back at once.

    One living process a slot: two under one name take it from each other again and again.
    """
    threaded: bool = False
    """Read in Faust's own consumer thread instead of the agents' loop: slower, and untouched by a held loop."""
    processing_guarantee: str = AT_LEAST_ONCE
    fetch_max_wait_ms: int = 20
    """How long Kafka keeps a fetch without some of the partitions: these wait for the next one."""
    fetch_idle_wait_ms: int = 200
    """How long it keeps a fetch of them all: no record waits for it, what else is asked of that broker does."""
    fetch_min_bytes: int = 1
    poll_records_max: int = 500
    buffered_batches_max: int = 32
    """Batches that may wait for one owner before its partitions are put aside; more if it has many partitions."""
    session_timeout_s: float = 6.0
    heartbeat_s: float = 1.0
    rebalance_timeout_s: float = 30.0
    """How long the group waits for one that was asked to give partitions back; below the request timeout."""
    request_timeout_s: float = 40.0
    commit_every_s: float = 0.5
    stop_timeout_s: float = 10.0
    """After this a stop is given up: the process ends with it, and what was not committed is read again."""
    lag_alarm_s: float = 1.0


class _NoEnvironment(Settings):
    """Faust lets environment variables override what the program says. Settings come in at our own door only."""

    def getenv(self, env_name: str) -> Any:
        return None


class _ConsumeOnly(BootStrategy):
    """No producer: Faust's is not idempotent, ours is the journal's."""

    enable_kafka_producer = False


class HostApp(faust.App):
    """The app. Public: `serve`, `fail`, `failure`, `ended`, `partitions.generation`, `committed`, `lag`, `settings`."""

    Settings = _NoEnvironment
    BootStrategy = _ConsumeOnly

    def __init__(self, settings: HostSettings, **options: Any) -> None:
        self.settings = settings
        self.failure: BaseException | None = None
        """What ended the app, if it did not end by being asked to."""
        self.ended = asyncio.Event()
        """Set as soon as the app stops or has failed."""
        self.lag = LoopLag(alarm_s=settings.lag_alarm_s)
        self.partitions = Partitions(self)
        super().__init__(settings.group, **options)
        # Signals live as long as the class: a strong reference would keep every app there ever was.
        self.on_rebalance_complete.connect(self.partitions.on_assigned, weak=True)
        self.on_partitions_revoked.connect(self.partitions.on_revoked, weak=True)

    def serve(self, host: PartitionHost, topics: Mapping[str, int]) -> None:
        """Give `host` every batch of `topics` (name to number of partitions); call before the app starts.

        Raises: Misuse when a topic has an owner already.
        """
        if taken := sorted(topics.keys() & self.partitions.batch_topics.keys()):
            raise Misuse(
                f"{', '.join(taken)} would have two owners in one app; serve it once, or in an app of its own"
            )
        served = Served(host, topics)
        self.partitions.serve(served)
        # A partition stops being read when the queue is four fifths full, and has one batch on its way by then: with
        # a fifth of the queue left for these, one slow owner never holds up what the others read.
        room = max(self.settings.buffered_batches_max, 5 * (1 + sum(topics.values())))
        # Not by `self.topic`, which forgets `maxsize`.
        channel = faust.Topic(
            self, topics=[*topics], value_serializer="raw", key_serializer="raw", maxsize=room
        )

        async def feed(stream: StreamT[Any]) -> None:
            try:
                await served.feed(stream)
            except Exception as error:
                self.fail(error)
                raise
            if not self.should_stop:
                self.fail(InvariantBroken(f"the agent of {', '.join(topics)} ended by itself"))

        self.agent(channel, name=f"{type(host).__name__}[{', '.join(topics)}]")(feed)

    async def committed(self, tps: frozenset[TP]) -> Mapping[TP, int]:
        """Where the group left off in `tps`, or their first offsets: for owners that keep no position of their own."""
        return await self.partitions.committed(tps)

    def fail(self, reason: BaseException) -> None:
        """End the app because of `reason`: nothing more is handed on, whoever runs it raises `reason`.

        Call it in the app's loop. The first reason counts, also one that comes up while the app stops.
        """
        if self.failure is None:
            fields = reason.fields if isinstance(reason, ExchangeError) else {}
            log.critical(
                "The app %s ends: %r", self.settings.group, reason, exc_info=reason,
                extra={"group": self.settings.group, **fields},
            )  # fmt: skip
            self._crash(reason)
            self.failure = reason

    def _crash(self, reason: BaseException) -> None:
        # Every crash in the tree of services comes by here, at times from the loop of the consumer's thread.
        if self.loop is not asyncio.get_running_loop():
            self.loop.call_soon_threadsafe(self._crash, reason)
            return
        if self.failure is None and not self._stopped.is_set():
            self.failure = reason
            self.partitions.end()
            self.hold_flow()
        self.ended.set()
        super()._crash(reason)

    def hold_flow(self) -> None:
        """Hand on nothing until the next assignment is taken over, and drop what waits in the agents' queues."""
        if self._consumer is not None:
            self._consumer.stop_flow()
        self.flow_control.suspend()
        self.flow_control.clear()

    async def on_start(self) -> None:
        await super().on_start()
        self.add_future(self.lag.watch())

    async def on_stop(self) -> None:
        """Owners finish first: what they acknowledge is committed when the consumer stops."""
        self.ended.set()
        self.hold_flow()
        try:
            await self.partitions.close()
        except Exception as error:
            log.exception("Letting go failed")
            self.failure = self.failure or error
        await super().on_stop()

    def _new_transport(self) -> TransportT:
        transport = ThreadedTransport if self.settings.threaded else InLoopTransport
        return transport(self.conf.broker_consumer, self)

    def _on_rebalance_when_stopped(self) -> None:
        """Nothing: stock closes the connection here, then cannot leave the group, which waits for the session's end."""

    def _create_directories(self) -> None:
        """None: directories are for Faust's tables."""


def build_app(settings: HostSettings) -> HostApp:
    """Build an app; serve hosts in it, then `run_app` or `running`. Starts nothing, opens nothing.

    Raises: Misuse for a processing guarantee that loses facts (design, section 10), or settings that cannot work.
    """
    if settings.processing_guarantee != AT_LEAST_ONCE:
        raise Misuse(
            f"processing_guarantee {settings.processing_guarantee!r} is refused: with today's Python clients it loses "
            f"and doubles; claims and positions in the journals do its work. Leave it at {AT_LEAST_ONCE!r}"
        )
    if not settings.rebalance_timeout_s < settings.request_timeout_s:
        raise Misuse(
            "rebalance_timeout_s must be below request_timeout_s, or joining a group times out by itself"
        )
    app = HostApp(
        settings,
        broker=";".join(f"kafka://{server.strip()}" for server in settings.bootstrap_servers.split(",")),
        broker_credentials=_credentials(kafka_access(settings.bootstrap_servers)),
        consumer_group_instance_id=settings.slot,
        consumer_auto_offset_reset="earliest",
        broker_max_poll_records=settings.poll_records_max,
        broker_session_timeout=settings.session_timeout_s,
        broker_heartbeat_interval=settings.heartbeat_s,
        broker_rebalance_timeout=settings.rebalance_timeout_s,
        broker_request_timeout=settings.request_timeout_s,
        broker_commit_interval=settings.commit_every_s,
        # By time only: committing while handing on would hold up everybody's records.
        broker_commit_every=10**9,
        stream_wait_empty=False,
        agent_supervisor=FailingSupervisor,
        TableManager=NoTables,
        processing_guarantee=AT_LEAST_ONCE,
        topic_allow_declare=False,
        topic_disable_leader=True,
        table_standby_replicas=0,
        web_enabled=False,
    )
    app.finalize()
    return app


def _credentials(access: Access) -> Credentials | None:
    """The same in Faust's words, which come to the options of aiokafka again."""
    if access.protocol == "PLAINTEXT":
        return None
    if access.user is None:
        return SSLCredentials(access.context)
    return SASLCredentials(
        username=access.user,
        password=access.password,
        mechanism=access.mechanism,
        ssl_context=access.context,
    )


@asynccontextmanager
async def running(app: HostApp) -> AsyncIterator[HostApp]:
    """Start `app` and wait until its first assignment is taken over; stop it in the end, whatever happens.

    Raises: Misuse for a topic that is missing or has other partitions; Unavailable without Kafka; or what the app
        failed of.
    """
    try:
        await _start(app)
        yield app
    finally:
        await _stop(app)
    _raise_failure(app)


async def run_app(app: HostApp, stop: asyncio.Event) -> None:
    """Run `app` until `stop` is set, and raise what it failed of if it ends by itself."""
    starting = asyncio.ensure_future(_start(app))
    ends = [asyncio.ensure_future(stop.wait()), asyncio.ensure_future(app.ended.wait())]
    try:
        await asyncio.wait([starting, *ends], return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (starting, *ends):
            task.cancel()
        await asyncio.wait([starting, *ends])
        await _stop(app)
    _raise_failure(app)


async def _start(app: HostApp) -> None:
    try:
        await verify_partition_counts(app.settings.bootstrap_servers, app.partitions.batch_topics)
        await app.start()
    except KafkaError as error:
        servers = app.settings.bootstrap_servers
        raise await out_of_reach(servers, error, f"Kafka at {servers} does not answer: {error}") from error
    _raise_failure(app)


async def _stop(app: HostApp) -> None:
    stopping = asyncio.ensure_future(app.stop())
    done, _ = await asyncio.wait([stopping], timeout=app.settings.stop_timeout_s)
    if done:
        stopping.result()
    else:
        log.error(
            "Stopping %s took more than %.0f s and is given up",
            app.settings.group,
            app.settings.stop_timeout_s,
        )
        stopping.cancel()


def _raise_failure(app: HostApp) -> None:
    if app.failure is not None:
        raise app.failure
