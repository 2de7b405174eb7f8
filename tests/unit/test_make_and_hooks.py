"""What `make` offers is what `make help` says; the hooks before a commit are the checks of `make check`."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
CHECKS = re.findall(r"^CHECKS := (.+)$", MAKEFILE, re.MULTILINE)[0].split()
TARGETS = (
    re.findall(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)[0].replace("$(CHECKS)", " ".join(CHECKS)).split()
)
HOOKS_FILE = ROOT / ".pre-commit-config.yaml"


def make(*arguments: str) -> str:
    ended = subprocess.run(
        ["make", "--no-print-directory", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def hooks() -> list[dict[str, Any]]:
    (local,) = yaml.safe_load(HOOKS_FILE.read_text(encoding="utf-8"))["repos"]
    assert local["repo"] == "local"
    hooks: list[dict[str, Any]] = local["hooks"]
    return hooks


def test_help_lists_every_target_once_with_what_it_does() -> None:
    listed = [re.fullmatch(r"  make (\S+) +(\S.*)", line) for line in make("help").splitlines()]
    assert [line[1] for line in listed if line] == TARGETS
    assert all(listed)
    assert re.findall(r"^([a-z][a-z-]*):(?!=)", MAKEFILE, re.MULTILINE) == TARGETS


def test_make_alone_shows_the_help() -> None:
    assert make() == make("help")


@pytest.mark.parametrize("target", TARGETS)
def test_what_a_target_runs_is_there(target: str) -> None:
    planned = make("--dry-run", target)
    programs = set(re.findall(r"\.venv/bin/([\w-]+)", planned))
    modules = set(re.findall(r"python -m ([\w.]+)", planned)) - {"pytest", "venv"}
    scripts = set(re.findall(r"(requirements/[\w.]+)", planned))
    assert [name for name in programs if not (BIN / name).exists()] == []
    assert [name for name in scripts if not (ROOT / name).exists()] == []
    for module in modules:
        path = ROOT.joinpath(*module.split("."))
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), module


def test_clean_removes_only_what_git_ignores_and_no_data() -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    _, _, *removed = make("--dry-run", "clean").split()
    assert {".venv", ".cache"} <= set(removed)
    assert [name for name in removed if f"{name}/" not in ignored] == []
    assert not {"data", "demo", ".exchange"} & set(removed)


@pytest.mark.parametrize("target", ["check", "test"])
def test_check_runs_every_check_and_so_does_test_before_its_tests(target: str) -> None:
    planned = make("--dry-run", target)
    assert planned.index("requirements/install.py") < planned.index("check-format")
    asked = [found for found in re.findall(r"check-[a-z]+", planned) if found in CHECKS]
    assert asked[: len(CHECKS)] == CHECKS
    if target == "test":
        assert max(planned.index(check) for check in CHECKS) < planned.index("pytest")


def test_the_hooks_are_the_checks_one_by_one_and_in_order() -> None:
    assert [hook["id"] for hook in hooks()] == CHECKS
    for hook in hooks():
        assert hook["entry"] == f"make {hook['id']}"
        assert hook["language"] == "system"
        assert hook["pass_filenames"] is False


def test_pre_commit_takes_the_hooks_as_they_are() -> None:
    command = [str(BIN / "pre-commit"), "validate-config", str(HOOKS_FILE)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("path", "looked_at"),
    [
        ("exchange/sdk/operator.py", set(CHECKS)),
        ("streams/leader.py", set(CHECKS) - {"check-twins"}),
        ("tests/conftest.py", {"check-format", "check-lint"}),
        ("avro/ids.json", {"check-schemas"}),
        ("docs/errors.md", {"check-docs"}),
        ("README.md", set[str]()),
    ],
)
def test_a_hook_looks_where_its_check_may_fail(path: str, looked_at: set[str]) -> None:
    assert {hook["id"] for hook in hooks() if re.search(hook["files"], path)} == looked_at


def test_every_target_that_the_pages_name_exists() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    named = {
        name for page in pages for name in re.findall(r"`make ([a-z-]+)", page.read_text(encoding="utf-8"))
    }
    assert {"help", "check", "hooks"} <= named
    assert named <= set(TARGETS)
