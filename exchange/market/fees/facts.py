"""What happened to fees."""

from exchange.kernel.bases import Fact, Line
from exchange.kernel.ids import InstrumentId, ParticipantId
from exchange.kernel.money import BalanceMinor
from exchange.market.fees.state import FeeSchedule


class FeeScheduleSet(Fact, frozen=True):
    """What the exchange takes from a time on."""

    schedule: FeeSchedule


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
