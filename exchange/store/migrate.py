"""Bringing a database up to this version's tables, by the migrations that ship with it."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Connection, text

from exchange.kernel.errors import InvariantBroken, Misuse, OtherVersion
from exchange.store.engine import Store

if TYPE_CHECKING:
    # Imported where a database is migrated: everybody else who opens one starts quicker without it.
    from alembic.config import Config
    from alembic.script import ScriptDirectory

_SCRIPTS = Path(__file__).with_name("migrations")
_LOCK = 0x0C0441D0
"""Of PostgreSQL's advisory locks, the one two migrating processes meet at."""


def migrate(store: Store) -> str:
    """Bring the database to the newest revision, in one transaction; say which that is.

    Raises: Misuse if the database is newer than this version, or holds tables that are not ours.
    """
    from alembic import command
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(_SCRIPTS))
    head = script.get_current_head()
    if head is None:
        raise InvariantBroken(f"no migration ships in {_SCRIPTS.name}: the package is incomplete")
    with store.begin() as connection:
        if not store.is_sqlite:
            # SQLite's immediate transaction already lets one process at a time through here.
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        _refuse_unknown(store, connection, script)
        command.upgrade(_config(connection), "head")
    return head


class Revisions(NamedTuple):
    """Where a database stands, and the newest this version knows. Shape: `found` None is an empty database."""

    found: str | None
    newest: str


def revisions(store: Store) -> Revisions:
    """Look, changing nothing.

    Raises: Misuse if the database is newer than this version, or holds tables that are not ours.
    """
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(_SCRIPTS))
    with store.reading() as connection:
        _refuse_unknown(store, connection, script)
        present = MigrationContext.configure(connection).get_current_heads()
    return Revisions(next(iter(present), None), script.get_current_head() or "")


def _refuse_unknown(store: Store, connection: Connection, script: "ScriptDirectory") -> None:
    from alembic.migration import MigrationContext

    known = {each.revision for each in script.walk_revisions()}
    present = MigrationContext.configure(connection).get_current_heads()
    unknown = ", ".join(each for each in present if each not in known)
    if unknown:
        raise OtherVersion(
            f"database {store.where} is at revision {unknown}, which this version does not know:"
            " run the version that made it or a newer one, or name another database"
        )
    if not present and (foreign := sorted(connection.dialect.get_table_names(connection))):
        raise Misuse(
            f"database {store.where} already holds tables of something else ({foreign[0]} …): name an empty database"
        )


def _config(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
