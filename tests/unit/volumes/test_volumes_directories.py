"""The port over directories: what modes and owners keep out, what it finds, what it says it cannot do."""

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from exchange.bonded.fenced.files import files_root
from exchange.kernel.errors import Misuse, Unavailable
from streams.volumes.directories import Directories, groups_named
from streams.volumes.inspecting import STRAYS_MAX
from streams.volumes.port import Did, Found, Place
from tests.unit.bonded.stage import digest
from tests.unit.volumes.others import ANNOTATORS, KEEPER, OTHERS, STRANGER, WORKER, as_user, tried

RAW, RUN = Place("BZ-2", "C-0.12.0"), Place("BZ-2", "J-0.13.0")
GROUPS = {"POOL-1": ANNOTATORS, "POOL-2": OTHERS}
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be several users")


@pytest.fixture
def root() -> Iterator[Path]:
    """A directory that other users can reach."""
    with tempfile.TemporaryDirectory() as made:
        os.chmod(made, 0o711)
        yield Path(made)
        for path, _, _ in os.walk(made):
            os.chmod(path, 0o700)


def port(root: Path) -> Directories:
    return Directories(root, GROUPS)


def at(root: Path, place: Place) -> Path:
    return root / place.zone_id / place.subject_id


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def frames(root: Path, place: Place = RAW) -> Path:
    """A frame that the owner put on a volume."""
    frame = at(root, place) / "L-1" / "0001.png"
    frame.parent.mkdir(parents=True)
    frame.write_bytes(b"frame")
    return frame


@root_only
def test_a_pool_reads_what_is_granted_for_reading_and_writes_nothing(root: Path) -> None:
    volumes = port(root)
    volumes.grant(RAW, "POOL-1", "read", sealed=False)
    frame = frames(root)
    assert volumes.grant(RAW, "POOL-1", "read", sealed=False) == Did(True)
    assert (mode(at(root, RAW)), mode(frame.parent), mode(frame)) == (0o2750, 0o2750, 0o640)
    assert mode(root / "BZ-2") == 0o711

    def worker() -> tuple[bytes, str, str, str]:
        return (
            frame.read_bytes(),
            tried(lambda: frame.write_bytes(b"other")),
            tried(lambda: (frame.parent / "new").touch()),
            tried(lambda: os.listdir(root / "BZ-2")),
        )

    assert as_user(WORKER, WORKER, [ANNOTATORS], worker) == (b"frame", *["PermissionError"] * 3)
    assert as_user(STRANGER, STRANGER, [OTHERS], lambda: tried(frame.read_bytes)) == "PermissionError"


@root_only
def test_a_pool_writes_what_is_granted_for_writing_and_nobody_deletes_what_a_colleague_made(
    root: Path,
) -> None:
    volumes = port(root)
    assert volumes.grant(RUN, "POOL-1", "write", sealed=False) == Did(True)
    made = at(root, RUN) / "labels.json"
    assert as_user(WORKER, WORKER, [ANNOTATORS], lambda: tried(lambda: made.write_bytes(b"{}"))) == "done"
    assert (made.stat().st_uid, made.stat().st_gid) == (WORKER, ANNOTATORS)
    assert as_user(STRANGER, STRANGER, [ANNOTATORS], lambda: tried(made.unlink)) == "PermissionError"
    assert as_user(STRANGER, STRANGER, [OTHERS], lambda: tried(made.read_bytes)) == "PermissionError"


@root_only
def test_what_is_revoked_nobody_has_not_even_who_made_it(root: Path) -> None:
    volumes = port(root)
    volumes.grant(RUN, "POOL-1", "write", sealed=False)
    made = at(root, RUN) / "labels.json"
    as_user(WORKER, WORKER, [ANNOTATORS], lambda: made.write_bytes(b"{}"))
    assert volumes.revoke(RUN, sealed=False) == Did(True)
    assert as_user(WORKER, WORKER, [ANNOTATORS], lambda: tried(made.read_bytes)) == "PermissionError"
    assert (made.stat().st_uid, mode(made), mode(at(root, RUN))) == (0, 0o600, 0o700)


def test_what_is_sealed_can_be_read_again_and_not_written(root: Path) -> None:
    volumes = Directories(root, {"POOL-1": os.getegid()})
    volumes.grant(RUN, "POOL-1", "write", sealed=False)
    made = at(root, RUN) / "labels.json"
    made.write_bytes(b"{}")
    assert volumes.seal(RUN) == Did(True)
    assert (mode(at(root, RUN)), mode(made)) == (0o500, 0o400)
    assert volumes.grant(RUN, "POOL-1", "write", sealed=True) == Did(True)
    assert (mode(at(root, RUN)), mode(made)) == (0o2550, 0o440)
    assert volumes.seal(RUN) == volumes.seal(RUN) == Did(True)


def test_a_pool_without_a_group_gets_nothing_and_that_is_said(root: Path) -> None:
    said = port(root).grant(RAW, "POOL-9", "read", sealed=False)
    assert not said.done
    assert "POOL-9 has no group here" in said.detail
    assert mode(at(root, RAW)) == 0o700


