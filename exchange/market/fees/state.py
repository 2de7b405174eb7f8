"""What is remembered of fees: the schedules, who has paid the service fee, who has which broker."""

from typing import Annotated

import msgspec

from exchange.kernel.bases import Line, Value
from exchange.kernel.ids import InstrumentId, ParticipantId
from exchange.kernel.money import AmountMinor, CurrencyCode
from exchange.kernel.time import Instant

BasisPoints = Annotated[int, msgspec.Meta(ge=0, le=10_000)]
"""Hundredths of a per cent."""


class Amount(Value, frozen=True):
    """So much of a currency, in minor units."""

    currency: CurrencyCode
    amount_minor: AmountMinor


class FeeSchedule(Value, frozen=True):
    """What the exchange takes from `valid_from` on.

    Units: basis points; `fee_bp` of a sale's gross, of which `tax_rate_bp` on the net is tax. Shape: `minimums` are the
    least fee of a sale, by currency; `service_fee` is asked once of each buyer.
    """

    valid_from: Instant
    fee_bp: BasisPoints
    tax_authority: Line
    tax_rate_bp: BasisPoints
    minimums: Annotated[tuple[Amount, ...], msgspec.Meta(max_length=20)] = ()
    service_fee: Amount | None = None


class Brokerage(msgspec.Struct):
    """Who earns a part of a seller's sales. Units: basis points of the gross."""

    broker_id: ParticipantId
    commission_bp: int


FIRST_SCHEDULE = FeeSchedule(valid_from=0, fee_bp=250, tax_authority="CN", tax_rate_bp=600)
"""What is in force where no operator has set another: 2.5 %, 6 % of the net in tax, no minimum, no service fee."""


class Fees(msgspec.Struct):
    """Shape: `schedules` are in the order of `valid_from`, beginning with the one in force."""

    schedules: list[FeeSchedule] = msgspec.field(default_factory=lambda: [FIRST_SCHEDULE])
    served: set[ParticipantId] = msgspec.field(default_factory=set)
    brokers: dict[ParticipantId, dict[InstrumentId, Brokerage]] = msgspec.field(default_factory=dict)


def brokerage_of(
    fees: Fees, seller_id: ParticipantId, instrument_id: InstrumentId
) -> tuple[ParticipantId, int]:
    """Who earns how much of what a seller sells of an instrument; nobody: an empty name."""
    appointed = fees.brokers.get(seller_id)
    brokerage = appointed.get(instrument_id) if appointed else None
    return (brokerage.broker_id, brokerage.commission_bp) if brokerage else ("", 0)
