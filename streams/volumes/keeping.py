"""Has a port do what the journal says, and makes what it did and found into reports."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import NamedTuple

from exchange.bonded.fenced.commands import ReportEnforcement
from exchange.kernel.errors import Misuse
from streams.volumes.book import Book, Wanted
from streams.volumes.inspecting import STRAYS_MAX
from streams.volumes.port import Did, Found, VolumePort

_CHANGED = "is not what it was when it was sealed"


class Report(NamedTuple):
    """What is to be told. Shape: `id` is the same for the same step however often it is done."""

    id: str
    command: ReportEnforcement


class Keeper:
    """Guards all volumes of a book by a port.

    Shape: what was decided is done once by each keeper, and again by whoever comes after it; what is reported already
    in the same words is not reported again.
    """

    def __init__(self, port: VolumePort, book: Book) -> None:
        self._port = port
        self._book = book
        self._done: dict[str, int] = {}
        self._read = set[str]()

    def act(self) -> list[Report]:
        """Do what is to be done now, look at everything, and say what is new."""
        doing = {name: self._do(each) for name, each in self._book.volumes.items() if self._due(name, each)}
        for name in doing:
            self._done[name] = self._book.volumes[name].decided
        found = self._look(doing)
        return [*self._steps(doing, found), *self._inspections(found)]

    def _due(self, name: str, wanted: Wanted) -> bool:
        return self._done.get(name) != wanted.decided

    def _do(self, wanted: Wanted) -> Did:
        port, place = self._port, wanted.place
        steps: Mapping[str, Callable[[], Did]] = {
            "granted": lambda: port.grant(place, wanted.pool_id, wanted.mode, sealed=wanted.sealed),
            "revoked": lambda: port.revoke(place, sealed=wanted.sealed),
            "sealed": lambda: port.seal(place),
            "destroyed": lambda: port.destroy(place),
        }
        try:
            return steps[wanted.step]()
        except Misuse as error:
            return Did(False, str(error)[:200])

    def _look(self, doing: Collection[str]) -> Mapping[str, Found]:
        """What is on every volume; what is sealed is read once by each keeper, and when it was sealed just now."""
        there = {name: each for name, each in self._book.volumes.items() if each.step != "destroyed"}
        reading = {
            each.place
            for name, each in there.items()
            if each.sealed and (name in doing or name not in self._read)
        }
        found = self._port.inspect({each.place: each.pool_id for each in there.values()}, reading)
        self._read |= {name for name, each in there.items() if each.place in reading}
        return {name: found[each.place] for name, each in there.items()}

    def _steps(self, doing: Mapping[str, Did], found: Mapping[str, Found]) -> Iterator[Report]:
        limits = self._port.limits()
        for name, did in doing.items():
            wanted, seen = self._book.volumes[name], found.get(name, Found())
            command = ReportEnforcement(
                volume_id=name,
                step=wanted.step,
                done=did.done,
                detail=did.detail,
                limits=limits,
                files=seen.files,
                size_bytes=seen.size_bytes,
                merkle_root=seen.merkle_root,
            )
            said = wanted.said
            if said is None or (said.done, said.detail, said.limits) != (did.done, did.detail, limits):
                yield Report(f"volume-{name}-{wanted.decided}-{wanted.reports}-{wanted.step}", command)

    def _inspections(self, found: Mapping[str, Found]) -> Iterator[Report]:
        for name, seen in found.items():
            wanted = self._book.volumes[name]
            strays = (*_changed(wanted, seen), *seen.strays)[:STRAYS_MAX]
            known = wanted.inspected.strays if wanted.inspected else ()
            if strays == known:
                continue
            yield Report(
                f"volume-{name}-{wanted.decided}-{wanted.reports}-inspected",
                ReportEnforcement(
                    volume_id=name,
                    step="inspected",
                    done=True,
                    files=seen.files,
                    size_bytes=seen.size_bytes,
                    merkle_root=seen.merkle_root,
                    strays=strays,
                ),
            )


def _changed(wanted: Wanted, seen: Found) -> tuple[str, ...]:
    """What to say of a sealed volume that holds something else than when it was sealed."""
    seal, path = wanted.seal, f"{wanted.place.zone_id}/{wanted.place.subject_id} ({_CHANGED})"
    if seal is None:
        return ()
    known = wanted.inspected is not None and path in wanted.inspected.strays
    if seen.merkle_root is None:
        differs = (seen.files, seen.size_bytes) != (seal.files, seal.size_bytes)
    else:
        differs, known = seen.merkle_root != seal.merkle_root, False
    return (path,) if differs or known else ()