def test_a_volume_is_deleted_whole_and_once(root: Path) -> None:
    volumes = port(root)
    frame = frames(root)
    os.symlink("/etc", frame.parent / "etc")
    volumes.seal(RAW)
    assert volumes.destroy(RAW) == Did(True)
    assert not at(root, RAW).exists()
    assert Path("/etc").is_dir()
    assert volumes.destroy(RAW) == Did(True)
    assert volumes.revoke(RAW, sealed=False) == Did(True)


@pytest.mark.parametrize("name", ["..", ".", "a/b", "../out", "", "a\0b", "-x", ".hidden", "a:b", "ä"])
def test_a_name_leads_nowhere_else(root: Path, name: str) -> None:
    volumes = port(root)
    for place in (Place(name, "C-1"), Place("BZ-2", name)):
        for do in (volumes.seal, volumes.destroy):
            with pytest.raises(Misuse, match="can be no directory's name"):
                do(place)
        with pytest.raises(Misuse, match="can be no directory's name"):
            volumes.grant(place, "POOL-1", "read", sealed=False)


def test_a_link_in_place_of_a_zone_or_a_volume_is_not_followed(root: Path) -> None:
    volumes = port(root)
    outside = root / "outside"
    (outside / "C-1").mkdir(parents=True)
    (outside / "C-1" / "kept").write_bytes(b"kept")
    os.chmod(outside / "C-1" / "kept", 0o644)
    os.symlink(outside, root / "BZ-7")
    (root / "BZ-2").mkdir()
    os.symlink(outside / "C-1", root / "BZ-2" / "C-1")
    for place in (Place("BZ-7", "C-1"), Place("BZ-2", "C-1")):
        for said in (
            volumes.grant(place, "POOL-1", "write", sealed=False),
            volumes.seal(place),
            volumes.destroy(place),
        ):
            assert not said.done, said
    assert mode(outside / "C-1" / "kept") == 0o644


def test_a_link_or_a_second_name_on_a_volume_is_left_alone_and_found(root: Path) -> None:
    volumes = Directories(root, {"POOL-1": os.getegid()})
    frame = frames(root)
    elsewhere = root / "elsewhere"
    elsewhere.write_bytes(b"elsewhere")
    os.chmod(elsewhere, 0o600)
    os.symlink(elsewhere, frame.parent / "link")
    os.link(elsewhere, frame.parent / "second")
    os.mkfifo(frame.parent / "pipe")
    assert volumes.grant(RAW, "POOL-1", "read", sealed=False) == Did(True)
    assert mode(elsewhere) == 0o600
    found = volumes.inspect({RAW: "POOL-1"}, [])[RAW]
    assert found.strays == (
        "BZ-2/C-0.12.0/L-1/link (a link)",
        "BZ-2/C-0.12.0/L-1/pipe (no file)",
        "BZ-2/C-0.12.0/L-1/second (has another name)",
        "elsewhere",
    )


def test_what_is_on_a_volume_is_counted_and_read(root: Path) -> None:
    frame = frames(root)
    (frame.parent / "0002.png").write_bytes(b"another")
    volumes = port(root)
    assert volumes.inspect({RAW: "POOL-1"}, []) == {RAW: Found(2, 12)}
    found = volumes.inspect({RAW: "POOL-1"}, [RAW])[RAW]
    assert found.merkle_root == files_root(
        [("L-1/0002.png", digest("another")), ("L-1/0001.png", digest("frame"))]
    )
    frame.write_bytes(b"FRAME")
    assert volumes.inspect({RAW: "POOL-1"}, [RAW])[RAW].merkle_root != found.merkle_root


def test_what_lies_outside_is_told_to_the_last_volume_of_its_zone(root: Path) -> None:
    frames(root)
    (at(root, RUN)).mkdir()
    (root / "BZ-2" / "copy").mkdir()
    (root / "BZ-2" / "copy" / "raw.csv").write_bytes(b"1")
    (root / "elsewhere.csv").write_bytes(b"1")
    found = port(root).inspect({RAW: "POOL-1", RUN: "POOL-1"}, [])
    assert found[RAW].strays == ()
    assert found[RUN].strays == ("BZ-2/copy", "BZ-2/copy/raw.csv", "elsewhere.csv")


@root_only
def test_what_lies_outside_is_told_to_the_volume_of_the_pool_that_wrote_it(root: Path) -> None:
    at(root, RAW).mkdir(parents=True)
    at(root, RUN).mkdir()
    stray = root / "BZ-2" / "raw.csv"
    stray.write_bytes(b"1")
    os.chown(stray, WORKER, OTHERS)
    found = port(root).inspect({RAW: "POOL-2", RUN: "POOL-1"}, [])
    assert (found[RAW].strays, found[RUN].strays) == (("BZ-2/raw.csv",), ())


