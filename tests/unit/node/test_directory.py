"""Data directories that cannot be used: what is wrong, which, and what to do."""

from pathlib import Path

import msgspec
import pytest

from exchange.kernel.errors import Misuse
from streams.node.directory import DataDirectory


def test_what_it_was_created_as_is_known_when_it_is_opened(tmp_path: Path) -> None:
    made = DataDirectory.create(
        tmp_path / "a node", created_at=5, bootstrap_servers="k1:9092", store_url="sqlite:///x", replication=3
    )
    assert DataDirectory.open(tmp_path / "a node").identity == made.identity
    assert DataDirectory.open(tmp_path / "a node").store_url == "sqlite:///x"


def test_a_directory_without_a_node_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match=r"holds no node; `exchange up --data .*` makes one"):
        DataDirectory.open(tmp_path / "nowhere")


def test_one_node_is_not_made_over_another_nor_among_other_things(tmp_path: Path) -> None:
    DataDirectory.create(tmp_path / "node", created_at=0)
    with pytest.raises(Misuse, match="is a node's data directory already"):
        DataDirectory.create(tmp_path / "node", created_at=0)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letters").touch()
    with pytest.raises(Misuse, match=r"holds other things \(letters …\)"):
        DataDirectory.create(tmp_path / "home", created_at=0)
    assert [each.name for each in (tmp_path / "home").iterdir()] == ["letters"]


def test_a_creation_that_was_cut_short_can_be_made_again(tmp_path: Path) -> None:
    (tmp_path / "node" / "logs").mkdir(parents=True)
    (tmp_path / "node" / "node.new").write_text("{")
    assert DataDirectory.create(tmp_path / "node", created_at=0).identity.format == 1


def test_another_format_is_named_whatever_else_it_holds(tmp_path: Path) -> None:
    made = DataDirectory.create(tmp_path / "node", created_at=0)
    (made.path / "node.json").write_bytes(msgspec.json.encode({"format": 7, "other": "fields"}))
    with pytest.raises(
        Misuse, match="was made in format 7, this version reads 1; use the version that made it"
    ):
        DataDirectory.open(made.path)


@pytest.mark.parametrize("written", [b"", b"{", b"[]", b'{"format": 1}'])
def test_an_identity_that_cannot_be_read_is_not_replaced(tmp_path: Path, written: bytes) -> None:
    made = DataDirectory.create(tmp_path / "node", created_at=0)
    (made.path / "node.json").write_bytes(written)
    with pytest.raises(Misuse, match=r"node\.json cannot be read .*; restore it from a backup"):
        DataDirectory.open(made.path)


def test_where_nothing_can_be_written_that_is_said(tmp_path: Path) -> None:
    # Below a regular file nobody can make a directory, also who may write everywhere.
    (tmp_path / "file").touch()
    with pytest.raises(Misuse, match=r"cannot be written \(not a directory\); .* choose another with --data"):
        DataDirectory.create(tmp_path / "file" / "node", created_at=0)
    made = DataDirectory.create(tmp_path / "node", created_at=0)
    (made.run).rmdir()
    made.run.touch()
    with pytest.raises(Misuse, match="cannot be written"):
        DataDirectory.open(made.path)


def test_a_copy_of_its_identity_makes_a_directory_for_workers_elsewhere(tmp_path: Path) -> None:
    made = DataDirectory.create(tmp_path / "node", created_at=0)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "node.json").write_bytes((made.path / "node.json").read_bytes())
    assert DataDirectory.open(tmp_path / "elsewhere").run.is_dir()


def test_a_worker_elsewhere_makes_its_directory_after_the_exchanges_identity(tmp_path: Path) -> None:
    there = DataDirectory.create(
        tmp_path / "there", created_at=7, bootstrap_servers="k:1", store_url="sqlite:///x"
    )
    here = DataDirectory.adopt(tmp_path / "here", there.path / "node.json")
    assert here.identity == there.identity
    assert DataDirectory.adopt(tmp_path / "here", there.path / "node.json").path == here.path
    other = DataDirectory.create(tmp_path / "other", created_at=8)
    with pytest.raises(Misuse, match=r"/here is another node's than .*/other/node\.json"):
        DataDirectory.adopt(tmp_path / "here", other.path / "node.json")
    with pytest.raises(Misuse, match=r"nowhere/node\.json cannot be read"):
        DataDirectory.adopt(tmp_path / "new", tmp_path / "nowhere" / "node.json")


def test_a_directory_made_before_a_context_was_there_has_its_partitions(tmp_path: Path) -> None:
    made = DataDirectory.create(
        tmp_path / "node", created_at=0, partitions={"registry": 1, "market": 3, "delivery": 2}
    )
    assert DataDirectory.open(made.path).identity.partitions == {
        "registry": 1,
        "market": 3,
        "delivery": 2,
        "bonded": 1,
        "settlement": 1,
    }
