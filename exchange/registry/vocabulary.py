"""Everything that may be asked of the registry and that happens in it: its own, and of each room."""

from exchange.kernel.bases import Command, Fact
from exchange.registry import commands, facts
from exchange.registry.attesting.decider import ROOM as ATTESTING
from exchange.registry.barring.decider import ROOM as BARRING
from exchange.registry.body.decider import ROOM as BODY
from exchange.registry.cases.decider import ROOM as CASES
from exchange.registry.lists.decider import ROOM as LISTS
from exchange.registry.participants.decider import ROOM as PARTICIPANTS
from exchange.registry.persons.decider import ROOM as PERSONS
from exchange.registry.reclassifying.decider import ROOM as RECLASSIFYING
from exchange.registry.room import Room
from exchange.registry.safeguards.decider import ROOM as SAFEGUARDS

ROOMS: tuple[Room, ...] = (
    CASES,
    BODY,
    SAFEGUARDS,
    PERSONS,
    LISTS,
    PARTICIPANTS,
    RECLASSIFYING,
    BARRING,
    ATTESTING,
)

COMMANDS: tuple[type[Command], ...] = (
    *commands.COMMANDS,
    *(command for room in ROOMS for command in room.commands),
)
FACTS: tuple[type[Fact], ...] = (*facts.FACTS, *(fact for room in ROOMS for fact in room.facts))
