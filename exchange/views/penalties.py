"""Penalties of sellers, and which were taken back."""

from collections.abc import Iterable

from exchange.market.penalties import facts as happened
from exchange.market.vocabulary import FACTS as MARKET_FACTS
from exchange.store import Change, Insert, Row, Update
from exchange.views.columns import count, table, text
from exchange.views.view import COMMON_IGNORED, Handler, Here, View

PENALTIES = table(
    "penalties",
    "What sellers paid for what they delivered late, in part or not at all",
    text("trade_id", key=True),
    count("partition"),
    count("seq"),
    text("instrument_id"),
    text("seller_id"),
    text("cause", comment="default, short or late"),
    text("currency"),
    count("of_minor", comment="what of the purchase that is about"),
    count("penalty_bp", comment="the instrument's, in basis points"),
    count("amount_minor"),
    count("payable_minor", comment="out of what the seller was owed"),
    count("cash_minor", comment="out of its free cash"),
    count("clawback_minor", comment="the seller owes it from then on"),
    text("grounds"),
    text("state", comment="charged or withdrawn"),
    text("withdrawn_grounds", null=True, comment="why it was taken back"),
    count("at"),
    count("withdrawn_at", null=True),
    indexes=[("seller_id",)],
)


def _charged(here: Here, fact: happened.PenaltyCharged) -> Iterable[Change]:
    yield Insert(
        PENALTIES,
        {
            "trade_id": fact.trade_id,
            "partition": here.partition,
            "seq": here.seq,
            "instrument_id": fact.instrument_id,
            "seller_id": fact.seller_id,
            "cause": fact.cause,
            "currency": fact.currency,
            "of_minor": fact.of_minor,
            "penalty_bp": fact.penalty_bp,
            "amount_minor": fact.amount_minor,
            "payable_minor": fact.payable_minor,
            "cash_minor": fact.cash_minor,
            "clawback_minor": fact.clawback_minor,
            "grounds": fact.grounds,
            "state": "charged",
            "withdrawn_grounds": None,
            "at": here.at,
            "withdrawn_at": None,
        },
    )


def _withdrawn(here: Here, fact: happened.PenaltyWithdrawn) -> Iterable[Change]:
    values: Row = {"state": "withdrawn", "withdrawn_grounds": fact.grounds, "withdrawn_at": here.at}
    yield Update(PENALTIES, {"trade_id": fact.trade_id}, values)


_HANDLERS: dict[type, Handler] = {
    happened.PenaltyCharged: _charged,
    happened.PenaltyWithdrawn: _withdrawn,
}

PENALTIES_VIEW = View(
    name="penalties",
    contexts=("market",),
    tables=(PENALTIES,),
    handlers=_HANDLERS,
    # Whatever else a market does is shown elsewhere.
    ignores=COMMON_IGNORED | (frozenset(MARKET_FACTS) - _HANDLERS.keys()),
)
