"""What ends by itself: sessions and volumes are queued where something happens, and end a few at a time."""

from collections.abc import Callable, Sequence

from exchange.bonded.agenda import arm, ask_again
from exchange.bonded.fenced.state import Access
from exchange.bonded.fenced.words import Basis
from exchange.bonded.state import Bonded
from exchange.bonded.surroundings import BONDED_PLACE


def rests_on(bonded: Bonded, access: Access, origin_id: str) -> bool:
    """Whether a consignment or a source is behind what somebody sees or holds."""
    run = bonded.job_runs.get(access.job_run_id)
    return origin_id in access.consignment_ids or origin_id in (run.source_ids if run else access.source_ids)


def end_where(bonded: Bonded, basis: Basis, at: int, about: Callable[[Access], bool]) -> None:
    """Have all sessions and volumes ended that something is about."""
    end_later(bonded, _about(bonded, about), basis, at)


def end_later(bonded: Bonded, names: Sequence[str], basis: Basis, at: int) -> None:
    """Have sessions ended, and volumes closed, sealed or condemned, as the reason asks for."""
    waiting = {name for name, _ in bonded.fenced.ending}
    bonded.fenced.ending += [(name, basis) for name in names if name not in waiting]
    arm(bonded, at)


def _about(bonded: Bonded, about: Callable[[Access], bool]) -> list[str]:
    return sorted(name for name, access in bonded.fenced.open.items() if about(access))


def end_of_run(bonded: Bonded, job_run_id: str, at: int) -> None:
    """Nobody works on it any more, and what was written is sealed."""
    end_where(bonded, "job_ended", at, lambda each: each.kind == "session" and each.job_run_id == job_run_id)
    volume_id = bonded.fenced.volume_of.get(job_run_id)
    if volume_id is not None:
        end_later(bonded, (volume_id,), "job_ended", at)


def end_of_consignment(bonded: Bonded, consignment_id: str, basis: Basis, at: int) -> None:
    """Nobody sees or holds any of it any more."""
    end_where(bonded, basis, at, lambda each: consignment_id in each.consignment_ids)


def condemn(bonded: Bonded, subject_id: str, at: int) -> None:
    """What lies on the volume of a consignment or a job run is gone from the books, and is to be deleted."""
    volume_id = bonded.fenced.volume_of.get(subject_id)
    if volume_id is not None and not bonded.fenced.volumes[volume_id].condemned:
        end_later(bonded, (volume_id,), "gone", at)


def look_again_where(bonded: Bonded, at: int, about: Callable[[Access], bool]) -> None:
    """Have the fence asked again about sessions and volumes that something is about."""
    for name in _about(bonded, about):
        ask_again(bonded, name, at)


def look_again_from_outside(bonded: Bonded, consignment_id: str, at: int) -> None:
    """How the balance of a consignment stands matters to whoever looks at it from outside the zone."""
    look_again_where(
        bonded,
        at,
        lambda each: each.seen_from != BONDED_PLACE and consignment_id in each.consignment_ids,
    )
