"""What a shell is offered when Tab is pressed."""

import json
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from exchange.cli.root import _COMMANDS, root
from exchange.views.queries import QUERIES
from streams.filters import decide_lines, project_lines
from streams.node.directory import DataDirectory
from streams.vocabulary import CONTEXTS
from tests.support.command import exchange, shell

STORY = Path(__file__).parents[3] / "docs" / "examples" / "registry.jsonl"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a node in `node`, whose tables know the registry's story."""
    path = tmp_path_factory.mktemp("home")
    node = DataDirectory.create(path / "node", created_at=0)
    (path / "other").mkdir()
    project_lines(node.store_url, decide_lines("registry", STORY.read_text().splitlines()))
    return path


def offered(*words: str, incomplete: str = "") -> list[str]:
    return [
        each.value
        for each in ShellComplete(root, {}, "exchange", "").get_completions(list(words), incomplete)
    ]


@pytest.fixture(autouse=True)
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    monkeypatch.delenv("EXCHANGE_DATA", raising=False)


def test_commands_are_offered_without_loading_them() -> None:
    assert set(offered()) == set(_COMMANDS)
    assert offered(incomplete="pub") == ["publish"]


def test_options_of_a_command_are_offered() -> None:
    assert {"--data", "--json", "--dry-run"} <= set(offered("rebuild", incomplete="--"))


def test_contexts_named_queries_and_their_parameters_are_offered() -> None:
    assert offered("ask") == list(CONTEXTS)
    assert offered("decide", incomplete="m") == ["market"]
    assert offered("query") == list(QUERIES)
    assert offered("query", "purses") == ["participant="]


def test_commands_to_ask_and_their_fields_are_offered() -> None:
    assert offered("ask", "market", "M-SH", incomplete="CancelO") == ["CancelOrder", "CancelOrders"]
    assert offered("ask", "market", "M-SH", "CancelOrder") == ["order_id="]
    assert offered("ask", "registry") == ["registry"]


def test_data_directories_are_offered_before_others() -> None:
    assert offered("status", "--data") == ["node"]
    assert offered("status", "--data", incomplete="oth") == ["oth"]


def test_what_the_tables_know_is_offered() -> None:
    data = ("--data", "node")
    assert offered("buy", *data) == ["L-0.11.0", "L-0.23.0", "L-0.28.0"]
    assert "SE-CN-02" in offered("publish", *data, "P-07", "--as", incomplete="SE-")
    assert offered("publish", *data) == ["P-06", "P-07", "P-25"]
    assert offered("ask", *data, "market") == ["M-SH"]


def test_nothing_is_offered_or_made_where_there_is_no_node(home: Path) -> None:
    assert offered("buy") == []
    assert sorted(each.name for each in home.iterdir()) == ["node", "other"]


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell_asks_the_command_line_itself(name: str, home: Path) -> None:
    ended = exchange("completion", name, "--json", directory=home)
    assert ended.code == 0
    told = json.loads(ended.out)
    assert told["shell"] == name
    assert f"_EXCHANGE_COMPLETE={name}_complete" in told["script"]


def test_bash_completes_with_the_script(home: Path) -> None:
    line = (
        'eval "$(exchange completion bash)"; COMP_WORDS=(exchange que); COMP_CWORD=1;'
        ' _exchange_completion exchange; echo "${COMPREPLY[@]}"'
    )
    ended = shell(line, home)
    assert (ended.code, ended.out.split()) == (0, ["query"]), ended.err
