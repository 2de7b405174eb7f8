"""What guards fenced volumes: it does what was decided, says what it could not do, and what it cannot at all."""

from collections.abc import Collection, Mapping
from typing import Literal, NamedTuple, Protocol


class Place(NamedTuple):
    """Where a volume is: one for each consignment and each job run of a business zone."""

    zone_id: str
    subject_id: str


class Did(NamedTuple):
    """Whether something was done as decided, and what of it was not."""

    done: bool
    detail: str = ""


class Found(NamedTuple):
    """What is on a volume.

    Shape: `merkle_root` is `exchange.bonded.fenced.files.files_root` of it, None where contents were not read; `strays`
    are paths below the port's root that should not be, or not be like that.
    """

    files: int = 0
    size_bytes: int = 0
    merkle_root: bytes | None = None
    strays: tuple[str, ...] = ()


class VolumePort(Protocol):
    """Guards volumes. Everything may be asked again, and then changes nothing.

    Raises: Misuse for a name that can be no place of its own.
    """

    def grant(self, place: Place, pool_id: str, mode: Literal["read", "write"], *, sealed: bool) -> Did:
        """Let a pool of workers read, or write, what is on a volume; make the volume if it is not there."""

    def revoke(self, place: Place, *, sealed: bool) -> Did:
        """Let nobody have a volume."""

    def seal(self, place: Place) -> Did:
        """Let nobody have a volume, nor change it."""

    def destroy(self, place: Place) -> Did:
        """Delete a volume and all that is on it."""

    def inspect(self, places: Mapping[Place, str], reading: Collection[Place]) -> Mapping[Place, Found]:
        """What is on volumes, of which each has the pool that had it last; contents are read of those in `reading`.

        Shape: what lies outside every volume is a stray of the one by whose pool it was written, or else of the last.
        Raises: Unavailable if they cannot be looked at now.
        """

    def limits(self) -> tuple[str, ...]:
        """What it cannot enforce, a sentence each."""
