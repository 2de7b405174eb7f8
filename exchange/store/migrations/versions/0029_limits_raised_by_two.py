"""A release limit is raised by two persons: what one of them proposed stands beside what holds."""

from alembic import op
from sqlalchemy import Column, Text
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Every limit until now was set by one."""
    said = "set, or proposed: a second person has to say the same"
    op.add_column("release_limits", Column("state", TEXT, nullable=False, server_default="set", comment=said))
    if op.get_bind().dialect.name == "postgresql":
        op.create_table_comment(
            "release_limits",
            "Up to which amount one person may release a payout; the last of each currency that was set holds",
        )
        wanted = "whom one person would credit, or what book it to; sender: would send it back"
        op.alter_column("statement_lines", "wanted_for", existing_type=TEXT, comment=wanted)
