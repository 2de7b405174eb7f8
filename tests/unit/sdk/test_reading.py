"""Where a buyer reads a range, whatever the seller says of offsets."""

from contextlib import AsyncExitStack
from typing import Any, cast

import pytest

from exchange.sdk import deliveries
from exchange.sdk.evidence import Evidence, Shelf
from streams.dataplane.source import RawSource
from tests.unit.dataplane.test_audit import Topic, a_stream
from tests.unit.sdk.test_evidence import evidence, opened, published


class Opened(Topic):
    """A topic that is opened as a source is."""

    async def __aenter__(self) -> RawSource:
        return cast(RawSource, self)

    async def __aexit__(self, *ended: object) -> None:
        return None


def inflated(first: int, last: int, by: int) -> Any:
    fact = published(first, last)
    values = {name: getattr(fact, name) for name in fact.__struct_fields__}
    return type(fact)(**(values | {"last_offset": fact.last_offset + by}))


def shelf(folded: Evidence, seq: int) -> Shelf:
    found = folded.shelf_at(seq)
    assert found is not None
    return found


@pytest.fixture
def topic(monkeypatch: pytest.MonkeyPatch) -> Topic:
    topic = Opened(a_stream(30))
    monkeypatch.setattr(deliveries, "RawSource", lambda *place: topic)
    return topic


@pytest.mark.parametrize("by", [0, 5, 1_000])
@pytest.mark.parametrize("begin", [0, 10, 20])
async def test_an_inflated_offset_makes_no_buyer_skip_records(topic: Topic, by: int, begin: int) -> None:
    folded = evidence(inflated(0, 9, by), inflated(10, 19, by), inflated(20, 29, by))
    seen: list[int] = []
    async with AsyncExitStack() as stack:
        reading = deliveries._Reading("nowhere", opened(), stack, 10)
        for first in range(begin, 30, 10):
            async for batch in reading.range(shelf(folded, first), first):
                seen += [record.seq for record in batch]
    assert seen == list(range(begin, 30))


async def test_a_leap_over_what_was_received_goes_on_from_the_last_record_read(topic: Topic) -> None:
    folded = evidence(inflated(0, 9, 0), inflated(10, 19, 1_000), published(20, 29))
    seen: list[int] = []
    async with AsyncExitStack() as stack:
        reading = deliveries._Reading("nowhere", opened(), stack, 10)
        for first in (0, 20):
            async for batch in reading.range(shelf(folded, first), first):
                seen += [record.seq for record in batch]
            topic.taken = 0
    assert seen == [*range(10), *range(20, 30)]
