"""What the command line says of itself, and what that costs."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from exchange.cli.root import _COMMANDS, root

SLOW = ("faust", "aiokafka", "sqlalchemy", "alembic", "fastavro", "rich.console", "msgspec", "psutil", "jgo")


def help_of(*arguments: str) -> str:
    ended = CliRunner().invoke(root, [*arguments, "--help"], terminal_width=80, prog_name="exchange")
    assert ended.exit_code == 0, ended.output
    return ended.output


def test_every_command_is_listed_once_and_its_line_is_whole() -> None:
    text = help_of()
    for name in _COMMANDS:
        (line,) = [line for line in text.splitlines() if line.startswith(f"  {name} ")]
        assert line.endswith("."), line
    assert "Exit codes: 0 done, 1" in text


@pytest.mark.parametrize(
    "name", [(), *((name,) for name in _COMMANDS)], ids=lambda name: "-".join(name) or "root"
)
def test_help_fits_eighty_columns(name: tuple[str, ...]) -> None:
    assert [line for line in help_of(*name).splitlines() if len(line) > 80] == []


@pytest.mark.parametrize("name", sorted(_COMMANDS))
def test_the_help_of_a_command_says_what_it_does_and_shows_an_example(name: str) -> None:
    text = help_of(name)
    assert text.startswith(f"Usage: exchange {name} ")
    example = text[text.index("Example:") :]
    assert f"exchange {name}" in example
    command = root.get_command(click.Context(root), name)
    assert command is not None
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, f"{name} {option.name} has no help"


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["nonsense"], ["sql", "--help"]])
def test_what_only_talks_loads_nothing_slow(arguments: list[str]) -> None:
    script = (
        "import sys\n"
        "from exchange.cli import main\n"
        f"sys.argv = ['exchange', *{arguments!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {SLOW!r} if name in sys.modules], file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ended.stderr.splitlines()[-1] == "[]"


def test_an_unknown_command_is_answered_with_those_there_are() -> None:
    ended = CliRunner().invoke(root, ["frobnicate"])
    assert ended.exit_code == 2
    assert "there is no command 'frobnicate'; the commands are demo, up," in ended.output
