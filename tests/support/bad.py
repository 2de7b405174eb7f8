"""Records nobody should send, and what each of them gets for an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaProducer

from exchange.kernel.bases import Fact
from exchange.kernel.protocol import InputUnreadable, Refused
from tests.support.reckoning import Folded


@dataclass(frozen=True)
class Bad:
    """A record nobody should send. Shape: `wanted` are the kind of fact it gets, its reason, and words it says."""

    value: bytes | None
    wanted: tuple[type[Fact] | None, str, str]
    key: bytes | None = None


def unreadable(value: bytes | None, words: str, reason: str = "UNREADABLE") -> Bad:
    return Bad(value, (InputUnreadable, reason, words))


def refused(value: bytes, reason: str, words: str = "") -> Bad:
    return Bad(value, (Refused, reason, words))


def out_of_range(value: bytes, words: str) -> Bad:
    return refused(value, "VALUE_OUT_OF_RANGE", words)


def answer_to(folded: Folded, offset: int) -> Sequence[Fact]:
    outcome = folded.outcomes.get(offset)
    return [recorded.fact for recorded in outcome] if outcome else []


def fits(wanted: tuple[type[Fact] | None, str, str], found: Sequence[Fact]) -> bool:
    kind, reason, words = wanted
    if kind is None:
        return not found
    (fact,) = found
    said = f"{getattr(fact, 'subject', '')} {getattr(fact, 'detail', '')}"
    return isinstance(fact, kind) and getattr(fact, "reason", "") == reason and words in said


def raw_producer(servers: str, **settings: Any) -> AIOKafkaProducer:
    """Somebody else's producer: it checks nothing and sends whatever Kafka takes."""
    return AIOKafkaProducer(
        bootstrap_servers=servers, max_request_size=64 << 20, max_batch_size=64 << 20, **settings
    )
