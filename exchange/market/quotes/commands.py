"""What may be asked about requests for quotation."""

from typing import Annotated

import msgspec

from exchange.kernel.bases import Command, Digest, Text, Value
from exchange.kernel.ids import Id, InstrumentId, ParticipantId
from exchange.kernel.money import CurrencyCode
from exchange.kernel.time import Instant
from exchange.market.commands import Price, Quantity, Use

BasisPoints = Annotated[int, msgspec.Meta(ge=0, le=10_000)]
"""A share: 10,000 is all of it."""
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
"""A line that says something."""
Languages = Annotated[tuple[Word, ...], msgspec.Meta(max_length=50)]
Invited = Annotated[tuple[ParticipantId, ...], msgspec.Meta(max_length=50)]
Grounds = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]


class Quality(Value, frozen=True):
    """When a delivery is good enough: a measure's name and what it has to reach."""

    measure: Word
    threshold_bp: BasisPoints


class Sampling(Value, frozen=True):
    """A sample comes before the main delivery.

    Units: the seller has `days` for a sample and for each rework, the buyer `answer_days` to answer; `samples_max` of
    them are looked at.
    """

    days: Annotated[int, msgspec.Meta(ge=1, le=90)] = 14
    answer_days: Annotated[int, msgspec.Meta(ge=1, le=30)] = 7
    samples_max: Annotated[int, msgspec.Meta(ge=1, le=5)] = 3


class Wanted(Value, frozen=True):
    """What a buyer wants, in words and measures.

    Units: `quantity` of `unit`s, which is one lot of the instruments quoted.
    Shape: without `invited` all sellers may quote, until `closes_at`; `use` is what the data is for, and names no
    licence: each quote brings its own, which is accepted with the award.
    """

    title: Word
    unit: Word
    quantity: Quantity
    currency: CurrencyCode
    closes_at: Instant
    description: Text = ""
    languages: Languages = ()
    quality: Quality | None = None
    sampling: Sampling | None = None
    use: Use = Use()
    invited: Invited = ()


class RequestQuotes(Command, frozen=True):
    """Ask sellers for quotes, those invited or all."""

    wanted: Wanted


class WithdrawRequest(Command, frozen=True):
    """End a request of which no award is under way; its quotes end with it."""

    request_id: Id


class Quote(Command, frozen=True):
    """Offer what is requested at a price, until then. It takes the place of the seller's earlier quote.

    Units: `price` in ticks of the instrument for one lot, `quantity` at most so many lots.
    Shape: the instrument, one of the seller's own, brings the terms of the trade: licence, unit, currency, tick.
    """

    request_id: Id
    instrument_id: InstrumentId
    price: Price
    quantity: Quantity
    valid_until: Instant


class WithdrawQuote(Command, frozen=True):
    """Take back a quote of which nothing is awarded."""

    quote_id: Id


class AwardQuote(Command, frozen=True):
    """Take a quote, all of it or in part, accepting its licence; the price of it is held at once.

    Shape: without a sample it trades at once, else when its sample is accepted.
    """

    quote_id: Id
    quantity: Quantity
    licence_digest: Digest


class Measured(Value, frozen=True):
    """What a measure came to."""

    measure: Word
    value_bp: BasisPoints


class SubmitSample(Command, frozen=True):
    """Show a sample of what is to be delivered: its content's digest, and what was measured of it."""

    award_id: Id
    digest: Annotated[bytes, msgspec.Meta(min_length=1, max_length=64)]
    measured: Annotated[tuple[Measured, ...], msgspec.Meta(min_length=1, max_length=20)]


class AcceptSample(Command, frozen=True):
    """Find a sample good enough: the award becomes a trade."""

    award_id: Id


class RejectSample(Command, frozen=True):
    """Find a sample not good enough, and say why; the seller may rework it as often as was agreed.

    Shape: `value_bp` is what the buyer itself has measured, if it has.
    """

    award_id: Id
    grounds: Grounds
    value_bp: BasisPoints | None = None


class EndAward(Command, frozen=True):
    """Let an award go before it trades, as its buyer or its seller; what was held goes back."""

    award_id: Id
    grounds: Grounds


COMMANDS: tuple[type[Command], ...] = (
    RequestQuotes,
    WithdrawRequest,
    Quote,
    WithdrawQuote,
    AwardQuote,
    SubmitSample,
    AcceptSample,
    RejectSample,
    EndAward,
)
