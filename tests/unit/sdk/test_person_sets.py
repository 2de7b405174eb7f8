"""Sets of persons: salted hashes in files that can be united and counted, and tell nobody who is in them."""

import os
from pathlib import Path

import pytest

from exchange.kernel.errors import Misuse
from exchange.sdk import person_sets
from exchange.sdk.person_sets import hash_persons, new_salt, read_salt, read_set, salt_id, unite

SALT = bytes(range(32))


def people(first: int, last: int) -> list[str]:
    return [f"patient {number}" for number in range(first, last + 1)]


def test_distinct_persons_are_counted_and_unions_never_sum(tmp_path: Path) -> None:
    """SC-05: 8,500; 1,900 of whom 500 are among them; 100 new ones."""
    paths = [tmp_path / f"v{number}.persons" for number in (1, 2, 3)]
    for path, (first, last) in zip(paths, [(1, 8_500), (8_001, 9_900), (9_901, 10_000)], strict=True):
        hash_persons(people(first, last), SALT, path)
    assert [read_set(path).persons for path in paths] == [8_500, 1_900, 100]
    assert unite(paths[:2], None).persons == 9_900
    both = unite(paths[:2], tmp_path / "both.persons")
    assert unite([tmp_path / "both.persons", paths[2]], None) == unite(reversed(paths), None)
    assert read_set(tmp_path / "both.persons") == both
    assert unite(paths, None).persons == 10_000


def test_equal_sets_are_equal_files_whatever_the_order_and_the_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    counted = hash_persons([*people(1, 100), "", " patient 7 \n", "patient 7"], SALT, one)
    monkeypatch.setattr(person_sets, "_RUN_HASHES", 7)
    heard: list[int] = []
    assert hash_persons(reversed(people(1, 100)), SALT, other, heard.append) == counted
    assert heard[0] == 7
    assert heard[-1] == 100
    assert one.read_bytes() == other.read_bytes()
    assert len(one.read_bytes()) == len(b"persons1") + 1 + 16 + 100 * 16
    assert sorted(os.listdir(tmp_path)) == ["one", "other"]


def test_a_name_is_one_however_its_letters_are_composed() -> None:
    assert hash_persons(["Zo\u00eb", "Zoe\u0308"], SALT, None).persons == 1


def test_sets_of_two_salts_have_nothing_in_common_and_cannot_be_united(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    counted = [hash_persons(people(1, 9), salt, into) for salt, into in ((SALT, one), (SALT[::-1], other))]
    assert counted[0].digest != counted[1].digest
    assert counted[0].salt_id == salt_id(SALT)
    with pytest.raises(Misuse, match="sets of one salt can be united"):
        unite([one, other], None)
    with pytest.raises(Misuse, match="and not none"):
        unite([], None)


def test_a_salt_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "salt"
    with pytest.raises(Misuse, match="--new-salt"):
        read_salt(path)
    new_salt(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(read_salt(path)) == 32
    with pytest.raises(Misuse, match="made once"):
        new_salt(path)
    path.chmod(0o600)
    path.write_bytes(b"short")
    with pytest.raises(Misuse, match="holds 5 bytes"):
        read_salt(path)


def test_what_is_no_set_is_told_of(tmp_path: Path) -> None:
    good = tmp_path / "good"
    hash_persons(people(1, 3), SALT, good)
    head, content = good.read_bytes()[:25], good.read_bytes()[25:]
    bad = tmp_path / "bad"
    for written, why in (
        (b"", "no set of persons"),
        (b"persons1\x10short", "no set of persons"),
        (head + content[:-1], "middle of a hash"),
        (head + content[16:32] + content[:16], "do not rise"),
        (head + content[:16] * 2, "do not rise"),
    ):
        bad.write_bytes(written)
        with pytest.raises(Misuse, match=why):
            read_set(bad)
        with pytest.raises(Misuse, match=why):
            unite([good, bad], tmp_path / "into")
    assert not (tmp_path / "into").exists()
    assert not (tmp_path / "into.part").exists()
    with pytest.raises(Misuse, match="cannot be read"):
        read_set(tmp_path / "nothing")
    with pytest.raises(Misuse, match="cannot be written"):
        unite([good], tmp_path / "nowhere" / "into")
