"""What the settlement remembers: who takes part, and what of each room is under way."""

import msgspec

from exchange.kernel.ids import ParticipantId
from exchange.settlement.fx.state import Fx
from exchange.settlement.invoices.state import Invoices
from exchange.settlement.payees.state import Payees
from exchange.settlement.payouts.state import Payouts
from exchange.settlement.shares.state import Shares
from exchange.settlement.statements.state import Banking
from exchange.settlement.subsidies.state import Subsidies


class Party(msgspec.Struct):
    """Somebody who takes part, and where it is."""

    roles: tuple[str, ...]
    active: bool = True
    display_name: str = ""
    place: str = ""


class Settlement(msgspec.Struct):
    """The one partition's state. Shape: `agenda` holds deadlines, the earliest first: instant, kind and subject."""

    partition: int
    parties: dict[ParticipantId, Party] = msgspec.field(default_factory=dict)
    fx: Fx = msgspec.field(default_factory=Fx)
    payouts: Payouts = msgspec.field(default_factory=Payouts)
    payees: Payees = msgspec.field(default_factory=Payees)
    banking: Banking = msgspec.field(default_factory=Banking)
    subsidies: Subsidies = msgspec.field(default_factory=Subsidies)
    shares: Shares = msgspec.field(default_factory=Shares)
    invoices: Invoices = msgspec.field(default_factory=Invoices)
    agenda: list[tuple[int, str, str]] = msgspec.field(default_factory=list)
