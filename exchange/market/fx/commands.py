"""What may be asked about a purse's currencies."""

from typing import Literal

from exchange.kernel.bases import Command, Line
from exchange.kernel.ids import Id, ParticipantId
from exchange.kernel.money import AmountMinor, CurrencyCode
from exchange.kernel.time import Instant


class ExchangeMoney(Command, frozen=True):
    """Exchange cash of a purse at a bank's rate. Sent by a policy.

    Units: `sold_minor` of `sell_currency`, `bought_minor` of `buy_currency`. Shape: amounts and rate are the
    settlement's and are not computed again.
    """

    conversion_id: Id
    quote_id: Id
    participant_id: ParticipantId
    bank_id: ParticipantId
    base_currency: CurrencyCode
    sell_currency: CurrencyCode
    sold_minor: AmountMinor
    buy_currency: CurrencyCode
    bought_minor: AmountMinor
    side: Literal["fixed_sell", "fixed_buy"]
    rate: Line
    source: Line
    expires_at: Instant


COMMANDS: tuple[type[Command], ...] = (ExchangeMoney,)
