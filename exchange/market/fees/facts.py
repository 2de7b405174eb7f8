"""What happened to fees."""

from typing import Annotated

import msgspec

from exchange.kernel.bases import Fact, Line
from exchange.kernel.ids import InstrumentId, ParticipantId
from exchange.kernel.money import BalanceMinor
from exchange.kernel.time import Instant
from exchange.market.fees.state import Amount


class FeeScheduleSet(Fact, frozen=True):
    """What the exchange takes from a time on. Units and shape: as `FeeSchedule`."""

    valid_from: Instant
    fee_bp: int
    tax_authority: Line
    tax_rate_bp: int
    minimums: Annotated[tuple[Amount, ...], msgspec.Meta(max_length=20)]
    service_fee: Amount | None


class ServiceFeeCharged(Fact, frozen=True):
    """A buyer paid the service fee, once and for all. Units: minor units of `currency`; amount = net + tax."""

    participant_id: ParticipantId
    currency: Line
    amount_minor: BalanceMinor
    net_minor: BalanceMinor
    tax_minor: BalanceMinor
    tax_authority: Line
    tax_rate_bp: int


class BrokerAppointed(Fact, frozen=True):
    """A broker earns a part of what a seller sells of an instrument; None: nobody does any more.

    Units: basis points of the gross. Shape: a trade's broker is the one of its moment.
    """

    seller_id: ParticipantId
    instrument_id: InstrumentId
    broker_id: ParticipantId | None
    commission_bp: int


FACTS: tuple[type[Fact], ...] = (FeeScheduleSet, ServiceFeeCharged, BrokerAppointed)
