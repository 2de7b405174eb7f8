"""The seats of the management body, given by the governance: the first three freely, later ones as the others agree."""

from collections.abc import Sequence

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.panel import CONSTITUENCIES
from exchange.kernel.refusals import refused
from exchange.kernel.time import DAY, iso
from exchange.registry.body.commands import COMMANDS, SeatMember
from exchange.registry.body.facts import FACTS, MemberSeated
from exchange.registry.body.quorum import lacking_quorum
from exchange.registry.body.signing import seat_bytes
from exchange.registry.body.state import Seat
from exchange.registry.commands import Role
from exchange.registry.permission import lacking
from exchange.registry.reasons import Reason
from exchange.registry.room import Room
from exchange.registry.state import Registry

TERM_MAX = 5 * 366 * DAY
"""How long a seat may be held before it is given again; a default of this exchange."""


def seat_member(registry: Registry, command: SeatMember, cause: Cause) -> Sequence[Fact]:
    """Give a seat to somebody who holds no other, with a key that nobody else signs with."""
    if (refusal := lacking(registry, command, cause, Role.GOVERNANCE)) is not None:
        return (refusal,)
    if not cause.at < command.valid_until <= cause.at + TERM_MAX:
        until, latest = iso(command.valid_until), iso(cause.at + TERM_MAX)
        detail = f"it would be held until {until}; name a time after {iso(cause.at)}, {latest} at the latest"
        return (refused(command, Reason.SEAT_TERM, command.name, detail),)
    holding = registry.body.holding(cause.at)
    others = {name: seat for name, seat in holding.items() if name != command.constituency}
    for name, seat in others.items():
        if seat.name.casefold() == command.name.casefold() or seat.public_key == command.public_key:
            detail = f"{seat.name} sits for {name} by this name or this key; a quorum is of three people"
            return (refused(command, Reason.SEAT_TAKEN, command.name, detail),)
    if registry.body.founded:
        message = _message(registry, command)
        fault = lacking_quorum(registry.body, cause.at, command.approvals, message, tuple(others))
        if fault is not None:
            return (refused(command, fault.reason, command.name, fault.detail),)
    return (
        MemberSeated(
            constituency=command.constituency,
            name=command.name,
            public_key=command.public_key,
            valid_until=command.valid_until,
            by_id=cause.actor,
            site=registry.site,
            approvals=command.approvals,
        ),
    )


def _message(registry: Registry, about: SeatMember | MemberSeated) -> bytes:
    return seat_bytes(registry.site, about.constituency, about.name, about.public_key, about.valid_until)


def _seated(registry: Registry, fact: MemberSeated, at: int) -> None:
    seat = Seat(name=fact.name, public_key=fact.public_key, valid_until=fact.valid_until)
    registry.body.seats[fact.constituency] = seat
    registry.body.decide(_message(registry, fact))
    registry.body.founded |= len(registry.body.holding(at)) == len(CONSTITUENCIES)


ROOM = Room(
    commands=COMMANDS, facts=FACTS, answers={SeatMember: seat_member}, folds={MemberSeated: _seated}, due={}
)
