"""Migrations: from nothing to this version's tables, and no further."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

import exchange.views
from exchange.kernel.errors import Misuse
from exchange.store import Store, migrate, open_store
from exchange.store.schema import METADATA


def revision(store: Store) -> str | None:
    with store.reading() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def test_migrations_make_exactly_the_tables_the_code_knows(empty_store: Store) -> None:
    assert exchange.views.VIEWS
    migrate(empty_store)
    with empty_store.reading() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, METADATA) == []
        assert set(inspect(connection).get_table_names()) == {*METADATA.tables, "alembic_version"}


def test_keys_checks_and_generated_columns_are_migrated_too(store: Store) -> None:
    with store.reading() as connection:
        found = inspect(connection)
        for name, table in METADATA.tables.items():
            assert found.get_pk_constraint(name)["constrained_columns"] == list(
                table.primary_key.columns.keys()
            )
            generated = {column["name"] for column in found.get_columns(name) if "computed" in column}
            assert generated == {column.name for column in table.columns if column.computed is not None}
            checks = {str(check["name"]) for check in found.get_check_constraints(name)}
            assert checks == {
                str(each.name) for each in table.constraints if type(each).__name__ == "CheckConstraint"
            }


def test_migrating_again_changes_nothing(store: Store) -> None:
    assert migrate(store) == migrate(store) == revision(store)


def test_two_processes_may_migrate_at_once(empty_store: Store) -> None:
    url = empty_store.engine.url.render_as_string(hide_password=False)

    def attempt(_: int) -> str:
        store = open_store(url)
        try:
            return migrate(store)
        finally:
            store.close()

    with ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(attempt, range(3)))) == 1


def test_a_newer_database_is_refused_and_left_alone(empty_store: Store) -> None:
    store = empty_store
    migrate(store)
    with store.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Misuse, match=r"9999.*newer"):
        migrate(store)
    assert revision(store) == "9999"


def test_a_database_of_something_else_is_refused(empty_store: Store) -> None:
    with empty_store.begin() as connection:
        connection.execute(text("CREATE TABLE recipes (name TEXT)"))
    with pytest.raises(Misuse, match="recipes"):
        migrate(empty_store)
