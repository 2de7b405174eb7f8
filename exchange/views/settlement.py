"""Where the money is: entries, their postings, and the balances they come to."""

from collections.abc import Iterable

from exchange.kernel.bases import Fact, type_name
from exchange.market.auctions.facts import AuctionEnded, AuctionOpened, DutchAuctionOpened, RevealingBegan
from exchange.market.bills.facts import BillOverdue, BillReopened
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
from exchange.market.lines.facts import FACTS as LINE_FACTS
from exchange.market.pools.facts import FACTS as POOL_FACTS
from exchange.market.purchases.facts import ConclusionNoted, DeliveryRejected, TradeBusted
from exchange.market.quotes.facts import FACTS as QUOTES_FACTS
from exchange.market.rulings.facts import FACTS as RULINGS_FACTS
from exchange.market.supply.facts import SupplyTaxSet
from exchange.settlement.vocabulary import FACTS as SETTLEMENT_FACTS
from exchange.store import Add, Change, Insert, Row
from exchange.views.accounts import Account
from exchange.views.groups import BOOK_WORK, BROUGHT, PLAN_WORK, REDECIDED, SETTLED
from exchange.views.ledger.periods import close_period
from exchange.views.ledger.tables import BALANCES, ENTRIES, PERIOD_BALANCES, PERIOD_TOTALS, POSTINGS
from exchange.views.postings import TEMPLATES, Posting, entry_of
from exchange.views.view import COMMON_IGNORED, Here, View


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
        yield _balance(here, posting.debit, posting, "debit_minor")
        yield _balance(here, posting.credit, posting, "credit_minor")


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
            "asset": posting.settled_in,
            "amount_minor": posting.amount_minor,
        },
    )


def _balance(here: Here, account: Account, posting: Posting, column: str) -> Change:
    key: Row = {
        "context": here.context,
        "partition": here.partition,
        "account": account.code,
        "party": account.party,
        "currency": posting.currency,
        "asset": posting.settled_in,
    }
    return Add(BALANCES, key, {column: posting.amount_minor})


SETTLEMENT = View(
    name="settlement",
    contexts=("market", "settlement"),
    tables=(ENTRIES, POSTINGS, BALANCES, PERIOD_BALANCES, PERIOD_TOTALS),
    handlers=dict.fromkeys(TEMPLATES, _post),
    at_period=close_period,
    # These move no money.
    ignores=COMMON_IGNORED.union(
        LINE_FACTS, RULINGS_FACTS, {*POOL_FACTS, *QUOTES_FACTS}.difference(TEMPLATES)
    )
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
        SupplyTaxSet,
        BillReopened,
        BillOverdue,
    },
)
