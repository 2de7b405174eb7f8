"""What the journal of bonded processing says of volumes: what each is to be, and what was reported of it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from exchange.bonded.fenced.facts import (
    EnforcementReported,
    VolumeCondemned,
    VolumeGranted,
    VolumeRevoked,
    VolumeSealed,
)
from exchange.bonded.fenced.words import Step
from exchange.kernel.bases import Outcome, Recorded
from streams.volumes.port import Place


@dataclass
class Wanted:
    """One volume as it was decided.

    Shape: `decided` numbers the decisions about it; `said` is what was reported of the last one, None while nothing
    was; `seal` of when it was sealed, and `strays` what was last found outside.
    """

    place: Place
    pool_id: str
    step: Step = "granted"
    mode: Literal["read", "write"] = "read"
    sealed: bool = False
    decided: int = 0
    reports: int = 0
    said: EnforcementReported | None = None
    seal: EnforcementReported | None = None
    inspected: EnforcementReported | None = None


@dataclass
class Book:
    """All volumes, by id, in the order in which they were first granted."""

    volumes: dict[str, Wanted] = field(default_factory=dict)

    def take(self, outcomes: Iterable[Outcome]) -> None:
        """Fold what happened."""
        for outcome in outcomes:
            for recorded in outcome:
                self._fold(recorded)

    def _fold(self, recorded: Recorded) -> None:
        match recorded.fact:
            case VolumeGranted() as granted:
                place = Place(granted.zone_id, granted.subject_id)
                wanted = self.volumes.setdefault(granted.volume_id, Wanted(place, granted.pool_id))
                wanted.pool_id, wanted.mode = granted.pool_id, granted.mode
                _decided(wanted, "granted")
            case VolumeRevoked(volume_id=volume_id):
                _decided(self.volumes[volume_id], "revoked")
            case VolumeSealed(volume_id=volume_id):
                self.volumes[volume_id].sealed = True
                _decided(self.volumes[volume_id], "sealed")
            case VolumeCondemned(volume_id=volume_id):
                _decided(self.volumes[volume_id], "destroyed")
            case EnforcementReported() as reported:
                _reported(self.volumes[reported.volume_id], reported)


def _decided(wanted: Wanted, step: Step) -> None:
    wanted.step = step
    wanted.decided += 1
    wanted.said = None


def _reported(wanted: Wanted, reported: EnforcementReported) -> None:
    wanted.reports += 1
    if reported.step == "inspected":
        wanted.inspected = reported
    elif reported.step == wanted.step:
        wanted.said = reported
    if reported.step == "sealed" and reported.merkle_root:
        # The first says what was there when it was sealed; whoever comes later compares.
        wanted.seal = wanted.seal or reported
