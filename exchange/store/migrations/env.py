"""Run by Alembic: migrations go over the connection, and in the transaction, that `migrate` hands in."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
