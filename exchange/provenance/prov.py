"""Runs as provenance in the sense of PROV: entities, activities, agents, and what ties them together.

Source: W3C PROV-DM and PROV-O; lineage.md section 2.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from exchange.provenance.model import Items, Run, Thing

EXCHANGE = "exchange"
"""The agent that is software: the exchange itself."""


class Use(NamedTuple):
    """An activity used an entity, or some items of it, from `at` on."""

    activity: str
    entity: str
    at: int
    items: tuple[Items, ...]


class End(NamedTuple):
    """An entity, or some items of it, was no more from `at` on."""

    entity: str
    at: int
    activity: str
    items: tuple[Items, ...]


@dataclass
class Entity:
    """Something; `thing` is the last that was said of it.

    Shape: only the first generation counts, a later one by another activity is an influence.
    """

    thing: Thing
    generated_at: int | None = None
    generated_by: str = ""
    influenced_by: list[str] = field(default_factory=list)


@dataclass
class Activity:
    """A run."""

    run: Run
    started_at: int | None = None
    ended_at: int | None = None
    failed: str = ""


@dataclass
class Provenance:
    """All of it, folded from runs in the order in which they are told."""

    entities: dict[str, Entity] = field(default_factory=dict)
    activities: dict[str, Activity] = field(default_factory=dict)
    uses: dict[tuple[str, str], Use] = field(default_factory=dict)
    ends: list[End] = field(default_factory=list)
    derived: dict[str, dict[str, None]] = field(default_factory=dict)
    behalf: dict[tuple[str, str], None] = field(default_factory=dict)
    pools: dict[str, str] = field(default_factory=dict)

    def extend(self, runs: Iterable[Run]) -> None:
        """Take in runs."""
        for run in runs:
            self.take(run)

    def take(self, run: Run) -> None:
        """Take in what is said of a run."""
        activity = self.activities.setdefault(run.key, Activity(run))
        if run.phase in ("start", "whole"):
            activity.started_at = run.at
        if run.phase != "start":
            activity.ended_at = run.at
            activity.failed = run.failed
        for thing in run.inputs:
            self._used(activity, run, thing)
        for thing in run.outputs:
            self._made(run, thing)
        self.ends += [End(each.name, run.at, run.key, each.items) for each in run.destroys]
        self._agents(run)

    def agents(self) -> tuple[str, ...]:
        """Participants, and the exchange, that did something, own something, or for whom it was done."""
        named = [each.run.agent for each in self.activities.values()]
        named += [each.thing.owner for each in self.entities.values()]
        named += [name for pair in self.behalf for name in pair]
        return tuple(sorted({name for name in named if name}))

    def _used(self, activity: Activity, run: Run, thing: Thing) -> None:
        """What an activity takes in it has from its beginning on."""
        self._entity(thing)
        began = run.at if activity.started_at is None else activity.started_at
        self.uses.setdefault((run.key, thing.name), Use(run.key, thing.name, began, thing.items))

    def _made(self, run: Run, thing: Thing) -> None:
        entity = self._entity(thing)
        if entity.generated_at is None and thing.change != "ALTER":
            entity.generated_at, entity.generated_by = run.at, run.key
        elif entity.generated_by != run.key:
            entity.influenced_by.append(run.key)
        # What a run only looks at anew is derived from nothing by it.
        sources = thing.made_from if thing.change != "ALTER" else _others(run, thing)
        self.derived.setdefault(thing.name, {}).update(dict.fromkeys(sources))

    def _entity(self, thing: Thing) -> Entity:
        entity = self.entities.setdefault(thing.name, Entity(thing))
        # What is said later is said with more knowledge, but what is left out then still holds.
        entity.thing = thing._replace(
            owner=thing.owner or entity.thing.owner,
            title=thing.title or entity.thing.title,
            version=thing.version or entity.thing.version,
            taint=thing.taint or entity.thing.taint,
        )
        return entity

    def _agents(self, run: Run) -> None:
        if run.agent and run.behalf and run.agent != run.behalf:
            self.behalf[(run.agent, run.behalf)] = None
        if run.pool:
            self.pools[run.pool] = run.agent


def _others(run: Run, thing: Thing) -> tuple[str, ...]:
    return tuple(each.name for each in run.inputs if each.name != thing.name) if thing.made_from else ()
