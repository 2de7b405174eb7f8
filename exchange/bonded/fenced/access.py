"""The fence, as asked about whoever is to see or to hold bonded data, and again when something has changed.

Looking takes data to where the eyes are: who looks from outside the zone is asked about as if it went there. Who looks
from inside takes nothing out, so that the balance of what is seen does not matter, and works, as a job does, in the
name of whoever handed the data over.
"""

from collections.abc import Sequence
from typing import NamedTuple

from exchange.bonded.crossing import Move, behind_it, exported_key
from exchange.bonded.fenced.facts import AccessContinued, SessionEnded, VolumeRevoked
from exchange.bonded.fenced.state import Access
from exchange.bonded.fenced.words import Basis
from exchange.bonded.fencing import Answer, Rulesets, ask
from exchange.bonded.origins import lots_among, lots_apart, origins_of
from exchange.bonded.persons.counting import look_counted
from exchange.bonded.routes import route_to
from exchange.bonded.state import Bonded
from exchange.bonded.surroundings import BONDED_PLACE
from exchange.bonded.taint import carried_into
from exchange.bonded.values import Carried, ItemRange
from exchange.fence.decision import codes_of
from exchange.kernel.bases import Cause, Fact
from exchange.kernel.persons import MAINLAND

TOGETHER_MAX = 100
"""Sessions and volumes of which one answer says how they stand, or that end in one step."""


class Sight(NamedTuple):
    """What is to be seen, by whom, and from where."""

    processor_id: str
    seen_from: str
    job_run_id: str
    items: tuple[ItemRange, ...]
    consignment_ids: tuple[str, ...]
    source_ids: tuple[str, ...]


def sight_of_run(bonded: Bonded, job_run_id: str, seen_from: str) -> Sight:
    """All that goes into a job run."""
    run = bonded.job_runs[job_run_id]
    started = run.started
    return Sight(
        started.processor_id, seen_from, job_run_id, started.items, started.consignment_ids, run.source_ids
    )


def asked_about(bonded: Bonded, sight: Sight, subject: str, cause: Cause, rulesets: Rulesets) -> Answer:
    """The fence's answer to whether it may be seen."""
    return ask(bonded, _move(bonded, sight, cause), subject, cause, rulesets)


def decide_again(bonded: Bonded, access_id: str, cause: Cause, rulesets: Rulesets) -> Sequence[Fact]:
    """Ask the fence again about a session or a volume, and about all that it cannot tell apart from it."""
    sight = sight_of(bonded, bonded.fenced.open[access_id])
    waiting = [name for name in bonded.work.redecide if name in bonded.fenced.open]
    alike = [
        name for name in waiting if name != access_id and sight_of(bonded, bonded.fenced.open[name]) == sight
    ]
    names = (access_id, *alike[: TOGETHER_MAX - 1])
    answer = asked_about(bonded, sight, access_id, cause, rulesets)
    if answer.admitted:
        continued = AccessContinued(
            access_ids=names, decision_id=answer.fact.decision_id, holds_until=answer.until
        )
        return (answer.fact, continued, *looked_abroad(bonded, sight, access_id, cause.at))
    return (answer.fact, *(ended(bonded, name, "fence", codes_of(answer.fact)) for name in names))


def ended(
    bonded: Bonded, access_id: str, basis: Basis, codes: tuple[str, ...] = (), grounds: str = ""
) -> Fact:
    """That a session or the grant of a volume is over."""
    if bonded.fenced.open[access_id].kind == "session":
        return SessionEnded(session_id=access_id, basis=basis, codes=codes, grounds=grounds)
    return VolumeRevoked(volume_id=access_id, basis=basis, codes=codes, grounds=grounds)


def sight_of(bonded: Bonded, access: Access) -> Sight:
    """What a session or a volume lets somebody have now."""
    if access.job_run_id:
        return sight_of_run(bonded, access.job_run_id, access.seen_from)
    return Sight(
        access.processor_id,
        access.seen_from,
        "",
        access.items,
        access.consignment_ids,
        access.source_ids,
    )


def _move(bonded: Bonded, sight: Sight, cause: Cause) -> Move:
    processor = bonded.parties[sight.processor_id]
    consignments = [bonded.consignments[name] for name in sight.consignment_ids]
    keys = (
        exported_key(sight.processor_id, cause.at, "domestic"),
        exported_key(sight.processor_id, cause.at, "any"),
    )
    return Move(
        intent="access",
        origin=BONDED_PLACE,
        destination=sight.seen_from,
        exporter=processor,
        recipient=processor,
        behind=behind_it(bonded, (*sight.consignment_ids, *_sources(bonded, sight))),
        carried=_carried(bonded, sight),
        consignments=consignments,
        link_ids=route_to(bonded, sight.seen_from),
        purpose=consignments[0].proposed.purpose if consignments else "contract",
        remote_access_from=() if sight.seen_from == BONDED_PLACE else (sight.seen_from,),
        counted=(bonded.exported.get(keys[0], ()), bonded.exported.get(keys[1], ())),
    )


def looked_abroad(bonded: Bonded, sight: Sight, session_id: str, at: int) -> tuple[Fact, ...]:
    """The persons that a look from outside the mainland lets out, as far as they do not count already."""
    if sight.seen_from in MAINLAND:
        return ()
    names = tuple(dict.fromkeys((*sight.consignment_ids, *_sources(bonded, sight))))
    return look_counted(bonded, sight.processor_id, names, _carried(bonded, sight), session_id, at)


def _sources(bonded: Bonded, sight: Sight) -> Sequence[str]:
    """All sources behind what is seen; of a whole consignment, also its lots that are other data."""
    if sight.job_run_id:
        return sight.source_ids
    if sight.items:
        return lots_among(bonded, sight.items)
    return [each for name in sight.consignment_ids for each in lots_apart(bonded, name)]


def _carried(bonded: Bonded, sight: Sight) -> Sequence[Carried]:
    if not sight.job_run_id:
        seen = origins_of(bonded, sight.items) or (*sight.consignment_ids, *_sources(bonded, sight))
        return [bonded.origins[name].carried for name in seen]
    run = bonded.job_runs[sight.job_run_id]
    return carried_into(
        bonded, run.started.items, (*run.started.source_ids, *run.undeclared), run.started.output_ids
    )
