"""Currencies exchanged: banks' quotes, and what participants converted at them."""

from collections.abc import Iterable

from exchange.settlement.fx import facts as happened
from exchange.settlement.vocabulary import FACTS as SETTLEMENT_FACTS
from exchange.store import Change, Insert, Row, Update
from exchange.views.columns import count, table, text
from exchange.views.view import COMMON_IGNORED, Handler, Here, View

FX_QUOTES = table(
    "fx_quotes",
    "Rates at which custodian banks exchange currencies, and what each came to",
    text("quote_id", key=True),
    count("seq"),
    text("bank_id"),
    text("base_currency", comment="one unit of it is worth the rate"),
    text("quote_currency"),
    text("currency", comment="what customers sell"),
    text("bought_currency"),
    text("side", comment="fixed_sell or fixed_buy: whose amount customers name"),
    text("rate", comment="a decimal"),
    text("source"),
    count("expires_at"),
    count("max_minor", comment="of the fixed currency"),
    text("participant_id", null=True, comment="null: for everybody"),
    text("state", comment="open, ended or closed"),
    text("ended_by", null=True, comment="time or bank"),
    count("conversions", default=0, comment="done at it, once closed"),
    count("sold_minor", default=0, comment="what the bank took in all, once closed"),
    count("bought_minor", default=0, comment="what the bank gave in all, once closed"),
    text("residual_currency", null=True),
    count("residual_minor", default=0, comment="left by rounding the sum once"),
    count("at"),
    indexes=[("bank_id",), ("state",)],
)

FX_CONVERSIONS = table(
    "fx_conversions",
    "Cash that participants exchanged",
    text("conversion_id", key=True),
    count("seq"),
    text("quote_id"),
    text("market_id"),
    text("participant_id"),
    text("bank_id"),
    text("currency", comment="what was sold"),
    count("sold_minor"),
    text("bought_currency"),
    count("bought_minor", comment="in the bought currency"),
    text("rate", comment="the quote's, a decimal of its quote currency for one of its base currency"),
    text("state", comment="asked, completed or returned"),
    text("reason", null=True, comment="why a market did not exchange it"),
    text("detail", null=True),
    count("at"),
    count("closed_at", null=True),
    indexes=[("participant_id",), ("quote_id",)],
)


def _quoted(here: Here, fact: happened.FxQuoted) -> Iterable[Change]:
    yield Insert(
        FX_QUOTES,
        {
            "quote_id": fact.quote_id,
            "seq": here.seq,
            "bank_id": fact.bank_id,
            "base_currency": fact.base_currency,
            "quote_currency": fact.quote_currency,
            "currency": fact.sell_currency,
            "bought_currency": fact.buy_currency,
            "side": fact.side,
            "rate": fact.rate,
            "source": fact.source,
            "expires_at": fact.expires_at,
            "max_minor": fact.max_minor,
            "participant_id": fact.participant_id,
            "state": "open",
            "ended_by": None,
            "conversions": 0,
            "sold_minor": 0,
            "bought_minor": 0,
            "residual_currency": None,
            "residual_minor": 0,
            "at": here.at,
        },
    )


def _asked(here: Here, fact: happened.FxAsked) -> Iterable[Change]:
    yield Insert(
        FX_CONVERSIONS,
        {
            "conversion_id": fact.conversion_id,
            "seq": here.seq,
            "quote_id": fact.quote_id,
            "market_id": fact.market_id,
            "participant_id": fact.participant_id,
            "bank_id": fact.bank_id,
            "currency": fact.sell_currency,
            "sold_minor": fact.sold_minor,
            "bought_currency": fact.buy_currency,
            "bought_minor": fact.bought_minor,
            "rate": fact.rate,
            "state": "asked",
            "reason": None,
            "detail": None,
            "at": here.at,
            "closed_at": None,
        },
    )


def _completed(here: Here, fact: happened.FxCompleted) -> Iterable[Change]:
    key = {"conversion_id": fact.conversion_id}
    yield Update(FX_CONVERSIONS, key, {"state": "completed", "closed_at": here.at})


def _returned(here: Here, fact: happened.FxReturned) -> Iterable[Change]:
    values: Row = {"state": "returned", "reason": fact.reason, "detail": fact.detail, "closed_at": here.at}
    yield Update(FX_CONVERSIONS, {"conversion_id": fact.conversion_id}, values)


def _ended(here: Here, fact: happened.FxQuoteEnded) -> Iterable[Change]:
    yield Update(FX_QUOTES, {"quote_id": fact.quote_id}, {"state": "ended", "ended_by": fact.by})


def _closed(here: Here, fact: happened.FxDealClosed) -> Iterable[Change]:
    values: Row = {
        "state": "closed",
        "conversions": fact.conversions,
        "sold_minor": fact.sold_minor,
        "bought_minor": fact.bought_minor,
        "residual_currency": fact.currency,
        "residual_minor": fact.residual_minor,
    }
    yield Update(FX_QUOTES, {"quote_id": fact.quote_id}, values)


_HANDLERS: dict[type, Handler] = {
    happened.FxQuoted: _quoted,
    happened.FxAsked: _asked,
    happened.FxCompleted: _completed,
    happened.FxReturned: _returned,
    happened.FxQuoteEnded: _ended,
    happened.FxDealClosed: _closed,
}

EXCHANGES_VIEW = View(
    name="exchanges",
    contexts=("settlement",),
    tables=(FX_QUOTES, FX_CONVERSIONS),
    handlers=_HANDLERS,
    # The other rooms of the settlement have views of their own.
    ignores=COMMON_IGNORED | (frozenset(SETTLEMENT_FACTS) - _HANDLERS.keys()),
)
