"""Which databases can be opened."""

from collections.abc import Callable
from pathlib import Path

import pytest

from exchange.kernel.errors import Misuse, Unavailable
from exchange.store import Store, open_store, positions, read_position
from exchange.views.queries import run_query, run_sql


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


@pytest.mark.parametrize(
    "look",
    [positions, lambda store: run_query(store, "trades", {}), lambda store: run_sql(store, "SELECT 1")],
)
def test_a_file_that_is_not_there_is_refused_and_not_made(
    tmp_path: Path, look: Callable[[Store], object]
) -> None:
    store = open_store(f"sqlite:///{tmp_path}/exchange.sqlite")
    with pytest.raises(Misuse, match="has not been made yet; `exchange up` makes it and its tables"):
        look(store)
    assert list(tmp_path.iterdir()) == []


def test_a_file_without_tables_says_which_command_makes_them(tmp_path: Path) -> None:
    (tmp_path / "exchange.sqlite").touch()
    store = open_store(f"sqlite:///{tmp_path}/exchange.sqlite")
    with pytest.raises(Misuse, match="no such table: trades; `exchange up` makes its tables, or updates"):
        run_query(store, "trades", {})
    store.close()


def test_sqlite_runs_as_a_durable_shared_file(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    with store.reading() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    store.close()
    assert settings == {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1, "busy_timeout": 30_000}
