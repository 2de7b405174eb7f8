"""The two kinds of worker, each one process: deciders with policies, and projections with snapshots."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any, Protocol

from exchange.delivery.commands import RuleOnRange
from exchange.delivery.facts import DigestsDiffered, RangeUnconfirmed
from exchange.kernel.bases import Fact, Recorded
from exchange.policies import Ask
from exchange.store import open_store
from streams.app import HostApp, HostSettings, build_app, run_app
from streams.dataplane.audit import Auditor
from streams.deciders import all_deciders
from streams.deciding import DeciderHost
from streams.metrics.instruments import AUDITING, AUDITS
from streams.producers import producing
from streams.projecting import ProjectionHost
from streams.reacting import Inquiry, PolicyHost
from streams.settings import DECIDERS_GROUP, PROJECTIONS_GROUP, ExchangeSettings
from streams.snapshots import StoredSnapshots
from streams.topics import commands_topic, journal_topic
from streams.vocabulary import CONTEXTS


class Reporting(Protocol):
    """What a worker tells of itself, for `status`."""

    def report(self) -> Mapping[str, Any]:
        """Plain values."""
        ...


Watch = Callable[[HostApp, Sequence[Reporting]], Awaitable[None]]
"""Follows a running worker, to publish what it reports."""


async def run_deciders(
    settings: ExchangeSettings, slot: str, stop: asyncio.Event, watch: Watch | None = None,
    contexts: Sequence[str] = CONTEXTS,
) -> None:  # fmt: skip
    """Decide and react until `stop` is set.

    Raises: whatever ended the worker; nothing that was acknowledged is lost by it.
    """
    app = build_app(
        HostSettings(bootstrap_servers=settings.bootstrap_servers, group=DECIDERS_GROUP, slot=slot)
    )
    known = all_deciders(settings.commands_per_second)
    deciders = {context: decider for context, decider in known.items() if context in contexts}
    store = open_store(settings.store_url)
    async with AsyncExitStack() as stack:
        facts = await stack.enter_async_context(producing(settings.bootstrap_servers, compression="zstd"))
        commands = await stack.enter_async_context(producing(settings.bootstrap_servers))
        deciding = DeciderHost(
            settings.bootstrap_servers,
            deciders,
            facts,
            commands,
            StoredSnapshots(store),
            settings.clock,
            slot,
            app.fail,
        )
        await deciding.start()
        stack.push_async_callback(deciding.stop)
        reacting = PolicyHost(
            settings.bootstrap_servers,
            commands,
            store,
            settings.partitions,
            _inquiries(settings.bootstrap_servers),
            app.fail,
        )
        app.serve(deciding, {commands_topic(context): settings.partitions[context] for context in deciders})
        app.serve(reacting, {journal_topic(context): settings.partitions[context] for context in deciders})
        await _run(app, stop, watch, (deciding, reacting))


async def run_projections(
    settings: ExchangeSettings, slot: str, stop: asyncio.Event, watch: Watch | None = None
) -> None:
    """Keep the tables up with the journals until `stop` is set."""
    app = build_app(
        HostSettings(bootstrap_servers=settings.bootstrap_servers, group=PROJECTIONS_GROUP, slot=slot)
    )
    store = open_store(settings.store_url)
    projecting = ProjectionHost(settings.bootstrap_servers, store, all_deciders())
    app.serve(projecting, {journal_topic(context): settings.partitions[context] for context in CONTEXTS})
    await _run(app, stop, watch, (projecting,))


async def _run(app: HostApp, stop: asyncio.Event, watch: Watch | None, hosts: Sequence[Reporting]) -> None:
    watching = asyncio.ensure_future(watch(app, hosts)) if watch else None
    if watching:
        watching.add_done_callback(lambda done: _watch_ended(app, done))
    try:
        await run_app(app, stop)
    finally:
        if watching:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)


def _watch_ended(app: HostApp, watching: "asyncio.Task[None]") -> None:
    """Nobody would see how a worker does whose watch has failed."""
    if not watching.cancelled() and (error := watching.exception()) is not None:
        app.fail(error)


def _inquiries(bootstrap_servers: str) -> Mapping[type[Fact], Inquiry]:
    """The exchange's auditor: where digests differ or receipts are missing, it hashes what lies in the topic."""
    auditor = Auditor(bootstrap_servers)

    async def audit(recorded: Recorded) -> Sequence[Ask]:
        fact = recorded.fact
        assert isinstance(fact, DigestsDiffered | RangeUnconfirmed)
        with AUDITING.time():
            count, digest = await auditor.hash(fact.product_id, fact.first, fact.last, fact.first_offset)
        AUDITS.labels("whole" if count == fact.last - fact.first + 1 else "missing").inc()
        ruling = RuleOnRange(
            product_id=fact.product_id, first=fact.first, last=fact.last, count=count, digest=digest
        )
        return (Ask(context="delivery", key=fact.product_id, command=ruling),)

    return {DigestsDiffered: audit, RangeUnconfirmed: audit}
