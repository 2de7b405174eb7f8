"""Where lineage events go: a file, an HTTP endpoint or a topic, by the transports of the standard's own client.

Each event arrives at least once or is not counted as sent; receivers tell repeats by run and type.
Source: openlineage-python, transports file, http and kafka.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import requests
from confluent_kafka import KafkaError, KafkaException, Message
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.generated import parent_run
from openlineage.client.transport.file import FileConfig, FileTransport
from openlineage.client.transport.http import ApiKeyTokenProvider, HttpConfig, HttpTransport, TokenProvider
from openlineage.client.transport.http_common import DEFAULT_RETRY_CONFIG
from openlineage.client.transport.kafka import KafkaConfig, KafkaTransport

from exchange.kernel.errors import Misuse, NotWritable, Unavailable
from streams.kafka_access import librdkafka_settings
from streams.topics import TopicSpec, ensure_topics, topic_names

Event: TypeAlias = dict[str, Any]
FLUSH_S = 30.0
"""How long a topic may take to confirm what was sent."""
_ENDPOINT = "api/v1/lineage"
# Enough for a restart of a proxy; whoever follows for long is told soon.
_RETRY = {**DEFAULT_RETRY_CONFIG, "total": 3, "connect": 3, "read": 3, "backoff_factor": 0.1}


class Target(ABC):
    """Takes events, one after the other; used from one thread at a time.

    Shape: being made it only looks at what it is given; `prepare` opens what events go to.
    """

    async def prepare(self) -> None:
        """See that it is there. Raises: as `send`."""
        return

    @abstractmethod
    def send(self, events: Iterable[Event]) -> None:
        """Have them all arrive. Raises: Unavailable if they may not have; Misuse where they cannot."""

    def close(self) -> None:
        """Let go of what it holds."""
        return


class FileTarget(Target):
    """A line an event; what was there before stays only with `append`."""

    def __init__(self, path: Path, *, append: bool) -> None:
        if path.is_dir() or not path.absolute().parent.is_dir():
            raise Misuse(f"{path} can be no file: it is a directory, or lies in none; name another place")
        self._path, self._append = path, append
        self._transport = FileTransport(FileConfig(str(path), append=True))

    async def prepare(self) -> None:
        try:
            with self._path.open("a" if self._append else "w"):
                pass
        except OSError as error:
            said = f"{self._path} cannot be written ({error.strerror})"
            raise NotWritable(f"{said}; name another place") from error

    def send(self, events: Iterable[Event]) -> None:
        for event in events:
            try:
                self._transport.emit(as_run_event(event))
            except RuntimeError as error:
                raise Unavailable(f"{error}; free some space, or name another file") from error


class HttpTarget(Target):
    """An endpoint that takes an event a request; `token` is sent as a bearer."""

    def __init__(self, url: str, token: str | None = None) -> None:
        parts = urlsplit(url)
        if not parts.netloc:
            raise Misuse(f"{url} names no host; write it like http://127.0.0.1:5000/{_ENDPOINT}")
        self._url = f"{parts.scheme}://{parts.netloc}/"
        query = f"?{parts.query}" if parts.query else ""
        auth = TokenProvider({}) if token is None else ApiKeyTokenProvider({"apiKey": token})
        endpoint = (parts.path.strip("/") or _ENDPOINT) + query
        config = HttpConfig(url=self._url, endpoint=endpoint, auth=auth, retry=_RETRY)
        self._transport = HttpTransport(config)

    def send(self, events: Iterable[Event]) -> None:
        for event in events:
            try:
                self._transport.emit(as_run_event(event))
            except requests.HTTPError as error:
                status = "otherwise" if error.response is None else error.response.status_code
                said = f"{self._url} answered {status} to run {event['run']['runId']}"
                raise Misuse(f"{said}; check the address and the token") from error
            except requests.RequestException as error:
                raise Unavailable(f"{self._url} does not take lineage events: {error}") from error

    def close(self) -> None:
        self._transport.close()


class KafkaTarget(Target):
    """A topic; runs of one job, or of one parent, lie in one partition in their order.

    Shape: on the exchange's `own` Kafka the topic is made if it is not there.
    """

    def __init__(self, servers: str, topic: str, *, own: bool = False) -> None:
        if topic.endswith((".commands", ".journal")) or topic.startswith(("stream.", "exchange.")):
            raise Misuse(f"{topic} is named like a topic that the exchange keeps for itself; choose another")
        self._servers, self._topic = servers, topic
        self._own = own
        self._failed: list[KafkaError] = []
        self._transport: KafkaTransport | None = None

    async def prepare(self) -> None:
        if self._own and self._topic not in await topic_names(self._servers):
            await ensure_topics(self._servers, [TopicSpec(self._topic, 1, {})])
        self._opened()

    def _opened(self) -> KafkaTransport:
        if self._transport is None:
            settings = {**librdkafka_settings(self._servers), "message.timeout.ms": str(int(FLUSH_S * 1_000))}
            made = KafkaTransport(KafkaConfig(config=settings, topic=self._topic, flush=False))
            made.producer = _Confirmed(made.producer, self._failed)  # type: ignore[assignment]
            self._transport = made
        return self._transport

    def send(self, events: Iterable[Event]) -> None:
        transport = self._opened()
        self._failed.clear()
        try:
            for event in events:
                transport.emit(as_run_event(event))
            whole = transport.wait_for_completion(FLUSH_S)
        except (KafkaException, BufferError) as error:
            raise Unavailable(f"Kafka at {self._servers} does not take lineage events: {error}") from error
        if self._failed or not whole:
            why = str(self._failed[0]) if self._failed else f"nothing was confirmed within {FLUSH_S:g} s"
            raise Unavailable(f"topic {self._topic} at {self._servers} does not take lineage events: {why}")


class _Confirmed:
    """A producer whose failures are kept: the transport only logs them."""

    def __init__(self, producer: Any, failed: list[KafkaError]) -> None:
        self._producer = producer
        self._failed = failed

    def produce(self, **record: Any) -> None:
        self._producer.produce(**{**record, "on_delivery": self._arrived})
        self._producer.poll(0)

    def flush(self, timeout: float) -> int:
        return int(self._producer.flush(timeout))

    def _arrived(self, error: KafkaError | None, record: Message) -> None:
        if error is not None:
            self._failed.append(error)


def target_of(given: str, servers: str, *, append: bool = False, token: str | None = None) -> Target:
    """The target that a person names: a file, `http://…`, or `kafka://[HOST:PORT]/TOPIC`.

    Shape: without a host the topic is on `servers`. Raises: Misuse if it is none of these.
    """
    if given.startswith("kafka://"):
        host, _, topic = given.removeprefix("kafka://").partition("/")
        if not topic or "/" in topic:
            raise Misuse(f"{given} names no topic; write it like kafka:///openlineage.events")
        return KafkaTarget(host or servers, topic, own=not host)
    if given.startswith(("http://", "https://")):
        return HttpTarget(given, token)
    if "://" in given:
        raise Misuse(f"{given} is no file, no http:// or https:// and no kafka:// address")
    return FileTarget(Path(given), append=append)


def as_run_event(event: Event) -> RunEvent:
    """An event as the transports take it."""
    run, job = event["run"], event["job"]
    facets = dict(run["facets"])
    if (parent := facets.get("parent")) is not None:
        facets["parent"] = parent_run.ParentRunFacet(
            run=parent_run.Run(runId=parent["run"]["runId"], facets=None),
            job=parent_run.Job(**parent["job"], facets=None),
            producer=parent["_producer"],
        )
    return RunEvent(
        eventType=RunState[event["eventType"]],
        eventTime=event["eventTime"],
        producer=event["producer"],
        run=Run(runId=run["runId"], facets=facets),
        job=Job(namespace=job["namespace"], name=job["name"], facets=job["facets"]),
        inputs=[InputDataset(**each) for each in event["inputs"]],
        outputs=[OutputDataset(**each) for each in event["outputs"]],
    )
