"""Journals are told of from where the last telling ended, and events arrive where they are sent."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest
from aiohttp import web

from exchange.kernel.errors import Misuse, Unavailable
from exchange.kernel.position import BEGINNING, JournalPosition
from exchange.provenance import events_of
from exchange.sdk.provenance import Telling, position_of, reached_of, send
from streams.client import Client
from streams.lineage_targets import Event, FileTarget, HttpTarget, KafkaTarget, Target, target_of
from streams.tail import Followed
from tests.support.openlineage import faults
from tests.unit.bonded.tables import a_story_of_consignments
from tests.unit.provenance.told import runs_in
from tests.unit.views.story import Journal, a_story, position_after

JOURNALS = (*a_story(), a_story_of_consignments())


class _Client:
    """Journals that lie still, or grow between two looks."""

    def __init__(self, *journals: Journal, shown: int = 10**9) -> None:
        self.partitions = {"registry": 1, "market": 2, "delivery": 1, "bonded": 1, "settlement": 1}
        self.journals = journals
        self.shown = shown

    async def history(
        self, context: str, partition: int, start: JournalPosition = BEGINNING
    ) -> AsyncIterator[Followed]:
        for journal in self.journals:
            if (journal.context, journal.partition) == (context, partition):
                position = BEGINNING
                for outcome in journal.outcomes[: self.shown]:
                    position = position_after((outcome,), position)
                    if position.seq > max(start.seq, 0) or start == BEGINNING:
                        yield Followed(outcome, position)


class _Kept(Target):
    def __init__(self) -> None:
        self.events: list[Event] = []

    def send(self, events: Any) -> None:
        self.events += events


def telling(client: _Client, after: str | None = None) -> Telling:
    return Telling(cast(Client, client), reached_of(after))


async def sent(client: _Client, after: str | None = None) -> tuple[list[Event], str]:
    kept, told = _Kept(), telling(client, after)
    assert await send(told, kept) == len(kept.events)
    return kept.events, position_of(told.reached)


def ids(events: list[Event]) -> set[tuple[str, str]]:
    return {(each["run"]["runId"], each["eventType"]) for each in events}


async def test_all_journals_are_told_of_once() -> None:
    events, _ = await sent(_Client(*JOURNALS))
    assert ids(events) == ids([each for run in runs_in(JOURNALS) for each in events_of(run)])
    assert len(ids(events)) == len(events)


async def test_what_is_told_later_is_what_came_since_and_knows_what_came_before() -> None:
    whole, _ = await sent(_Client(*JOURNALS))
    first, position = await sent(_Client(*JOURNALS, shown=9))
    rest, end = await sent(_Client(*JOURNALS), position)
    assert ids(first) | ids(rest) == ids(whole)
    assert ids(first) & ids(rest) == set()
    by_id = {(each["run"]["runId"], each["eventType"]): each for each in whole}
    assert all(by_id[each["run"]["runId"], each["eventType"]] == each for each in rest)
    assert (await sent(_Client(*JOURNALS), end)) == ([], end)


async def test_following_reads_on() -> None:
    client, kept = _Client(*JOURNALS, shown=9), _Kept()
    told = telling(client)
    first = await send(told, kept)
    client.shown = 10**9
    assert await send(told, kept) + first == len(kept.events) == len(ids(kept.events))
    assert await send(told, kept) == 0


EVENTS = [each for run in runs_in((a_story_of_consignments(),)) for each in events_of(run)]


async def test_a_file_has_an_event_a_line_and_is_begun_anew_unless_it_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    for append, count in ((False, 2), (True, 4), (False, 2)):
        target = target_of(str(file), "nowhere:1", append=append)
        await target.prepare()
        target.send(EVENTS[:2])
        lines = [json.loads(line) for line in file.read_text().splitlines()]
        assert lines == (EVENTS[:2] * 2)[:count]
    for place in (tmp_path, tmp_path / "nowhere" / "events.jsonl"):
        with pytest.raises(Misuse, match="can be no file"):
            FileTarget(place, append=False)


class _Receiver:
    """A lineage system that answers as it is told to."""

    def __init__(self) -> None:
        self.status = 201
        self.events: list[Event] = []
        self.bearers: set[str | None] = set()

    async def take(self, request: web.Request) -> web.Response:
        self.bearers.add(request.headers.get("Authorization"))
        if self.status == 201:
            self.events.append(await request.json())
        return web.Response(status=self.status)


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[_Receiver, str]]:
    made, app = _Receiver(), web.Application()
    app.router.add_post("/api/v1/lineage", made.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    yield made, f"http://127.0.0.1:{port}"
    await runner.cleanup()


async def test_an_endpoint_gets_valid_events_with_the_token(receiver: tuple[_Receiver, str]) -> None:
    made, address = receiver
    for url, token in ((address, None), (f"{address}/api/v1/lineage", "a-token")):
        target = target_of(url, "nowhere:1", token=token)
        await asyncio.to_thread(target.send, EVENTS[:3])
        target.close()
    assert made.events == EVENTS[:3] * 2
    assert made.bearers == {None, "Bearer a-token"}
    assert not any(faults(each) for each in made.events[:3])


async def test_an_endpoint_that_does_not_take_them_is_told_of(receiver: tuple[_Receiver, str]) -> None:
    made, address = receiver
    made.status = 401
    with pytest.raises(Misuse, match=r"answered 401 to run [0-9a-f-]{36}; check the address and the token"):
        await asyncio.to_thread(target_of(address, "").send, EVENTS[:1])
    made.status = 503
    with pytest.raises(Unavailable, match="does not take lineage events"):
        await asyncio.to_thread(target_of(address, "").send, EVENTS[:1])
    assert made.events == []


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("kafka://127.0.0.1:9", "names no topic"),
        ("kafka:///a/b", "names no topic"),
        ("kafka:///market.journal", "a topic that the exchange keeps for itself"),
        ("kafka:///stream.P-1", "a topic that the exchange keeps for itself"),
        ("ftp://somewhere", "is no file, no http"),
        ("http:///path", "names no host"),
    ],
)
def test_a_target_that_is_none_is_refused(given: str, says: str) -> None:
    with pytest.raises(Misuse, match=says):
        target_of(given, "127.0.0.1:9")


def test_a_topic_is_on_the_nodes_own_kafka_unless_another_is_named() -> None:
    for given in ("kafka:///lineage", "kafka://127.0.0.1:9/lineage"):
        assert isinstance(target_of(given, "127.0.0.1:9"), KafkaTarget)


def test_a_position_of_something_that_tells_of_no_runs_is_refused() -> None:
    assert position_of(reached_of("registry/0/3,bonded/0/4")) == "bonded/0/4,registry/0/3"
    with pytest.raises(Misuse, match="'weather/0/1' is of no journal"):
        reached_of("weather/0/1")


def test_http_target_needs_a_host() -> None:
    with pytest.raises(Misuse, match="names no host"):
        HttpTarget("http://")
