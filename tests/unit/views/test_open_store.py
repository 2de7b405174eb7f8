"""Which databases can be opened."""

from pathlib import Path

import pytest

from exchange.kernel.errors import Misuse, Unavailable
from exchange.store import open_store, read_position


@pytest.mark.parametrize(
    "url",
    [
        "mysql://root@127.0.0.1/exchange",
        "exchange.sqlite",
        "",
        "sqlite://",
        "sqlite:///:memory:",
        "postgresql+asyncpgx://someone:very-secret@127.0.0.1:port/exchange",
    ],
)
def test_a_url_of_another_kind_is_refused_and_says_what_to_use(url: str) -> None:
    with pytest.raises(Misuse, match="sqlite:///path/to/file") as raised:
        open_store(url)
    assert "very-secret" not in str(raised.value)


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="nowhere"):
        open_store(f"sqlite:///{tmp_path}/nowhere/exchange.sqlite")


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear all, " * 500)
    store = open_store(f"sqlite:///{path}")
    with pytest.raises(Misuse, match="not a database"):
        read_position(store, "views", "market.journal", 0)


def test_a_place_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}")
    with pytest.raises(Unavailable, match="unable to open"):
        read_position(store, "views", "market.journal", 0)


def test_sqlite_runs_as_a_durable_shared_file(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    with store.reading() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    store.close()
    assert settings == {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1, "busy_timeout": 30_000}
