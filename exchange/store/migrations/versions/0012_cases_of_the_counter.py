"""Cases of the counter, what panels ruled on them, and the seats of the management body."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, PrimaryKeyConstraint, Text
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None
_TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def _text(name: str, comment: str | None = None, *, null: bool = False) -> Column[Any]:
    return Column(name, _TEXT, nullable=null, comment=comment)


def _whole(name: str, comment: str | None = None, *, null: bool = False) -> Column[Any]:
    return Column(name, BigInteger, autoincrement=False, nullable=null, comment=comment)


def _flag(name: str, comment: str | None = None) -> Column[Any]:
    return Column(name, Boolean, nullable=False, comment=comment)


def upgrade() -> None:
    _cases()
    _rulings()
    _seats()
    signed = "JSON array of the members of the management body who signed"
    op.add_column("rulesets", _text("approved_by", signed, null=True))
    op.add_column("zone_rulings", _whole("ended_at", "when the counter took it back", null=True))
    op.add_column("zone_rulings", _text("end_grounds", null=True))


def _cases() -> None:
    op.create_table(
        "review_cases",
        _text("case_id"),
        _whole("partition"),
        _whole("seq"),
        _text("asked_in", "market or bonded: where the fence was asked"),
        _text("decision_id", "the decision that opened it"),
        _text("subject", "the product, or what is to move in bond"),
        _text("instrument_id", "empty in bond"),
        _text("handbooks", "JSON array of zone/handbook, in bond"),
        _text("seller_id"),
        _text("buyer_id"),
        _text("codes", "JSON array of the reason codes that people have to look at"),
        _text("asked_by", "whose command the fence was asked for"),
        _text("state", "open, lifted, against, appealed, withdrawn or closed"),
        _flag("overdue", "the counter has not ruled in time"),
        _whole("asked_again", "how often the fence left the same to people meanwhile"),
        _whole("due_at", "until when the counter has"),
        _whole("valid_until_at", "until when what was lifted passes", null=True),
        _text("appealed_by", null=True),
        _text("appeal_grounds", null=True),
        _text("end_grounds", "why what was lifted was taken back", null=True),
        _whole("at"),
        _whole("changed_at"),
        PrimaryKeyConstraint("case_id", name="pk_review_cases"),
        comment="What the fence left to people, and what became of it before the counter",
    )
    for column in ("buyer_id", "seller_id", "state"):
        op.create_index(f"ix_review_cases_{column}", "review_cases", [column])
    basis = "opened, joined, ruled, or too_many, too_many_of_buyer, too_many_of_seller: none was opened"
    op.create_table(
        "review_case_decisions",
        _text("decision_id"),
        _whole("partition"),
        _whole("seq"),
        _text("case_id", "none: as many cases are open as may be", null=True),
        _text("basis", basis),
        _whole("at"),
        PrimaryKeyConstraint("decision_id", name="pk_review_case_decisions"),
        comment="In which case each decision that was left to people is looked at",
    )
    op.create_index("ix_review_case_decisions_case_id", "review_case_decisions", ["case_id"])


def _rulings() -> None:
    op.create_table(
        "review_case_rulings",
        _whole("partition"),
        _whole("seq"),
        _text("case_id"),
        _text("verdict", "lifted or against"),
        _text("codes", "JSON array of the reason codes it is about"),
        _flag("whole_product", "of all instruments of the product"),
        _flag("any_buyer", "for whoever buys"),
        _text("panel", "JSON array of the three who ruled, with their constituencies"),
        _text("grounds"),
        _text("reference"),
        _text("by_id", "who gave the panel's ruling"),
        _flag("on_appeal"),
        _whole("valid_until_at", null=True),
        _whole("at"),
        PrimaryKeyConstraint("partition", "seq", name="pk_review_case_rulings"),
        comment="What panels of the counter ruled on cases, first and on appeal",
    )
    op.create_index("ix_review_case_rulings_case_id", "review_case_rulings", ["case_id"])
    op.create_table(
        "review_case_effects",
        _whole("partition"),
        _whole("seq"),
        _text("case_id"),
        _text("verdict", "withdrawn, replaced or against"),
        _whole("rulings", "that ended"),
        _whole("purchases", "that were to end"),
        _whole("at"),
        PrimaryKeyConstraint("partition", "seq", name="pk_review_case_effects"),
        comment="What the end of a ruling, or a ruling against, ended in each market partition",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_review_case_effects_case_id", "review_case_effects", ["case_id"])


def _seats() -> None:
    op.create_table(
        "body_seats",
        _whole("partition"),
        _whole("seq"),
        _text("constituency", "government, institution or industry"),
        _text("name"),
        _text("public_key", "Ed25519, in hexadecimal"),
        _whole("valid_until_at"),
        _text("by_id"),
        _text("site", "what tells this exchange from others in all that is signed"),
        _text("approved_by", "JSON array of the members who signed"),
        _whole("at"),
        PrimaryKeyConstraint("partition", "seq", name="pk_body_seats"),
        comment="Who was given a seat of the management body; the last of a"
        " constituency holds it until its term is over",
    )
