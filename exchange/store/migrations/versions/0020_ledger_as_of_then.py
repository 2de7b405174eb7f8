"""The ledger is kept per settlement asset; periodic balances; a party's postings are found by its name."""

from collections.abc import Mapping
from typing import Any

from alembic import op
from sqlalchemy import BigInteger, CheckConstraint, Column, Connection, PrimaryKeyConstraint, Text, text
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
_PERIOD = 10_000
_KEY = ("context", "partition", "account", "party", "currency", "asset")
_INT64_MAX = 9223372036854775807


def _text(name: str, comment: str | None = None) -> Column[Any]:
    return Column(name, _TEXT, nullable=False, comment=comment)


def _whole(name: str, comment: str | None = None, start: str | None = None) -> Column[Any]:
    return Column(
        name, BigInteger, autoincrement=False, nullable=False, server_default=start, comment=comment
    )


def upgrade() -> None:
    """Make the tables anew with the asset, which was the currency's own money so far; sum up whole periods."""
    _postings()
    _balances()
    _period_balances()
    _period_totals()
    connection = op.get_bind()
    places = connection.execute(_PLACES).all()
    for context, partition, reached in places:
        for seq in range(_PERIOD, reached, _PERIOD):
            _sum_up(connection, {"context": context, "partition": partition, "seq": seq})


def _postings() -> None:
    op.rename_table("postings", "postings_before")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX pk_postings RENAME TO pk_postings_before")
    op.create_table(
        "postings",
        _text("context"),
        _whole("partition"),
        _whole("seq"),
        _whole("line"),
        _whole("at"),
        _whole("debit_account"),
        _text("debit_party"),
        _whole("credit_account"),
        _text("credit_party"),
        _text("currency"),
        _text("asset", "what settles it: the currency's own money, or eCNY"),
        _whole("amount_minor"),
        PrimaryKeyConstraint("context", "partition", "seq", "line", name="pk_postings"),
        comment="Amounts that moved between two accounts",
        sqlite_with_rowid=False,
    )
    parts = "debit_account, debit_party, credit_account, credit_party, currency"
    op.execute(
        f"INSERT INTO postings SELECT context, partition, seq, line, at, {parts}, currency, amount_minor"
        " FROM postings_before ORDER BY context, partition, seq, line"
    )
    op.drop_table("postings_before")
    for side in ("debit", "credit"):
        columns = [f"{side}_party", "context", "partition", "seq"]
        op.create_index(f"ix_postings_{'_'.join(columns)}", "postings", columns)


def _balances() -> None:
    op.rename_table("balances", "balances_before")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX pk_balances RENAME TO pk_balances_before")
    op.create_table(
        "balances",
        _text("context"),
        _whole("partition"),
        _whole("account"),
        _text("party"),
        _text("currency"),
        _text("asset"),
        _whole("debit_minor", "sum of what was debited", "0"),
        _whole("credit_minor", "sum of what was credited", "0"),
        PrimaryKeyConstraint(*_KEY, name="pk_balances"),
        *(
            CheckConstraint(
                f"{side}_minor >= 0 AND {side}_minor <= {_INT64_MAX}",
                name=op.f(f"ck_balances_{side}_is_int64"),
            )
            for side in ("debit", "credit")
        ),
        comment="What every posting so far comes to, per account and party",
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO balances SELECT context, partition, account, party, currency, currency, debit_minor, credit_minor"
        " FROM balances_before"
    )
    op.drop_table("balances_before")
    op.create_index("ix_balances_party", "balances", ["party"])


def _period_balances() -> None:
    op.create_table(
        "period_balances",
        _text("context"),
        _whole("partition"),
        _whole("account"),
        _text("party"),
        _text("currency"),
        _text("asset"),
        _whole("seq", "the first fact that is not counted"),
        _whole("debit_minor"),
        _whole("credit_minor"),
        PrimaryKeyConstraint(*_KEY, "seq", name="pk_period_balances"),
        comment="What every posting before a fact comes to, per account and party that a posting of the period"
        " before it touched",
        sqlite_with_rowid=False,
    )


def _period_totals() -> None:
    op.create_table(
        "period_totals",
        _text("context"),
        _whole("partition"),
        _whole("seq", "the first fact that is not counted"),
        _whole("account"),
        _text("currency"),
        _text("asset"),
        _whole("debit_minor"),
        _whole("credit_minor"),
        PrimaryKeyConstraint(
            *("context", "partition", "seq", "account", "currency", "asset"), name="pk_period_totals"
        ),
        comment="The trial balance before a fact: what every posting before it comes to, per account of the chart",
        sqlite_with_rowid=False,
    )


def _sum_up(connection: Connection, place: Mapping[str, Any]) -> None:
    between = {**place, "first": place["seq"] - _PERIOD}
    connection.execute(_TOUCHED, between)
    connection.execute(_TOTALS, between)


_PLACES = text(
    "SELECT p.context, p.partition, MAX(g.seq) FROM (SELECT DISTINCT context, partition FROM entries) AS p"
    " JOIN progress AS g ON g.reader = 'views' AND g.partition = p.partition"
    " AND g.topic IN (p.context || '.journal', 'pipe.' || p.context) GROUP BY p.context, p.partition"
)
_SUMS = "CAST(SUM(debit_minor) AS BIGINT), CAST(SUM(credit_minor) AS BIGINT)"
_OF = "context = :context AND partition = :partition"
_SIDES = " UNION ALL ".join(
    f"SELECT {side}_account AS account, {side}_party AS party, currency, asset, {debit} AS debit_minor,"
    f" {credit} AS credit_minor FROM postings WHERE {_OF} AND seq >= :first AND seq < :seq"
    for side, debit, credit in (("debit", "amount_minor", "0"), ("credit", "0", "amount_minor"))
)
_BEFORE = (
    "COALESCE((SELECT e.{0} FROM period_balances AS e WHERE e.context = :context AND e.partition = :partition"
    " AND e.account = t.account AND e.party = t.party AND e.currency = t.currency AND e.asset = t.asset"
    " AND e.seq < :seq ORDER BY e.seq DESC LIMIT 1), 0) + t.{0}"
)
_TOUCHED = text(
    "INSERT INTO period_balances SELECT :context, :partition, t.account, t.party, t.currency, t.asset, :seq,"
    f" {_BEFORE.format('debit_minor')}, {_BEFORE.format('credit_minor')}"
    " FROM (SELECT account, party, currency, asset, CAST(SUM(debit_minor) AS BIGINT) AS debit_minor,"
    f" CAST(SUM(credit_minor) AS BIGINT) AS credit_minor FROM ({_SIDES}) AS s"
    " GROUP BY account, party, currency, asset) AS t"
)
_TOTALS = text(
    f"INSERT INTO period_totals SELECT :context, :partition, :seq, account, currency, asset, {_SUMS} FROM"
    f" (SELECT account, currency, asset, debit_minor, credit_minor FROM period_totals WHERE {_OF} AND seq = :first"
    f" UNION ALL SELECT account, currency, asset, debit_minor, credit_minor FROM ({_SIDES}) AS s) AS a"
    " GROUP BY account, currency, asset"
)
