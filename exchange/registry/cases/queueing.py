"""What finds no room before the counter waits, and comes before it by itself as soon as there is some.

A right that was suspended asks nothing again by itself, so a matter that was turned away would never be looked at.
"""

from collections.abc import Sequence
from typing import Final

from exchange.kernel.bases import Cause, Fact
from exchange.registry.agenda import schedule, settle
from exchange.registry.cases.commands import OpenCase
from exchange.registry.cases.facts import CaseNotOpened, CaseQueued, NoRoom
from exchange.registry.cases.room import no_room, opened_for, same_matter
from exchange.registry.cases.state import Cases
from exchange.registry.state import Registry

WAITING_MAX: Final = 2_000
"""Matters that wait for room."""
WAITING_OF_BUYER_MAX: Final = 100
"""Of one buyer."""
ROOM_FREE: Final = "case_room"
_ALL: Final = "counter"


def queue(cases: Cases, command: OpenCase, basis: NoRoom) -> CaseQueued | CaseNotOpened:
    """The fact that a matter waits; or that it does already, or that as many wait as may."""
    if any(same_matter(each, command) for each in cases.waiting):
        return CaseNotOpened(decision_id=command.decision_id, basis="waits", case_id="")
    of_buyer = sum(each.buyer_id == command.buyer_id for each in cases.waiting)
    if len(cases.waiting) >= WAITING_MAX or of_buyer >= WAITING_OF_BUYER_MAX:
        return CaseNotOpened(decision_id=command.decision_id, basis=basis, case_id="")
    return CaseQueued(
        asked_in=command.asked_in,
        decision_id=command.decision_id,
        subject=command.subject,
        instrument_id=command.instrument_id,
        handbooks=command.handbooks,
        seller_id=command.seller_id,
        buyer_id=command.buyer_id,
        codes=command.codes,
        question=command.question,
        asked_by=command.asked_by,
        basis=basis,
        missing=command.missing,
        demanded=command.demanded,
    )


def open_next(registry: Registry, subject: str, cause: Cause) -> Sequence[Fact]:
    """Open the case that has waited longest, of those there is room for."""
    cases = registry.cases
    first = next(each for each in cases.waiting if no_room(cases, each) is None)
    return (opened_for(first, cause, cases.from_queue + 1),)


def queued(registry: Registry, fact: CaseQueued, at: int) -> None:
    """One more waits."""
    registry.cases.waiting.append(fact)


def leave(registry: Registry, place: int, at: int) -> None:
    """One waits no more. Only folds call this."""
    del registry.cases.waiting[place]
    registry.cases.from_queue += 1
    settle(registry, ROOM_FREE, _ALL)
    look(registry, at)


def look(registry: Registry, at: int) -> None:
    """Let the next one come as soon as there is room for any. Only folds call this."""
    cases = registry.cases
    if any(no_room(cases, each) is None for each in cases.waiting):
        schedule(registry, at, ROOM_FREE, _ALL)
