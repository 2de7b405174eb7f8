"""What may be asked about fees."""

from typing import Annotated

import msgspec

from exchange.kernel.bases import Command, Line
from exchange.kernel.ids import InstrumentId, ParticipantId
from exchange.kernel.time import Instant
from exchange.market.fees.state import Amount, BasisPoints


class SetFeeSchedule(Command, frozen=True):
    """An operator says what the exchange takes from a time on.

    Units: basis points; `fee_bp` of a sale's gross, its tax inside at `tax_rate_bp` of the net. Shape: None is now.
    """

    fee_bp: BasisPoints
    tax_authority: Annotated[Line, msgspec.Meta(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?\Z")]
    tax_rate_bp: BasisPoints
    minimums: Annotated[tuple[Amount, ...], msgspec.Meta(max_length=20)] = ()
    service_fee: Amount | None = None
    valid_from: Instant | None = None


class ChargeServiceFee(Command, frozen=True):
    """An operator takes the service fee of the schedule in force out of a buyer's cash, once."""

    participant_id: ParticipantId


class AppointBroker(Command, frozen=True):
    """A seller lets a broker earn a part of what it sells of an instrument from now on, or nobody any more.

    Units: `commission_bp` of each sale's gross, in basis points.
    """

    instrument_id: InstrumentId
    broker_id: ParticipantId | None
    commission_bp: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 100


COMMANDS: tuple[type[Command], ...] = (SetFeeSchedule, ChargeServiceFee, AppointBroker)
