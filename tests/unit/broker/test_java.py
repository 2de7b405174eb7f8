"""Which Java is taken, and what is said when there is none."""

from pathlib import Path

import pytest

from streams.broker import java
from streams.broker.java import NoJava, find_java, java_version


def a_java(home: Path, version: str) -> Path:
    """A program that answers `-version` as a Java of that version does."""
    program = home / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2025-04-15' >&2\n")
    program.chmod(0o755)
    return program


@pytest.fixture(autouse=True)
def no_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(java, "find_spec", lambda _: None)


@pytest.mark.parametrize(
    ("reported", "version"), [("17.0.15", 17), ("25", 25), ("21-ea", 21), ("1.8.0_392", 8), ("11.0.2", 11)]
)
def test_the_feature_version_is_read_from_every_numbering(
    tmp_path: Path, reported: str, version: int
) -> None:
    assert java_version(a_java(tmp_path, reported)) == version


def test_java_home_comes_before_the_path(tmp_path: Path) -> None:
    chosen, other = a_java(tmp_path / "home", "17.0.1"), a_java(tmp_path / "other", "25")
    assert find_java({"JAVA_HOME": str(tmp_path / "home"), "PATH": str(other.parent)}) == chosen


def test_a_java_home_too_old_gives_way_to_the_path(tmp_path: Path) -> None:
    a_java(tmp_path / "home", "11.0.2")
    chosen = a_java(tmp_path / "other", "21.0.1")
    assert find_java({"JAVA_HOME": str(tmp_path / "home"), "PATH": str(chosen.parent)}) == chosen


def test_without_a_java_new_enough_the_error_says_what_was_found_and_what_to_do(tmp_path: Path) -> None:
    old = a_java(tmp_path / "old", "1.8.0_392")
    environ = {"JAVA_HOME": str(tmp_path / "nowhere"), "PATH": str(old.parent)}
    with pytest.raises(NoJava) as error:
        find_java(environ)
    said = str(error.value)
    assert f"JAVA_HOME ({tmp_path / 'nowhere' / 'bin' / 'java'}: does not run)" in said
    assert f"PATH ({old}: version 8)" in said
    assert "make install" in said


def test_without_any_java_the_error_says_that_nothing_names_one() -> None:
    with pytest.raises(NoJava, match="JAVA_HOME and PATH, which name none"):
        find_java({})
