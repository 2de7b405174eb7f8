"""What the queue of endings, and the end of a term, bring."""

from collections.abc import Sequence

from exchange.bonded.fenced.access import TOGETHER_MAX, ended
from exchange.bonded.fenced.facts import VolumeCondemned, VolumeSealed
from exchange.bonded.fenced.words import Basis
from exchange.bonded.state import Bonded
from exchange.kernel.bases import Fact


def endings(bonded: Bonded) -> Sequence[Fact]:
    """The first of those that are to end."""
    return [_ending(bonded, name, basis) for name, basis in bonded.fenced.ending[:TOGETHER_MAX]]


def out_of_time(bonded: Bonded, access_id: str) -> Sequence[Fact]:
    """Its term is over."""
    return (ended(bonded, access_id, "time"),)


def _ending(bonded: Bonded, name: str, basis: Basis) -> Fact:
    if name in bonded.fenced.volumes:
        if basis == "job_ended":
            return VolumeSealed(volume_id=name, basis=basis)
        if basis == "gone":
            return VolumeCondemned(volume_id=name, basis=basis)
    return ended(bonded, name, basis)
