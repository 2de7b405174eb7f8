"""What happened to quotes and conversions."""

from typing import Literal

from exchange.kernel.bases import Count, Fact, Line, Text
from exchange.kernel.ids import Id, MarketId, ParticipantId
from exchange.kernel.money import BalanceMinor
from exchange.kernel.time import Instant


class FxQuoted(Fact, frozen=True):
    """A custodian bank quoted a rate. Units and shape: as in `QuoteFx`."""

    quote_id: Id
    bank_id: ParticipantId
    base_currency: Line
    quote_currency: Line
    sell_currency: Line
    buy_currency: Line
    side: Literal["fixed_sell", "fixed_buy"]
    rate: Line
    source: Line
    expires_at: Instant
    max_minor: BalanceMinor
    participant_id: ParticipantId | None = None


class FxAsked(Fact, frozen=True):
    """A participant took a quote; its market is to exchange the money.

    Units: `sold_minor` of `sell_currency`, `bought_minor` of `buy_currency`, rounded once against the participant.
    Shape: pair, side, rate, source and expiry are the quote's, so that nothing is ever computed again.
    """

    conversion_id: Id
    quote_id: Id
    market_id: MarketId
    participant_id: ParticipantId
    bank_id: ParticipantId
    base_currency: Line
    sell_currency: Line
    sold_minor: BalanceMinor
    buy_currency: Line
    bought_minor: BalanceMinor
    side: Literal["fixed_sell", "fixed_buy"]
    rate: Line
    source: Line
    expires_at: Instant


class FxCompleted(Fact, frozen=True):
    """A market has exchanged the money, its customer's and the bank's side at once."""

    conversion_id: Id
    quote_id: Id


class FxReturned(Fact, frozen=True):
    """A market did not exchange the money; the quote's amount may be used again."""

    conversion_id: Id
    quote_id: Id
    reason: Line
    detail: Text


class FxQuoteEnded(Fact, frozen=True):
    """Nobody may take a quote any more."""

    quote_id: Id
    by: Literal["time", "bank"]


class FxDealClosed(Fact, frozen=True):
    """All conversions at a quote are one deal with the bank, which exchanges their sum: this is what it comes to.

    Units: the bank took `sold_minor` of `sell_currency` and gave `bought_minor` of `buy_currency`; `residual_minor`
    of `currency` is what rounding the sum once leaves over the customers' amounts, which were rounded one by one.
    """

    quote_id: Id
    bank_id: ParticipantId
    conversions: Count
    sell_currency: Line
    sold_minor: BalanceMinor
    buy_currency: Line
    bought_minor: BalanceMinor
    currency: Line
    residual_minor: BalanceMinor


FACTS: tuple[type[Fact], ...] = (
    FxQuoted,
    FxAsked,
    FxCompleted,
    FxReturned,
    FxQuoteEnded,
    FxDealClosed,
)
