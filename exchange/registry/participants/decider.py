"""The rules about describing a participant anew."""

from collections.abc import Iterator, Sequence

import msgspec

from exchange.kernel.bases import Cause, Fact
from exchange.kernel.protocol import Refused
from exchange.kernel.refusals import refused
from exchange.kernel.time import local_date
from exchange.registry.admission import unfit_description
from exchange.registry.commands import Role
from exchange.registry.participants.commands import COMMANDS, UpdateParticipant
from exchange.registry.participants.description import Description
from exchange.registry.participants.facts import FACTS, ParticipantUpdated
from exchange.registry.permission import lacking
from exchange.registry.persons.decider import TZ
from exchange.registry.persons.state import group_year
from exchange.registry.reasons import Reason
from exchange.registry.room import Room
from exchange.registry.state import ListingState, Registry


def update(registry: Registry, command: UpdateParticipant, cause: Cause) -> Sequence[Fact]:
    """Describe a participant anew, unless something rests on what it was."""
    if (refusal := lacking(registry, command, cause, Role.OPERATOR)) is not None:
        return (refusal,)
    name = command.participant_id
    participant = registry.participants.get(name)
    if participant is None:
        detail = f"participant {name} was never admitted; check the name"
        return (refused(command, Reason.PARTICIPANT_UNKNOWN, name, detail),)
    before = participant.described
    after = msgspec.structs.replace(before, **dict(_said(command)))
    if after == before:
        detail = f"{name} is described so already; name what is otherwise now"
        return (refused(command, Reason.PARTICIPANT_SAME, name, detail),)
    refusal = unfit_description(command, name, after.currency, after.registered_zones)
    refusal = refusal or _rests_on_roles(registry, command, after) or _splits(registry, command, after, cause)
    if refusal is not None:
        return (refusal,)
    return (
        ParticipantUpdated(
            participant_id=name,
            description=after,
            changed=tuple(
                each
                for each in Description.__struct_fields__
                if getattr(after, each) != getattr(before, each)
            ),
            active=participant.active,
            public_key=participant.public_key,
            grounds=command.grounds,
            by_id=cause.actor,
        ),
    )


def _said(command: UpdateParticipant) -> Iterator[tuple[str, object]]:
    for name in Description.__struct_fields__:
        value = getattr(command, name)
        if value is not None:
            yield name, tuple(dict.fromkeys(value)) if name == "roles" else value


def _rests_on_roles(registry: Registry, command: UpdateParticipant, after: Description) -> Refused | None:
    """Why a role cannot be taken away: somebody has to be left who may admit, and a listing has to have a seller."""
    name, before = command.participant_id, registry.participants[command.participant_id].roles
    lost = set(before) - set(after.roles)
    if Role.OPERATOR in lost and not any(
        each.active and Role.OPERATOR in each.roles
        for other, each in registry.participants.items()
        if other != name
    ):
        detail = f"{name} is the only active operator; admit another one first"
        return refused(command, Reason.OPERATOR_LAST, name, detail)
    if Role.SELLER not in lost:
        return None
    for listing_id, listing in registry.listings.items():
        if listing.seller_id == name and listing.state is not ListingState.WITHDRAWN:
            detail = f"{name} sells {listing_id}, {listing.state} in {listing.market_id}; withdraw it first"
            return refused(command, Reason.ROLE_IN_USE, name, detail)
    return None


def _splits(
    registry: Registry, command: UpdateParticipant, after: Description, cause: Cause
) -> Refused | None:
    """Why the owner cannot be another: its group was found to split this year, which the new one was not."""
    before, year = (
        registry.participants[command.participant_id].beneficial_owner,
        local_date(cause.at, TZ).year,
    )
    found = registry.persons.splitting
    leaves = after.beneficial_owner != before and group_year(before, year) in found
    if not leaves or group_year(after.beneficial_owner, year) in found:
        return None
    detail = (
        f"{before} was found to split in {year}, and {command.participant_id} would no longer be of it;"
        f" have the governance withdraw that, or find {after.beneficial_owner} to split too"
    )
    return refused(command, Reason.OWNER_SPLITS, command.participant_id, detail)


def _updated(registry: Registry, fact: ParticipantUpdated, at: int) -> None:
    registry.participants[fact.participant_id].described = fact.description


ROOM = Room(
    commands=COMMANDS,
    facts=FACTS,
    answers={UpdateParticipant: update},
    folds={ParticipantUpdated: _updated},
    due={},
)
