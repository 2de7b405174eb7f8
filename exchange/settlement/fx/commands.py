"""What may be asked about exchanging currencies."""

from typing import Annotated, Literal, TypeAlias

import msgspec

from exchange.kernel.bases import Command, Line, Text
from exchange.kernel.ids import Id, MarketId, ParticipantId
from exchange.kernel.money import AmountMinor, CurrencyCode
from exchange.kernel.time import Instant

FixedSide: TypeAlias = Literal["fixed_sell", "fixed_buy"]
"""Which amount whoever converts fixes: what it sells, or what it buys. The other one follows from the rate."""
Rate = Annotated[str, msgspec.Meta(pattern=r"^(0|[1-9]\d{0,8})(\.\d{1,10})?\Z")]
"""Units of the quote currency for one of the base currency, as a decimal: it is never a binary fraction anywhere."""


class QuoteFx(Command, frozen=True):
    """A custodian bank says at which rate it exchanges two currencies, up to which amount and until when.

    Units: `max_minor` of the currency whose amount is fixed, in all; one unit of `base_currency` is `rate` of
    `quote_currency`. Shape: customers sell `sell_currency`, one of the two, for the other; `participant_id` None lets
    everybody. Source: settlement.md section 5 (4).
    """

    base_currency: CurrencyCode
    quote_currency: CurrencyCode
    sell_currency: CurrencyCode
    side: FixedSide
    rate: Rate
    source: Line
    expires_at: Instant
    max_minor: AmountMinor
    participant_id: ParticipantId | None = None


class WithdrawFxQuote(Command, frozen=True):
    """A custodian bank takes its quote back; what was asked for before is still exchanged at it."""

    quote_id: Id


class ConvertFx(Command, frozen=True):
    """A participant exchanges cash of its purse in a market at a bank's quote.

    Units: `amount_minor` of the currency that the quote fixes.
    """

    quote_id: Id
    market_id: MarketId
    sell_currency: CurrencyCode
    buy_currency: CurrencyCode
    amount_minor: AmountMinor


class CompleteFx(Command, frozen=True):
    """Note that the market has exchanged the money. Sent by a policy."""

    conversion_id: Id


class ReturnFx(Command, frozen=True):
    """Note that the market has not exchanged the money, and why. Sent by a policy."""

    conversion_id: Id
    reason: Line
    detail: Text


COMMANDS: tuple[type[Command], ...] = (QuoteFx, WithdrawFxQuote, ConvertFx, CompleteFx, ReturnFx)
