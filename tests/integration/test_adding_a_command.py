"""docs/adding-a-command.md, followed literally in a copy of the checkout."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from streams.broker.jars import DIRECTORY_VARIABLE, jar_directory

ROOT = Path(__file__).parents[2]
PAGE = "docs/adding-a-command.md"
NOT_COPIED = shutil.ignore_patterns(
    ".*cache", ".venv", ".git", ".hypothesis", "*.egg-info", ".exchange*", "*.sqlite*"
)
ANYTHING = "…"


class Block(NamedTuple):
    """A fenced block: its language, what it holds, and the paragraph before it."""

    language: str
    text: str
    before: str


def test_the_example_works_as_it_stands(tmp_path: Path) -> None:
    copy = a_copy(tmp_path / "checkout")
    environment = of_the_copy(copy)
    done = [follow(block, copy, environment) for block in blocks((ROOT / PAGE).read_text(encoding="utf-8"))]
    assert {"diff", "python", "console"} == set(done)


def blocks(page: str) -> Iterator[Block]:
    for found in re.finditer(r"^(?P<fence>`{3,})(\w+)\n(.*?)^(?P=fence)$", page, re.MULTILINE | re.DOTALL):
        yield Block(found[2], found[3], page[: found.start()].rstrip().rsplit("\n\n", 1)[-1])


def follow(block: Block, copy: Path, environment: Mapping[str, str]) -> str:
    """Do what a block says; a new file's path is the last name in the paragraph before it."""
    match block.language:
        case "diff":
            apply = ["git", "apply", "--recount", "-"]
            ended = run(apply, copy, environment, typed=block.text)
            assert ended.returncode == 0, f"{ended.stderr}\n{block.text}"
        case "python":
            new = copy / re.findall(r"`([^`]+)`", block.before)[-1]
            assert not new.exists()
            new.write_text(block.text, encoding="utf-8")
        case "console":
            for command, expected in shown(block.text):
                ended = run(["bash", "-c", command], copy, environment)
                whole = f"$ {command}\n{ended.stdout}{ended.stderr}"
                assert ended.returncode == 0, whole
                assert as_shown(expected, ended.stdout), f"expected:\n{expected}\n{whole}"
        case other:
            raise AssertionError(f"nobody knows what to do with {other}")
    return block.language


def shown(text: str) -> Iterator[tuple[str, str]]:
    """Each command of a console with what it prints."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, printed = part.partition("\n")
        yield command, printed


def as_shown(expected: str, printed: str) -> bool:
    pattern = re.escape(expected.strip()).replace(ANYTHING, ".*")
    return re.fullmatch(pattern, printed.strip(), re.DOTALL) is not None


def run(
    command: list[str], directory: Path, environment: Mapping[str, str], typed: str = ""
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command,
        cwd=directory,
        env=environment,
        input=typed,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )


def a_copy(copy: Path) -> Path:
    """The checkout without what is installed and cached, but able to use it."""
    shutil.copytree(ROOT, copy, ignore=NOT_COPIED)
    installed = copy / ".venv"
    installed.mkdir()
    for entry in (ROOT / ".venv").iterdir():
        if entry.name != "stamps":
            (installed / entry.name).symlink_to(entry)
    if (ROOT / ".mypy_cache").exists():
        shutil.copytree(ROOT / ".mypy_cache", copy / ".mypy_cache")
    nothing_to_install(copy)
    return copy


def nothing_to_install(copy: Path) -> None:
    """Whatever the locks of the copy ask for counts as installed: it is the environment that runs this test."""
    spec = importlib.util.spec_from_file_location("install", copy / "requirements" / "install.py")
    assert spec
    assert spec.loader
    install = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(install)
    for name, file in {
        "dev packages": "requirements/dev.lock",
        "run packages": "requirements/run.lock",
        "project": "pyproject.toml",
        "data set": "requirements/data.lock",
    }.items():
        install._remember(name, install._digest(copy / file))


def of_the_copy(copy: Path) -> Mapping[str, str]:
    """The environment in which the copy's code is what runs, with the jars that are here.

    Make runs there as it does for a person, not as a part of the make that runs the tests.
    """
    of_make = ("MAKELEVEL", "MAKEFLAGS", "MFLAGS", "MAKEOVERRIDES")
    return {name: value for name, value in os.environ.items() if name not in of_make} | {
        "PYTHONPATH": str(copy),
        "GIT_CEILING_DIRECTORIES": str(copy.parent),
        DIRECTORY_VARIABLE: str(jar_directory()),
    }
