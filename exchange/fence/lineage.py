"""Where data came from and what was mixed in, derived from the entities and jobs behind it.

Source: rules.md section 6, lineage.md section 3. What is not known of an entity is taken as present.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from typing import Literal

import msgspec

from exchange.kernel.bases import Value

Flag = Literal["domestic_pi", "important"]


class LineageEntity(Value, frozen=True, kw_only=True):
    """A dataset; the flags of a source are its own, those of any other come from the jobs that wrote it."""

    id: str
    source: bool
    origins: tuple[str, ...] = ()
    domestic_pi: bool | None = None
    important: bool | None = None


class LineageJob(Value, frozen=True, kw_only=True):
    """A run that made `outputs` from `inputs`; a passed report clears the flags named in `clears`."""

    id: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    keeps_separable: bool | None = None
    anonymisation_report: str | None = None
    clears: tuple[Flag, ...] = ()


class LineageGraph(Value, frozen=True, kw_only=True):
    """The entities and jobs behind `target`."""

    target: str
    entities: tuple[LineageEntity, ...]
    jobs: tuple[LineageJob, ...]


class Taint(msgspec.Struct, frozen=True):
    """What one entity carries. Shape: `assumed` says that it is important only as far as nobody says otherwise."""

    origins: frozenset[str] = frozenset()
    domestic_pi: bool = False
    important: bool = False
    separable: bool = True
    complete: bool = True
    assumed: bool = False


_UNKNOWN = Taint(domestic_pi=True, important=True, separable=False, complete=False, assumed=True)


def taint_of(graph: LineageGraph, mainland: Set[str]) -> Taint:
    """What the target of `graph` carries, over everything behind it."""
    entities = {entity.id: entity for entity in graph.entities}
    writers: dict[str, list[LineageJob]] = {}
    for job in graph.jobs:
        for output in job.outputs:
            writers.setdefault(output, []).append(job)
    found: dict[str, Taint] = {}
    for name in _sources_first(graph.target, writers):
        entity = entities.get(name)
        if entity is not None and entity.source:
            found[name] = _source(entity)
        else:
            found[name] = _written(name, entity, writers.get(name, []), found, mainland)
    return found[graph.target]


def _sources_first(target: str, writers: Mapping[str, list[LineageJob]]) -> Iterator[str]:
    """Every entity behind `target` after its inputs; one that is its own ancestor comes before some of them."""
    seen = {target}
    walk = [(target, _inputs(target, writers))]
    while walk:
        name, ahead = walk[-1]
        following = next((each for each in ahead if each not in seen), None)
        if following is None:
            walk.pop()
            yield name
        else:
            seen.add(following)
            walk.append((following, _inputs(following, writers)))


def _inputs(name: str, writers: Mapping[str, list[LineageJob]]) -> Iterator[str]:
    return (each for job in writers.get(name, ()) for each in job.inputs)


def _source(entity: LineageEntity) -> Taint:
    return source_taint(entity.origins, entity.domestic_pi, entity.important)


def source_taint(origins: Iterable[str], domestic_pi: bool | None, important: bool | None) -> Taint:
    """What a source carries; its flags are its own."""
    found = frozenset(origins)
    return Taint(
        origins=found,
        domestic_pi=domestic_pi is not False,
        important=important is not False,
        complete=bool(found),
        assumed=important is None,
    )


def _written(
    name: str,
    entity: LineageEntity | None,
    jobs: list[LineageJob],
    found: Mapping[str, Taint],
    mainland: Set[str],
) -> Taint:
    if entity is None or not jobs:
        return _UNKNOWN
    carried = [_through(job, found, mainland) for job in jobs]
    return Taint(
        origins=frozenset().union(*(each.origins for each in carried)),
        domestic_pi=any(each.domestic_pi for each in carried),
        important=any(each.important for each in carried),
        separable=all(each.separable for each in carried if each.domestic_pi),
        complete=all(each.complete for each in carried),
        assumed=_assumed(carried),
    )


def _through(job: LineageJob, found: Mapping[str, Taint], mainland: Set[str]) -> Taint:
    """What `job` carries into each of its outputs."""
    inputs = [found.get(each, _UNKNOWN) for each in job.inputs]
    clears = job.clears if job.anonymisation_report == "passed" else ()
    return carried_through(inputs, job.keeps_separable is True, clears, mainland)


def carried_through(
    inputs: Sequence[Taint], keeps_separable: bool, clears: Collection[str], mainland: Set[str]
) -> Taint:
    """What a job carries from its inputs into each output; `clears` are the flags that a passed report names."""
    origins = frozenset[str]().union(*(each.origins for each in inputs))
    important = any(each.important for each in inputs) and "important" not in clears
    bearers = [each for each in inputs if each.domestic_pi]
    return Taint(
        origins=origins - mainland if "domestic_pi" in clears else origins,
        domestic_pi=bool(bearers) and "domestic_pi" not in clears,
        important=important,
        separable=keeps_separable and all(each.separable for each in bearers),
        complete=bool(inputs) and all(each.complete for each in inputs),
        assumed=important and _assumed(inputs),
    )


def _assumed(inputs: Sequence[Taint]) -> bool:
    """Whether something is important, and nothing of it because somebody said so."""
    return any(each.assumed for each in inputs) and all(each.assumed for each in inputs if each.important)
