"""The tables every part of the store shares, and the text type that reads alike in SQLite and PostgreSQL."""

from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, Table, Text
from sqlalchemy.dialects import postgresql

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
"""Ordered by code point, as SQLite orders: a dump and a query answer alike on both."""

PROGRESS = Table(
    "progress",
    METADATA,
    Column("reader", TEXT, primary_key=True),
    Column("topic", TEXT, primary_key=True),
    Column("partition", BigInteger, primary_key=True, autoincrement=False),
    Column("next_offset", BigInteger, nullable=False),
    Column("claim", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("digest", TEXT, nullable=False),
    comment="How far each reader has come in each journal partition; saved together with what it read",
    sqlite_with_rowid=False,
)

SNAPSHOTS = Table(
    "snapshots",
    METADATA,
    Column("context", TEXT, primary_key=True),
    Column("partition", BigInteger, primary_key=True, autoincrement=False),
    Column("engine_version", BigInteger, primary_key=True, autoincrement=False),
    Column("next_offset", BigInteger, primary_key=True, autoincrement=False),
    Column("claim", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("digest", TEXT, nullable=False),
    Column("state_digest", TEXT, nullable=False),
    Column("state", LargeBinary, nullable=False),
    comment="A decider's state at a seal: a cache that recovery may start from",
)

LEDGER_CLOSES = Table(
    "ledger_closes",
    METADATA,
    Column("currency", TEXT, primary_key=True),
    Column("asset", TEXT, primary_key=True, comment="what settles it: the currency's own money, or eCNY"),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("day", TEXT, nullable=False),
    Column("closed_at", BigInteger, nullable=False),
    Column("digest", TEXT, nullable=False),
    Column("document", TEXT, nullable=False, comment="canonical JSON, with its signature"),
    comment="Signed summaries of ledgers at the close of a day, as the files beside them say it",
    sqlite_with_rowid=False,
)
