"""What happened about requests for quotation."""

from typing import Literal

from exchange.kernel.bases import Digest, Fact, Line, Names, Text
from exchange.kernel.ids import Id, InstrumentId, ParticipantId, ProductId, TradeId
from exchange.kernel.money import BalanceMinor
from exchange.kernel.product import Place, Version
from exchange.kernel.time import Instant
from exchange.market.quotes.commands import Measured, Wanted


class QuotesRequested(Fact, frozen=True):
    """A buyer asks for quotes."""

    request_id: Id
    buyer_id: ParticipantId
    wanted: Wanted


class QuotesClosed(Fact, frozen=True):
    """The deadline for quotes has passed; those that stand may be awarded while they are valid."""

    request_id: Id


class RequestEnded(Fact, frozen=True):
    """Nothing more can come of a request: it was withdrawn, or all is traded, or no quote stands any more.

    Units: `traded` in lots. Shape: `quote_ids` are the quotes that ended with it.
    """

    request_id: Id
    buyer_id: ParticipantId
    basis: Literal["withdrawn", "traded", "no_quotes"]
    traded: int
    quote_ids: Names


class QuoteGiven(Fact, frozen=True):
    """A seller offers what is requested at a price.

    Units: `price` in ticks, `quantity` in lots; all of it comes to `amount_minor`, one lot to `lot_minor`, rounded up.
    Shape: `replaces` is the seller's earlier quote, if one stood.
    """

    quote_id: Id
    request_id: Id
    seller_id: ParticipantId
    instrument_id: InstrumentId
    price: int
    quantity: int
    currency: Line
    amount_minor: BalanceMinor
    lot_minor: BalanceMinor
    valid_until: Instant
    replaces: Line


class QuoteWithdrawn(Fact, frozen=True):
    """A seller took its quote back."""

    quote_id: Id
    request_id: Id
    seller_id: ParticipantId


class QuoteExpired(Fact, frozen=True):
    """A quote is valid no more; of it nothing further can be awarded."""

    quote_id: Id
    request_id: Id
    seller_id: ParticipantId


class QuoteAwarded(Fact, frozen=True):
    """A buyer took a quote, all of it or in part.

    Units: `price` in ticks, `quantity` in lots; `held_minor` of `currency` left the purse's cash, once `drawn_minor` of
    credit was added, and is held for it.
    Shape: `due_at` is until when a sample has to be shown; None where it trades at once.
    """

    award_id: Id
    request_id: Id
    quote_id: Id
    instrument_id: InstrumentId
    buyer_id: ParticipantId
    seller_id: ParticipantId
    price: int
    quantity: int
    currency: Line
    held_minor: BalanceMinor
    licence_digest: Digest
    due_at: Instant | None
    drawn_minor: BalanceMinor = 0


class SampleSubmitted(Fact, frozen=True):
    """A seller showed a sample of a product version that is stored in a place.

    Shape: `number` counts the samples of the award from 1; `value_bp` is what the requested measure came to.
    """

    award_id: Id
    request_id: Id
    product_id: ProductId
    version: Version
    stored_in: Place
    buyer_id: ParticipantId
    seller_id: ParticipantId
    number: int
    digest: Digest
    measured: tuple[Measured, ...]
    value_bp: int
    answer_by: Instant


class SampleAccepted(Fact, frozen=True):
    """A sample is good enough: its buyer says so, or the buyer kept silent and the measured value does."""

    award_id: Id
    request_id: Id
    number: int
    basis: Literal["buyer", "measure"]
    value_bp: int
    threshold_bp: int


class SampleRejected(Fact, frozen=True):
    """A sample is not good enough.

    Shape: `value_bp` is what the buyer measured, or else the seller; `due_at` is until when a rework has to be shown,
    None where no further one is looked at.
    """

    award_id: Id
    request_id: Id
    number: int
    basis: Literal["buyer", "measure"]
    value_bp: int
    threshold_bp: int
    grounds: Text
    due_at: Instant | None


class AwardTraded(Fact, frozen=True):
    """An award became a trade; what was held for it is in escrow. Units: `quantity` in lots."""

    award_id: Id
    request_id: Id
    quote_id: Id
    trade_id: TradeId
    instrument_id: InstrumentId
    buyer_id: ParticipantId
    seller_id: ParticipantId
    quantity: int


class AwardEnded(Fact, frozen=True):
    """An award ended without a trade; what was held for it went back.

    Units: `quantity` in lots, `released_minor` of `currency`. Shape: by its buyer, its seller, because no sample was
    shown in `time` or the last one was `rejected`, or because the two are `barred` from trading by now; `unanswered` is
    the number of the sample that still waited for its answer, 0 if none did.
    """

    award_id: Id
    request_id: Id
    quote_id: Id
    buyer_id: ParticipantId
    seller_id: ParticipantId
    quantity: int
    currency: Line
    released_minor: BalanceMinor
    basis: Literal["buyer", "seller", "time", "rejected", "barred"]
    grounds: Text
    unanswered: int


FACTS: tuple[type[Fact], ...] = (
    QuotesRequested,
    QuotesClosed,
    RequestEnded,
    QuoteGiven,
    QuoteWithdrawn,
    QuoteExpired,
    QuoteAwarded,
    SampleSubmitted,
    SampleAccepted,
    SampleRejected,
    AwardTraded,
    AwardEnded,
)
