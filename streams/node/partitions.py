"""A node's partitions: who leads each, and how far everybody is behind."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from exchange.kernel.errors import ExchangeError
from exchange.store import VIEWS_READER, open_store, positions
from streams.node.directory import DataDirectory, bootstrap_servers
from streams.node.ends import Ends, Place, ends
from streams.node.members import led_by_members
from streams.node.reports import Report
from streams.reacting import READER as POLICIES_READER
from streams.topics import journal_topic


class PartitionStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One partition of a context, as its topics and the tables say.

    Shape: `claim` is that of the last `Claimed` record and `leader` the worker that wrote it (None: never
    led, or Kafka does not answer); `led` whether a process that lives leads under that claim.
    Units: lags count records: commands not yet answered, journal records that the policies have not yet answered,
    and those not yet in the tables.
    """

    context: str
    partition: int
    leader: str | None = None
    claim: int | None = None
    led: bool = False
    seq: int | None = None
    commands: int | None = None
    commands_lag: int | None = None
    journal: int | None = None
    policies_lag: int | None = None
    tables_lag: int | None = None
    ignored: int = 0


async def partitions_of(
    directory: DataDirectory, alive: Sequence[Report], own: Collection[str]
) -> tuple[Sequence[PartitionStatus], list[str]]:
    """Every partition, and what kept one from being looked at."""
    places = [(context, n) for context, count in directory.identity.partitions.items() for n in range(count)]
    leads = {(lead["context"], lead["partition"]): lead for lead in _details(alive, "leads")}
    shown = {(each["topic"], each["partition"]): each for each in _details(alive, "projections")}
    problems: list[str] = []
    found: Mapping[Place, Ends] = {}
    elsewhere: Mapping[Place, str] = {}
    read: Mapping[tuple[str, str, int], int] | None = None
    try:
        servers = bootstrap_servers(directory)
        found = await ends(servers, places, {place: lead["claim"] for place, lead in leads.items()})
        if leads.keys() != set(places):
            # Of one's own the group may not know yet that they are gone.
            members = await led_by_members(servers)
            elsewhere = {place: slot for place, slot in members.items() if slot not in own}
    except ExchangeError as error:
        problems.append(str(error))
    try:
        read = await asyncio.to_thread(_read, directory)
    except ExchangeError as error:
        problems.append(str(error))
    return [
        _partition(
            place,
            found.get(place),
            leads.get(place),
            elsewhere.get(place),
            _offset(read, POLICIES_READER, place),
            _offset(read, VIEWS_READER, place),
            shown.get((journal_topic(place[0]), place[1]), {}).get("ignored", 0),
        )
        for place in places
    ], problems


def _details(reports: Sequence[Report], name: str) -> list[Mapping[str, Any]]:
    return [detail for report in reports for detail in report.details.get(name, ())]


def _read(directory: DataDirectory) -> Mapping[tuple[str, str, int], int]:
    """Up to which offset each reader has come in each journal partition."""
    store = open_store(directory.store_url)
    try:
        found = positions(store)
    finally:
        store.close()
    return {(p.reader, p.topic, p.partition): p.position.offset for p in found}


def _offset(read: Mapping[tuple[str, str, int], int] | None, reader: str, place: Place) -> int | None:
    return None if read is None else read.get((reader, journal_topic(place[0]), place[1]), 0)


def _partition(
    place: Place,
    end: Ends | None,
    lead: Mapping[str, Any] | None,
    elsewhere: str | None,
    reacted: int | None,
    shown: int | None,
    ignored: int,
) -> PartitionStatus:
    context, number = place
    if end is None:
        return PartitionStatus(context=context, partition=number, seq=lead["seq"] if lead else None)
    claim = end.claim if end.claim >= 0 else None
    led = lead["claim"] == claim if lead else elsewhere is not None and elsewhere == end.leader
    # Of a leader that does not report here the journal tells what it has answered.
    answered = lead["next_command"] if lead else end.answered
    return PartitionStatus(
        context=context,
        partition=number,
        leader=end.leader,
        claim=claim,
        led=led,
        seq=lead["seq"] if lead else None,
        commands=end.commands,
        commands_lag=_behind(end.commands, answered),
        journal=end.journal,
        policies_lag=_behind(end.journal, reacted),
        tables_lag=_behind(end.journal, shown),
        ignored=ignored,
    )


def _behind(end: int, reached: int | None) -> int | None:
    return None if reached is None else max(0, end - reached)


def problems_of(partitions: Sequence[PartitionStatus]) -> list[str]:
    """What is not as it should be, in words."""
    unled = [f"{each.context}/{each.partition}" for each in partitions if not each.led]
    return [f"not led: {', '.join(unled)}"] if unled else []
