"""Asking a node that has no database yet."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from exchange.cli.root import root
from streams.node.directory import DataDirectory


@pytest.mark.parametrize(
    "asked", [["query", "trades"], ["query", "trades", "--at-least", "market/0/1"], ["sql", "select 1"]]
)
def test_asking_a_node_without_a_database_says_what_makes_one_and_makes_none(
    tmp_path: Path, asked: list[str]
) -> None:
    node = DataDirectory.create(tmp_path / "node", created_at=0).path
    before = sorted(node.iterdir())
    ended = CliRunner().invoke(root, [*asked, "--data", str(node)])
    assert ended.exit_code == 2
    assert ended.stderr == (
        f"exchange: database sqlite:///{node}/exchange.sqlite has not been made yet;"
        " `exchange up` makes it and its tables\n"
    )
    assert sorted(node.iterdir()) == before
