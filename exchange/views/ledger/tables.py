"""The tables of the ledger. Shape: `asset` is what settles an amount: the currency's own money, or eCNY beside CNY."""

from sqlalchemy import CheckConstraint

from exchange.views.columns import count, table, text

INT64_MAX = 2**63 - 1

ENTRIES = table(
    "entries",
    "What one fact moved, whole or not at all",
    text("context", key=True),
    count("partition", key=True),
    count("seq", key=True),
    count("at"),
    text("fact", comment="the type of the fact"),
    text("subject", comment="the order, the trade or the bank's reference it is about"),
    count("cause", comment="offset of the command"),
    indexes=[("subject",)],
    clustered=True,
)

POSTINGS = table(
    "postings",
    "Amounts that moved between two accounts",
    text("context", key=True),
    count("partition", key=True),
    count("seq", key=True),
    count("line", key=True),
    count("at"),
    count("debit_account"),
    text("debit_party"),
    count("credit_account"),
    text("credit_party"),
    text("currency"),
    text("asset", comment="what settles it: the currency's own money, or eCNY"),
    count("amount_minor"),
    # A party's statement reads its own postings and nobody else's.
    indexes=[
        ("debit_party", "context", "partition", "seq"),
        ("credit_party", "context", "partition", "seq"),
    ],
    clustered=True,
)

BALANCES = table(
    "balances",
    "What every posting so far comes to, per account and party",
    text("context", key=True),
    count("partition", key=True),
    count("account", key=True),
    text("party", key=True),
    text("currency", key=True),
    text("asset", key=True),
    count("debit_minor", default=0, comment="sum of what was debited"),
    count("credit_minor", default=0, comment="sum of what was credited"),
    # SQLite turns a sum past 64 bits into a rounded number without a word.
    CheckConstraint(f"debit_minor >= 0 AND debit_minor <= {INT64_MAX}", name="debit_is_int64"),
    CheckConstraint(f"credit_minor >= 0 AND credit_minor <= {INT64_MAX}", name="credit_is_int64"),
    indexes=[("party",)],
    clustered=True,
)

PERIOD_BALANCES = table(
    "period_balances",
    "What every posting before a fact comes to, per account and party that a posting of the period before it touched",
    text("context", key=True),
    count("partition", key=True),
    count("account", key=True),
    text("party", key=True),
    text("currency", key=True),
    text("asset", key=True),
    count("seq", key=True, comment="the first fact that is not counted"),
    count("debit_minor"),
    count("credit_minor"),
    clustered=True,
)

PERIOD_TOTALS = table(
    "period_totals",
    "The trial balance before a fact: what every posting before it comes to, per account of the chart",
    text("context", key=True),
    count("partition", key=True),
    count("seq", key=True, comment="the first fact that is not counted"),
    count("account", key=True),
    text("currency", key=True),
    text("asset", key=True),
    count("debit_minor"),
    count("credit_minor"),
    clustered=True,
)
