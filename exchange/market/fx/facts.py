"""What happened to a purse's currencies: the customer's side and the bank's, always in one outcome."""

from typing import Literal

from exchange.kernel.bases import Fact, Line
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.money import BalanceMinor
from exchange.kernel.time import Instant


class FxExecuted(Fact, frozen=True):
    """A participant's cash of one currency became cash of another.

    Units: `sold_minor` of `sell_currency`, `bought_minor` of `buy_currency`, of which `repaid_minor` paid back credit
    and `recovered_minor` refunds of its sales. Shape: pair, side, rate, source and expiry are those of the quote; the
    rate is never applied again.
    """

    conversion_id: Id
    quote_id: Id
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
    repaid_minor: BalanceMinor = 0
    recovered_minor: BalanceMinor = 0


class FxSettled(Fact, frozen=True):
    """The custodian bank took the one currency and gave the other.

    Units: `sold_minor` of `sell_currency`, `bought_minor` of `buy_currency`.
    """

    conversion_id: Id
    quote_id: Id
    bank_id: ParticipantId
    sell_currency: Line
    sold_minor: BalanceMinor
    buy_currency: Line
    bought_minor: BalanceMinor


FACTS: tuple[type[Fact], ...] = (FxExecuted, FxSettled)
