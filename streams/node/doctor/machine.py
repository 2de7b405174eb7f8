"""What the machine gives: Python, packages, Java, jars, disk, files, ports."""

import re
import resource
import shutil
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.version import Version

from exchange.kernel.errors import Misuse
from streams.broker.jars import is_whole, jar_directory, read_lock
from streams.broker.java import OLDEST, find_java, java_version
from streams.broker.ports import why_not_free
from streams.node.directory import DataDirectory
from streams.node.doctor.finding import Finding, ok, warning, wrong
from streams.node.space import see_place

_GB, _DAY_S = 1 << 30, 86_400
_FREE_WRONG, _FREE_WARNING_BYTES = 1 * _GB, 5 * _GB
_DAYS_LEFT_MIN = 30
_GROWTH_AGE_S_MIN = 3_600
_FILES_WRONG, _FILES_WARNING = 1_024, 4_096
_LOCK = Path(__file__).resolve().parents[3] / "requirements" / "run.lock"


def python(version: tuple[int, int] = sys.version_info[:2]) -> Finding:
    """Is this a Python that everything here is made for?"""
    text = ".".join(map(str, version))
    if (3, 11) <= version <= (3, 14):
        return ok("python", text)
    return wrong(
        "python", f"{text}, where 3.11 to 3.14 is wanted", "`make PYTHON=/path/to/python3.12 install`"
    )


def packages(
    wanted: Iterable[str] | None = None, installed: Mapping[str, str] | None = None, lock: Path = _LOCK
) -> Iterator[Finding]:
    """Are the packages those that were declared, and those that were locked?"""
    declared = [Requirement(each) for each in (wanted or metadata.requires("corridor") or ())]
    needed = [each for each in declared if each.marker is None or each.marker.evaluate({"extra": ""})]
    found = installed or {
        _normal(each.metadata["Name"]): each.version
        for each in metadata.distributions()
        if each.metadata["Name"]
    }
    bad = [
        f"{each.name} {found.get(_normal(each.name), 'is missing')} where {each.specifier} is wanted"
        for each in needed
        if _normal(each.name) not in found
        or not each.specifier.contains(Version(found[_normal(each.name)]), prereleases=True)
    ]
    if bad:
        yield wrong("packages", "; ".join(bad), "`make install` installs what was tested together")
        return
    yield ok("packages", f"all {len(needed)} as declared")
    if not lock.exists():
        return
    locked = dict(_locked(lock.read_text()))
    other = [
        f"{name} {found[_normal(name)]} (locked: {version})"
        for name, version in locked.items()
        if _normal(name) in found and found[_normal(name)] != version
    ]
    if other:
        yield warning("locked versions", ", ".join(other), "`make install` installs what was tested together")
    else:
        yield ok("locked versions", f"all of {len(locked)} that are installed")


def _locked(lines: str) -> Iterator[tuple[str, str]]:
    for name, version, marker in re.findall(
        r"^([\w.-]+)==([^\s;\\]+)(?: *; *([^\\\n]+))?", lines, flags=re.MULTILINE
    ):
        if not marker or Marker(marker).evaluate():
            yield name, version


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def java(environ: Mapping[str, str] | None = None) -> Finding:
    """Is there a Java for the embedded Kafka?"""
    try:
        found = find_java(environ)
    except Misuse as error:
        return wrong("java", str(error).split(". ")[0], "`make install` adds one, or set JAVA_HOME")
    return ok("java", f"{java_version(found)} at {found} (at least {OLDEST})")


def jars(directory: Path | None = None) -> Finding:
    """Are the jars of the embedded Kafka there, to the last byte?"""
    directory, locked = directory or jar_directory(), read_lock()
    broken = [jar.artifact for jar in locked if not is_whole(jar, directory)]
    version = next(jar.version for jar in locked if jar.artifact.startswith("kafka_"))
    if not broken:
        return ok("kafka jars", f"Kafka {version}, {len(locked)} jars, all as locked")
    return warning(
        "kafka jars",
        f"{len(broken)} of {len(locked)} are missing or damaged in {directory} ({broken[0]} …)",
        "the next `exchange up` fetches them; they come from Maven's repository",
    )


def disk(directory: DataDirectory, free: int | None = None, now_s: float | None = None) -> Finding:
    """Is there room, and for how long at the pace of the past?"""
    left = shutil.disk_usage(directory.path).free if free is None else free
    used = _used(directory.path)
    age_s = (time.time() if now_s is None else now_s) - directory.identity.created_at / 1_000_000
    a_day = int(used * _DAY_S / age_s) if age_s > _GROWTH_AGE_S_MIN else None
    found = f"{_size(left)} free; the node takes {_size(used)}"
    found += f", {_size(a_day)} a day since it was made" if a_day is not None else ""
    remedy = f"give {directory.path} a larger disk: journals keep everything"
    if left < _FREE_WRONG:
        return wrong("disk", found, remedy)
    if left < _FREE_WARNING_BYTES:
        return warning("disk", found, remedy)
    if a_day and (days := left // a_day) < _DAYS_LEFT_MIN:
        return warning("disk", f"{found}: full in {days} days", remedy)
    return ok("disk", found)


def room(path: Path, free: int | None = None) -> Finding:
    """Is there room for a node where none is yet?"""
    try:
        there = see_place(path)
    except Misuse as error:
        said, _, remedy = str(error).partition("; ")
        return wrong("disk", said, remedy)
    left = shutil.disk_usage(there).free if free is None else free
    found, remedy = f"{_size(left)} free in {there}", "free some space there, or name another with --data"
    if left < _FREE_WRONG:
        return wrong("disk", found, remedy)
    return warning("disk", found, remedy) if left < _FREE_WARNING_BYTES else ok("disk", found)


def _used(path: Path) -> int:
    """What files really take: Kafka makes its indexes large and leaves them empty."""
    total = 0
    for file in path.rglob("*"):
        try:
            total += file.stat().st_blocks * 512 if file.is_file() else 0
        except FileNotFoundError:
            continue  # a log was turned over meanwhile
    return total


def _size(count: int) -> str:
    for unit, size in (("TiB", 1 << 40), ("GiB", _GB), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} bytes"


def open_files(limits: tuple[int, int] | None = None) -> Finding:
    """May a process open as many files as Kafka keeps open?"""
    soft, hard = limits or resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= _FILES_WARNING:
        return ok("open files", f"up to {'any number' if soft == resource.RLIM_INFINITY else f'{soft:,}'}")
    found = f"at most {soft:,} a process; Kafka keeps several open for every partition"
    remedy = "`ulimit -n 65536` in the shell (or LimitNOFILE= of the service) that starts the node"
    if hard != resource.RLIM_INFINITY and hard < _FILES_WARNING:
        remedy += f"; the hard limit is {hard:,}, which root has to raise"
    return wrong("open files", found, remedy) if soft < _FILES_WRONG else warning("open files", found, remedy)


def ports(remembered: Mapping[str, tuple[int, bool]]) -> Iterator[Finding]:
    """Can a node that is down have its ports again? Each by what it is for, and whether somebody asked for it."""
    for what, (port, asked) in remembered.items():
        why_not = why_not_free(port)
        if why_not is None:
            yield ok("port", f"{port} for {what} is free")
        elif asked:
            remedy = "free it, or choose another: `exchange up --http-port N` (0: any free one)"
            yield wrong("port", f"{port} for {what} was asked for and cannot be had: {why_not}", remedy)
        else:
            remedy = "nothing; the next `exchange up` moves to another, and clients have to be told"
            yield warning("port", f"{port} for {what} cannot be had: {why_not}", remedy)
