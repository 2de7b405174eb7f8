"""What the command line says of itself, and what that costs: for every command there is, also those to come."""

import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from exchange.cli.options import JSON_LINES, ONE_DOCUMENT
from exchange.cli.root import _COMMANDS, READS, root
from exchange.cli.words import CONTEXTS
from streams import vocabulary

SLOW = (
    "aiohttp", "aiokafka", "alembic", "cryptography", "exchange.fence", "exchange.market", "exchange.sdk", "lxml",
    "exchange.store", "exchange.views", "fastavro", "faust", "jgo", "msgspec", "pandas", "pyarrow", "prometheus_client",
    "psutil", "psycopg", "reportlab", "rich", "saxonche", "sqlalchemy", "streams.client", "streams.node", "yaml",
)  # fmt: skip


def command(name: str) -> click.Command:
    """A command by its words, such as `schemas check`."""
    found: click.Command | None = root
    for word in name.split():
        assert isinstance(found, click.Group)
        found = found.get_command(click.Context(found), word)
    assert found is not None
    return found


def leaves(name: str) -> Iterator[str]:
    """The command itself, or those that it groups."""
    found = command(name)
    if not isinstance(found, click.Group):
        yield name
        return
    for each in found.list_commands(click.Context(found)):
        yield from leaves(f"{name} {each}")


NAMES = sorted(leaf for name in _COMMANDS for leaf in leaves(name))


def help_of(*arguments: str) -> str:
    ended = CliRunner().invoke(root, [*arguments, "--help"], terminal_width=80, prog_name="exchange")
    assert ended.exit_code == 0, ended.output
    return ended.output


def option(name: str, flag: str) -> click.Option | None:
    options = [each for each in command(name).params if isinstance(each, click.Option)]
    return next((each for each in options if flag in each.opts), None)


def examples(name: str) -> Iterator[str]:
    """The command lines in the example of a command's help, each in one line."""
    text = (command(name).epilog or "").replace("\\\n", " ")
    for line in text.splitlines():
        stages = [part.strip() for part in line.split("|")]
        yield from (stage for stage in stages if stage.startswith(("exchange ", "  exchange ")))


def test_every_command_is_listed_once_and_its_line_is_whole() -> None:
    text = help_of()
    for name in _COMMANDS:
        (line,) = [line for line in text.splitlines() if line.startswith(f"  {name} ")]
        assert line.endswith("."), line
    assert "Exit codes: 0 done, 1" in text


@pytest.mark.parametrize(
    "name", [(), *(tuple(name.split()) for name in NAMES)], ids=lambda name: "-".join(name) or "root"
)
def test_help_fits_eighty_columns(name: tuple[str, ...]) -> None:
    assert [line for line in help_of(*name).splitlines() if len(line) > 80] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_help_of_a_command_says_what_it_does_and_shows_an_example(name: str) -> None:
    text = help_of(*name.split())
    assert text.startswith(f"Usage: exchange {name} ")
    assert f"exchange {name}" in text[text.index("Example:") :]
    for each in command(name).params:
        if isinstance(each, click.Option):
            assert each.help, f"{name} {each.name} has no help"


@pytest.mark.parametrize("name", NAMES)
def test_the_example_of_a_command_can_be_called_as_it_stands(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [line for line in examples(name) if f"{line.strip()} ".startswith(f"exchange {name} ")]
    assert lines
    for line in lines:
        words = [word for word in shlex.split(line) if not word.startswith((">", "<"))]
        for word in words:
            if word.endswith((".jsonl", ".yaml")):
                (tmp_path / word).touch()
        redirected = [place for place, word in enumerate(shlex.split(line)) if word in ("<", ">")]
        words = shlex.split(line)[: redirected[0]] if redirected else words
        command(name).make_context(name, words[1 + len(name.split()) :])


@pytest.mark.parametrize("name", NAMES)
def test_every_command_speaks_json_and_says_in_what_form(name: str) -> None:
    found = option(name, "--json")
    assert found is not None, f"{name} has no --json"
    assert found.name == "as_json"
    assert found.help in (ONE_DOCUMENT, JSON_LINES)


@pytest.mark.parametrize("name", NAMES)
def test_every_command_that_changes_something_can_be_rehearsed(name: str) -> None:
    assert (option(name, "--dry-run") is None) == (name in READS)


def test_what_only_reads_is_a_command() -> None:
    assert set(NAMES) >= READS


def test_contexts_are_those_that_there_are() -> None:
    assert CONTEXTS == vocabulary.CONTEXTS


@pytest.mark.parametrize("arguments", [["--version"], ["nonsense"], ["sql", "--nonsense"]], ids=" ".join)
def test_what_only_talks_loads_little(arguments: list[str]) -> None:
    # The words of an error are put together with msgspec, and need no more than that.
    assert set(loaded_by([arguments])[0]) <= {"msgspec"}


def test_the_help_of_no_command_loads_anything_slow() -> None:
    calls = [["--help"], *([*name.split(), "--help"] for name in NAMES)]
    found = loaded_by(calls)
    assert dict(zip(map(tuple, calls), found, strict=True)) == {tuple(call): [] for call in calls}


def loaded_by(calls: list[list[str]]) -> list[list[str]]:
    """Which slow modules are loaded after each call, in a new process."""
    script = (
        "import contextlib, io, sys\n"
        "from exchange.cli import main\n"
        f"for call in {calls!r}:\n"
        "    sys.argv = ['exchange', *call]\n"
        "    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):\n"
        "        with contextlib.suppress(SystemExit):\n"
        "            main()\n"
        f"    print([name for name in {SLOW!r} if name in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return [
        [word.strip("' ") for word in line.strip("[]").split(",") if word]
        for line in ended.stdout.splitlines()
    ]


def test_an_unknown_command_is_answered_with_those_there_are() -> None:
    ended = CliRunner().invoke(root, ["frobnicate"])
    assert ended.exit_code == 2
    assert "there is no command 'frobnicate'; the commands are demo, up," in ended.output