def test_no_report_grows_with_what_is_found(root: Path) -> None:
    at(root, RAW).mkdir(parents=True)
    for number in range(2 * STRAYS_MAX):
        (root / "BZ-2" / f"{number:03}{'x' * 240}").touch()
    (root / "BZ-2" / os.fsdecode(b"\xff")).touch()
    strays = port(root).inspect({RAW: "POOL-1"}, [])[RAW].strays
    assert (len(strays), max(map(len, strays))) == (STRAYS_MAX, 200)


def test_the_root_is_its_owners_alone(root: Path) -> None:
    with pytest.raises(Misuse, match="make the directory first"):
        port(root / "nowhere")
    (root / "file").touch()
    with pytest.raises(Misuse, match="it is no directory"):
        port(root / "file")
    os.symlink(root, root / "link")
    with pytest.raises(Misuse, match="it is no directory"):
        port(root / "link")
    os.chmod(root, 0o777)
    with pytest.raises(Misuse, match="others may write to it"):
        port(root)


@root_only
def test_nobody_keeps_volumes_in_another_users_directory(root: Path) -> None:
    def tries() -> str:
        try:
            port(root)
        except Misuse as error:
            return str(error)
        return "done"

    assert "run this as its owner" in as_user(KEEPER, KEEPER, [], tries)


def test_what_it_cannot_enforce_is_said(root: Path) -> None:
    said = port(root).limits()
    assert any("screens" in each for each in said)
    assert any("networks" in each for each in said)
    assert any("encrypted" in each for each in said)
    assert all(len(each) <= 200 for each in said)
    assert len(said) <= 20


@root_only
def test_a_normal_user_guards_what_it_can_and_says_what_not(root: Path) -> None:
    os.chown(root, KEEPER, KEEPER)

    def keeper() -> tuple[Did, Did, Did, int, str]:
        volumes = Directories(root, {"POOL-1": ANNOTATORS, "POOL-2": OTHERS})
        mine = volumes.grant(RUN, "POOL-1", "write", sealed=False)
        theirs = volumes.grant(RAW, "POOL-2", "read", sealed=False)
        return mine, theirs, volumes.seal(RUN), mode(at(root, RAW)), " ".join(volumes.limits())

    mine, theirs, sealed, left, limits = as_user(KEEPER, KEEPER, [ANNOTATORS], keeper)
    assert (mine, sealed) == (Did(True), Did(True))
    assert (theirs.done, left & 0o077) == (False, 0)
    assert "Operation not permitted" in theirs.detail
    assert "This port is not root" in limits


@root_only
def test_what_workers_of_a_normal_users_volume_made_stays_theirs_behind_a_closed_door(root: Path) -> None:
    os.chown(root, KEEPER, KEEPER)
    made = at(root, RUN) / "labels.json"

    def grant() -> Did:
        return Directories(root, GROUPS).grant(RUN, "POOL-1", "write", sealed=False)

    assert as_user(KEEPER, KEEPER, [ANNOTATORS], grant) == Did(True)
    as_user(WORKER, WORKER, [ANNOTATORS], lambda: made.write_bytes(b"{}"))
    said = as_user(KEEPER, KEEPER, [ANNOTATORS], lambda: Directories(root, GROUPS).seal(RUN))
    assert said == Did(False, "1 things belong to others, and keep their modes below a closed door")
    assert as_user(WORKER, WORKER, [ANNOTATORS], lambda: tried(made.read_bytes)) == "PermissionError"


@root_only
def test_what_a_worker_closed_to_a_normal_user_is_no_stray_and_nothing_is_said_of_its_content(
    root: Path,
) -> None:
    os.chown(root, KEEPER, KEEPER)
    volume = at(root, RUN)

    def keeper() -> Directories:
        return Directories(root, GROUPS)

    as_user(KEEPER, KEEPER, [ANNOTATORS], lambda: keeper().grant(RUN, "POOL-1", "write", sealed=False))

    def worker() -> None:
        (volume / "mine").mkdir(mode=0o700)
        (volume / "mine").chmod(0o700)
        (volume / "own.json").touch(mode=0o600)
        (volume / "own.json").chmod(0o600)

    as_user(WORKER, WORKER, [ANNOTATORS], worker)
    found = as_user(KEEPER, KEEPER, [ANNOTATORS], lambda: keeper().inspect({RUN: "POOL-1"}, [RUN])[RUN])
    assert found == Found(1, 0)
    said = as_user(KEEPER, KEEPER, [ANNOTATORS], lambda: keeper().destroy(RUN))
    assert not said.done


def test_a_root_that_is_gone_is_out_of_reach(root: Path) -> None:
    gone = root / "gone"
    gone.mkdir()
    volumes = port(gone)
    gone.rmdir()
    with pytest.raises(Unavailable, match="cannot be looked at"):
        volumes.inspect({}, [])


def test_groups_are_named_by_name_or_number() -> None:
    assert groups_named(["POOL-1=54101"]) == {"POOL-1": 54_101}
    assert groups_named(["POOL-1=root"]) == {"POOL-1": 0}
    with pytest.raises(Misuse, match="names no group"):
        groups_named(["POOL-1"])
    with pytest.raises(Misuse, match="no group 'nobody-here'"):
        groups_named(["POOL-1=nobody-here"])
