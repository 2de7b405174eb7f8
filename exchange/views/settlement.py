"""Where the money is: entries, their postings, and the balances they come to."""

from collections.abc import Iterable

from sqlalchemy import CheckConstraint

from exchange.kernel.bases import Fact, type_name
from exchange.market.auctions.facts import AuctionEnded, AuctionOpened, DutchAuctionOpened, RevealingBegan
from exchange.market.credit.facts import CreditLimitSet
from exchange.market.disputes.facts import EvidenceSubmitted, SettlementProposed
from exchange.market.facts import (
    EntitlementGranted,
    FenceDecided,
    InstrumentOpened,
    InstrumentStateSet,
    ParticipantRecorded,
    RulesetAdopted,
    StandingRecorded,
)
from exchange.market.fees.facts import BrokerAppointed, FeeScheduleSet
from exchange.market.pools.facts import FACTS as POOL_FACTS
from exchange.market.purchases.facts import ConclusionNoted, DeliveryRejected, TradeBusted
from exchange.market.quotes.facts import FACTS as QUOTES_FACTS
from exchange.market.rulings.facts import FACTS as RULINGS_FACTS
from exchange.settlement.vocabulary import FACTS as SETTLEMENT_FACTS
from exchange.store import Add, Change, Insert, Row
from exchange.views.accounts import Account
from exchange.views.columns import count, table, text
from exchange.views.groups import BOOK_WORK, BROUGHT, PLAN_WORK, REDECIDED, SETTLED
from exchange.views.postings import TEMPLATES, Posting, entry_of
from exchange.views.view import COMMON_IGNORED, Here, View

_INT64_MAX = 2**63 - 1

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
    count("amount_minor"),
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
    count("debit_minor", default=0, comment="sum of what was debited"),
    count("credit_minor", default=0, comment="sum of what was credited"),
    # SQLite turns a sum past 64 bits into a rounded number without a word.
    CheckConstraint(f"debit_minor >= 0 AND debit_minor <= {_INT64_MAX}", name="debit_is_int64"),
    CheckConstraint(f"credit_minor >= 0 AND credit_minor <= {_INT64_MAX}", name="credit_is_int64"),
    clustered=True,
)


def _post(here: Here, fact: Fact) -> Iterable[Change]:
    entry = entry_of(fact)
    if not entry.postings:
        return
    yield Insert(
        ENTRIES,
        {
            "context": here.context,
            "partition": here.partition,
            "seq": here.seq,
            "at": here.at,
            "fact": type_name(fact),
            "subject": entry.subject,
            "cause": here.meta.cause,
        },
    )
    for line, posting in enumerate(entry.postings):
        yield _posting(here, line, posting)
        yield _balance(here, posting.debit, posting.currency, "debit_minor", posting.amount_minor)
        yield _balance(here, posting.credit, posting.currency, "credit_minor", posting.amount_minor)


def _posting(here: Here, line: int, posting: Posting) -> Change:
    return Insert(
        POSTINGS,
        {
            "context": here.context,
            "partition": here.partition,
            "seq": here.seq,
            "line": line,
            "at": here.at,
            "debit_account": posting.debit.code,
            "debit_party": posting.debit.party,
            "credit_account": posting.credit.code,
            "credit_party": posting.credit.party,
            "currency": posting.currency,
            "amount_minor": posting.amount_minor,
        },
    )


def _balance(here: Here, account: Account, currency: str, column: str, amount_minor: int) -> Change:
    key: Row = {
        "context": here.context,
        "partition": here.partition,
        "account": account.code,
        "party": account.party,
        "currency": currency,
    }
    return Add(BALANCES, key, {column: amount_minor})


SETTLEMENT = View(
    name="settlement",
    contexts=("market", "settlement"),
    tables=(ENTRIES, POSTINGS, BALANCES),
    handlers=dict.fromkeys(TEMPLATES, _post),
    # These move no money.
    ignores=COMMON_IGNORED.union(RULINGS_FACTS, {*POOL_FACTS, *QUOTES_FACTS}.difference(TEMPLATES))
    | BOOK_WORK
    | PLAN_WORK.difference(TEMPLATES)
    | SETTLED.union(SETTLEMENT_FACTS).difference(TEMPLATES)
    | BROUGHT
    | REDECIDED.difference(TEMPLATES)
    | {
        ParticipantRecorded,
        StandingRecorded,
        InstrumentOpened,
        InstrumentStateSet,
        RulesetAdopted,
        FenceDecided,
        EntitlementGranted,
        AuctionOpened,
        DutchAuctionOpened,
        RevealingBegan,
        AuctionEnded,
        DeliveryRejected,
        ConclusionNoted,
        TradeBusted,
        EvidenceSubmitted,
        SettlementProposed,
        CreditLimitSet,
        FeeScheduleSet,
        BrokerAppointed,
    },
)
