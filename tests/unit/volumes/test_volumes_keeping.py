"""What the journal decides is done on a disk, and what is found there goes back: an incident holds what is made."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from exchange.bonded import commands as asked
from exchange.bonded.facts import CaseOpened, CrossingDecided, IncidentReported
from exchange.bonded.fenced.commands import RevokeVolume
from exchange.bonded.fenced.facts import EnforcementReported
from exchange.kernel.bases import Fact
from exchange.kernel.protocol import Refused
from streams.volumes.book import Book
from streams.volumes.directories import Directories
from streams.volumes.keeping import Keeper, Report
from tests.unit.bonded.fenced_stage import a_pool, a_staffed_zone, granted, running
from tests.unit.bonded.stage import OPERATOR, PROCESSOR, ZoneStage, a_destruction, a_product, an_export, items


@pytest.fixture
def root() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)
        for path, _, _ in os.walk(made):
            os.chmod(path, 0o700)


class Guarded:
    """A zone, and a port that follows its journal."""

    def __init__(self, root: Path) -> None:
        self.zone: ZoneStage = a_staffed_zone()
        self.root = root
        self.groups = {"POOL-1": os.getegid()}
        self.begin()

    def begin(self) -> None:
        """Another process takes over: it knows nothing but the journal."""
        self._read = 0
        self.book = Book()
        self.keeper = Keeper(Directories(self.root, self.groups), self.book)

    def look(self) -> tuple[list[Report], list[Fact]]:
        """What is told, and what the zone makes of it."""
        self.zone.settled()
        self._hear()
        reports = self.keeper.act()
        facts = [fact for each in reports for fact in self.zone.ask(OPERATOR, each.command)]
        assert not [fact for fact in facts if isinstance(fact, Refused)], facts
        self.zone.settled()
        self._hear()
        return reports, facts

    def steps(self) -> list[tuple[str, bool]]:
        """What is told, shortly."""
        return [(each.command.step, each.command.done) for each in self.look()[0]]

    def _hear(self) -> None:
        fresh, self._read = self.zone.journal[self._read :], len(self.zone.journal)
        self.book.take((recorded,) for recorded in fresh)


def completed(guarded: Guarded, name: str, run: str) -> str:
    done = asked.CompleteJobRun(job_run_id=run, made=(a_product(items(name, 0, 99)),))
    guarded.zone.given(PROCESSOR, done)
    return guarded.zone.state.job_runs[run].made_ids[0]


def test_a_volume_from_its_grant_to_its_end(root: Path) -> None:
    guarded = Guarded(root)
    name, run = running(guarded.zone)
    granted(guarded.zone, run, "write")
    assert guarded.steps() == [("granted", True)]
    assert guarded.steps() == []
    made = root / "BZ-2" / run / "labels.json"
    made.write_bytes(b"{}")
    completed(guarded, name, run)
    reports, facts = guarded.look()
    (sealed,) = [each.command for each in reports]
    assert (sealed.step, sealed.done, sealed.files, sealed.size_bytes) == ("sealed", True, 1, 2)
    assert sealed.merkle_root is not None
    (said,) = [fact for fact in facts if isinstance(fact, EnforcementReported)]
    assert any("encrypted" in each for each in said.limits)
    granted(guarded.zone, run)
    assert guarded.steps() == [("granted", True)]
    assert made.stat().st_mode & 0o777 == 0o440


def test_what_was_decided_is_done_anew_after_a_restart_and_not_told_again(root: Path) -> None:
    guarded = Guarded(root)
    name, run = running(guarded.zone)
    granted(guarded.zone, run, "write")
    granted(guarded.zone, name)
    assert guarded.steps() == [("granted", True)] * 2
    raw = root / "BZ-2" / name
    os.chmod(raw, 0o777)
    guarded.begin()
    assert guarded.steps() == []
    assert raw.stat().st_mode & 0o777 == 0o750


def test_a_revoked_volume_is_closed(root: Path) -> None:
    guarded = Guarded(root)
    name = guarded.zone.admitted()
    volume = granted(guarded.zone, name)
    guarded.look()
    guarded.zone.given(PROCESSOR, RevokeVolume(volume_id=volume, grounds="Done."))
    assert guarded.steps() == [("revoked", True)]
    assert (root / "BZ-2" / name).stat().st_mode & 0o777 == 0o700


def test_a_volume_is_deleted_with_the_key_of_its_consignment(root: Path) -> None:
    guarded = Guarded(root)
    name = guarded.zone.admitted()
    granted(guarded.zone, name)
    guarded.look()
    (root / "BZ-2" / name / "raw").write_bytes(b"raw")
    guarded.zone.destroyed(a_destruction(name, items(name, 0, 9_999)))
    assert guarded.steps() == [("destroyed", True)]
    assert list((root / "BZ-2").iterdir()) == []
    guarded.begin()
    assert guarded.steps() == []


def test_a_file_outside_is_told_once_and_nothing_leaves_any_more(root: Path) -> None:
    guarded = Guarded(root)
    name, run = running(guarded.zone)
    granted(guarded.zone, run, "write")
    guarded.look()
    (root / "BZ-2" / "raw.csv").write_bytes(b"1")
    reports, facts = guarded.look()
    assert [(each.command.step, each.command.strays) for each in reports] == [
        ("inspected", ("BZ-2/raw.csv",))
    ]
    assert [type(fact) for fact in facts] == [EnforcementReported, IncidentReported, CaseOpened]
    assert guarded.steps() == [("revoked", True)]
    assert guarded.steps() == []
    output = completed(guarded, name, run)
    assert guarded.steps() == [("sealed", True)]
    decided, _ = guarded.zone.ask(PROCESSOR, an_export(output))
    assert isinstance(decided, CrossingDecided)
    assert "ZONE_FENCE" in decided.deciding_codes
    guarded.begin()
    assert guarded.steps() == []


def test_a_file_that_is_gone_again_is_told_too(root: Path) -> None:
    guarded = Guarded(root)
    granted(guarded.zone, guarded.zone.admitted())
    guarded.look()
    stray = root / "BZ-2" / "raw.csv"
    stray.write_bytes(b"1")
    guarded.look()
    stray.unlink()
    reports = [each.command for each in guarded.look()[0] if each.command.step == "inspected"]
    assert [each.strays for each in reports] == [()]


@pytest.mark.parametrize("size", ["as before", "another"])
def test_what_was_changed_after_it_was_sealed_is_found(root: Path, size: str) -> None:
    guarded = Guarded(root)
    name, run = running(guarded.zone)
    granted(guarded.zone, run, "write")
    guarded.look()
    made = root / "BZ-2" / run / "labels.json"
    made.write_bytes(b"{}")
    completed(guarded, name, run)
    guarded.look()
    os.chmod(made, 0o600)
    made.write_bytes(b"[]" if size == "as before" else b"[1]")
    if size == "as before":
        # Only whoever reads the contents sees that, which each new port does once.
        assert guarded.steps() == []
        guarded.begin()
    (report,) = guarded.look()[0]
    assert report.command.strays == (f"BZ-2/{run} (is not what it was when it was sealed)",)
    assert guarded.steps() == []


def test_a_name_that_is_no_directory_is_told_as_not_done(root: Path) -> None:
    guarded = Guarded(root)
    zone = "BZ/../2"
    guarded.zone.given(
        OPERATOR, asked.OpenBusinessZone(zone_id=zone, title="Elsewhere", place="CN-LG", seats=5)
    )
    name = guarded.zone.admitted(zone_id=zone)
    guarded.zone.given(PROCESSOR, a_pool(zone_id=zone))
    granted(guarded.zone, name)
    (report,) = guarded.look()[0]
    assert not report.command.done
    assert "can be no directory's name" in report.command.detail
    assert list(root.iterdir()) == []


def test_a_pool_without_a_group_is_told_as_not_done_and_as_done_once_it_has_one(root: Path) -> None:
    guarded = Guarded(root)
    guarded.groups.clear()
    guarded.begin()
    granted(guarded.zone, guarded.zone.admitted())
    assert guarded.steps() == [("granted", False)]
    guarded.groups["POOL-1"] = os.getegid()
    guarded.begin()
    assert guarded.steps() == [("granted", True)]
