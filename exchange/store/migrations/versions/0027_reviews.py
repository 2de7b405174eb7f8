"""What cases of the counter wait for and how they were answered; listings asked about again; data that binds onward."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Text
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
_STATES = "open, lifted, against, appealed, withdrawn, closed, answered otherwise, or lapsed: no facts came"


def _text(name: str, comment: str, **options: Any) -> Column[Any]:
    return Column(name, _TEXT, comment=comment, **options)


def _key(name: str) -> Column[Any]:
    return Column(name, _TEXT, nullable=False)


def _whole(name: str, comment: str | None = None) -> Column[Any]:
    return Column(name, BigInteger, autoincrement=False, nullable=False, comment=comment)


def upgrade() -> None:
    for name, comment in (
        ("missing", "JSON array of facts to supply before a panel may rule"),
        ("demanded", "JSON array of codes: what is to be filed or assessed before"),
    ):
        op.add_column("review_cases", _text(name, comment, nullable=False, server_default="[]"))
    op.create_table(
        "review_case_answers",
        _whole("partition"),
        _whole("seq"),
        _text("case_id", "empty: in no case that counts", nullable=False),
        _text("decision_id", "what was before the counter", nullable=False),
        _text("answered_by", "the decision that took its place", nullable=False),
        _text("outcome", "that decision's", nullable=False),
        _whole("at"),
        PrimaryKeyConstraint("partition", "seq", name="pk_review_case_answers"),
        comment="Decisions before the counter that the fence answered otherwise, by which decision",
    )
    op.create_index("ix_review_case_answers_case_id", "review_case_answers", ["case_id"])
    op.create_table(
        "received_data",
        _key("participant_id"),
        _key("product_id"),
        _key("version"),
        _whole("partition"),
        _whole("seq"),
        _text("received_under", "JSON array of kinds of safeguards", nullable=False),
        _whole("at", comment="when it was received so for the first time"),
        PrimaryKeyConstraint("participant_id", "product_id", "version", name="pk_received_data"),
        comment="Product versions that participants have under safeguards that bind them in where it goes next",
    )
    beside = "JSON array of codes: what is to be filed or assessed beside"
    op.add_column("destinations", _text("demanded", beside, nullable=False, server_default="[]"))
    said = Column("said_at", BigInteger, nullable=True, comment="when the fence said so")
    op.add_column("destinations", said)
    if op.get_bind().dialect.name == "postgresql":
        asked_in = "market, bonded or listing: where the fence was asked"
        op.alter_column("review_cases", "asked_in", comment=asked_in)
        op.alter_column("destinations", "at", comment="when it came on sale")
        op.create_table_comment(
            "destinations",
            "Whether there is any place to which a listing could be sold, as the fence said last",
        )
        op.alter_column("review_cases", "state", comment=_STATES)
