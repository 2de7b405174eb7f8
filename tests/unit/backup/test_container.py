"""The file of a backup: whole or not there, and never in place of another."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from exchange.kernel.errors import AlreadyThere, BackupDamaged, Unavailable
from streams.backup.container import reading, writing


def test_what_is_not_finished_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="Kafka is away"):
        _broken_off(tmp_path / "a.backup")
    assert list(tmp_path.iterdir()) == []


def _broken_off(path: Path) -> None:
    with writing(path) as container:
        with container.member("first") as member:
            member.write(b"bytes")
        raise Unavailable("Kafka is away")


def test_what_is_there_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.backup").write_text("mine")
    with pytest.raises(AlreadyThere, match="is there already"), writing(tmp_path / "a.backup"):
        pass
    with pytest.raises(AlreadyThere, match="came to be there meanwhile"), writing(tmp_path / "b.backup"):
        (tmp_path / "b.backup").write_text("mine")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "a.backup": "mine",
        "b.backup": "mine",
    }


def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    with writing(tmp_path / "a.backup") as container, container.member("first", compress=True) as member:
        member.write(b"bytes" * 1_000)
    assert (tmp_path / "a.backup").stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(tmp_path / "a.backup") as archive:
        assert archive.read("first") == b"bytes" * 1_000
    with pytest.raises(BackupDamaged, match=r"has no manifest\.json"), reading(tmp_path / "a.backup"):
        pass


def test_a_full_disk_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    """A limit on the size of files fails a write as a full disk does; a process of its own has to bear it."""
    program = """
import resource, sys
from pathlib import Path
from exchange.kernel.errors import DiskFull
from streams.backup.container import writing
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
try:
    with writing(Path(sys.argv[1])) as container, container.member("first") as member:
        for _ in range(100):
            member.write(bytes(1_000))
except DiskFull as error:
    print(error)
"""
    ended = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "a.backup")],
        capture_output=True,
        text=True,
        check=False,
    )
    said = "a.backup cannot be written, and nothing is left of it (file too large); free some space"
    assert said in ended.stdout, ended
    assert list(tmp_path.iterdir()) == []
