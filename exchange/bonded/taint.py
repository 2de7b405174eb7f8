"""What data carries of where it came from, worked out by the fence's own rules of lineage.

Source: lineage.md section 3; rules.md section 6.
"""

from collections.abc import Iterable, Mapping, Sequence, Set

from msgspec.structs import replace

from exchange.bonded.origins import lots_among, origins_of
from exchange.bonded.state import Bonded, JobRun
from exchange.bonded.values import Carried, ItemRange
from exchange.fence.lineage import Taint, carried_through, source_taint
from exchange.kernel.descent import Inherited
from exchange.kernel.product import DataTraits


def carried_by_source(traits: DataTraits, mainland: Set[str]) -> Carried:
    """What a consignment or a source carries by its own description.

    Shape: data is important where it is core, or was notified or published as important.
    """
    domestic = traits.contains_pi and not mainland.isdisjoint(traits.collected_in)
    notified = traits.importance_basis in ("notified", "published")
    important = traits.category == "core" or (traits.category == "important" and notified)
    return as_carried(source_taint(traits.collected_in, domestic, important))


def with_unsaid(carried: Carried, unsaid: Inherited) -> Carried:
    """With what nobody has looked for since it was found: taken as being in it; which places it is from nobody says."""
    return replace(
        carried,
        domestic_pi=carried.domestic_pi or "domestic" in unsaid,
        important=carried.important or "important" in unsaid,
        complete=carried.complete and not unsaid,
        unsaid=unsaid,
    )


def carried_of_run(bonded: Bonded, run: JobRun, mainland: Set[str], since: Mapping[str, Carried]) -> Carried:
    """What a run's outputs carry now; `since` are runs that carry something else than is remembered."""
    started = run.started
    sources = [*started.source_ids, *run.undeclared, *origins_of(bonded, started.items)]
    inputs = [bonded.origins[name].carried for name in sources]
    for name in started.output_ids:
        behind = bonded.outputs[name].job_run_id
        inputs.append(since.get(behind) or carried_by_run(bonded, behind))
    taints = [as_taint(each) for each in inputs]
    return as_carried(carried_through(taints, started.keeps_separable, run.clears, mainland))


def sources_of_run(bonded: Bonded, run: JobRun, since: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """All sources and lots apart behind a run now; `since` are runs with others behind them than are remembered."""
    own = lots_among(bonded, run.started.items)
    names = dict.fromkeys((*run.started.source_ids, *run.undeclared, *own))
    for output_id in run.started.output_ids:
        behind = bonded.outputs[output_id].job_run_id
        names |= dict.fromkeys(since.get(behind, bonded.job_runs[behind].source_ids))
    return tuple(names)


def carried_into(
    bonded: Bonded, items: Sequence[ItemRange], source_ids: Iterable[str], output_ids: Iterable[str]
) -> list[Carried]:
    """What everything that goes into a job carries."""
    raw = dict.fromkeys((*origins_of(bonded, items), *source_ids))
    carried = [bonded.origins[name].carried for name in raw]
    return carried + [carried_by_run(bonded, bonded.outputs[name].job_run_id) for name in output_ids]


def carried_by_run(bonded: Bonded, job_run_id: str) -> Carried:
    """What is remembered of a completed run's outputs."""
    carried = bonded.job_runs[job_run_id].carried
    assert carried is not None
    return carried


def together(several: Iterable[Carried]) -> Taint:
    """What several things carry when they move as one: nothing is cleared, and what is separable stays so."""
    return carried_through([as_taint(each) for each in several], True, (), frozenset())


def as_taint(carried: Carried) -> Taint:
    """As the fence reckons with it."""
    return Taint(
        origins=frozenset(carried.origins),
        domestic_pi=carried.domestic_pi,
        important=carried.important,
        separable=carried.separable,
        complete=carried.complete,
    )


def as_carried(taint: Taint) -> Carried:
    """As facts have it."""
    return Carried(
        origins=tuple(sorted(taint.origins)),
        domestic_pi=taint.domestic_pi,
        important=taint.important,
        separable=taint.separable,
        complete=taint.complete,
    )
