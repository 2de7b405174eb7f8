"""What the README and the docs show is what happens."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
MADE = {"deploy/secrets/exchange_token", "tests/unit/registry/test_registry_renaming.py"}
"""What comes to be when somebody does what a page says."""


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def run(*command: str, directory: Path, typed: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command, cwd=directory, input=typed, capture_output=True, text=True, timeout=240, check=False
    )


def test_the_python_of_the_readme_runs_on_a_new_node(tmp_path: Path) -> None:
    script, without_a_loop = blocks("README.md", "python")
    exchange = str(BIN / "exchange")
    up = run(exchange, "up", directory=tmp_path)
    try:
        assert up.returncode == 0, up.stderr
        ended = run(sys.executable, "-c", script, directory=tmp_path)
        later = run(sys.executable, "-c", without_a_loop, directory=tmp_path)
    finally:
        run(exchange, "down", directory=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "1000 records received; the seller gets 1170000 CNY" in ended.stdout
    assert "'difference_minor': 0" in ended.stdout
    assert later.returncode == 0, later.stderr
    assert later.stdout == "7000 bytes received again\n"
    assert (tmp_path / "trades.csv").read_text().startswith("trade_id,")


def test_the_example_of_the_filter_gives_the_fact_that_the_page_shows(tmp_path: Path) -> None:
    command, fact = blocks("docs/developing.md", "json")
    decided = run(str(BIN / "exchange"), "decide", "registry", directory=tmp_path, typed=command)
    assert decided.stdout == fact


@pytest.mark.parametrize(
    "page",
    [
        *("README.md", "CHANGELOG.md", "docs/operating.md", "docs/developing.md", "docs/adding-a-command.md"),
        *("docs/python.md", "docs/roadmap.md", "docs/decisions/README.md"),
    ],
)
def test_every_link_and_every_named_file_is_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    named = re.findall(r"`((?:exchange|streams|tests|avro|deploy|docs|requirements)/[\w/.-]+)`", text)
    missing = [link for link in links if not (ROOT / page).parent.joinpath(link).exists()]
    missing += [name for name in named if name not in MADE and not (ROOT / name).exists()]
    assert not missing
    prose = re.sub(r"^(`{3,})\w.*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    anchors = {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", prose)) <= anchors


def test_the_layout_of_the_readme_is_the_layout() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (layout,) = re.findall(r"## Layout\n\n```text\n(.*?)```", text, re.DOTALL)
    shown = {line.split()[0] for line in layout.splitlines()}
    contexts = [line.split()[0] for line in layout.splitlines() if "context: " in line]
    assert [name for name in shown if not (ROOT / name).is_dir()] == []
    assert [
        c
        for c in contexts
        for f in ("commands", "facts", "state", "decider")
        if not (ROOT / c / f"{f}.py").exists()
    ] == []
    parts = {
        f"exchange/{each.name}/" for each in (ROOT / "exchange").iterdir() if (each / "__init__.py").exists()
    }
    assert parts <= shown


def test_every_command_that_the_pages_name_exists() -> None:
    from exchange.cli.root import _COMMANDS

    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    used = {
        name for page in pages for code in coded(page) for name in re.findall(r"\bexchange ([a-z]+)", code)
    }
    assert {"up", "demo", "sql"} <= used
    assert used <= _COMMANDS.keys()


def coded(page: Path) -> list[str]:
    """What stands in shell blocks and between backticks."""
    text = page.read_text(encoding="utf-8")
    return re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL) + re.findall(r"`([^`\n]+)`", text)
