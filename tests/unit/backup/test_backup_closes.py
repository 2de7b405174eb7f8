"""Closes of days in a backup: they come back with their rows and the keys they hold under; who signs is not in it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from exchange.cli.consignment_reading import read_key
from exchange.cli.ledger_keys import public_keys, signing_key
from exchange.kernel.errors import BackupDamaged
from exchange.store import Store, open_store
from exchange.views.ledger.books import Fault
from exchange.views.ledger.summary import Close, SignedClose, sign
from streams.backup.closes import check_files, count, put, take_out
from streams.backup.container import MANIFEST, reading, writing
from streams.backup.manifest import FORMAT, FilePart, Manifest
from streams.ledger_closes import chained
from streams.ledger_kept import keep, kept, name_of
from streams.node.directory import DataDirectory
from tests.support.tables import with_tables

CNY = ("CNY", "CNY")


def a_close(number: int, previous: str) -> Close:
    return Close(
        node_id="n",
        currency="CNY",
        asset="CNY",
        number=number,
        day=f"2026-11-0{number}",
        until=f"2026-11-0{number}T23:59:59.999999Z",
        closed_at="2026-11-09T00:00:00Z",
        previous=previous,
        ranges=(),
        journals=(),
        trial_balance=(),
        balances=(),
    )


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> DataDirectory:
    """A node with three closes, the last under another key than those before."""
    made = DataDirectory.create(tmp_path_factory.mktemp("closes") / "node", created_at=0)
    with a_store(made.path) as store:
        signed: list[SignedClose] = []
        for number in (1, 2, 3):
            if number == 3:
                (made.path / "keys" / "ledger.pem").rename(made.path / "keys" / "old.pem")
            key = signing_key(made, None, anew=number == 3)
            signed.append(sign(a_close(number, signed[-1].digest if signed else ""), key))
        keep(store, made.path / "closes", signed)
    return made


def a_store(path: Path) -> "closing[Store]":
    file = path / "exchange.sqlite"
    return closing(open_store(f"sqlite:///{file}" if file.exists() else with_tables(file)))


def a_backup(directory: DataDirectory, file: Path, *more: FilePart) -> None:
    with writing(file) as container:
        files = [*put(container, directory), *more]
        manifest = Manifest(
            format=FORMAT, corridor="", engine_version=1, schema_ids=1, taken_at=0, identity=directory.identity,
            topics=(), files=files,
        )  # fmt: skip
        with container.member(MANIFEST) as member:
            member.write(manifest.encoded())


def faults(directory: DataDirectory, signed: list[SignedClose]) -> Iterator[Fault]:
    return chained(signed, public_keys(directory, None))


def test_closes_come_back_with_rows_and_public_keys_and_without_what_signs(
    directory: DataDirectory, tmp_path: Path
) -> None:
    a_backup(directory, tmp_path / "node.backup")
    again = DataDirectory.create(tmp_path / "again", created_at=0)
    with reading(tmp_path / "node.backup") as archive, a_store(again.path) as store:
        list(check_files(archive))
        assert count(archive.manifest.files) == 3
        take_out(archive, again, store)
        found = kept(store, again.path / "closes")
    assert (found.faults, found.unrowed) == ([], set())
    assert list(faults(again, found.closes[CNY])) == []
    assert public_keys(again, None) == public_keys(directory, None)
    assert [path.name for path in (again.path / "keys").iterdir()] == ["ledger.pub"]
    with reading(tmp_path / "node.backup") as archive:
        everything = b"".join(
            b"".join(archive.chunks(name)) for name in [part.member for part in archive.manifest.files]
        )
    assert b"PRIVATE" not in everything + (tmp_path / "node.backup").read_bytes()


def test_a_close_under_a_key_that_another_had_replaced_is_named(directory: DataDirectory) -> None:
    with a_store(directory.path) as store:
        first, second, third = kept(store, directory.path / "closes").closes[CNY]
    old = read_key(directory.path / "keys" / "old.pem")
    late = sign(third.close, old), sign(a_close(4, third.digest), old)
    assert list(faults(directory, [first, second, third])) == []
    assert [each.said for each in faults(directory, [first, second, late[0]])] == []
    assert list(faults(directory, [first, second, third, late[1]])) == [
        Fault("close 4 of CNY", "it is signed with a key that another had taken the place of by then")
    ]


def test_what_a_kill_left_between_files_and_rows_is_found(directory: DataDirectory, tmp_path: Path) -> None:
    """Files come first: those of a close whose rows were never committed are there without any."""
    with a_store(directory.path) as store, a_store(tmp_path) as other:
        signed = kept(store, directory.path / "closes").closes[CNY]
        found = kept(other, directory.path / "closes")
        assert found.unrowed == {each.digest for each in signed}
        gone = directory.path / "closes" / name_of(signed[1].close)
        text = gone.read_text()
        gone.unlink()
        assert [each.where for each in kept(store, directory.path / "closes").faults] == ["close 2 of CNY"]
        gone.write_text(text)


@pytest.mark.parametrize("name", ["../outside", "keys/ledger.pem", "closes/a/../../b", "/etc/passwd"])
def test_a_file_that_would_go_elsewhere_is_refused(
    directory: DataDirectory, tmp_path: Path, name: str
) -> None:
    a_backup(directory, tmp_path / "a.backup", FilePart(name=name, member="x", size_bytes=0, digest=""))
    with reading(tmp_path / "a.backup") as archive, pytest.raises(BackupDamaged, match="name of no close"):
        list(check_files(archive))
