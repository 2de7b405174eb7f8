"""Who sees and holds bonded data: pools, stations, sessions, fenced volumes and their port, products made in bond."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, PrimaryKeyConstraint, Text
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _text(name: str, *, null: bool = False, comment: str | None = None) -> Column[Any]:
    return Column(name, TEXT, nullable=null, comment=comment)


def _whole(name: str, *, null: bool = False, comment: str | None = None) -> Column[Any]:
    return Column(name, BigInteger, autoincrement=False, nullable=null, comment=comment)


def _flag(name: str, *, comment: str | None = None) -> Column[Any]:
    return Column(name, Boolean, nullable=False, comment=comment)


def upgrade() -> None:
    """Create the tables."""
    _worker_pools()
    _stations()
    _work_sessions()
    _fenced_volumes()
    _volume_enforcement()
    _bonded_products()
    op.add_column(
        "incidents", _text("access_id", null=True, comment="the session or the volume that it was found by")
    )
    op.add_column(
        "incidents",
        _text(
            "consignment_ids",
            null=True,
            comment="JSON array, where it went wrong with raw data and no job run",
        ),
    )


def _worker_pools() -> None:
    op.create_table(
        "worker_pools",
        _text("zone_id"),
        _text("pool_id"),
        _whole("partition"),
        _whole("seq"),
        _text("processor_id"),
        _text("worker_ids", comment="JSON array"),
        _whole("changed_at"),
        PrimaryKeyConstraint("zone_id", "pool_id", name="pk_worker_pools"),
        comment="Who works for which processor, by names that only it can tell the persons of",
    )


def _stations() -> None:
    op.create_table(
        "stations",
        _text("station_id"),
        _whole("partition"),
        _whole("seq"),
        _text("zone_id"),
        _text("place"),
        _text("lets", comment="JSON array; whatever is more than view and annotate opens no session"),
        _text("state", comment="in_service or down"),
        _whole("changed_at"),
        PrimaryKeyConstraint("station_id", name="pk_stations"),
        comment="Stations of business zones, and what they let their worker do",
    )


def _work_sessions() -> None:
    op.create_table(
        "work_sessions",
        _text("session_id"),
        _whole("partition"),
        _whole("seq"),
        _text("zone_id"),
        _text("processor_id"),
        _text("pool_id"),
        _text("worker_id"),
        _text("station_id"),
        _text("seen_from"),
        _text("job_run_id", null=True, comment="all that goes into it is seen"),
        _text("items", comment="JSON array of ranges that are seen"),
        _text("consignment_ids", comment="JSON array of all consignments behind it"),
        _text("may", comment="JSON array of what it lets its worker do"),
        _text("may_not", comment="JSON array of what it does not"),
        _text("state", comment="open or ended"),
        _text("basis", null=True, comment="why it ended"),
        _text("codes", null=True, comment="JSON array of the fence's codes, where it was the fence"),
        _text("grounds", null=True),
        _text("decision_id", comment="the answer of the fence that it rests on"),
        _whole("ends_at", comment="when it ends at the latest"),
        _whole("at"),
        _whole("ended_at", null=True),
        PrimaryKeyConstraint("session_id", name="pk_work_sessions"),
        comment="Who saw what, from where, and until when",
    )
    op.create_index("ix_work_sessions_processor_id", "work_sessions", ["processor_id"])
    op.create_index("ix_work_sessions_state", "work_sessions", ["state"])
    op.create_index("ix_work_sessions_worker_id", "work_sessions", ["worker_id"])


def _fenced_volumes() -> None:
    op.create_table(
        "fenced_volumes",
        _text("volume_id"),
        _whole("partition"),
        _whole("seq"),
        _text("zone_id"),
        _text("subject_id", comment="the consignment or the job run"),
        _text("job_run_id", null=True),
        _text("processor_id"),
        _text("state", comment="granted, revoked, sealed or condemned"),
        _flag("sealed", comment="nothing on it may change any more"),
        _text("pool_id", comment="who has it, or had it last"),
        _text("mode", comment="read or write"),
        _whole("until_at"),
        _text("decision_id"),
        _text("basis", null=True, comment="why nobody has it"),
        _text("codes", null=True, comment="JSON array of the fence's codes, where it was the fence"),
        _whole("at"),
        _whole("changed_at"),
        PrimaryKeyConstraint("volume_id", name="pk_fenced_volumes"),
        comment="Volumes of consignments and job runs, as they were decided",
    )
    op.create_index("ix_fenced_volumes_state", "fenced_volumes", ["state"])
    op.create_index("ix_fenced_volumes_subject_id", "fenced_volumes", ["subject_id"])


def _volume_enforcement() -> None:
    op.create_table(
        "volume_enforcement",
        _whole("partition"),
        _whole("seq"),
        _text("volume_id"),
        _text("zone_id"),
        _text("step", comment="granted, revoked, sealed, destroyed or inspected"),
        _flag("done"),
        _text("detail"),
        _text("limits", comment="JSON array of what it cannot enforce at all"),
        _whole("files"),
        _whole("size_bytes"),
        _text("merkle_root", null=True, comment="over one hash for each file, where they were read"),
        _text("strays", comment="JSON array of paths that should not be there"),
        _text("by_id"),
        _whole("at"),
        PrimaryKeyConstraint("partition", "seq", name="pk_volume_enforcement"),
        comment="What the port that guards a volume did, could not do, and found",
    )
    op.create_index("ix_volume_enforcement_volume_id", "volume_enforcement", ["volume_id"])


def _bonded_products() -> None:
    op.create_table(
        "bonded_products",
        _text("output_id"),
        _whole("partition"),
        _whole("seq"),
        _text("product_id"),
        _text("version"),
        _text("seller_id"),
        _text("origins", comment="JSON array of places"),
        _flag("domestic_pi"),
        _flag("important"),
        _flag("separable"),
        _text("consignments", comment="JSON array: return list, last day, balance and fence of each"),
        _text("routes", comment="JSON array of the lines to places that it may return to"),
        _whole("at"),
        _whole("changed_at"),
        PrimaryKeyConstraint("output_id", name="pk_bonded_products"),
        comment="Product versions that were made in bond, and what is behind them",
    )
    op.create_index("ix_bonded_products_product_id", "bonded_products", ["product_id"])
