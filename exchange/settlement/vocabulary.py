"""Everything that may be asked of the settlement and that happens in it: its own, and of each room."""

from exchange.kernel.bases import Command, Fact
from exchange.settlement import commands, facts
from exchange.settlement.files.decider import ROOM as FILES
from exchange.settlement.fx.decider import ROOM as FX
from exchange.settlement.invoices.decider import ROOM as INVOICES
from exchange.settlement.payees.decider import ROOM as PAYEES
from exchange.settlement.payouts.decider import ROOM as PAYOUTS
from exchange.settlement.room import Room
from exchange.settlement.shares.decider import ROOM as SHARES
from exchange.settlement.statements.decider import ROOM as STATEMENTS
from exchange.settlement.subsidies.decider import ROOM as SUBSIDIES
from exchange.settlement.suspense.decider import ROOM as SUSPENSE

ROOMS: tuple[Room, ...] = (FX, PAYEES, PAYOUTS, FILES, STATEMENTS, SUSPENSE, SUBSIDIES, SHARES, INVOICES)

COMMANDS: tuple[type[Command], ...] = (
    *commands.COMMANDS,
    *(command for room in ROOMS for command in room.commands),
)
FACTS: tuple[type[Fact], ...] = (*facts.FACTS, *(fact for room in ROOMS for fact in room.facts))
