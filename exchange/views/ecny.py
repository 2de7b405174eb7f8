"""e-CNY: where it is kept, what became of it and of what, and what it has borne."""

from collections.abc import Iterable

from exchange.kernel.money import CNY
from exchange.market.ecny import facts as happened
from exchange.market.vocabulary import FACTS as MARKET_FACTS
from exchange.store import Change, Insert
from exchange.views.columns import count, table, text
from exchange.views.view import COMMON_IGNORED, Handler, Here, View

ECNY_CONVERSIONS = table(
    "ecny_conversions",
    "CNY that became e-CNY at par, or e-CNY that became CNY",
    text("conversion_id", key=True),
    count("partition"),
    count("seq"),
    text("participant_id"),
    text("bank_id", comment="at whose wallet"),
    text("direction", comment="to_ecny or to_cny"),
    text("currency"),
    count("amount_minor"),
    count("repaid_minor", comment="of it, credit paid back"),
    count("recovered_minor", comment="of it, refunds owed"),
    count("at"),
    indexes=[("participant_id",)],
)

ECNY_WALLETS = table(
    "ecny_wallets",
    "Where e-CNY is kept for a market, and what it has borne there: wallets opened, and interest",
    count("partition", key=True),
    count("seq", key=True),
    text("bank_id"),
    text("currency"),
    count("interest_minor", comment="0 where the wallet was opened"),
    text("reference", null=True, comment="the bank's name for the interest"),
    count("at"),
    indexes=[("bank_id",)],
    clustered=True,
)


def _converted(here: Here, fact: happened.EcnyConverted) -> Iterable[Change]:
    yield Insert(
        ECNY_CONVERSIONS,
        {
            "conversion_id": fact.conversion_id,
            "partition": here.partition,
            "seq": here.seq,
            "participant_id": fact.participant_id,
            "bank_id": fact.bank_id,
            "direction": fact.direction,
            "currency": fact.currency,
            "amount_minor": fact.amount_minor,
            "repaid_minor": fact.repaid_minor,
            "recovered_minor": fact.recovered_minor,
            "at": here.at,
        },
    )


def _opened(here: Here, fact: happened.EcnyWalletOpened) -> Iterable[Change]:
    yield _line(here, fact.bank_id, 0, None)


def _interest(here: Here, fact: happened.EcnyInterestCredited) -> Iterable[Change]:
    yield _line(here, fact.bank_id, fact.amount_minor, fact.reference)


def _line(here: Here, bank_id: str, interest_minor: int, reference: str | None) -> Change:
    return Insert(
        ECNY_WALLETS,
        {
            "partition": here.partition,
            "seq": here.seq,
            "bank_id": bank_id,
            "currency": CNY,
            "interest_minor": interest_minor,
            "reference": reference,
            "at": here.at,
        },
    )


_HANDLERS: dict[type, Handler] = {
    happened.EcnyConverted: _converted,
    happened.EcnyWalletOpened: _opened,
    happened.EcnyInterestCredited: _interest,
}

ECNY_VIEW = View(
    name="ecny",
    contexts=("market",),
    tables=(ECNY_CONVERSIONS, ECNY_WALLETS),
    handlers=_HANDLERS,
    # Whatever else a market does is shown elsewhere.
    ignores=COMMON_IGNORED | (frozenset(MARKET_FACTS) - _HANDLERS.keys()),
)
