"""Orders, and who may trade what at present."""

from typing import Any

from exchange.kernel.protocol import POLICY_ACTOR
from exchange.market import commands as said
from tests.properties.rooms_drawn.picking import (
    CALLS,
    HOURS,
    LINE,
    LINK,
    RARE,
    SELLERS,
    Asked,
    a_licence,
    one_of,
)
from tests.properties.rooms_twin.rooms import Rooms
from tests.unit.market.stage import OPERATOR, STAYS


def stand(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    idle = [name for name, each in rooms.ground.people.items() if not each.active]
    again = number % 3 > 0
    name = (one_of(idle, which) if again else None) or (who if number < 20 else (*SELLERS, LINE)[which % 3])
    return POLICY_ACTOR, said.RecordStanding(participant_id=name, active=again)


def set_state(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    halted = [name for name, each in rooms.ground.shelves.items() if each.state == "halted"]
    name = one_of(halted if number % 3 else list(rooms.ground.shelves), which)
    state: Any = "open" if halted and number % 3 else "closed" if number >= RARE - 1 else "halted"
    return POLICY_ACTOR, said.SetInstrumentState(instrument_id=name or HOURS, state=state)


def register(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    return OPERATOR, said.RegisterCapacity(instrument_id=LINK, participant_id=LINE, quantity=10 + 4 * number)


def order(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    side = said.Side.BID if which % 2 else said.Side.ASK
    command = said.PlaceOrder(
        instrument_id=HOURS if number < RARE - 1 else CALLS if which % 3 == 0 else LINK,
        side=side,
        quantity=1 + number % 5,
        price=90 + which * 3 + number // 3,
        use=said.Use(licence_digest=a_licence(number)) if side is said.Side.BID else said.Use(),
        time_in_force=STAYS,
    )
    return who, command


def cancel(rooms: Rooms, who: str, which: int, number: int) -> Asked:
    found = one_of(rooms.books.orders, which)
    return (found.who if found else who), said.CancelOrder(order_id=found.name if found else "O-0.0.0")
