"""Net sets say what of them paid refunds owed."""

from alembic import op
from sqlalchemy import BigInteger, Column

revision = "0025"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    recovered = Column(
        "recovered_minor",
        BigInteger,
        autoincrement=False,
        nullable=False,
        server_default="0",
        comment="with what it owed for refunds",
    )
    op.add_column("payouts", recovered)
